//! Whose RSA verification the answers are verified with.

use clap::ValueEnum;
use rsa::pkcs1v15::{Signature, VerifyingKey as RsaKey};
use rsa::signature::Verifier as _;
use rsa::{BoxedUint, PublicKey as RsaPublicKey};
use saml_sp::CryptoProvider;
use saml_sp::crypto::{
    DigestAlgorithm, Digests, Hasher, KeyProblem, NotVerified, PublicKey, SignatureAlgorithm,
    Verification, VerifyingKey,
};
use sha2::Sha256;

/// A backend that verifies signatures.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Backend {
    /// The one that the service uses.
    Default,
    /// The same with the exponentiation of the `rsa` crate, as it is without saml-sp's own.
    RsaCrate,
}

impl Backend {
    pub(crate) fn provider(self) -> CryptoProvider {
        match self {
            Self::Default => CryptoProvider::rustcrypto(),
            Self::RsaCrate => CryptoProvider::from_parts("rsa crate", &RsaCrate, &RsaCrate),
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Default => "verifications",
            Self::RsaCrate => "verifications with the rsa crate",
        }
    }
}

struct RsaCrate;

impl Digests for RsaCrate {
    fn start(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn Hasher>> {
        CryptoProvider::rustcrypto().hasher(algorithm)
    }
}

impl Verification for RsaCrate {
    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn VerifyingKey>, KeyProblem> {
        let PublicKey::Rsa { modulus, exponent } = key else {
            return Err(KeyProblem::Algorithm);
        };
        let modulus = BoxedUint::from_be_slice_vartime(modulus);
        let key = RsaPublicKey::new(modulus, BoxedUint::from(*exponent));
        let key = key.map_err(|_| KeyProblem::Algorithm)?;
        Ok(Box::new(Key(RsaKey::new(key))))
    }
}

struct Key(RsaKey<Sha256>);

impl VerifyingKey for Key {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        if algorithm != SignatureAlgorithm::RsaSha256 {
            return Err(NotVerified);
        }
        let signature = Signature::try_from(signature).map_err(|_| NotVerified)?;
        self.0.verify(message, &signature).map_err(|_| NotVerified)
    }
}
