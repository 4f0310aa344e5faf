//! From the attribute tree to compact JSON.

use std::io::Write as _;

use crate::resource::{Attributes, Value};

/// Appends an object.
pub fn write_object(fields: &Attributes, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut first = true;
    for (name, value) in fields.iter() {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_string(name.as_str(), out);
        out.push(b':');
        write_value(value, out);
    }
    out.push(b'}');
}

/// Appends a value.
pub fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Integer(number) => write_number(number, out),
        // `Debug` keeps the fraction of a whole number, so 1.0 reads back as a decimal.
        Value::Decimal(number) => write_number(&format_args!("{number:?}"), out),
        Value::String(text) => write_string(text, out),
        Value::Array(values) => {
            out.push(b'[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_value(value, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => write_object(fields, out),
    }
}

/// Writes a number as it displays.
fn write_number(number: &dyn std::fmt::Display, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = write!(out, "{number}");
}

/// Appends a string in quotes, escaped as RFC 8259 section 7 requires.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|b| needs_escape(*b)) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((special, tail)) = tail.split_first() else {
            break;
        };
        escape(*special, out);
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Whether a byte cannot stand in a string as it is.
pub(super) const fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Writes such a byte.
fn escape(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'"' => out.extend_from_slice(br#"\""#),
        b'\\' => out.extend_from_slice(br"\\"),
        b'\n' => out.extend_from_slice(br"\n"),
        b'\r' => out.extend_from_slice(br"\r"),
        b'\t' => out.extend_from_slice(br"\t"),
        other => {
            let _ = write!(out, "\\u{other:04x}");
        }
    }
}
