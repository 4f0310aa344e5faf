//! Signing and unwrapping with RSA private keys.

use std::sync::Arc;

use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, Pss};
use sha2::{Sha256, Sha384, Sha512};

use super::blinding::Derived;
#[cfg(feature = "encrypted-assertions")]
use super::oaep;
use super::{Backend, hash};
use crate::crypto::{
    ContentKey, DecryptionKey, DigestAlgorithm, KeyOperationFailed, KeyProblem, KeyTransport,
    PrivateKey, PrivateKeys, PublicKey, SignatureAlgorithm, SigningKey,
};

impl PrivateKeys for Backend {
    fn signing(
        &self,
        key: &PrivateKey,
        algorithm: SignatureAlgorithm,
    ) -> Result<Arc<dyn SigningKey>, KeyProblem> {
        if algorithm.is_ecdsa() || algorithm == SignatureAlgorithm::RsaSha1 {
            return Err(KeyProblem::Algorithm);
        }
        Ok(Arc::new(Signing {
            rsa: Rsa::new(key)?,
            algorithm,
        }))
    }

    fn decryption(&self, key: &PrivateKey) -> Result<Arc<dyn DecryptionKey>, KeyProblem> {
        Ok(Arc::new(Rsa::new(key)?))
    }
}

/// A key pair with what blinding is derived from.
struct Rsa {
    pair: rsa::PrivateKey,
    source: PrivateKey,
    public: PublicKey,
}

impl Rsa {
    fn new(source: &PrivateKey) -> Result<Self, KeyProblem> {
        let der = source.der();
        let pair = rsa::PrivateKey::from_pkcs8_der(der)
            .ok()
            .or_else(|| rsa::PrivateKey::from_pkcs1_der(der).ok())
            .ok_or(KeyProblem::Malformed)?;
        let exponent = pair
            .e_bytes()
            .iter()
            .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let public = PublicKey::Rsa {
            modulus: pair.n_bytes().to_vec(),
            exponent,
        };
        Ok(Self {
            pair,
            source: source.clone(),
            public,
        })
    }

    fn random(&self, label: &'static [u8], input: &[u8]) -> Derived {
        Derived::new(label, self.source.der(), input)
    }
}

struct Signing {
    rsa: Rsa,
    algorithm: SignatureAlgorithm,
}

impl SigningKey for Signing {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public(&self) -> &PublicKey {
        &self.rsa.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyOperationFailed> {
        let hash = hash(self.algorithm, message).map_err(|_| KeyOperationFailed)?;
        let hash = hash.as_bytes();
        let mut random = self.rsa.random(b"saml-sp signing", message);
        let (pair, random) = (&self.rsa.pair, &mut random);
        match self.algorithm {
            SignatureAlgorithm::RsaSha256 => {
                pair.sign_with_rng(random, Pkcs1v15Sign::new::<Sha256>(), hash)
            }
            SignatureAlgorithm::RsaSha384 => {
                pair.sign_with_rng(random, Pkcs1v15Sign::new::<Sha384>(), hash)
            }
            SignatureAlgorithm::RsaSha512 => {
                pair.sign_with_rng(random, Pkcs1v15Sign::new::<Sha512>(), hash)
            }
            SignatureAlgorithm::RsaPssSha256 => {
                pair.sign_with_rng(random, Pss::<Sha256>::new(), hash)
            }
            SignatureAlgorithm::RsaPssSha384 => {
                pair.sign_with_rng(random, Pss::<Sha384>::new(), hash)
            }
            SignatureAlgorithm::RsaPssSha512 => {
                pair.sign_with_rng(random, Pss::<Sha512>::new(), hash)
            }
            _ => return Err(KeyOperationFailed),
        }
        .map_err(|_| KeyOperationFailed)
    }
}

impl DecryptionKey for Rsa {
    fn public(&self) -> &PublicKey {
        &self.public
    }

    fn unwrap_key(
        &self,
        transport: KeyTransport,
        wrapped: &[u8],
    ) -> Result<ContentKey, KeyOperationFailed> {
        let octets = match transport {
            KeyTransport::RsaOaep { digest, mask } => self.oaep(digest, mask, wrapped)?,
            #[cfg(feature = "danger-rsa-1_5")]
            KeyTransport::Rsa15 => {
                let mut random = self.random(b"saml-sp unwrapping", wrapped);
                self.pair
                    .pkcs1v15_decrypt_with_rng(&mut random, wrapped)
                    .map_err(|_| KeyOperationFailed)?
            }
            #[cfg(not(feature = "danger-rsa-1_5"))]
            KeyTransport::Rsa15 => return Err(KeyOperationFailed),
        };
        Ok(ContentKey::new(octets))
    }
}

impl Rsa {
    #[cfg(feature = "encrypted-assertions")]
    fn oaep(
        &self,
        digest: DigestAlgorithm,
        mask: DigestAlgorithm,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, KeyOperationFailed> {
        let mut random = self.random(b"saml-sp unwrapping", wrapped);
        oaep::open(&self.pair, &mut random, digest, mask, wrapped).ok_or(KeyOperationFailed)
    }

    #[cfg(not(feature = "encrypted-assertions"))]
    fn oaep(
        &self,
        _: DigestAlgorithm,
        _: DigestAlgorithm,
        _: &[u8],
    ) -> Result<Vec<u8>, KeyOperationFailed> {
        Err(KeyOperationFailed)
    }
}
