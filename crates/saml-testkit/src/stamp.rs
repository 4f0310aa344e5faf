//! Instants and identifiers in Okta's spelling, from the caller's clock and nothing else.

use sha2::{Digest, Sha256};
use time::{OffsetDateTime, UtcOffset};

/// `2026-01-31T12:00:00.000Z`: UTC with milliseconds.
pub(crate) fn instant(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// `id` and 26 digits, the same for the same seed.
pub(crate) fn id(seed: &[&str]) -> String {
    format!("id{}", digits(seed, 26))
}

/// `count` decimal digits drawn from the seed; the first is never zero.
pub(crate) fn digits(seed: &[&str], count: usize) -> String {
    let mut hash = Sha256::new();
    for part in seed {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let spread = hash.finalize();
    let mut out: String = spread
        .iter()
        .map(|b| char::from(b'0' + b % 10))
        .take(count)
        .collect();
    if out.starts_with('0') {
        out.replace_range(..1, "1");
    }
    out
}
