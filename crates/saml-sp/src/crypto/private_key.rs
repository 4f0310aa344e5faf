//! The service provider's own keys: to sign requests, to decrypt assertions.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{DigestAlgorithm, KeyProblem, PublicKey, SignatureAlgorithm};

/// The octets of a private key, as PKCS#8 or PKCS#1. Wiped when dropped, never shown.
///
/// ```
/// use saml_sp::crypto::{KeyProblem, PrivateKey};
///
/// let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----";
/// assert_eq!(PrivateKey::from_pem(encrypted.as_bytes()).unwrap_err(), KeyProblem::Encrypted);
/// ```
#[derive(Clone)]
pub struct PrivateKey {
    der: Zeroizing<Vec<u8>>,
}

impl PrivateKey {
    /// Reads a PEM block `PRIVATE KEY` or `RSA PRIVATE KEY`; text around it is ignored, such as a
    /// certificate in the same file.
    ///
    /// # Errors
    /// `Encrypted` for a key with a passphrase, `Malformed` when there is no such block or it is
    /// damaged. Whether the numbers are a key is found out when a backend prepares it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyProblem> {
        let text = std::str::from_utf8(pem).map_err(|_| KeyProblem::Malformed)?;
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(KeyProblem::Encrypted);
        }
        let block = ["PRIVATE KEY", "RSA PRIVATE KEY"].iter().find_map(|label| {
            let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
            Some(rest.split_once(&format!("-----END {label}-----"))?.0)
        });
        let block = block.ok_or(KeyProblem::Malformed)?;
        let kept: Zeroizing<Vec<u8>> = Zeroizing::new(
            block
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect(),
        );
        let der = STANDARD.decode(&*kept).map_err(|_| KeyProblem::Malformed)?;
        Ok(Self::from_der(der))
    }

    /// Takes DER octets, PKCS#8 or PKCS#1.
    #[must_use]
    pub fn from_der(der: Vec<u8>) -> Self {
        Self {
            der: Zeroizing::new(der),
        }
    }

    /// The DER octets, for a backend.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// A private-key operation failed. One error for every cause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyOperationFailed;

impl fmt::Display for KeyOperationFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the private-key operation failed")
    }
}

impl std::error::Error for KeyOperationFailed {}

/// A key that signs with one algorithm. Implement it for a key in an HSM.
pub trait SigningKey: Send + Sync {
    /// The algorithm of every signature this key makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The public half.
    fn public(&self) -> &PublicKey;

    /// Signs `message`, which is hashed here.
    ///
    /// # Errors
    /// [`KeyOperationFailed`].
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyOperationFailed>;
}

/// How a content key travels.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeyTransport {
    /// RSA-OAEP with an empty label.
    RsaOaep {
        /// The digest of the label.
        digest: DigestAlgorithm,
        /// The digest of the mask generation function.
        mask: DigestAlgorithm,
    },
    /// RSA PKCS#1 v1.5. Only by policy, with the feature `danger-rsa-1_5`.
    Rsa15,
}

/// A content key. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct ContentKey(Zeroizing<Vec<u8>>);

impl ContentKey {
    /// Takes the octets of a key.
    #[must_use]
    pub fn new(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentKey(…)")
    }
}

/// A key that unwraps content keys. Implement it for a key in an HSM.
pub trait DecryptionKey: Send + Sync {
    /// The public half, whose size a policy judges.
    fn public(&self) -> &PublicKey;

    /// Unwraps a content key.
    ///
    /// # Errors
    /// [`KeyOperationFailed`], whatever is wrong: a caller must not be able to tell causes apart.
    fn unwrap_key(
        &self,
        transport: KeyTransport,
        wrapped: &[u8],
    ) -> Result<ContentKey, KeyOperationFailed>;
}

/// A backend's private-key operations.
pub trait PrivateKeys: Send + Sync {
    /// Prepares a key for signing.
    ///
    /// # Errors
    /// [`KeyProblem`] when the key is unusable or the algorithm is not for it.
    fn signing(
        &self,
        key: &PrivateKey,
        algorithm: SignatureAlgorithm,
    ) -> Result<Arc<dyn SigningKey>, KeyProblem>;

    /// Prepares a key for decryption.
    ///
    /// # Errors
    /// [`KeyProblem`] when the key is unusable.
    fn decryption(&self, key: &PrivateKey) -> Result<Arc<dyn DecryptionKey>, KeyProblem>;
}
