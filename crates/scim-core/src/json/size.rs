//! How long a tree is as JSON, without writing it.

use super::write::{needs_escape, write_value};
use crate::resource::{Attributes, Value};

/// Octets that [`write_object`](super::write_object) would write.
///
/// ```
/// use scim_core::json::{octets_of_object, write_object};
/// use scim_core::resource::{Attributes, Name};
///
/// let fields = Attributes::new().with(Name::DISPLAY, "a\"b");
/// let mut out = Vec::new();
/// write_object(&fields, &mut out);
/// assert_eq!(octets_of_object(&fields), out.len());
/// ```
#[must_use]
pub fn octets_of_object(fields: &Attributes) -> usize {
    // Two brackets; a colon for each, and a comma for each but the first.
    let marks = 2 + 2 * fields.iter().count();
    let inside = fields
        .iter()
        .map(|(name, value)| of_text(name.as_str()) + octets_of(value))
        .sum::<usize>();
    (marks + inside).saturating_sub(usize::from(!fields.is_empty()))
}

/// Octets that [`write_value`](super::write_value) would write.
#[must_use]
pub fn octets_of(value: &Value) -> usize {
    match value {
        Value::Null | Value::Boolean(true) => 4,
        Value::Boolean(false) => 5,
        Value::Integer(_) | Value::Decimal(_) => {
            let mut digits = Vec::with_capacity(24);
            write_value(value, &mut digits);
            digits.len()
        }
        Value::String(text) => of_text(text),
        Value::Array(values) => {
            let inside = values.iter().map(octets_of).sum::<usize>();
            inside + 2 + values.len().saturating_sub(1)
        }
        Value::Object(fields) => octets_of_object(fields),
    }
}

/// The text, its two quotes, and what escapes add.
fn of_text(text: &str) -> usize {
    let added = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        // As `\u` and four digits.
        special if needs_escape(special) => 5,
        _ => 0,
    };
    text.len() + 2 + text.bytes().map(added).sum::<usize>()
}
