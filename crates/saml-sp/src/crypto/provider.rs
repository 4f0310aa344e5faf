//! The provider: a struct of parts, passed in.

use std::fmt;
use std::sync::Arc;

use super::{
    DecryptionKey, DigestAlgorithm, Digests, Hasher, KeyProblem, PrivateKey, PrivateKeys,
    PublicKey, SignatureAlgorithm, SigningKey,
};

/// A signature does not verify, for whatever reason.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotVerified;

impl fmt::Display for NotVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not verify")
    }
}

impl std::error::Error for NotVerified {}

/// A public key that a backend has prepared, once, for many verifications.
pub trait VerifyingKey: Send + Sync {
    /// Verifies a signature over `message`, which is hashed here.
    ///
    /// # Errors
    /// [`NotVerified`]: the signature is wrong, or the algorithm is not for this key.
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified>;
}

/// A backend's verification of signatures.
pub trait Verification: Send + Sync {
    /// Prepares a key.
    ///
    /// # Errors
    /// [`KeyProblem`] when the numbers are no key of its kind, such as a point off the curve.
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem>;
}

/// Who computes. Passed to whatever needs cryptography; there is no default in the process.
///
/// ```
/// use saml_sp::crypto::{CryptoProvider, DigestAlgorithm};
///
/// let crypto = CryptoProvider::rustcrypto();
/// let mut hasher = crypto.hasher(DigestAlgorithm::Sha256).unwrap();
/// hasher.update(b"abc");
/// assert_eq!(hasher.finish().as_bytes().first(), Some(&0xba));
/// ```
#[derive(Clone, Copy)]
pub struct CryptoProvider {
    name: &'static str,
    digests: &'static dyn Digests,
    verification: &'static dyn Verification,
    private_keys: Option<&'static dyn PrivateKeys>,
}

impl CryptoProvider {
    /// A provider from parts. `name` tells providers apart: two providers that compute
    /// differently must not share one.
    #[must_use]
    pub const fn from_parts(
        name: &'static str,
        digests: &'static dyn Digests,
        verification: &'static dyn Verification,
    ) -> Self {
        Self {
            name,
            digests,
            verification,
            private_keys: None,
        }
    }

    /// The same provider with private-key operations.
    #[must_use]
    pub const fn with_private_keys(self, private_keys: &'static dyn PrivateKeys) -> Self {
        Self {
            private_keys: Some(private_keys),
            ..self
        }
    }

    /// Prepares a key for signing.
    ///
    /// # Errors
    /// [`KeyProblem`]: the key is unusable, or this backend cannot sign with the algorithm.
    pub fn signing_key(
        &self,
        key: &PrivateKey,
        algorithm: SignatureAlgorithm,
    ) -> Result<Arc<dyn SigningKey>, KeyProblem> {
        self.private_keys
            .ok_or(KeyProblem::Algorithm)?
            .signing(key, algorithm)
    }

    /// Prepares a key for decryption.
    ///
    /// # Errors
    /// [`KeyProblem`]: the key is unusable, or this backend does not decrypt.
    pub fn decryption_key(&self, key: &PrivateKey) -> Result<Arc<dyn DecryptionKey>, KeyProblem> {
        self.private_keys
            .ok_or(KeyProblem::Algorithm)?
            .decryption(key)
    }

    /// The name of the backend, for logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Begins a digest, or answers none when the backend has no such algorithm.
    #[must_use]
    pub fn hasher(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn Hasher>> {
        self.digests.start(algorithm)
    }

    /// Prepares a public key.
    ///
    /// # Errors
    /// [`KeyProblem`] when the numbers are no key of its kind.
    pub fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem> {
        self.verification.prepare(key)
    }
}

impl fmt::Debug for CryptoProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CryptoProvider").field(&self.name).finish()
    }
}
