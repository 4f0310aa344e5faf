//! `xs:dateTime` as SAML uses it: UTC (Core 1.3.3), written with `Z`, or as some identity providers
//! do with `+00:00`, which is the same instant to every reader.
//!
//! Strict on purpose. Times with another offset, without a zone, or with the leap second `:60` are legal in
//! XML Schema and not in SAML; a lenient reader and a strict one would see two windows of validity.
//! There is no pattern matching, and the length of a fraction is bounded.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// The instant, or `None` for anything but `YYYY-MM-DDThh:mm:ss[.fraction]` with `Z` or `+00:00`.
///
/// Other offsets, leap seconds, `24:00:00`, years beyond four digits and fractions beyond
/// 30 digits are refused. Digits beyond the ninth of a fraction are cut off.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let (whole, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, clock @ ..] = whole else {
        return None;
    };
    let [b'T', h1, h2, b':', mi1, mi2, b':', s1, s2] = clock else {
        return None;
    };
    let year = u16::from(pair(*y1, *y2)?) * 100 + u16::from(pair(*y3, *y4)?);
    if year == 0 {
        return None;
    }
    let utc = |zone: &[u8]| rest.strip_suffix(zone);
    let nanosecond = match utc(b"Z").or_else(|| utc(b"+00:00"))? {
        [] => 0,
        [b'.', fraction @ ..] => nanoseconds(fraction)?,
        _ => return None,
    };
    let month = Month::try_from(pair(*mo1, *mo2)?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, pair(*d1, *d2)?).ok()?;
    let (hour, minute) = (pair(*h1, *h2)?, pair(*mi1, *mi2)?);
    let time = Time::from_hms_nano(hour, minute, pair(*s1, *s2)?, nanosecond).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

/// The number that two digits are.
fn pair(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

fn nanoseconds(fraction: &[u8]) -> Option<u32> {
    if fraction.is_empty() || fraction.len() > 30 || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    fraction
        .iter()
        .copied()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .try_fold(0_u32, |value, byte| {
            value
                .checked_mul(10)?
                .checked_add(u32::from(byte.checked_sub(b'0')?))
        })
}

/// The instant as it is written in a message: UTC, milliseconds, `Z`.
pub(crate) fn write(instant: OffsetDateTime) -> String {
    // At either end of what can be represented there may be no such instant in UTC.
    let utc = instant
        .checked_to_offset(time::UtcOffset::UTC)
        .unwrap_or(instant);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.millisecond()
    )
}
