//! A public key that somebody decided to trust.

use std::fmt;
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use crate::crypto::{
    CryptoProvider, KeyProblem, NotVerified, PublicKey, SignatureAlgorithm, VerifyingKey,
};

/// A SHA-256 fingerprint, shown as upper-case hexadecimal with colons.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
        let mut text = String::with_capacity(3 * self.0.len());
        for byte in self.0 {
            if !text.is_empty() {
                text.push(':');
            }
            text.extend([byte >> 4, byte & 15].map(|half| digit(half).to_ascii_uppercase()));
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct Prepared {
    provider: &'static str,
    key: Result<Box<dyn VerifyingKey>, KeyProblem>,
}

/// A public key to verify with. Two are equal when their `SubjectPublicKeyInfo` is, whatever
/// certificate they came in.
///
/// The backend's form of the key is computed at first use and kept: clones share it.
#[derive(Clone)]
pub struct PinnedKey {
    public: PublicKey,
    spki: Arc<[u8]>,
    fingerprint: Fingerprint,
    prepared: Arc<OnceLock<Prepared>>,
}

impl PinnedKey {
    /// Pins a DER `SubjectPublicKeyInfo`, for hosts that store keys rather than certificates.
    ///
    /// # Errors
    /// [`KeyProblem`].
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyProblem> {
        Ok(Self::new(PublicKey::from_spki(der)?, der))
    }

    pub(super) fn new(public: PublicKey, spki: &[u8]) -> Self {
        Self {
            public,
            spki: spki.into(),
            fingerprint: Fingerprint(Sha256::digest(spki).into()),
            prepared: Arc::default(),
        }
    }

    /// The key's numbers.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// SHA-256 over the `SubjectPublicKeyInfo`: the same for every certificate of this key.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Verifies a signature over `message`. A key of another kind than the algorithm's does not
    /// verify.
    ///
    /// # Errors
    /// [`NotVerified`].
    pub fn verify(
        &self,
        crypto: &CryptoProvider,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        if algorithm.is_ecdsa() == self.public.is_rsa() {
            return Err(NotVerified);
        }
        let prepared = self.prepared.get_or_init(|| Prepared {
            provider: crypto.name(),
            key: crypto.prepare(&self.public),
        });
        let fresh;
        let key = if prepared.provider == crypto.name() {
            &prepared.key
        } else {
            fresh = crypto.prepare(&self.public);
            &fresh
        };
        key.as_ref()
            .map_err(|_| NotVerified)?
            .verify(algorithm, message, signature)
    }
}

impl fmt::Debug for PinnedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PinnedKey({}, {})", self.public, self.fingerprint())
    }
}

impl PartialEq for PinnedKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PinnedKey {}
