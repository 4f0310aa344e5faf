//! The RustCrypto backend: no C, no assembly of our own, no unsafe of our own.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::BoxedUint;
use sha2::Digest as _;

use super::{
    CryptoProvider, Digest, DigestAlgorithm, Digests, Hasher, KeyProblem, NotVerified, PublicKey,
    SignatureAlgorithm, Verification, VerifyingKey,
};

impl CryptoProvider {
    /// RSA, ECDSA and SHA-2 by the RustCrypto crates. Pure Rust on every platform.
    #[must_use]
    pub const fn rustcrypto() -> Self {
        Self::from_parts("rustcrypto", &Backend, &Backend)
    }
}

struct Backend;

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
            PublicKey::Rsa { modulus, exponent } => Box::new(rsa_key(modulus, *exponent)?),
            PublicKey::P256 { point } => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
                Box::new(P256(key.map_err(|_| KeyProblem::Malformed)?))
            }
            PublicKey::P384 { point } => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point);
                Box::new(P384(key.map_err(|_| KeyProblem::Malformed)?))
            }
        })
    }
}

fn rsa_key(modulus: &[u8], exponent: u64) -> Result<Rsa, KeyProblem> {
    let modulus = BoxedUint::from_be_slice_vartime(modulus);
    let exponent = BoxedUint::from(exponent);
    let key = rsa::PublicKey::new_with_size_limits(modulus, exponent, 512..=8192);
    Ok(Rsa(key.map_err(|_| KeyProblem::Numbers)?))
}

struct Rsa(rsa::PublicKey);

impl VerifyingKey for Rsa {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        let hash = hash(algorithm, message)?;
        let (hash, key) = (hash.as_bytes(), &self.0);
        match algorithm {
            SignatureAlgorithm::RsaSha256 => {
                key.pkcs1v15_verify_prehash::<sha2::Sha256>(hash, signature)
            }
            SignatureAlgorithm::RsaSha384 => {
                key.pkcs1v15_verify_prehash::<sha2::Sha384>(hash, signature)
            }
            SignatureAlgorithm::RsaSha512 => {
                key.pkcs1v15_verify_prehash::<sha2::Sha512>(hash, signature)
            }
            _ => return Err(NotVerified),
        }
        .map_err(|_| NotVerified)
    }
}

fn hash(algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Digest, NotVerified> {
    let mut hasher = Backend.start(algorithm.digest()).ok_or(NotVerified)?;
    hasher.update(message);
    Ok(hasher.finish())
}

struct P256(p256::ecdsa::VerifyingKey);

impl VerifyingKey for P256 {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        if !algorithm.is_ecdsa() {
            return Err(NotVerified);
        }
        let hash = hash(algorithm, message)?;
        let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| NotVerified)?;
        self.0
            .verify_prehash(hash.as_bytes(), &signature)
            .map_err(|_| NotVerified)
    }
}

struct P384(p384::ecdsa::VerifyingKey);

impl VerifyingKey for P384 {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        if !algorithm.is_ecdsa() {
            return Err(NotVerified);
        }
        let hash = hash(algorithm, message)?;
        let signature = p384::ecdsa::Signature::from_slice(signature).map_err(|_| NotVerified)?;
        self.0
            .verify_prehash(hash.as_bytes(), &signature)
            .map_err(|_| NotVerified)
    }
}
