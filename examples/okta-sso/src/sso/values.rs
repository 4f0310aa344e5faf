//! Okta's values as an administrator brings them: three fields, a file, or metadata.

use org_domain::settings::{
    Certificate, Connection, ConnectionError, Fingerprint, Issuer, LogoutBinding, LogoutUrl,
    SignInUrl, SingleLogout,
};
use saml_sp::{Limits, Rejection, cert, idp::LogoutService, metadata::IdpMetadata};
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
        logout: None,
    })
}

/// Reads the address of single logout, which may be missing.
///
/// # Errors
/// As [`from_three`].
pub fn logout(url: &str, binding: LogoutBinding) -> Result<Option<SingleLogout>, String> {
    if url.trim().is_empty() {
        return Ok(None);
    }
    let url = LogoutUrl::new(url).map_err(|error| logout_text(&error))?;
    Ok(Some(SingleLogout {
        url,
        answers: None,
        binding,
    }))
}

fn logout_text(error: &ConnectionError) -> String {
    match error {
        ConnectionError::NotHttps => "Single Logout URL: it must be an https URL.".to_owned(),
        other => format!("Single Logout URL: {other}."),
    }
}

/// What metadata says about single logout, as the settings keep it.
fn kept_logout(service: &LogoutService) -> Result<SingleLogout, String> {
    let url = |text: &str| LogoutUrl::new(text).map_err(|error| logout_text(&error));
    let answers = Some(service.answers_to()).filter(|to| *to != service.location());
    Ok(SingleLogout {
        url: url(service.location())?,
        answers: answers.map(url).transpose()?,
        binding: if service.is_by_redirect() {
            LogoutBinding::Redirect
        } else {
            LogoutBinding::Post
        },
    })
}

/// Reads all three from a metadata document, and single logout where it has it.
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
        logout: idp.logout().map(kept_logout).transpose()?,
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
    let print = Fingerprint::from_digest(certificate.fingerprint().as_bytes());
    let text = data_encoding::BASE64.encode(certificate.der());
    Certificate::new(
        print,
        &text,
        certificate.not_before(),
        certificate.not_after(),
    )
    .map_err(|error| wrong(&error))
}
