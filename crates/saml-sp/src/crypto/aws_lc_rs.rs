//! The aws-lc-rs backend: a C library, the fastest at everything, OAEP above all.
//!
//! What it does not have (OAEP with two different digests, keys below 2048 bits, ECDSA with the
//! digest of another curve, SHA-1) the default backend does.

use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};

use super::rustcrypto::Backend as Default;
use super::{
    ContentKey, CryptoProvider, DecryptionKey, Digest, DigestAlgorithm, Digests, Hasher,
    KeyOperationFailed, KeyProblem, KeyTransport, NotVerified, PrivateKey, PrivateKeys, PublicKey,
    SignatureAlgorithm, SigningKey, Verification, VerifyingKey,
};

impl CryptoProvider {
    /// Digests, verification and decryption by aws-lc-rs. Recommended to who decrypts much, or
    /// has identity providers with EC keys. Needs a C compiler to build.
    #[must_use]
    pub const fn aws_lc_rs() -> Self {
        Self::from_parts("aws-lc-rs", &Backend, &Backend).with_private_keys(&Backend)
    }
}

struct Backend;

struct Context(digest::Context);

impl Hasher for Context {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>) -> Digest {
        Digest::new(self.0.finish().as_ref())
    }
}

impl Digests for Backend {
    fn start(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn Hasher>> {
        let algorithm = match algorithm {
            DigestAlgorithm::Sha1 => return Default.start(algorithm),
            DigestAlgorithm::Sha256 => &digest::SHA256,
            DigestAlgorithm::Sha384 => &digest::SHA384,
            DigestAlgorithm::Sha512 => &digest::SHA512,
        };
        Some(Box::new(Context(digest::Context::new(algorithm))))
    }
}

impl Verification for Backend {
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem> {
        let octets = match key {
            PublicKey::Rsa { .. } => key.pkcs1_der().ok_or(KeyProblem::Malformed)?,
            PublicKey::P256 { point } | PublicKey::P384 { point } => point.clone(),
        };
        let usual = usual(key).and_then(|(algorithm, name)| {
            Some((name, ParsedPublicKey::new(algorithm, &octets).ok()?))
        });
        Ok(Box::new(Key {
            usual,
            fallback: Default.prepare(key)?,
        }))
    }
}

/// The algorithm that a key is parsed for: the one that is used with it.
fn usual(key: &PublicKey) -> Option<(&'static dyn VerificationAlgorithm, SignatureAlgorithm)> {
    match key {
        PublicKey::Rsa { .. } if key.bits() >= 2048 => Some((
            &signature::RSA_PKCS1_2048_8192_SHA256,
            SignatureAlgorithm::RsaSha256,
        )),
        PublicKey::Rsa { .. } => None,
        PublicKey::P256 { .. } => Some((
            &signature::ECDSA_P256_SHA256_FIXED,
            SignatureAlgorithm::EcdsaSha256,
        )),
        PublicKey::P384 { .. } => Some((
            &signature::ECDSA_P384_SHA384_FIXED,
            SignatureAlgorithm::EcdsaSha384,
        )),
    }
}

struct Key {
    usual: Option<(SignatureAlgorithm, ParsedPublicKey)>,
    fallback: Box<dyn VerifyingKey>,
}

impl VerifyingKey for Key {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        match &self.usual {
            Some((usual, key)) if *usual == algorithm => {
                key.verify_sig(message, signature).map_err(|_| NotVerified)
            }
            _ => self.fallback.verify(algorithm, message, signature),
        }
    }
}

impl PrivateKeys for Backend {
    fn signing(
        &self,
        key: &PrivateKey,
        algorithm: SignatureAlgorithm,
    ) -> Result<Arc<dyn SigningKey>, KeyProblem> {
        Default.signing(key, algorithm)
    }

    fn decryption(&self, key: &PrivateKey) -> Result<Arc<dyn DecryptionKey>, KeyProblem> {
        let fallback = Default.decryption(key)?;
        let fast = PrivateDecryptingKey::from_pkcs8(key.der()).ok();
        match fast.and_then(|key| OaepPrivateDecryptingKey::new(key).ok()) {
            Some(fast) => Ok(Arc::new(Decryption { fast, fallback })),
            None => Ok(fallback),
        }
    }
}

struct Decryption {
    fast: OaepPrivateDecryptingKey,
    fallback: Arc<dyn DecryptionKey>,
}

impl DecryptionKey for Decryption {
    fn public(&self) -> &PublicKey {
        self.fallback.public()
    }

    fn unwrap_key(
        &self,
        transport: KeyTransport,
        wrapped: &[u8],
    ) -> Result<ContentKey, KeyOperationFailed> {
        let Some(algorithm) = oaep(transport) else {
            return self.fallback.unwrap_key(transport, wrapped);
        };
        let mut octets = zeroize::Zeroizing::new(vec![0; self.fast.min_output_size()]);
        let key = self.fast.decrypt(algorithm, wrapped, &mut octets, None);
        Ok(ContentKey::new(
            key.map_err(|_| KeyOperationFailed)?.to_vec(),
        ))
    }
}

fn oaep(transport: KeyTransport) -> Option<&'static OaepAlgorithm> {
    let KeyTransport::RsaOaep { digest, mask } = transport else {
        return None;
    };
    match (digest, mask) {
        (DigestAlgorithm::Sha1, DigestAlgorithm::Sha1) => Some(&OAEP_SHA1_MGF1SHA1),
        (DigestAlgorithm::Sha256, DigestAlgorithm::Sha256) => Some(&OAEP_SHA256_MGF1SHA256),
        (DigestAlgorithm::Sha384, DigestAlgorithm::Sha384) => Some(&OAEP_SHA384_MGF1SHA384),
        (DigestAlgorithm::Sha512, DigestAlgorithm::Sha512) => Some(&OAEP_SHA512_MGF1SHA512),
        _ => None,
    }
}
