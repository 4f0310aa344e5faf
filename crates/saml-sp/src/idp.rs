//! One identity provider, as somebody configured it.
//!
//! What is pinned is the key. A certificate is how it is carried and shown: issued anew for the same
//! key it is the same trust, and its dates, its issuer and its own signature decide nothing.

mod builder;
mod logout;
mod signed;

use time::OffsetDateTime;

use crate::cert::Certificate;
use crate::dsig::Keys;
use crate::error::{Code, Finding, Rejection, UsageError, Vendor};
use crate::policy::{AlgorithmPolicy, Skew};

pub use builder::IdpBuilder;
pub(crate) use builder::usable;
pub use logout::LogoutService;
pub use signed::RequireSigned;

/// Where a key stands in its life. Only [`Retired`](Self::Retired) keys do not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum KeyState {
    /// Announced; trusted already, because identity providers switch without warning.
    Next,
    /// In use.
    #[default]
    Active,
    /// On its way out; still trusted.
    Retiring,
    /// No longer trusted. Kept so that a refusal can say that this key was used.
    Retired,
}

/// Whether an identity provider takes signed requests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "it does or it does not")]
pub enum SignRequests {
    /// It takes both. The default; requests are signed anyway when there is a key.
    #[default]
    Optional,
    /// It takes signed ones only: starting a login without a signing key is an error.
    Required,
}

/// A certificate whose key is, or was, trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    certificate: Certificate,
    state: KeyState,
}

impl TrustedKey {
    /// A certificate in a state.
    #[must_use]
    pub const fn new(certificate: Certificate, state: KeyState) -> Self {
        Self { certificate, state }
    }

    /// The certificate that carries the key.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Where it stands in its life.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        self.state
    }
}

/// An identity provider: its entity id, its keys, its endpoints, and what is accepted from it.
///
/// The certificate is only the envelope of a pinned key: its own dates, issuer and signature never
/// decide. Use [`expiring`](Self::expiring) to warn in time.
///
/// ```
/// use saml_sp::{Code, Idp};
/// let idp = saml_testkit::TestIdp::okta();
/// let idp = Idp::from_parts(idp.certificate_pem(), idp.sign_in_url(), idp.issuer())?;
/// assert_eq!(idp.keys().count(), 1);
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idp {
    pub(crate) issuer: String,
    pub(crate) sign_in_redirect: Option<String>,
    pub(crate) sign_in_post: Option<String>,
    pub(crate) wants_signed_requests: SignRequests,
    pub(crate) logout: Option<LogoutService>,
    pub(crate) keys: Vec<TrustedKey>,
    pub(crate) policy: AlgorithmPolicy,
    pub(crate) require_signed: RequireSigned,
    pub(crate) vendor: Option<Vendor>,
    pub(crate) skew: Option<Skew>,
}

impl Idp {
    /// From the three values an admin copies out of the identity provider: certificate (PEM, DER
    /// or base64 in any spelling; several PEM blocks give several keys), sign-in URL (redirect
    /// binding) and issuer (entity id).
    ///
    /// # Errors
    /// [`Code::CertificateInvalid`] and its relatives, which say
    /// what was pasted instead; [`Code::KeyWeak`];
    /// [`Code::ConfigUrl`]; [`Code::ConfigInvalid`].
    pub fn from_parts(
        certificate: impl AsRef<[u8]>,
        sign_in_url: impl Into<String>,
        issuer: impl Into<String>,
    ) -> Result<Self, UsageError> {
        Self::builder(issuer)
            .certificate(certificate)
            .sign_in_redirect(sign_in_url)
            .build()
    }

    /// From single values, for everything beyond the usual three.
    pub fn builder(issuer: impl Into<String>) -> IdpBuilder {
        IdpBuilder::new(issuer.into())
    }

    /// Trust another certificate too, before the identity provider begins to use it.
    ///
    /// Identity providers change keys at one stroke. With the next certificate here as
    /// [`KeyState::Next`] nobody notices; without it every login fails until somebody copies it.
    ///
    /// # Errors
    /// As [`from_parts`](Self::from_parts).
    ///
    /// ```
    /// use saml_sp::{Idp, idp::KeyState};
    /// use saml_testkit::{TestIdp, TestKey};
    /// # let test = TestIdp::okta();
    /// let idp = Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer())?
    ///     .with_certificate(TestKey::IdpNext.certificate_pem(), KeyState::Next)?;
    /// assert_eq!(idp.keys().count(), 2);
    /// // After the change the old one is retired: it no longer verifies, and a refusal says so.
    /// let idp = idp.with_certificate(test.certificate_pem(), KeyState::Retired)?;
    /// assert_eq!(idp.keys().filter(|key| key.state() == KeyState::Retired).count(), 1);
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub fn with_certificate(
        self,
        certificate: impl AsRef<[u8]>,
        state: KeyState,
    ) -> Result<Self, UsageError> {
        IdpBuilder::from(self)
            .certificate_in_state(certificate, state)
            .build()
    }

    /// The entity id.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The sign-in URL of the redirect binding, if there is one.
    #[must_use]
    pub fn sign_in_redirect(&self) -> Option<&str> {
        self.sign_in_redirect.as_deref()
    }

    /// The sign-in URL of the POST binding, if there is one.
    #[must_use]
    pub fn sign_in_post(&self) -> Option<&str> {
        self.sign_in_post.as_deref()
    }

    /// Whether it takes signed requests only.
    #[must_use]
    pub fn wants_signed_requests(&self) -> bool {
        self.wants_signed_requests == SignRequests::Required
    }

    /// Where it takes logout messages, if it does.
    #[must_use]
    pub const fn logout(&self) -> Option<&LogoutService> {
        self.logout.as_ref()
    }

    pub(crate) fn logout_service(&self) -> Result<&LogoutService, UsageError> {
        self.logout().ok_or_else(|| {
            Finding::new(Code::ConfigInvalid)
                .expected("a single logout service of the identity provider")
                .into()
        })
    }

    /// Every configured key, retired ones too.
    pub fn keys(&self) -> impl Iterator<Item = &TrustedKey> {
        self.keys.iter()
    }

    /// What is accepted from it.
    #[must_use]
    pub const fn policy(&self) -> &AlgorithmPolicy {
        &self.policy
    }

    /// Whose product it is: as told to the builder, else as its addresses betray. It chooses the
    /// words of reports.
    #[must_use]
    pub fn vendor(&self) -> Vendor {
        let url = self.sign_in_redirect().or_else(|| self.sign_in_post());
        self.vendor
            .unwrap_or_else(|| Vendor::infer(&self.issuer, url))
    }

    /// A refusal of its message, with the cure in the words of its console.
    pub(crate) fn in_its_words<T>(&self, judged: Result<T, Rejection>) -> Result<T, Rejection> {
        judged.map_err(|rejection| rejection.from_vendor(self.vendor()))
    }

    /// The tolerance on its times, where it has one of its own.
    #[must_use]
    pub const fn skew(&self) -> Option<Skew> {
        self.skew
    }

    /// Which signatures it must make.
    #[must_use]
    pub const fn require_signed(&self) -> RequireSigned {
        self.require_signed
    }

    /// The trusted certificates whose dates end before `deadline`: warn their admin.
    ///
    /// A certificate's dates never refuse a login, so this is about the identity provider's own
    /// change of keys, which usually comes with the end of the certificate. Ask with several
    /// deadlines, such as 30, 14 and 3 days, and tell each once.
    ///
    /// ```
    /// # use saml_sp::Idp;
    /// # let test = saml_testkit::TestIdp::okta();
    /// # let idp = Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer())?;
    /// # let now = time::macros::datetime!(2026-01-31 12:00 UTC);
    /// assert_eq!(idp.expiring(now + time::Duration::days(30)).count(), 0);
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub fn expiring(&self, deadline: OffsetDateTime) -> impl Iterator<Item = &TrustedKey> {
        self.keys.iter().filter(move |key| {
            key.state != KeyState::Retired && key.certificate.not_after() < deadline
        })
    }

    /// The keys that verify, active ones first, and those that no longer do.
    pub(crate) fn pinned(&self) -> Keys<'_> {
        let of = |wanted: fn(KeyState) -> bool| {
            let keys = self.keys.iter().filter(move |key| wanted(key.state));
            keys.map(|key| key.certificate.key())
        };
        let active = of(|state| state == KeyState::Active);
        let others = of(|state| !matches!(state, KeyState::Active | KeyState::Retired));
        Keys {
            trusted: active.chain(others).collect(),
            retired: of(|state| state == KeyState::Retired).collect(),
        }
    }
}
