//! Doubts about a configuration, before the first login.

use time::{Duration, OffsetDateTime};

use crate::idp::{Idp, KeyState};
use crate::policy::{CbcUnsigned, Rsa15, Sha1};
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
