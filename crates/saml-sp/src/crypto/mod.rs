//! The seam to cryptography: which algorithms there are, and who computes them.
//!
//! A [`CryptoProvider`] is passed in; there is no process-wide default. Each backend has one file
//! and adds one constructor. Every algorithm is known here by its XML Signature or XML Encryption
//! URI, compared byte by byte; what a policy forbids is refused before a backend is asked.
//!
//! Only the public operations of verification are needed for signed messages. Private keys are
//! used to sign requests and to decrypt assertions.

mod algorithm;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc_rs;
mod digest;
#[cfg(feature = "graviola")]
mod graviola;
mod private_key;
mod provider;
mod public_key;
#[cfg(feature = "rustcrypto")]
mod rustcrypto;
#[cfg(test)]
mod tests;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
pub use digest::{Digest, Digests, Hasher};
pub use private_key::{
    ContentKey, DecryptionKey, KeyOperationFailed, KeyTransport, PrivateKey, PrivateKeys,
    SigningKey,
};
pub use provider::{CryptoProvider, NotVerified, Verification, VerifyingKey};
pub use public_key::{KeyProblem, PublicKey};
