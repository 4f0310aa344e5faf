//! Okta's values as an administrator brings them: three fields, a file, or metadata.

use std::fmt;

use org_domain::settings::{
    Certificate, Connection, ConnectionError, Fingerprint, Issuer, LogoutBinding, LogoutUrl,
    SignInUrl, SingleLogout,
};
use saml_sp::{
    AlgorithmPolicy, Code, Idp, Limits, Rejection, UsageError, cert,
    idp::{IdpBuilder, LogoutService},
    metadata::IdpMetadata,
};
use time::OffsetDateTime;

/// Which of Okta's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The Public Certificate.
    Certificate,
    /// The Authentication URL.
    SignInUrl,
    /// The Issuer URL.
    Issuer,
    /// The Single Logout URL.
    LogoutUrl,
}

/// What is wrong with one of the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which one.
    pub value: Value,
    /// A sentence for the administrator, which names the value.
    pub text: String,
}

impl Fault {
    /// About a value; `why` goes on after its name and ends without a stop.
    pub fn of(value: Value, why: impl fmt::Display) -> Self {
        let name = match value {
            Value::Certificate => "Public Certificate",
            Value::SignInUrl => "Authentication URL",
            Value::Issuer => "Issuer URL",
            Value::LogoutUrl => "Single Logout URL",
        };
        let text = format!("{name}: {why}.");
        Self { value, text }
    }
}

/// What is wrong with the values: every one that cannot be used is named, in the order of the form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.0.iter().map(|fault| fault.text.as_str()).collect::<Vec<_>>().join(" "))]
pub struct Faults(pub Vec<Fault>);

/// Reads the values as texts. Blanks and line ends around them, which come with every paste, are
/// dropped; a certificate may be PEM, DER or bare base64, and several may stand in one text. The
/// address of single logout may be missing.
///
/// # Errors
/// [`Faults`].
pub fn from_texts(
    certificate: &[u8],
    sign_in_url: &str,
    issuer: &str,
    logout_url: &str,
) -> Result<Connection, Faults> {
    let logout = logout(logout_url, LogoutBinding::Post);
    together(certificates(certificate), sign_in_url, issuer, logout)
}

/// Puts the values together, each judged by itself.
///
/// # Errors
/// [`Faults`].
pub fn together(
    certificates: Result<Vec<Certificate>, Fault>,
    sign_in_url: &str,
    issuer: &str,
    logout: Result<Option<SingleLogout>, Fault>,
) -> Result<Connection, Faults> {
    let issuer = Issuer::new(issuer).map_err(|error| Fault::of(Value::Issuer, error));
    let logout = logout.and_then(usable_logout);
    match (certificates, sign_in(sign_in_url), issuer, logout) {
        (Ok(certificates), Ok(url), Ok(issuer), Ok(logout)) => Ok(Connection {
            certificates,
            sign_in_url: Some(url),
            issuer: Some(issuer),
            logout,
        }),
        (certificates, url, issuer, logout) => {
            let faults = [certificates.err(), url.err(), issuer.err(), logout.err()];
            Err(Faults(faults.into_iter().flatten().collect()))
        }
    }
}

fn sign_in(url: &str) -> Result<SignInUrl, Fault> {
    let wrong = |error: &dyn fmt::Display| Fault::of(Value::SignInUrl, error);
    let read = SignInUrl::new(url).map_err(|error| wrong(&error))?;
    taken(Idp::builder("x").sign_in_redirect(read.as_str())).map_err(|hint| wrong(&hint))?;
    Ok(read)
}

fn usable_logout(logout: Option<SingleLogout>) -> Result<Option<SingleLogout>, Fault> {
    if let Some(service) = &logout {
        let answers = service.answers.as_ref().unwrap_or(&service.url).as_str();
        let service = LogoutService::post(service.url.as_str()).answers_at(answers);
        taken(Idp::builder("x").logout(service))
            .map_err(|hint| Fault::of(Value::LogoutUrl, hint))?;
    }
    Ok(logout)
}

/// Whether logins could go by what was put into this builder so far, but for the key that is still
/// missing: what the login refuses must not get into the settings.
fn taken(builder: IdpBuilder) -> Result<(), String> {
    match builder.build().map(drop) {
        Err(error) if error.finding().code() != Code::KeyMissing => {
            let hint = error.finding().hints().next();
            Err(hint.map_or_else(|| error.to_string(), |hint| format!("it {hint}")))
        }
        _ => Ok(()),
    }
}

/// Reads the address of single logout, which may be missing.
///
/// # Errors
/// [`Fault`].
pub fn logout(url: &str, binding: LogoutBinding) -> Result<Option<SingleLogout>, Fault> {
    if url.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(SingleLogout {
        url: logout_url(url)?,
        answers: None,
        binding,
    }))
}

fn logout_url(text: &str) -> Result<LogoutUrl, Fault> {
    let wrong = |error: &dyn fmt::Display| Fault::of(Value::LogoutUrl, error);
    LogoutUrl::new(text).map_err(|error| match error {
        ConnectionError::NotHttps => wrong(&"it must be an https URL"),
        other => wrong(&other),
    })
}

/// What metadata says about single logout, as the settings keep it.
fn kept_logout(service: &LogoutService) -> Result<SingleLogout, Fault> {
    let answers = Some(service.answers_to()).filter(|to| *to != service.location());
    Ok(SingleLogout {
        url: logout_url(service.location())?,
        answers: answers.map(logout_url).transpose()?,
        binding: if service.is_by_redirect() {
            LogoutBinding::Redirect
        } else {
            LogoutBinding::Post
        },
    })
}

/// Reads all three from a metadata document, and single logout where it has it. Keys that are too
/// weak are left out beside one that is not.
///
/// # Errors
/// Sentences for the administrator. A document that is no metadata of a usable identity provider is
/// refused for the first thing that is wrong with it.
pub fn from_metadata(xml: &[u8], now: OffsetDateTime) -> Result<Connection, String> {
    let metadata = IdpMetadata::read(xml, None, &Limits::default(), now)
        .map_err(|rejection| format!("Metadata: {}.", in_words(&rejection)))?;
    let idp = metadata
        .to_idp()
        .map_err(|error| format!("Metadata: {error}."))?;
    let url = idp
        .sign_in_redirect()
        .ok_or("Metadata: it names no sign-in URL for the redirect binding.")?;
    let certificates = idp.keys().map(|key| kept(key.certificate())).collect();
    let logout = idp.logout().map(kept_logout).transpose();
    together(certificates, url, metadata.entity_id(), logout)
        .map_err(|faults| format!("Metadata: {faults}"))
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
/// [`Fault`].
pub fn certificates(pasted: &[u8]) -> Result<Vec<Certificate>, Fault> {
    let read = cert::Certificate::parse_all(pasted)
        .map_err(|error| Fault::of(Value::Certificate, error))?;
    read.iter().map(kept).collect()
}

/// A certificate as the settings keep it, if logins would go by its key.
fn kept(certificate: &cert::Certificate) -> Result<Certificate, Fault> {
    let wrong = |error: &dyn fmt::Display| Fault::of(Value::Certificate, error);
    let key = certificate.key().public();
    key.check(&AlgorithmPolicy::default())
        .map_err(|finding| wrong(&UsageError::from(finding)))?;
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
