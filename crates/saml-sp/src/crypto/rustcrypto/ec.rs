//! ECDSA on P-256 and P-384, signatures as r and s side by side (RFC 4050 and XML Signature 1.1).

use p256::ecdsa::signature::hazmat::PrehashVerifier;

use super::hash;
use crate::crypto::{KeyProblem, NotVerified, SignatureAlgorithm, VerifyingKey};

macro_rules! curve {
    ($name:ident, $curve:ident) => {
        pub(super) struct $name($curve::ecdsa::VerifyingKey);

        impl $name {
            /// The point must be on the curve and not the identity.
            pub(super) fn new(point: &[u8]) -> Result<Self, KeyProblem> {
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point);
                Ok(Self(key.map_err(|_| KeyProblem::Malformed)?))
            }
        }

        impl VerifyingKey for $name {
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
                // Fixed length, so DER and short halves are refused; r and s within range.
                let signature = $curve::ecdsa::Signature::from_slice(signature);
                let signature = signature.map_err(|_| NotVerified)?;
                self.0
                    .verify_prehash(hash.as_bytes(), &signature)
                    .map_err(|_| NotVerified)
            }
        }
    };
}

curve!(P256, p256);
curve!(P384, p384);
