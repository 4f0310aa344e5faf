//! `xs:dateTime` as SAML uses it: UTC, written with `Z` (Core 1.3.3).
//!
//! Strict on purpose. Times with an offset, without a zone, or with the leap second `:60` are legal in
//! XML Schema and not in SAML; a lenient reader and a strict one would see two windows of validity.
//! There is no pattern matching, and the length of a fraction is bounded.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// The instant, or `None` for anything but `YYYY-MM-DDThh:mm:ss[.fraction]Z`.
///
/// Offsets other than `Z`, leap seconds, `24:00:00`, years beyond four digits and fractions beyond
/// 30 digits are refused. Digits beyond the ninth of a fraction are cut off.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let text = text.strip_suffix('Z')?;
    let (date, clock) = text.split_once('T')?;
    let (clock, nanosecond) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, nanoseconds(fraction)?),
        None => (clock, 0),
    };
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = parts(clock, ':', [2, 2, 2])?;
    if year == 0 {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date =
        Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let time = Time::from_hms_nano(
        u8::try_from(hour).ok()?,
        u8::try_from(minute).ok()?,
        u8::try_from(second).ok()?,
        nanosecond,
    );
    Some(PrimitiveDateTime::new(date, time.ok()?).assume_utc())
}

/// Three numbers of exactly these widths.
fn parts(text: &str, separator: char, widths: [usize; 3]) -> Option<[u32; 3]> {
    let mut pieces = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let piece = pieces.next()?;
        if piece.len() != width {
            return None;
        }
        *number = digits(piece)?;
    }
    pieces.next().is_none().then_some(numbers)
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || fraction.len() > 30 {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .try_fold(0_u32, |value, byte| {
            value
                .checked_mul(10)?
                .checked_add(u32::from(byte.checked_sub(b'0')?))
        })
}

fn digits(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
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
