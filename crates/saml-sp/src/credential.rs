//! What the service provider signs with.
//!
//! Key and certificate are compared when they are brought together, because a certificate that is not
//! the key's would be noticed by the identity provider only, on the day of the first logout.

use std::fmt;
use std::sync::Arc;

use crate::cert::Certificate;
use crate::crypto::{CryptoProvider, KeyProblem, PrivateKey, SignatureAlgorithm, SigningKey};
use crate::dsig::{self, Signer};
use crate::error::{Code, Finding, UsageError};

/// A signing key with the certificate that others know it by. The private half is shown nowhere.
///
/// [`from_pem`](Self::from_pem) takes the two files of a key and its certificate. For another
/// algorithm use [`CryptoProvider::signing_key`](crate::CryptoProvider::signing_key), for a key in an
/// HSM an own [`SigningKey`], and [`new`](Self::new).
///
/// ```
/// use saml_sp::CryptoProvider;
/// use saml_sp::credential::SigningCredential;
/// # use saml_testkit::TestKey;
/// # let (key_pem, certificate_pem) = (TestKey::Sp.private_key_pem(), TestKey::Sp.certificate_pem());
/// let credential = SigningCredential::from_pem(&CryptoProvider::rustcrypto(), key_pem, certificate_pem)?;
/// // ServiceProvider::builder(..).signing(credential)
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[derive(Clone)]
pub struct SigningCredential {
    key: Arc<dyn SigningKey>,
    certificate: Certificate,
}

impl SigningCredential {
    /// An RSA key and its certificate, each as PEM, signing by what every identity provider can
    /// verify: PKCS#1 v1.5 with SHA-256.
    ///
    /// # Errors
    /// The codes of [`Certificate::parse`]; [`Code::ConfigInvalid`] when the private key cannot be
    /// read, is not RSA, or is not that of the certificate.
    pub fn from_pem(
        crypto: &CryptoProvider,
        private_key: impl AsRef<[u8]>,
        certificate: impl AsRef<[u8]>,
    ) -> Result<Self, UsageError> {
        let certificate = Certificate::parse(certificate.as_ref()).map_err(Finding::from)?;
        let key = PrivateKey::from_pem(private_key.as_ref())
            .and_then(|key| crypto.signing_key(&key, SignatureAlgorithm::RsaSha256))
            .map_err(unusable)?;
        Self::new(key, certificate)
    }

    /// A key and its certificate.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when the certificate is for another key.
    pub fn new(key: Arc<dyn SigningKey>, certificate: Certificate) -> Result<Self, UsageError> {
        if key.public() != certificate.key().public() {
            return Err(Finding::new(Code::ConfigInvalid)
                .expected("the certificate of the signing key")
                .seen(format!(
                    "a certificate of key {}",
                    certificate.key().fingerprint()
                ))
                .into());
        }
        Ok(Self { key, certificate })
    }

    /// The certificate to publish in metadata.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Sign a message directly after its `Issuer`, which is where the schema wants it.
    pub(crate) fn envelop(&self, xml: &str, crypto: &CryptoProvider) -> Result<String, UsageError> {
        let at = xml
            .find(END_OF_ISSUER)
            .map_or(0, |at| at.saturating_add(END_OF_ISSUER.len()));
        self.envelop_at(xml, at, crypto)
    }

    /// Sign a document, with the signature at byte `at`.
    pub(crate) fn envelop_at(
        &self,
        xml: &str,
        at: usize,
        crypto: &CryptoProvider,
    ) -> Result<String, UsageError> {
        let signer = Signer {
            key: &*self.key,
            certificate: Some(&self.certificate),
        };
        dsig::sign(xml, at, signer, crypto).map_err(|finding| failed(finding.code().name()))
    }

    /// The URI of the algorithm.
    pub(crate) fn algorithm(&self) -> &'static str {
        self.key.algorithm().uri()
    }

    /// Sign octets, as a query.
    pub(crate) fn detached(&self, octets: &[u8]) -> Result<Vec<u8>, UsageError> {
        self.key
            .sign(octets)
            .map_err(|error| failed(&error.to_string()))
    }
}

/// How every message of ours writes it.
const END_OF_ISSUER: &str = "</saml:Issuer>";

fn unusable(problem: KeyProblem) -> UsageError {
    Finding::new(Code::ConfigInvalid)
        .expected("an RSA private key as PEM, without passphrase")
        .seen(problem.to_string())
        .at("signing key")
        .into()
}

fn failed(cause: &str) -> UsageError {
    Finding::new(Code::SigningFailed)
        .hint(crate::error::printable(cause))
        .into()
}

impl fmt::Debug for SigningCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningCredential")
            .field("algorithm", &self.algorithm())
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}
