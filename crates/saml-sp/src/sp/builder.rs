//! A service provider from its settings.

use std::fmt;
use std::sync::Arc;

use time::Duration;

use super::ServiceProvider;
use crate::acs::Acs;
use crate::cert::Certificate;
use crate::checks::IdpInitiated;
use crate::credential::SigningCredential;
use crate::crypto::{CryptoProvider, DecryptionKey};
use crate::error::{Code, Finding, UsageError};
use crate::policy::{Diagnosis, Limits, Skew};
use crate::url::{self, PlainHttp};

/// Collects the settings of a service provider; [`build`](Self::build) judges them.
#[derive(Clone)]
#[must_use = "call build"]
pub struct ServiceProviderBuilder {
    entity_id: String,
    acs: Vec<Acs>,
    crypto: Option<CryptoProvider>,
    skew: Skew,
    max_age: Duration,
    limits: Limits,
    idp_initiated: IdpInitiated,
    plain_http: PlainHttp,
    diagnosis: Diagnosis,
    signing: Option<SigningCredential>,
    logout_urls: Vec<String>,
    decryption: Vec<Arc<dyn DecryptionKey>>,
    encryption_certificates: Vec<Certificate>,
    /// Some certificate is not that of its decryption key.
    mismatched: bool,
}

/// `Debug` shows no key.
impl fmt::Debug for ServiceProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceProviderBuilder")
            .field("entity_id", &self.entity_id)
            .field("acs", &self.acs)
            .finish_non_exhaustive()
    }
}

impl ServiceProviderBuilder {
    pub(super) fn new(entity_id: String) -> Self {
        Self {
            entity_id,
            acs: Vec::new(),
            crypto: None,
            skew: Skew::default(),
            max_age: Duration::hours(1),
            limits: Limits::default(),
            idp_initiated: IdpInitiated::Forbidden,
            plain_http: PlainHttp::LoopbackOnly,
            diagnosis: Diagnosis::Early,
            signing: None,
            logout_urls: Vec::new(),
            decryption: Vec::new(),
            encryption_certificates: Vec::new(),
            mismatched: false,
        }
    }

    /// An assertion consumer service; the first is the default. At least one is needed.
    pub fn acs(mut self, acs: Acs) -> Self {
        self.acs.push(acs);
        self
    }

    /// Who computes. There is no process-wide default, so this is needed.
    pub const fn crypto(mut self, crypto: CryptoProvider) -> Self {
        self.crypto = Some(crypto);
        self
    }

    /// Sign every request and logout message with this key. Needed for single logout.
    pub fn signing(mut self, credential: SigningCredential) -> Self {
        self.signing = Some(credential);
        self
    }

    /// Decrypt assertions with this key. Its certificate, if given, is published in our metadata.
    /// Call it again for the next key during a change; at most four are tried.
    ///
    /// Assertions are opened with the feature `encrypted-assertions` only.
    pub fn decryption(
        mut self,
        key: Arc<dyn DecryptionKey>,
        certificate: impl Into<Option<Certificate>>,
    ) -> Self {
        let certificate = certificate.into();
        self.mismatched |= certificate
            .as_ref()
            .is_some_and(|c| c.key().public() != key.public());
        self.encryption_certificates.extend(certificate);
        self.decryption.push(key);
        self
    }

    /// Take logout messages at this address; the first is published, all are accepted as
    /// `Destination`.
    pub fn logout_url(mut self, url: impl Into<String>) -> Self {
        self.logout_urls.push(url.into());
        self
    }

    /// Whether what needs no key is refused before a signature is looked at. Default
    /// [`Diagnosis::Early`].
    ///
    /// ```
    /// use saml_sp::{Acs, Diagnosis, ServiceProvider, crypto::CryptoProvider};
    /// let sp = ServiceProvider::builder("https://sp.example/entity")
    ///     .acs(Acs::new("https://sp.example/acs"))
    ///     .crypto(CryptoProvider::rustcrypto())
    ///     .diagnosis(Diagnosis::Full) // an admin will read what is wrong
    ///     .build()?;
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub const fn diagnosis(mut self, diagnosis: Diagnosis) -> Self {
        self.diagnosis = diagnosis;
        self
    }

    /// The tolerance on times. Default 3 minutes, at most 5.
    pub const fn skew(mut self, skew: Skew) -> Self {
        self.skew = skew;
        self
    }

    /// How old a message may be, whatever it says about its own life. Default 1 hour: Okta's
    /// assertions live 5 minutes, those of Entra and ADFS an hour. Between 1 minute and 1 day; it
    /// also bounds how long replay entries are kept.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Other limits than [`Limits::default`].
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Accept logins begun at the identity provider, where the caller also says
    /// [`Expected::IdpInitiated`](crate::Expected::IdpInitiated). Off by default: anybody can plant
    /// such an answer in somebody else's browser (login CSRF), and nothing here can tell.
    pub const fn allow_idp_initiated(mut self) -> Self {
        self.idp_initiated = IdpInitiated::Allowed;
        self
    }

    /// Accept `http` in the ACS's URLs on any host. Assertions then cross the network in the clear,
    /// and whoever reads one first can use it; for tools that look at a message offline.
    pub const fn danger_allow_http(mut self) -> Self {
        self.plain_http = PlainHttp::Allowed;
        self
    }

    /// The service provider, if all settings are usable.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] for an entity id that is none, or without ACS or crypto provider;
    /// [`Code::ConfigUrl`] for an ACS URL that is not https (http on loopback is accepted);
    /// [`Code::ConfigDuration`].
    pub fn build(self) -> Result<ServiceProvider, UsageError> {
        url::entity_id(&self.entity_id, "an entity id")?;
        let missing =
            |what: &str| UsageError::from(Finding::new(Code::ConfigInvalid).expected(what));
        if self.mismatched {
            return Err(missing("the certificate of the decryption key"));
        }
        for acs in &self.acs {
            check_acs(acs, self.plain_http)?;
        }
        for logout in &self.logout_urls {
            url::check(logout, "the logout address", self.plain_http)?;
        }
        let mut acs = self.acs.into_iter();
        let default_acs = acs.next().ok_or_else(|| missing("at least one ACS"))?;
        if self.max_age < Duration::minutes(1) || self.max_age > Duration::days(1) {
            return Err(Finding::new(Code::ConfigDuration)
                .expected("a message age between 1 minute and 1 day")
                .seen(format!("{} s", self.max_age.whole_seconds()))
                .into());
        }
        Ok(ServiceProvider {
            entity_id: self.entity_id,
            default_acs,
            other_acs: acs.collect(),
            crypto: self.crypto.ok_or_else(|| missing("a crypto provider"))?,
            skew: self.skew,
            max_age: self.max_age,
            limits: self.limits,
            idp_initiated: self.idp_initiated,
            diagnosis: self.diagnosis,
            signing: self.signing,
            logout_urls: self.logout_urls,
            decryption: self.decryption,
            encryption_certificates: self.encryption_certificates,
        })
    }
}

/// Every URL of an ACS is an endpoint.
pub(super) fn check_acs(acs: &Acs, plain: PlainHttp) -> Result<(), UsageError> {
    url::check(acs.listening(), "the ACS", plain)?;
    for destination in acs.destinations() {
        url::check(destination, "an accepted Destination", plain)?;
    }
    for recipient in acs.recipients() {
        url::check(recipient, "an accepted Recipient", plain)?;
    }
    acs.requested_url()
        .map_or(Ok(()), |url| url::check(url, "the requestable ACS", plain))
}
