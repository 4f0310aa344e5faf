//! The service's own key: signs requests and logout messages, opens encrypted assertions.

use std::{fmt, sync::Arc};

use saml_sp::{
    CryptoProvider,
    cert::Certificate,
    credential::SigningCredential,
    crypto::{DecryptionKey, PrivateKey, SignatureAlgorithm},
};

/// A private RSA key with its certificate, read once at start. Without one there is no single
/// logout, requests are not signed and assertions have to come in the clear.
#[derive(Clone)]
pub struct ServiceKey {
    signing: SigningCredential,
    decryption: Arc<dyn DecryptionKey>,
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceKey({})", self.certificate().fingerprint())
    }
}

impl ServiceKey {
    /// Reads key and certificate, both PEM.
    ///
    /// # Errors
    /// A sentence for the operator; it repeats nothing of the key.
    pub fn from_pem(key: &[u8], certificate: &[u8]) -> Result<Self, String> {
        let wrong = |error: &dyn fmt::Display| format!("the key cannot be used: {error}");
        let crypto = CryptoProvider::rustcrypto();
        let private = PrivateKey::from_pem(key).map_err(|error| wrong(&error))?;
        let signing = crypto
            .signing_key(&private, SignatureAlgorithm::RsaSha256)
            .map_err(|error| wrong(&error))?;
        let decryption = crypto
            .decryption_key(&private)
            .map_err(|error| wrong(&error))?;
        let certificate = Certificate::parse(certificate)
            .map_err(|error| format!("the certificate cannot be used: {error}"))?;
        let signing =
            SigningCredential::new(signing, certificate).map_err(|error| wrong(&error))?;
        Ok(Self {
            signing,
            decryption,
        })
    }

    /// What to sign with.
    pub fn signing(&self) -> SigningCredential {
        self.signing.clone()
    }

    /// What to open encrypted assertions with.
    pub fn decryption(&self) -> Arc<dyn DecryptionKey> {
        Arc::clone(&self.decryption)
    }

    /// The certificate others know the key by.
    pub fn certificate(&self) -> &Certificate {
        self.signing.certificate()
    }

    /// The certificate as Okta takes it.
    pub fn certificate_pem(&self) -> String {
        let text = data_encoding::BASE64.encode(self.certificate().der());
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    }
}
