//! From pasted text to DER, whatever the paste went through.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{CertError, CertErrorKind as Kind};

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";
/// Far above any certificate chain, far below what would hurt.
const MOST: usize = 1024 * 1024;

/// The DER of every certificate in the input.
pub(super) fn blocks(pasted: &[u8]) -> Result<Vec<Vec<u8>>, CertError> {
    if pasted.len() > MOST {
        return Err(Kind::TooLong.into());
    }
    // DER begins with a SEQUENCE, and holds bytes that no text does.
    if pasted.first() == Some(&0x30) && pasted.iter().any(|byte| *byte < 0x09) {
        return Ok(vec![pasted.to_vec()]);
    }
    let text = text_of(pasted)?;
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.is_empty() {
        return Err(Kind::Empty.into());
    }
    if text.contains(BEGIN) {
        pem(text)
    } else {
        bare(text).map(|der| vec![der])
    }
}

/// The text of the paste; a file saved as UTF-16 by an editor is text too.
fn text_of(pasted: &[u8]) -> Result<String, CertError> {
    let wide = |pair: fn([u8; 2]) -> u16| {
        let units = pasted
            .chunks_exact(2)
            .filter_map(|two| <[u8; 2]>::try_from(two).ok())
            .map(pair);
        char::decode_utf16(units).collect::<Result<String, _>>()
    };
    let text = match pasted {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes).ok(),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes).ok(),
        _ => std::str::from_utf8(pasted).ok().map(str::to_owned),
    };
    text.ok_or_else(|| Kind::Malformed.into())
}

fn pem(text: &str) -> Result<Vec<Vec<u8>>, CertError> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (label, body) = after.split_once(DASHES).ok_or(Kind::Unterminated)?;
        let end = format!("-----END {label}-----");
        let (body, after) = body.split_once(&end).ok_or_else(|| unterminated(label))?;
        match what_label_is(label) {
            None => found.push(decode(body)?),
            // A key beside a certificate is a mistake that must not pass unnoticed.
            Some(other) => return Err(other.into()),
        }
        rest = after;
    }
    Ok(found)
}

fn unterminated(label: &str) -> Kind {
    what_label_is(label).unwrap_or(Kind::Unterminated)
}

/// What a PEM label announces, none when it is a certificate.
fn what_label_is(label: &str) -> Option<Kind> {
    match label.trim() {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => None,
        other if other.ends_with("PRIVATE KEY") => Some(Kind::PrivateKey),
        other if other.ends_with("CERTIFICATE REQUEST") => Some(Kind::Request),
        "PKCS7" | "CMS" => Some(Kind::Pkcs7),
        "X509 CRL" => Some(Kind::RevocationList),
        other if other.ends_with("PUBLIC KEY") => Some(Kind::PublicKey),
        _ => Some(Kind::Malformed),
    }
}

/// Text without PEM markers: base64, or something else altogether.
fn bare(text: &str) -> Result<Vec<u8>, CertError> {
    if let Some(other) = what_text_is(text) {
        return Err(other.into());
    }
    let der = decode(text)?;
    if std::str::from_utf8(&der).is_ok_and(|inner| inner.contains(BEGIN)) {
        return Err(Kind::EncodedTwice.into());
    }
    Ok(der)
}

fn what_text_is(text: &str) -> Option<Kind> {
    if text.starts_with('<') {
        return Some(
            if text.contains("EntityDescriptor") || text.contains("EntitiesDescriptor") {
                Kind::Metadata
            } else {
                Kind::Malformed
            },
        );
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return Some(Kind::Url);
    }
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let only_hex = text
        .bytes()
        .all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b' '));
    (only_hex && matches!(digits, 32 | 40 | 64)).then_some(Kind::Fingerprint)
}

/// Base64 with any white space in it. Escapes that JSON and shells leave behind (`\n`, `\r`) are
/// white space too, and so is a soft hyphen or zero-width space from a web page.
fn decode(body: &str) -> Result<Vec<u8>, CertError> {
    let unescaped = body.replace("\\r", "").replace("\\n", "");
    // OpenSSL writes attributes of an old PEM block as `Name: value` lines before the data.
    let kept: String = unescaped
        .lines()
        .filter(|line| !line.contains(": "))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{AD}' | '\u{200B}' | '\u{FEFF}' | '"'))
        .collect();
    if kept.is_empty() {
        return Err(Kind::Empty.into());
    }
    STANDARD.decode(kept).map_err(|_| Kind::Base64.into())
}

/// What DER is when it is not a certificate.
pub(super) fn what_der_is(der: &[u8]) -> Kind {
    use x509_parser::certification_request::X509CertificationRequest;
    use x509_parser::prelude::FromDer as _;
    use x509_parser::revocation_list::CertificateRevocationList;
    use x509_parser::x509::SubjectPublicKeyInfo;

    if X509CertificationRequest::from_der(der).is_ok() {
        Kind::Request
    } else if SubjectPublicKeyInfo::from_der(der).is_ok() {
        Kind::PublicKey
    } else if CertificateRevocationList::from_der(der).is_ok() {
        Kind::RevocationList
    } else {
        what_sequence_is(der)
    }
}

/// Bundles and keys are told apart by the first element inside the outer SEQUENCE.
fn what_sequence_is(der: &[u8]) -> Kind {
    // Object identifier 1.2.840.113549.1.7.2, signedData.
    const SIGNED_DATA: &[u8] = &[
        0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02,
    ];
    let inner = match der {
        [0x30, length @ 0x81..=0x84, rest @ ..] => rest.get(usize::from(length & 0x0F)..),
        [0x30, 0..=0x7F, rest @ ..] => Some(rest),
        _ => None,
    };
    match inner.unwrap_or_default() {
        inner if inner.starts_with(SIGNED_DATA) => Kind::Pkcs7,
        // Version 3, then the authenticated safe.
        [0x02, 0x01, 0x03, 0x30, ..] => Kind::Pkcs12,
        // PKCS#1 and PKCS#8 keys begin with version 0, SEC 1 keys with version 1.
        [0x02, 0x01, 0x00 | 0x01, ..] => Kind::PrivateKey,
        // An encrypted PKCS#8 key begins with PBES2.
        inner if inner.get(2..).is_some_and(|rest| rest.starts_with(PBES2)) => Kind::PrivateKey,
        _ => Kind::Malformed,
    }
}

/// Object identifier 1.2.840.113549.1.5.13.
const PBES2: &[u8] = &[
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D,
];
