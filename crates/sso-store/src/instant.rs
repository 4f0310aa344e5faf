//! Instants at rest: microseconds since 1970 in a 64-bit integer, the same on both engines.

use crate::error::StoreError;
use time::OffsetDateTime;

/// Microseconds since the Unix epoch; saturates outside of the years a 64-bit count holds,
/// which `OffsetDateTime` (years -9999 to 9999) never leaves.
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

pub(crate) fn from_micros(micros: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .map_err(|_| StoreError::corrupt("an instant outside of the calendar"))
}
