//! Stage four's result: octets that a key holder signed.

use std::fmt;

#[cfg(feature = "encrypted-assertions")]
use crate::c14n::{self, Form};
use crate::cert::Fingerprint;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::error::{Code, Finding};
use crate::policy::Limits;
use crate::xml::{Document, Element, Extras};

use super::{ASSERTION, RESPONSE};

/// Which element a signature covers.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Covers {
    /// A `samlp:Response` with everything in it.
    Response,
    /// A `saml:Assertion` alone: nothing around it was signed.
    Assertion,
    /// Another message, such as a logout request or metadata.
    Message,
}

impl Covers {
    pub(super) fn of(target: Element<'_>) -> Self {
        if target.is(RESPONSE) {
            Self::Response
        } else if target.is(ASSERTION) {
            Self::Assertion
        } else {
            Self::Message
        }
    }
}

/// How one signature was proven.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignatureProof {
    /// What it covers.
    pub covers: Covers,
    /// Its algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The digest of what it covers.
    pub digest: DigestAlgorithm,
    /// The pinned key that verified it, by the SHA-256 of its `SubjectPublicKeyInfo`.
    pub key: Fingerprint,
}

/// The canonical octets of an element whose signature verified and whose digest matched, without
/// the signature itself. The only input of the assertion reader.
///
/// ```compile_fail
/// // There is no way to make one but to verify.
/// let forged = saml_sp::dsig::SignedBytes { text: String::new() };
/// ```
#[derive(Clone)]
pub struct SignedBytes {
    text: String,
    covers: Covers,
    proofs: Vec<SignatureProof>,
}

impl SignedBytes {
    pub(super) fn new(text: String, covers: Covers, proofs: Vec<SignatureProof>) -> Self {
        Self {
            text,
            covers,
            proofs,
        }
    }

    /// The octets of an element that was inside these octets in encrypted form and has no
    /// signature of its own: what was signed is its ciphertext.
    #[cfg(feature = "encrypted-assertions")]
    pub(crate) fn within(&self, element: Element<'_>) -> Result<Self, Finding> {
        let octets = c14n::octets(element, &Form::exclusive(), None)?;
        let text = String::from_utf8(octets)
            .map_err(|_| Finding::new(Code::CanonicalFormInvalid).at(element.path()))?;
        Ok(Self::new(text, Covers::of(element), self.proofs.clone()))
    }

    /// The same octets, with the proofs of the octets that they were in.
    #[cfg(feature = "encrypted-assertions")]
    pub(crate) fn inside(mut self, around: &Self) -> Self {
        self.proofs = around.proofs.iter().chain(&self.proofs).copied().collect();
        self
    }

    /// Which element the octets are.
    #[must_use]
    pub fn covers(&self) -> Covers {
        self.covers
    }

    /// Every signature that was verified, the outermost first.
    #[must_use]
    pub fn proofs(&self) -> &[SignatureProof] {
        &self.proofs
    }

    /// The octets as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Parses the octets. Canonical form may be longer than the source was and may repeat
    /// declarations, so only depth, nodes, attributes and names are bounded as the message was.
    ///
    /// # Errors
    /// `CanonicalFormInvalid`: canonical octets that are not XML mean a defect.
    pub fn document(&self, limits: &Limits) -> Result<Document<'_>, Finding> {
        self.document_with(limits, Extras::Refused)
    }

    /// The same for a file, such as metadata, that may hold comments and instructions.
    pub(crate) fn document_with(
        &self,
        limits: &Limits,
        extras: Extras,
    ) -> Result<Document<'_>, Finding> {
        let limits = Limits {
            xml_bytes: self.text.len(),
            namespaces: limits.namespaces.saturating_mul(4),
            ..*limits
        };
        Document::parse(&self.text, &limits, extras)
            .map_err(|error| Finding::new(Code::CanonicalFormInvalid).seen(error.to_string()))
    }
}

/// `Debug` never shows content.
impl fmt::Debug for SignedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedBytes")
            .field("length", &self.text.len())
            .field("covers", &self.covers)
            .field("proofs", &self.proofs)
            .finish()
    }
}
