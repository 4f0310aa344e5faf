//! What was pasted: XML, a base64 value, a form body, or a browser's recording.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::{AcsForm, Code, Finding, Limits, Rejection};

use crate::{Misuse, capture};

/// The most that is read: far more than any limit of the library.
const MOST: u64 = 64 * 1024 * 1024;

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Misuse> {
    let mut bytes = Vec::new();
    let taken = if path.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(MOST + 1)
            .read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes))
    };
    taken.map_err(|error| Misuse(format!("cannot read {}: {error}", path.display())))?;
    if bytes.len() as u64 > MOST {
        return Err(Misuse(format!(
            "{} is larger than {MOST} bytes",
            path.display()
        )));
    }
    Ok(bytes)
}

/// The form that a browser would have posted. A refusal here is the library's own.
pub(crate) fn form(bytes: &[u8], limits: &Limits) -> Result<AcsForm, Rejection> {
    let bytes = trim(bytes);
    if looks_like_xml(bytes) {
        return AcsForm::from_fields(STANDARD.encode(bytes), None, limits);
    }
    if bytes.starts_with(b"{") {
        return match capture::newest(bytes) {
            Some(value) => AcsForm::from_fields(value, None, limits),
            None => Err(Finding::new(Code::FormFieldMissing)
                .expected("a HAR or SAML-tracer export with a posted SAMLResponse")
                .into()),
        };
    }
    if is_form_body(bytes) {
        return AcsForm::from_urlencoded(bytes, limits);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => AcsForm::from_fields(text, None, limits),
        // Neither text nor XML: let the XML layer say what it is.
        Err(_) => AcsForm::from_fields(STANDARD.encode(bytes), None, limits),
    }
}

fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// Begins with `<`, perhaps after a byte order mark, in UTF-8 or in something wider.
fn looks_like_xml(bytes: &[u8]) -> bool {
    let bytes = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    bytes.starts_with(b"<") || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// A name and an equals sign before anything else: base64 has `=` only at its end.
fn is_form_body(bytes: &[u8]) -> bool {
    let names: [&[u8]; 2] = [b"SAMLResponse=", b"RelayState="];
    names
        .iter()
        .any(|name| bytes.windows(name.len()).any(|window| window == *name))
}
