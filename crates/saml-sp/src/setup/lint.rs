//! Doubts about a configuration, before the first login.
//!
//! A doubt is not an error: everything that cannot work at all is refused by the builders already.
//! Raise them where the admin sees them, when the connection is entered and once a day.

use time::{Duration, OffsetDateTime};

use crate::error::Vendor;
use crate::idp::{Idp, KeyState};
use crate::policy::{CbcUnsigned, Rsa15, Sha1};
use crate::request::{NameIdPolicy, StartOptions};
use crate::sp::ServiceProvider;

/// What is doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LintKind {
    /// A host name with an underscore, which Okta refuses in URLs.
    AcsHostUnderscore,
    /// The ACS listens on plain http.
    AcsPlainHttp,
    /// A URL is longer than the 1024 characters that Okta takes.
    AcsTooLong,
    /// The identity provider wants signed requests and there is no key.
    SigningKeyMissing,
    /// The request names no ACS URL, which Okta demands of signed requests.
    AcsNotNamed,
    /// The request names no NameID format, which Okta demands of signed requests.
    NameIdFormatNotNamed,
    /// A trusted certificate is past its date. Logins go on; the identity provider may be about
    /// to change it.
    CertificateExpired,
    /// A trusted certificate ends within 30 days.
    CertificateExpiresSoon,
    /// The dates of a trusted certificate have not begun.
    CertificateNotYetValid,
    /// No key is in use: all are next or retiring.
    NoActiveKey,
    /// An RSA key below 2048 bits is accepted by policy.
    SmallKeysAllowed,
    /// A weak algorithm is accepted by policy.
    WeakAlgorithmAllowed,
    /// The identity provider's key is our own.
    KeyReflected,
    /// There is no address to sign in at.
    SignInMissing,
    /// The identity provider offers single logout and we have no address or no key for it.
    LogoutIncomplete,
    /// Our signing certificate ends within 30 days or has ended.
    OwnCertificateExpires,
}

impl LintKind {
    /// The stable `snake_case` name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AcsHostUnderscore => "acs_host_underscore",
            Self::AcsPlainHttp => "acs_plain_http",
            Self::AcsTooLong => "acs_too_long",
            Self::SigningKeyMissing => "signing_key_missing",
            Self::AcsNotNamed => "acs_not_named",
            Self::NameIdFormatNotNamed => "name_id_format_not_named",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateExpiresSoon => "certificate_expires_soon",
            Self::CertificateNotYetValid => "certificate_not_yet_valid",
            Self::NoActiveKey => "no_active_key",
            Self::SmallKeysAllowed => "small_keys_allowed",
            Self::WeakAlgorithmAllowed => "weak_algorithm_allowed",
            Self::KeyReflected => "key_reflected",
            Self::SignInMissing => "sign_in_missing",
            Self::LogoutIncomplete => "logout_incomplete",
            Self::OwnCertificateExpires => "own_certificate_expires",
        }
    }

    /// What to do about it, in a sentence.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::AcsHostUnderscore => "Use a host name without underscore; Okta refuses the URL.",
            Self::AcsPlainHttp => "Listen on https: whoever reads an assertion can use it.",
            Self::AcsTooLong => "Shorten the URL; Okta takes 1024 characters.",
            Self::SigningKeyMissing => {
                "Give the service provider a signing key, or switch Signed Requests off."
            }
            Self::AcsNotNamed => {
                "Name the ACS by URL in requests: with Signed Requests Okta answers 400 otherwise."
            }
            Self::NameIdFormatNotNamed => {
                "Ask for the very Name ID format of the application: with Signed Requests Okta \
                 answers 400 otherwise."
            }
            Self::CertificateExpired => {
                "Logins go on. Ask the identity provider's admin for the next certificate and add \
                 it before it is activated."
            }
            Self::CertificateExpiresSoon => {
                "Ask the identity provider's admin for the next certificate and add it before it \
                 is activated."
            }
            Self::CertificateNotYetValid => {
                "Logins go on. Look whether the right certificate was entered, and at the clock."
            }
            Self::NoActiveKey => "Give one of the keys the state Active.",
            Self::SmallKeysAllowed => "Let the identity provider take a key of 2048 bits or more.",
            Self::WeakAlgorithmAllowed => {
                "Let the identity provider sign with RSA-SHA256 and encrypt with AES-GCM and \
                 RSA-OAEP, then drop the exception."
            }
            Self::KeyReflected => {
                "Enter the identity provider's own certificate: with ours, whatever we sign could \
                 be played back as an assertion."
            }
            Self::SignInMissing => "Enter the identity provider's sign-in URL.",
            Self::LogoutIncomplete => {
                "Give the service provider a logout address and a signing key, or leave the \
                 identity provider's logout service out."
            }
            Self::OwnCertificateExpires => {
                "Make a new certificate and enter it at the identity provider; some stop taking \
                 our requests."
            }
        }
    }
}

/// One doubt, with the value that raised it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    kind: LintKind,
    seen: String,
}

impl Lint {
    /// What is doubtful.
    #[must_use]
    pub const fn kind(&self) -> LintKind {
        self.kind
    }

    /// The value that raised it.
    #[must_use]
    pub fn seen(&self) -> &str {
        &self.seen
    }
}

/// Everything doubtful about a pair of service and identity provider.
///
/// ```
/// # use saml_sp::{Acs, CryptoProvider, Idp, ServiceProvider, setup::{LintKind, lint}};
/// # let test = saml_testkit::TestIdp::okta();
/// # let idp = Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer())?;
/// let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://my_sp.example/acs"))
///     .crypto(CryptoProvider::rustcrypto()).build()?;
/// let doubts = lint(&sp, &idp, time::macros::datetime!(2026-01-31 12:00 UTC));
/// assert!(doubts.iter().any(|doubt| doubt.kind() == LintKind::AcsHostUnderscore));
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[must_use]
pub fn lint(sp: &ServiceProvider, idp: &Idp, now: OffsetDateTime) -> Vec<Lint> {
    let mut doubts = Vec::new();
    let mut doubt = |kind, seen: &str| {
        doubts.push(Lint {
            kind,
            seen: seen.to_owned(),
        })
    };
    addresses(sp, &mut doubt);
    keys(idp, now, &mut doubt);
    policy(idp, &mut doubt);
    pair(sp, idp, now, &mut doubt);
    doubts
}

/// Everything doubtful about a request that is to be made, beyond [`lint`]: what Okta refuses
/// where it verifies requests ("Signed Requests").
///
/// ```
/// # use saml_sp::{Acs, CryptoProvider, Idp, ServiceProvider, StartOptions};
/// # use saml_sp::idp::SignRequests;
/// # use saml_sp::setup::{LintKind, lint_request};
/// # let test = saml_testkit::TestIdp::okta();
/// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
/// #     .crypto(CryptoProvider::rustcrypto()).build()?;
/// let idp = Idp::builder(test.issuer()).certificate(test.certificate_pem())
///     .sign_requests(SignRequests::Required).build()?;
/// let doubts = lint_request(&sp, &idp, &StartOptions::default());
/// assert_eq!(doubts[0].kind(), LintKind::NameIdFormatNotNamed);
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[must_use]
pub fn lint_request(sp: &ServiceProvider, idp: &Idp, options: &StartOptions) -> Vec<Lint> {
    let mut doubts = Vec::new();
    if !idp.wants_signed_requests() || idp.vendor() != Vendor::Okta {
        return doubts;
    }
    if !matches!(options.name_id_policy, NameIdPolicy::Format(_)) {
        doubts.push(Lint {
            kind: LintKind::NameIdFormatNotNamed,
            seen: format!("{:?}", options.name_id_policy),
        });
    }
    let wanted = options.acs.as_deref();
    let unnamed = sp
        .acs()
        .find(|acs| wanted.is_none_or(|url| url == acs.listening()))
        .filter(|acs| acs.requested_url().is_none());
    doubts.extend(unnamed.map(|acs| Lint {
        kind: LintKind::AcsNotNamed,
        seen: acs.listening().to_owned(),
    }));
    doubts
}

/// When a warning about a certificate begins.
const SOON: Duration = Duration::days(30);

fn addresses(sp: &ServiceProvider, doubt: &mut impl FnMut(LintKind, &str)) {
    for acs in sp.acs() {
        let other = acs.requested_url().filter(|url| *url != acs.listening());
        for url in std::iter::once(acs.listening()).chain(other) {
            let host = url.split_once("://").map_or("", |(_, rest)| rest);
            if host
                .split(['/', '?', ':'])
                .next()
                .is_some_and(|host| host.contains('_'))
            {
                doubt(LintKind::AcsHostUnderscore, url);
            }
            if url.starts_with("http:") {
                doubt(LintKind::AcsPlainHttp, url);
            }
            if url.len() > 1024 {
                doubt(LintKind::AcsTooLong, url);
            }
        }
    }
}

fn keys(idp: &Idp, now: OffsetDateTime, doubt: &mut impl FnMut(LintKind, &str)) {
    let trusted = || idp.keys().filter(|key| key.state() != KeyState::Retired);
    for key in trusted() {
        let certificate = key.certificate();
        let seen = format!(
            "{} ends {}",
            certificate.fingerprint(),
            certificate.not_after().date()
        );
        if certificate.not_after() < now {
            doubt(LintKind::CertificateExpired, &seen);
        } else if certificate.not_after() < now.saturating_add(SOON) {
            doubt(LintKind::CertificateExpiresSoon, &seen);
        }
        if certificate.not_before() > now {
            doubt(LintKind::CertificateNotYetValid, &seen);
        }
    }
    if trusted().all(|key| key.state() != KeyState::Active) {
        doubt(LintKind::NoActiveKey, idp.issuer());
    }
}

fn policy(idp: &Idp, doubt: &mut impl FnMut(LintKind, &str)) {
    let policy = idp.policy();
    if policy.rsa_min_bits() < 2048 {
        doubt(
            LintKind::SmallKeysAllowed,
            &format!("{} bits", policy.rsa_min_bits()),
        );
    }
    let weak = [
        (policy.sha1() == Sha1::DangerAllowed, "SHA-1"),
        (
            policy.cbc_unsigned() == CbcUnsigned::DangerAllowed,
            "CBC in an unsigned Response",
        ),
        (
            policy.rsa_1_5() == Rsa15::DangerAllowed,
            "RSA PKCS#1 v1.5 key transport",
        ),
    ];
    for (_, name) in weak.iter().filter(|(allowed, _)| *allowed) {
        doubt(LintKind::WeakAlgorithmAllowed, name);
    }
}

fn pair(
    sp: &ServiceProvider,
    idp: &Idp,
    now: OffsetDateTime,
    doubt: &mut impl FnMut(LintKind, &str),
) {
    if idp.sign_in_redirect().is_none() && idp.sign_in_post().is_none() {
        doubt(LintKind::SignInMissing, idp.issuer());
    }
    if idp.wants_signed_requests() && sp.signing.is_none() {
        doubt(LintKind::SigningKeyMissing, idp.issuer());
    }
    if idp.logout().is_some() && (sp.signing.is_none() || sp.logout_urls.is_empty()) {
        doubt(LintKind::LogoutIncomplete, idp.issuer());
    }
    let Some(signing) = &sp.signing else { return };
    let own = signing.certificate();
    if idp.keys().any(|key| key.certificate().key() == own.key()) {
        doubt(LintKind::KeyReflected, &own.fingerprint().to_string());
    }
    if own.not_after() < now.saturating_add(SOON) {
        doubt(
            LintKind::OwnCertificateExpires,
            &own.not_after().date().to_string(),
        );
    }
}
