//! The service provider: us.

mod builder;
mod start;

use std::fmt;
use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use crate::acs::Acs;
use crate::cert::Certificate;
use crate::checks::{Context, IdpInitiated, Reflected};
use crate::credential::SigningCredential;
use crate::crypto::{CryptoProvider, DecryptionKey, PublicKey};
use crate::dsig::Keys;
use crate::error::{Code, Finding, UsageError};
use crate::idp::Idp;
use crate::login::NameDemand;
use crate::policy::{AlgorithmPolicy, Diagnosis, Limits, Skew};
use crate::prove::Trust;
use crate::record::{Expected, RequestRecord};
use crate::url;

pub use builder::ServiceProviderBuilder;

/// A service provider: one entity id, one or more assertion consumer services, and what is
/// accepted. It has no state; share it between threads and clone it at will.
///
/// ```
/// use saml_sp::{Acs, ServiceProvider, crypto::CryptoProvider};
/// let sp = ServiceProvider::builder("https://sp.example/entity")
///     .acs(Acs::new("https://sp.example/acs"))
///     .crypto(CryptoProvider::rustcrypto())
///     .build()?;
/// assert_eq!(sp.entity_id(), "https://sp.example/entity");
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[derive(Clone)]
pub struct ServiceProvider {
    pub(crate) entity_id: String,
    pub(crate) default_acs: Acs,
    pub(crate) other_acs: Vec<Acs>,
    pub(crate) crypto: CryptoProvider,
    pub(crate) skew: Skew,
    pub(crate) max_age: Duration,
    pub(crate) limits: Limits,
    pub(crate) idp_initiated: IdpInitiated,
    pub(crate) diagnosis: Diagnosis,
    pub(crate) signing: Option<SigningCredential>,
    pub(crate) logout_urls: Vec<String>,
    pub(crate) decryption: Vec<Arc<dyn DecryptionKey>>,
    pub(crate) encryption_certificates: Vec<Certificate>,
}

/// `Debug` shows no key.
impl fmt::Debug for ServiceProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceProvider")
            .field("entity_id", &self.entity_id)
            .field("acs", &self.default_acs)
            .finish_non_exhaustive()
    }
}

impl ServiceProvider {
    /// Begin with the entity id, which is also the audience: any URI, byte for byte as identity
    /// providers have it.
    pub fn builder(entity_id: impl Into<String>) -> ServiceProviderBuilder {
        ServiceProviderBuilder::new(entity_id.into())
    }

    /// The entity id.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// The limits, which [`AcsForm`](crate::AcsForm) wants before anything else is known.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The assertion consumer services, the default one first.
    pub fn acs(&self) -> impl Iterator<Item = &Acs> {
        std::iter::once(&self.default_acs).chain(&self.other_acs)
    }

    /// The same service provider with this one ACS instead, for hosts that give each tenant its
    /// own URL. Build the ACS from what *you* know of the tenant, not from the address that was
    /// asked for: the listening URL is what `Destination` and `Recipient` are compared with. Entity
    /// id and logout addresses stay; where these are a tenant's own too, build a service provider
    /// for each.
    ///
    /// # Errors
    /// [`Code::ConfigUrl`].
    ///
    /// ```
    /// # use saml_sp::{Acs, CryptoProvider, Idp, ServiceProvider};
    /// # let test = saml_testkit::TestIdp::okta();
    /// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
    /// #     .crypto(CryptoProvider::rustcrypto()).build()?;
    /// let tenant = sp.for_acs(Acs::new("https://sp.example/acs?org_id=7"))?;
    /// assert_eq!(tenant.acs().count(), 1);
    /// assert_eq!(tenant.entity_id(), sp.entity_id());
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub fn for_acs(&self, acs: Acs) -> Result<Self, UsageError> {
        builder::check_acs(&acs, url::PlainHttp::LoopbackOnly)?;
        Ok(Self {
            default_acs: acs,
            other_acs: Vec::new(),
            ..self.clone()
        })
    }

    /// The key that signs, where a message must be signed.
    pub(crate) fn signer(&self) -> Result<&SigningCredential, UsageError> {
        self.signing.as_ref().ok_or_else(|| {
            Finding::new(Code::SigningFailed)
                .expected("a signing key")
                .into()
        })
    }

    /// The tolerance on times of this identity provider: its own, or ours.
    pub(crate) fn skew_for(&self, idp: &Idp) -> Duration {
        idp.skew().unwrap_or(self.skew).duration()
    }

    /// Whether a key of ours is configured as the identity provider's.
    fn reflects(&self, idp: &Idp) -> Reflected {
        let signing = self
            .signing
            .iter()
            .map(|signing| signing.certificate().key().public());
        let decryption = self.decryption.iter().map(|key| key.public());
        let mut own = signing.chain(decryption);
        let theirs = |own: &PublicKey| {
            idp.keys()
                .any(|key| key.certificate().key().public() == own)
        };
        if own.any(theirs) {
            Reflected::Yes
        } else {
            Reflected::No
        }
    }

    /// What verification needs.
    pub(crate) fn trust<'a>(
        &'a self,
        keys: &'a Keys<'a>,
        policy: &'a AlgorithmPolicy,
    ) -> Trust<'a> {
        let (crypto, limits) = (&self.crypto, &self.limits);
        Trust {
            keys,
            policy,
            crypto,
            limits,
            decryption: &self.decryption,
        }
    }

    /// What an answer is compared with: the ACS of the request, else the first.
    pub(crate) fn context<'a>(
        &'a self,
        idp: &'a Idp,
        expected: Expected<'a>,
        name: NameDemand,
        now: OffsetDateTime,
    ) -> Context<'a> {
        let wanted = expected.record().map(RequestRecord::acs);
        let named = self
            .acs()
            .find(|acs| wanted.is_none_or(|url| url == acs.listening()));
        Context {
            entity_id: &self.entity_id,
            acs: named.unwrap_or(&self.default_acs),
            idp: idp.issuer(),
            idp_initiated: self.idp_initiated,
            diagnosis: self.diagnosis,
            name,
            reflected: self.reflects(idp),
            expected,
            now,
            skew: self.skew_for(idp),
            max_age: self.max_age,
        }
    }
}
