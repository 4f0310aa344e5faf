//! Okta's values as an administrator brings them: three fields, a file, or metadata.

use org_domain::settings::{Certificate, Connection, Fingerprint, Issuer, SignInUrl};
use saml_sp::{Limits, Rejection, cert, metadata::IdpMetadata};
use time::OffsetDateTime;

/// Reads the three values. Blanks and line ends around them, which come with every paste, are
/// dropped; a certificate may be PEM, DER or bare base64, and several may stand in one text.
///
/// # Errors
/// A sentence for the administrator, which names the value.
pub fn from_three(
    certificate: &[u8],
    sign_in_url: &str,
    issuer: &str,
) -> Result<Connection, String> {
    from_two(certificates(certificate)?, sign_in_url, issuer)
}

/// Reads the two addresses beside certificates that are known already.
///
/// # Errors
/// As [`from_three`].
pub fn from_two(
    certificates: Vec<Certificate>,
    sign_in_url: &str,
    issuer: &str,
) -> Result<Connection, String> {
    Ok(Connection {
        certificates,
        sign_in_url: Some(
            SignInUrl::new(sign_in_url).map_err(|error| format!("Authentication URL: {error}."))?,
        ),
        issuer: Some(Issuer::new(issuer).map_err(|error| format!("Issuer URL: {error}."))?),
    })
}

/// Reads all three from a metadata document.
///
/// # Errors
/// A sentence for the administrator.
pub fn from_metadata(xml: &[u8], now: OffsetDateTime) -> Result<Connection, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("Metadata: {error}.");
    let metadata = IdpMetadata::read(xml, None, &Limits::default(), now)
        .map_err(|rejection| format!("Metadata: {}.", in_words(&rejection)))?;
    let idp = metadata.to_idp().map_err(|error| wrong(&error))?;
    let url = idp
        .sign_in_redirect()
        .ok_or("Metadata: it names no sign-in URL for the redirect binding.")?;
    let certificates = metadata
        .certificates()
        .map(kept)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Connection {
        certificates,
        sign_in_url: Some(SignInUrl::new(url).map_err(|error| wrong(&error))?),
        issuer: Some(Issuer::new(metadata.entity_id()).map_err(|error| wrong(&error))?),
    })
}

/// The findings of a refused document; it was read for an administrator, who may see them.
fn in_words(rejection: &Rejection) -> String {
    let words = rejection.findings().map(|finding| {
        match (finding.expected_value(), finding.seen_value()) {
            (Some(expected), Some(seen)) => {
                format!("{}: expected {expected}, seen {seen}", finding.code())
            }
            (Some(expected), None) => format!("{}: expected {expected}", finding.code()),
            _ => finding.fix().to_owned(),
        }
    });
    words.collect::<Vec<_>>().join("; ")
}

/// Reads the certificates in a text or file.
///
/// # Errors
/// A sentence for the administrator.
pub fn certificates(pasted: &[u8]) -> Result<Vec<Certificate>, String> {
    let read = cert::Certificate::parse_all(pasted)
        .map_err(|error| format!("Public Certificate: {error}."))?;
    read.iter().map(kept).collect()
}

/// A certificate as the settings keep it.
fn kept(certificate: &cert::Certificate) -> Result<Certificate, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("Public Certificate: {error}.");
    let print = data_encoding::HEXLOWER.encode(certificate.fingerprint().as_bytes());
    let print = Fingerprint::new(&print).map_err(|error| wrong(&error))?;
    let text = data_encoding::BASE64.encode(certificate.der());
    Certificate::new(
        print,
        &text,
        certificate.not_before(),
        certificate.not_after(),
    )
    .map_err(|error| wrong(&error))
}
