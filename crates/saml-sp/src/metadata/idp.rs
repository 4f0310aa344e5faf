//! An identity provider's metadata.

use time::{Duration, OffsetDateTime};

use super::entity::{Endpoint, endpoint, signing_certificates};
use super::select::{Selected, uri};
use super::{Source, duration};
use crate::assertion::refuse;
use crate::cert::Certificate;
use crate::crypto::CryptoProvider;
use crate::error::{Code, Finding, Rejection, UsageError};
use crate::idp::{Idp, IdpBuilder, LogoutService, SignRequests, usable};
use crate::names::{POST_BINDING, REDIRECT_BINDING};
use crate::policy::{AlgorithmPolicy, Limits};
use crate::url::PlainHttp;
use crate::xml::Element;

/// What an identity provider's metadata says, from a file or an https address that the host
/// trusts. Comments and instructions in the file are passed over.
///
/// ```
/// use saml_sp::{Limits, metadata::IdpMetadata};
/// let test = saml_testkit::TestIdp::okta();
/// let now = time::OffsetDateTime::UNIX_EPOCH;
/// let metadata = IdpMetadata::read(test.metadata_xml().as_bytes(), None, &Limits::default(), now)?;
/// assert_eq!(metadata.entity_id(), test.issuer());
/// let idp = metadata.to_builder().build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpMetadata {
    pub(super) entity_id: String,
    pub(super) valid_until: Option<OffsetDateTime>,
    pub(super) certificates: Vec<Certificate>,
    unsupported: Vec<Finding>,
    plain: PlainHttp,
    logout: Option<LogoutService>,
    pub(super) cache_duration: Option<Duration>,
    sign_in_redirect: Option<Endpoint>,
    sign_in_post: Option<Endpoint>,
    wants_signed_requests: bool,
}

impl IdpMetadata {
    /// Read the entity of this id, or the only identity provider in the document.
    ///
    /// # Errors
    /// What is wrong with the XML; [`Code::MetadataEntityMissing`],
    /// [`Code::MetadataEntityDuplicate`], [`Code::MetadataRoleMissing`],
    /// [`Code::MetadataKeyMissing`], [`Code::MetadataEndpoint`], [`Code::MetadataExpired`].
    pub fn read(
        bytes: &[u8],
        entity_id: Option<&str>,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Self, Rejection> {
        let read = |selected: Selected<'_>| Self::from_selected(selected, PlainHttp::LoopbackOnly);
        Source::transport().with_entity(bytes, entity_id, None, limits, now, read)
    }

    /// Read the entity of this id from a source of which more is demanded.
    ///
    /// For a federation's aggregate that anybody may deliver: its signature must be by a key that
    /// came another way, and it must end within the time given.
    ///
    /// ```
    /// # use saml_sp::{CryptoProvider, Limits, cert::Certificate, metadata::{IdpMetadata, Source}};
    /// # use saml_testkit::{TestIdp, TestKey};
    /// # use time::Duration;
    /// # let (test, now) = (TestIdp::okta(), time::macros::datetime!(2026-01-31 12:00 UTC));
    /// # let file = test.metadata().valid_until(now + Duration::days(7)).signed_by(TestKey::IdpNext).xml();
    /// let key = Certificate::parse(TestKey::IdpNext.certificate_pem().as_bytes())?.key().clone();
    /// let source = Source::signed_by([key], Duration::days(14));
    /// let (crypto, limits) = (CryptoProvider::rustcrypto(), Limits::default());
    /// let read = IdpMetadata::read_from(&source, file.as_bytes(), test.issuer(), &crypto, &limits, now)?;
    /// assert_eq!(read.entity_id(), test.issuer());
    /// let unsigned = test.metadata_xml();
    /// assert!(IdpMetadata::read_from(&source, unsigned.as_bytes(), test.issuer(), &crypto, &limits, now).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read); the codes of signatures; [`Code::MetadataValidity`].
    pub fn read_from(
        source: &Source,
        bytes: &[u8],
        entity_id: &str,
        crypto: &CryptoProvider,
        limits: &Limits,
        now: OffsetDateTime,
    ) -> Result<Self, Rejection> {
        let read = |selected: Selected<'_>| Self::from_selected(selected, source.plain());
        source.with_entity(bytes, Some(entity_id), Some(crypto), limits, now, read)
    }

    fn from_selected(selected: Selected<'_>, plain: PlainHttp) -> Result<Self, Rejection> {
        let Selected {
            entity,
            role,
            valid_until,
        } = selected;
        let (certificates, unsupported) = signing_certificates(role)?;
        if certificates.is_empty() {
            return Err(Finding::new(Code::MetadataKeyMissing)
                .expected("a KeyDescriptor with an X509Certificate for signing")
                .at(role.path())
                .into());
        }
        let sign_in_redirect = endpoint(role, "SingleSignOnService", REDIRECT_BINDING, plain)?;
        let sign_in_post = endpoint(role, "SingleSignOnService", POST_BINDING, plain)?;
        if sign_in_redirect.is_none() && sign_in_post.is_none() {
            return Err(Finding::new(Code::MetadataEndpoint)
                .expected("a SingleSignOnService by redirect or POST")
                .at(role.path())
                .into());
        }
        let post = endpoint(role, "SingleLogoutService", POST_BINDING, plain)?;
        let redirect = endpoint(role, "SingleLogoutService", REDIRECT_BINDING, plain)?;
        let logout = post.map(|e| service(LogoutService::post(e.location), e.response_location));
        let logout = logout.or_else(|| {
            redirect.map(|e| service(LogoutService::redirect(e.location), e.response_location))
        });
        let cache = entity
            .attribute("cacheDuration")
            .and_then(|text| duration::parse(&text));
        Ok(Self {
            plain,
            logout,
            cache_duration: cache,
            entity_id: entity_id(entity)?,
            valid_until,
            certificates,
            unsupported,
            sign_in_redirect,
            sign_in_post,
            wants_signed_requests: matches!(
                role.attribute("WantAuthnRequestsSigned").as_deref(),
                Some("true" | "1")
            ),
        })
    }

    /// The entity id, which becomes the issuer.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// Until when the metadata may be used, if it says so.
    #[must_use]
    pub const fn valid_until(&self) -> Option<OffsetDateTime> {
        self.valid_until
    }

    /// The certificates to verify with, weak ones too.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter()
    }

    /// The keys that are passed over, each with the reason: of a kind that is not supported, or too
    /// weak for `policy` ([`AlgorithmPolicy::default`] unless the identity provider has another). A
    /// good key beside them is enough; without one the metadata, or what is built from it, is refused.
    ///
    /// ```
    /// use saml_sp::{AlgorithmPolicy, Code, Limits, metadata::IdpMetadata};
    /// # use saml_testkit::{TestIdp, TestKey};
    /// # let (test, now) = (TestIdp::okta(), time::OffsetDateTime::UNIX_EPOCH);
    /// # let file = test.metadata().key(TestKey::IdpWeak, Some("signing")).xml();
    /// let metadata = IdpMetadata::read(file.as_bytes(), None, &Limits::default(), now)?;
    /// for finding in metadata.passed_over(&AlgorithmPolicy::default()) {
    ///     assert_eq!(finding.code(), Code::KeyWeak); // tell the admin
    /// }
    /// assert_eq!(metadata.to_idp().map(|idp| idp.keys().count()), Ok(1));
    /// # Ok::<(), saml_sp::Rejection>(())
    /// ```
    #[must_use]
    pub fn passed_over(&self, policy: &AlgorithmPolicy) -> Vec<Finding> {
        let taken = usable(&self.certificates, policy);
        let passed = self.certificates.iter().filter(|c| !taken.contains(c));
        let weak = passed.filter_map(|c| c.key().public().check(policy).err());
        self.unsupported.iter().cloned().chain(weak).collect()
    }

    /// Whether requests must be signed.
    #[must_use]
    pub const fn wants_signed_requests(&self) -> bool {
        self.wants_signed_requests
    }

    /// Begin an [`Idp`] with everything the metadata says; all keys are active, but for those that
    /// are [passed over](Self::passed_over).
    pub fn to_builder(&self) -> IdpBuilder {
        let mut builder = Idp::builder(&self.entity_id).plain_http(self.plain);
        builder = builder.announced(self.certificates.iter().cloned());
        self.endpoints(builder)
    }

    /// The addresses, put into a builder.
    pub(super) fn endpoints(&self, mut builder: IdpBuilder) -> IdpBuilder {
        if let Some(endpoint) = &self.sign_in_redirect {
            builder = builder.sign_in_redirect(&endpoint.location);
        }
        if let Some(endpoint) = &self.sign_in_post {
            builder = builder.sign_in_post(&endpoint.location);
        }
        if let Some(service) = &self.logout {
            builder = builder.logout(service.clone());
        }
        let sign = if self.wants_signed_requests {
            SignRequests::Required
        } else {
            SignRequests::Optional
        };
        builder.sign_requests(sign)
    }

    /// An [`Idp`] with the default policy.
    ///
    /// # Errors
    /// As [`IdpBuilder::build`].
    pub fn to_idp(&self) -> Result<Idp, UsageError> {
        self.to_builder().build()
    }
}

fn service(service: LogoutService, response_location: Option<String>) -> LogoutService {
    match response_location {
        Some(location) => service.answers_at(location),
        None => service,
    }
}

fn entity_id(entity: Element<'_>) -> Result<String, Rejection> {
    entity
        .required_attribute("entityID")
        .map_err(|error| refuse(entity, &error))?;
    Ok(uri(entity, "entityID").unwrap_or_default())
}
