//! An identity provider from single values.

use super::{Idp, KeyState, LogoutService, RequireSigned, SignRequests, TrustedKey};
use crate::cert::Certificate;
use crate::error::{Code, Finding, UsageError, Vendor};
use crate::policy::{AlgorithmPolicy, Skew};
use crate::url::{self, PlainHttp};

/// The most keys one identity provider may have, so that a forged message costs few verifications.
const MOST_KEYS: usize = 8;

/// Collects what is known of an identity provider; [`build`](Self::build) judges it.
#[derive(Clone, Debug)]
#[must_use = "call build"]
pub struct IdpBuilder {
    idp: Idp,
    pasted: Vec<(Vec<u8>, KeyState)>,
    announced: Vec<Certificate>,
    plain: PlainHttp,
}

impl From<Idp> for IdpBuilder {
    fn from(idp: Idp) -> Self {
        Self {
            idp,
            pasted: Vec::new(),
            announced: Vec::new(),
            plain: PlainHttp::LoopbackOnly,
        }
    }
}

impl IdpBuilder {
    pub(super) fn new(issuer: String) -> Self {
        Self::from(Idp {
            issuer,
            sign_in_redirect: None,
            sign_in_post: None,
            wants_signed_requests: SignRequests::default(),
            logout: None,
            keys: Vec::new(),
            policy: AlgorithmPolicy::default(),
            require_signed: RequireSigned::default(),
            vendor: None,
            skew: None,
        })
    }

    /// A certificate in use: PEM, DER or base64; several PEM blocks give several keys.
    pub fn certificate(self, pasted: impl AsRef<[u8]>) -> Self {
        self.certificate_in_state(pasted, KeyState::Active)
    }

    /// A certificate in another state.
    pub fn certificate_in_state(mut self, pasted: impl AsRef<[u8]>, state: KeyState) -> Self {
        self.pasted.push((pasted.as_ref().to_vec(), state));
        self
    }

    /// A certificate that was read already; one of the same key takes its place.
    pub fn trusted(mut self, key: TrustedKey) -> Self {
        add(&mut self.idp.keys, key);
        self
    }

    /// Certificates that the identity provider's metadata announces. Who pastes a weak one is told;
    /// one in metadata is nobody's choice here, so it is passed over beside one that is not weak.
    pub(crate) fn announced(mut self, certificates: impl IntoIterator<Item = Certificate>) -> Self {
        self.announced.extend(certificates);
        self
    }

    /// The sign-in URL of the redirect binding.
    #[doc(alias = "sign_in_url")]
    pub fn sign_in_redirect(mut self, url: impl Into<String>) -> Self {
        self.idp.sign_in_redirect = Some(url.into());
        self
    }

    /// The sign-in URL of the POST binding.
    pub fn sign_in_post(mut self, url: impl Into<String>) -> Self {
        self.idp.sign_in_post = Some(url.into());
        self
    }

    /// Where it takes logout messages.
    #[doc(alias = "logout_url")]
    pub fn logout(mut self, service: LogoutService) -> Self {
        self.idp.logout = Some(service);
        self
    }

    /// Whether it takes signed requests only ("Signed Requests" in Okta).
    pub const fn sign_requests(mut self, sign: SignRequests) -> Self {
        self.idp.wants_signed_requests = sign;
        self
    }

    /// What is accepted from it, instead of [`AlgorithmPolicy::default`].
    pub const fn policy(mut self, policy: AlgorithmPolicy) -> Self {
        self.idp.policy = policy;
        self
    }

    /// Whose product it is, for the words of reports; inferred from its addresses otherwise.
    pub const fn vendor(mut self, vendor: Vendor) -> Self {
        self.idp.vendor = Some(vendor);
        self
    }

    /// The tolerance on its times, for a clock that is known to be off; that of the service
    /// provider otherwise.
    ///
    /// ```
    /// use saml_sp::{Idp, policy::Skew};
    /// # let okta = saml_testkit::TestIdp::okta();
    /// let idp = Idp::builder(okta.issuer())
    ///     .certificate(okta.certificate_pem())
    ///     .skew(Skew::new(time::Duration::minutes(5))?)
    ///     .build()?;
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub const fn skew(mut self, skew: Skew) -> Self {
        self.idp.skew = Some(skew);
        self
    }

    /// Which signatures it must make; either one unless told otherwise.
    pub const fn require_signed(mut self, required: RequireSigned) -> Self {
        self.idp.require_signed = required;
        self
    }

    /// Take `http` addresses on any host. Requests, and what the user enters there, then cross the
    /// network in the clear; for tools that send nothing.
    pub const fn danger_allow_http(self) -> Self {
        self.plain_http(PlainHttp::Allowed)
    }

    pub(crate) const fn plain_http(mut self, plain: PlainHttp) -> Self {
        self.plain = plain;
        self
    }

    /// The identity provider, if all values are usable.
    ///
    /// # Errors
    /// As [`Idp::from_parts`]; [`Code::KeyMissing`] without any key that verifies;
    /// [`Code::LimitKeys`] with more than eight.
    pub fn build(self) -> Result<Idp, UsageError> {
        let Self {
            mut idp,
            pasted,
            announced,
            plain,
        } = self;
        url::entity_id(&idp.issuer, "an issuer")?;
        for endpoint in idp.sign_in_redirect.iter().chain(&idp.sign_in_post) {
            url::check(endpoint, "the sign-in URL", plain)?;
        }
        if let Some(service) = &idp.logout {
            url::check(service.location(), "the logout service", plain)?;
            url::check(service.answers_to(), "the logout service's answers", plain)?;
        }
        for (bytes, state) in pasted {
            for certificate in Certificate::parse_all(&bytes).map_err(Finding::from)? {
                add(&mut idp.keys, TrustedKey::new(certificate, state));
            }
        }
        for certificate in usable(&announced, &idp.policy) {
            add(
                &mut idp.keys,
                TrustedKey::new(certificate.clone(), KeyState::Active),
            );
        }
        for key in &idp.keys {
            key.certificate.key().public().check(&idp.policy)?;
        }
        if idp.keys.len() > MOST_KEYS {
            return Err(Finding::new(Code::LimitKeys)
                .expected(format!("at most {MOST_KEYS} keys"))
                .seen(idp.keys.len().to_string())
                .into());
        }
        if idp.pinned().trusted.is_empty() {
            return Err(Finding::new(Code::KeyMissing)
                .expected("a certificate that is not retired")
                .into());
        }
        Ok(idp)
    }
}

/// Those that the policy accepts; all of them where it accepts none, to be told why.
pub(crate) fn usable<'c>(
    certificates: &'c [Certificate],
    policy: &AlgorithmPolicy,
) -> Vec<&'c Certificate> {
    let accepted = |certificate: &&Certificate| certificate.key().public().check(policy).is_ok();
    let strong: Vec<_> = certificates.iter().filter(accepted).collect();
    if strong.is_empty() {
        certificates.iter().collect()
    } else {
        strong
    }
}

/// A key that is there already takes the new state.
fn add(keys: &mut Vec<TrustedKey>, new: TrustedKey) {
    keys.retain(|known| known.certificate.key() != new.certificate.key());
    keys.push(new);
}
