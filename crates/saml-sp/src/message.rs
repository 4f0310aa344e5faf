//! From a posted value to a document: base64, UTF-8, XML, each within its limit.

use crate::error::{Code, Finding, Rejection};
use crate::packed;
use crate::policy::Limits;
use crate::xml::{Document, Extras, XmlError};

/// The bytes of a base64 value. White space of XML is allowed anywhere, since some identity
/// providers wrap lines; everything else is strict. Nothing is ever inflated here.
pub(crate) fn decode(value: &str, limits: &Limits) -> Result<Vec<u8>, Rejection> {
    let plain = packed::unspaced(value);
    if plain.len() / 4 * 3 > limits.xml_bytes.saturating_add(2) {
        return Err(Finding::new(Code::LimitBytes)
            .expected(format!("at most {} bytes of XML", limits.xml_bytes))
            .seen(format!("{} bytes of base64", plain.len()))
            .at("SAMLResponse")
            .into());
    }
    packed::decode(&plain).map_err(|error| {
        Finding::new(Code::Base64Invalid)
            .hint(base64_hint(&plain, &error))
            .at("SAMLResponse")
            .into()
    })
}

/// What was probably sent instead; never quotes the value.
fn base64_hint(plain: &str, error: &base64::DecodeError) -> String {
    if plain.trim_start().starts_with('<') {
        return "the value is XML, not base64".to_owned();
    }
    if plain.contains('%') {
        return "the value is still percent-encoded".to_owned();
    }
    if plain.contains(['-', '_']) {
        return "the value uses the URL alphabet of base64".to_owned();
    }
    match error {
        base64::DecodeError::InvalidPadding | base64::DecodeError::InvalidLength(_) => {
            "the value is cut off, or its padding is wrong".to_owned()
        }
        _ => "a character does not belong to base64; a `+` may have become a space".to_owned(),
    }
}

/// A message as a document: no document type, comment or processing instruction.
pub(crate) fn document<'x>(bytes: &'x [u8], limits: &Limits) -> Result<Document<'x>, Rejection> {
    Document::parse_bytes(bytes, limits, Extras::Refused).map_err(|error| refuse(&error))
}

/// An XML error as a refusal with line and column.
pub(crate) fn refuse(error: &XmlError) -> Rejection {
    Finding::new(error.kind().code())
        .seen(error.reason())
        .at(error.position().to_string())
        .into()
}

#[cfg(test)]
mod tests;
