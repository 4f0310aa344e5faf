//! Certificates as an administrator pastes them, and the keys they carry.
//!
//! A certificate is only the envelope of a public key. Trust comes from the fact that somebody
//! configured it, so its dates, its issuer and its own signature are never a reason to refuse: they
//! give warnings ([`Certificate::validity`]). What is compared is the key itself, never a
//! fingerprint.

mod error;
mod pem;
mod pinned;
#[cfg(test)]
mod tests;

use std::fmt;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::crypto::{KeyProblem, PublicKey};

pub use error::{CertError, CertErrorKind};
pub use pinned::{Fingerprint, PinnedKey};

/// An X.509 certificate with a usable public key.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    key: PinnedKey,
    subject: String,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

/// Whether an instant lies within a certificate's dates. For warnings only.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Validity {
    /// Before its first instant.
    NotYet,
    /// Within its dates.
    Current,
    /// After its last instant.
    Expired,
}

impl Certificate {
    /// Reads exactly one certificate from whatever an administrator pasted: PEM with any line
    /// ends and with text around it, bare base64 with or without line breaks, or DER.
    ///
    /// # Errors
    /// [`CertError`]; its kind says what the input looks like when it is something else, such as a
    /// metadata file or a private key. `Several` when there is more than one certificate.
    ///
    /// ```
    /// use saml_sp::cert::{Certificate, CertErrorKind};
    ///
    /// let error = Certificate::parse(b"<md:EntityDescriptor/>").unwrap_err();
    /// assert_eq!(error.kind(), CertErrorKind::Metadata);
    /// ```
    pub fn parse(pasted: &[u8]) -> Result<Self, CertError> {
        let mut all = Self::parse_all(pasted)?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(CertErrorKind::Several.into()),
        }
    }

    /// Reads one or more certificates; several only where PEM markers separate them.
    ///
    /// # Errors
    /// As [`Certificate::parse`]; if one of several is unusable, all are refused.
    pub fn parse_all(pasted: &[u8]) -> Result<Vec<Self>, CertError> {
        pem::blocks(pasted)?
            .into_iter()
            .map(Self::from_der)
            .collect()
    }

    /// Reads a DER certificate that fills the input.
    ///
    /// # Errors
    /// `Malformed`, `Trailing`, or what is wrong with the key.
    pub fn from_der(der: Vec<u8>) -> Result<Self, CertError> {
        let (rest, certificate) =
            X509Certificate::from_der(&der).map_err(|_| pem::what_der_is(&der))?;
        if !rest.is_empty() {
            return Err(CertErrorKind::Trailing.into());
        }
        let spki = certificate.public_key();
        let public = PublicKey::from_parsed(spki).map_err(CertErrorKind::from)?;
        let key = PinnedKey::new(public, spki.raw);
        let subject = certificate.subject().to_string();
        let not_before = certificate.validity().not_before.to_datetime();
        let not_after = certificate.validity().not_after.to_datetime();
        Ok(Self {
            der,
            key,
            subject,
            not_before,
            not_after,
        })
    }

    /// The key to pin.
    #[must_use]
    pub fn key(&self) -> &PinnedKey {
        &self.key
    }

    /// The DER octets.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 over the DER octets, as consoles and `openssl x509 -fingerprint -sha256` show it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new(Sha256::digest(&self.der).into())
    }

    /// The subject name, for people.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The first instant of its dates.
    #[must_use]
    pub fn not_before(&self) -> OffsetDateTime {
        self.not_before
    }

    /// The last instant of its dates.
    #[must_use]
    pub fn not_after(&self) -> OffsetDateTime {
        self.not_after
    }

    /// Whether `now` lies within its dates. A warning at most: an expired certificate still
    /// carries the key that somebody configured.
    #[must_use]
    pub fn validity(&self, now: OffsetDateTime) -> Validity {
        if now < self.not_before {
            Validity::NotYet
        } else if now > self.not_after {
            Validity::Expired
        } else {
            Validity::Current
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("key", &self.key)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl From<KeyProblem> for CertErrorKind {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Algorithm => Self::KeyAlgorithm,
            KeyProblem::Curve => Self::KeyCurve,
            KeyProblem::Numbers => Self::KeyNumbers,
            KeyProblem::Malformed | KeyProblem::Encrypted => Self::Malformed,
        }
    }
}
