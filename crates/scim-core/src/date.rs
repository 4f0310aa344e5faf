//! Dates on the wire: `xsd:dateTime` with date and time (RFC 7643 section 2.3.5).

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a date and time; one without an offset is taken as UTC.
///
/// ```
/// use scim_core::date::parse;
///
/// assert_eq!(parse("2026-01-31T10:00:00+02:00"), parse("2026-01-31T08:00:00.000Z"));
/// assert_eq!(parse("2026-01-31T08:00:00"), parse("2026-01-31T08:00:00Z"));
/// assert_eq!(parse("2026-01-31"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    if text.len() > 40 {
        return None;
    }
    if let Ok(date) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(date);
    }
    let time = text.get(10..)?;
    if time.contains(['Z', 'z', '+', '-']) {
        return None;
    }
    OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339).ok()
}
