//! An identity provider's metadata.

use time::OffsetDateTime;

use super::entity::{Endpoint, endpoint, signing_certificates};
use super::select::{Selected, select};
use crate::assertion::{refuse, write_time};
use crate::cert::Certificate;
use crate::error::{Code, Finding, Rejection, UsageError};
use crate::idp::{Idp, IdpBuilder, KeyState, SignRequests};
use crate::message;
use crate::names::{POST_BINDING, REDIRECT_BINDING};
use crate::policy::Limits;
use crate::xml::{Document, Element, Extras};

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
    entity_id: String,
    valid_until: Option<OffsetDateTime>,
    certificates: Vec<Certificate>,
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
        let document = Document::parse_bytes(bytes, &limits.of_metadata(), Extras::Allowed)
            .map_err(|error| message::refuse(&error))?;
        let selected = select(document.root(), entity_id)?;
        Self::from_selected(selected, now)
    }

    fn from_selected(selected: Selected<'_>, now: OffsetDateTime) -> Result<Self, Rejection> {
        let Selected {
            entity,
            role,
            valid_until,
        } = selected;
        if let Some(end) = valid_until.filter(|end| *end <= now) {
            return Err(Finding::new(Code::MetadataExpired)
                .expected(format!("an end after {}", write_time(now)))
                .seen(write_time(end))
                .at(entity.path())
                .into());
        }
        let certificates = signing_certificates(role)?;
        if certificates.is_empty() {
            return Err(Finding::new(Code::MetadataKeyMissing)
                .expected("a KeyDescriptor with an X509Certificate for signing")
                .at(role.path())
                .into());
        }
        let sign_in_redirect = endpoint(role, "SingleSignOnService", REDIRECT_BINDING)?;
        let sign_in_post = endpoint(role, "SingleSignOnService", POST_BINDING)?;
        if sign_in_redirect.is_none() && sign_in_post.is_none() {
            return Err(Finding::new(Code::MetadataEndpoint)
                .expected("a SingleSignOnService by redirect or POST")
                .at(role.path())
                .into());
        }
        Ok(Self {
            entity_id: entity_id(entity)?,
            valid_until,
            certificates,
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

    /// The certificates to verify with.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter()
    }

    /// Whether requests must be signed.
    #[must_use]
    pub const fn wants_signed_requests(&self) -> bool {
        self.wants_signed_requests
    }

    /// Begin an [`Idp`] with everything the metadata says; all keys are active.
    pub fn to_builder(&self) -> IdpBuilder {
        let mut builder = Idp::builder(&self.entity_id);
        for certificate in &self.certificates {
            builder = builder.certificate_in_state(certificate.der(), KeyState::Active);
        }
        if let Some(endpoint) = &self.sign_in_redirect {
            builder = builder.sign_in_redirect(&endpoint.location);
        }
        if let Some(endpoint) = &self.sign_in_post {
            builder = builder.sign_in_post(&endpoint.location);
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

fn entity_id(entity: Element<'_>) -> Result<String, Rejection> {
    entity
        .required_attribute("entityID")
        .map(Into::into)
        .map_err(|error| refuse(entity, &error))
}
