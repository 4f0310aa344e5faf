//! The RustCrypto backend: no C, no assembly of our own, no unsafe of our own.

mod blinding;
mod ec;
#[cfg(feature = "encrypted-assertions")]
mod oaep;
mod private;
mod rsa_verify;

use sha2::Digest as _;

use super::{
    CryptoProvider, Digest, DigestAlgorithm, Digests, Hasher, KeyProblem, NotVerified, PublicKey,
    SignatureAlgorithm, Verification, VerifyingKey,
};

impl CryptoProvider {
    /// RSA, ECDSA and SHA-2 by the RustCrypto crates. Pure Rust on every platform.
    ///
    /// Private-key operations are blinded. RUSTSEC-2023-0071 names a timing channel of the `rsa`
    /// crate that its version 0.10 says is closed; decryption here happens only after the outer
    /// signature has verified, unless a policy says otherwise. Who decrypts much, or distrusts
    /// that, passes a key of another backend or an HSM.
    #[must_use]
    pub const fn rustcrypto() -> Self {
        Self::from_parts("rustcrypto", &Backend, &Backend).with_private_keys(&Backend)
    }
}

pub(super) struct Backend;

struct Sha<D>(D);

impl<D: sha2::Digest + Send> Hasher for Sha<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>) -> Digest {
        Digest::new(&self.0.finalize())
    }
}

impl Digests for Backend {
    fn start(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn Hasher>> {
        match algorithm {
            #[cfg(feature = "danger-sha1")]
            DigestAlgorithm::Sha1 => Some(Box::new(Sha(sha1::Sha1::new()))),
            #[cfg(not(feature = "danger-sha1"))]
            DigestAlgorithm::Sha1 => None,
            DigestAlgorithm::Sha256 => Some(Box::new(Sha(sha2::Sha256::new()))),
            DigestAlgorithm::Sha384 => Some(Box::new(Sha(sha2::Sha384::new()))),
            DigestAlgorithm::Sha512 => Some(Box::new(Sha(sha2::Sha512::new()))),
        }
    }
}

impl Verification for Backend {
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem> {
        Ok(match key {
            PublicKey::Rsa { modulus, exponent } => {
                Box::new(rsa_verify::Key::new(modulus, *exponent)?)
            }
            PublicKey::P256 { point } => Box::new(ec::P256::new(point)?),
            PublicKey::P384 { point } => Box::new(ec::P384::new(point)?),
        })
    }
}

/// The digest that an algorithm signs.
fn hash(algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Digest, NotVerified> {
    let mut hasher = Backend.start(algorithm.digest()).ok_or(NotVerified)?;
    hasher.update(message);
    Ok(hasher.finish())
}
