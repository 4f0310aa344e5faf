//! `xs:duration`, for `cacheDuration`.

use time::Duration;

/// A positive duration such as `PT6H` or `P7DT12H`; a month counts 30 days, a year 365. `None` for
/// anything else.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.strip_prefix('P')?;
    let (date, clock) = text.split_once('T').unwrap_or((text, ""));
    if date.is_empty() && clock.is_empty() || text.ends_with('T') {
        return None;
    }
    let days = sum(
        date,
        &[('Y', 365 * 86_400), ('M', 30 * 86_400), ('D', 86_400)],
    )?;
    let seconds = sum(clock, &[('H', 3600), ('M', 60), ('S', 1)])?;
    Some(Duration::seconds(days.checked_add(seconds)?))
}

/// The seconds of numbers with these units, each at most once and in this order.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    for (unit, seconds) in units {
        let Some((number, rest)) = text.split_once(*unit) else {
            continue;
        };
        // Fractions of seconds do not matter for a cache.
        let whole = number.split('.').next()?;
        let number: u32 = whole.parse().ok()?;
        total = total.checked_add(i64::from(number).checked_mul(*seconds)?)?;
        text = rest;
    }
    text.is_empty().then_some(total)
}
