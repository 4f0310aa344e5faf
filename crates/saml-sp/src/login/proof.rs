//! How a login was proven.

use crate::cert::Fingerprint;
use crate::crypto::SignatureAlgorithm;
use crate::dsig::{Covers, SignatureProof};
use crate::prove::Proven;

/// The signatures that were verified, outermost first. Fit for an audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub(crate) signatures: Vec<SignatureProof>,
    pub(crate) encryption: Encryption,
}

/// Whether the assertion came encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it did or it did not")]
pub enum Encryption {
    /// It did not.
    Plain,
    /// It did.
    Encrypted,
}

impl Proof {
    /// Of what was proven.
    pub(crate) fn of(proven: &Proven) -> Self {
        let encryption = if proven.was_encrypted() {
            Encryption::Encrypted
        } else {
            Encryption::Plain
        };
        Self {
            signatures: proven.signed().proofs().to_vec(),
            encryption,
        }
    }

    /// The verified signatures, outermost first; never empty.
    pub fn signatures(&self) -> impl Iterator<Item = &SignatureProof> {
        self.signatures.iter()
    }

    /// Whether the whole Response was signed, not only the assertion.
    #[must_use]
    pub fn covers_response(&self) -> bool {
        self.signatures
            .iter()
            .any(|proof| proof.covers == Covers::Response)
    }

    /// The outermost signature's algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signatures.first().map(|proof| proof.algorithm)
    }

    /// The key that made the outermost signature, by the SHA-256 of its `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn key(&self) -> Option<Fingerprint> {
        self.signatures.first().map(|proof| proof.key)
    }

    /// Whether the assertion came encrypted.
    #[must_use]
    pub const fn encryption(&self) -> Encryption {
        self.encryption
    }
}
