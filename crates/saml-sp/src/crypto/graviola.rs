//! The graviola backend: no C and no assembler at build time, RSA-2048 as fast as the fastest.
//!
//! It runs on x86-64 and aarch64 processors with certain extensions and stops the process on
//! others, so they are asked for first; without them everything is computed by the default
//! backend. Digests are the default backend's, which use the same instructions. What graviola
//! does not do (private keys with OAEP, keys out of its range) the default backend does.

use graviola::hashing::{Sha256, Sha384, Sha512};
use graviola::signing::ecdsa::{self, P256, P384};
use graviola::signing::rsa;

use super::rustcrypto::Backend as Default;
use super::{
    CryptoProvider, KeyProblem, NotVerified, PublicKey, SignatureAlgorithm, Verification,
    VerifyingKey,
};

impl CryptoProvider {
    /// Verification by graviola where the processor can, else the default backend.
    #[must_use]
    pub fn graviola() -> Self {
        if graviola::util::is_cpu_supported() {
            Self::from_parts("graviola", &Default, &Backend).with_private_keys(&Default)
        } else {
            Self::rustcrypto()
        }
    }
}

struct Backend;

impl Verification for Backend {
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem> {
        let fallback = Default.prepare(key)?;
        let fast = match key {
            PublicKey::Rsa { .. } => {
                let der = key.pkcs1_der().ok_or(KeyProblem::Malformed)?;
                rsa::VerifyingKey::from_pkcs1_der(&der)
                    .ok()
                    .map(|key| Fast::Rsa(Box::new(key)))
            }
            PublicKey::P256 { point } => ecdsa::VerifyingKey::from_x962_uncompressed(point)
                .ok()
                .map(|key| Fast::P256(Box::new(key))),
            PublicKey::P384 { point } => ecdsa::VerifyingKey::from_x962_uncompressed(point)
                .ok()
                .map(|key| Fast::P384(Box::new(key))),
        };
        Ok(match fast {
            Some(fast) => Box::new(fast),
            None => fallback,
        })
    }
}

enum Fast {
    Rsa(Box<rsa::VerifyingKey>),
    P256(Box<ecdsa::VerifyingKey<P256>>),
    P384(Box<ecdsa::VerifyingKey<P384>>),
}

impl VerifyingKey for Fast {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        use SignatureAlgorithm as A;
        match (self, algorithm) {
            (Self::Rsa(key), A::RsaSha256) => key.verify_pkcs1_sha256(signature, message),
            (Self::Rsa(key), A::RsaSha384) => key.verify_pkcs1_sha384(signature, message),
            (Self::Rsa(key), A::RsaSha512) => key.verify_pkcs1_sha512(signature, message),
            (Self::Rsa(key), A::RsaPssSha256) => key.verify_pss_sha256(signature, message),
            (Self::Rsa(key), A::RsaPssSha384) => key.verify_pss_sha384(signature, message),
            (Self::Rsa(key), A::RsaPssSha512) => key.verify_pss_sha512(signature, message),
            (Self::P256(key), A::EcdsaSha256) => key.verify::<Sha256>(&[message], signature),
            (Self::P256(key), A::EcdsaSha384) => key.verify::<Sha384>(&[message], signature),
            (Self::P256(key), A::EcdsaSha512) => key.verify::<Sha512>(&[message], signature),
            (Self::P384(key), A::EcdsaSha256) => key.verify::<Sha256>(&[message], signature),
            (Self::P384(key), A::EcdsaSha384) => key.verify::<Sha384>(&[message], signature),
            (Self::P384(key), A::EcdsaSha512) => key.verify::<Sha512>(&[message], signature),
            // SHA-1 is left to the default backend, which has it only by feature.
            _ => return Err(NotVerified),
        }
        .map_err(|_| NotVerified)
    }
}
