//! What the kit can sign and digest with.

use crate::keys::TestKey;
use crate::random::Stream;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::DecodePrivateKey as _;
use rsa::PrivateKey;
use rsa::sha2::{Digest as _, Sha256, Sha384, Sha512};
use sha1::Sha1;

/// A signature algorithm the kit can sign with.
///
/// An RSA algorithm needs an RSA key and an ECDSA algorithm the key of its curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum SignatureAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256: Okta's default, and the kit's.
    #[default]
    RsaSha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaSha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaSha512,
    /// RSA PKCS#1 v1.5 with SHA-1: what Okta calls `RSA_SHA1`. To be refused unless allowed.
    RsaSha1,
    /// RSA-PSS with SHA-256, MGF1 with SHA-256, a salt of 32 octets.
    RsaPssSha256,
    /// RSA-PSS with SHA-384, MGF1 with SHA-384, a salt of 48 octets.
    RsaPssSha384,
    /// RSA-PSS with SHA-512, MGF1 with SHA-512, a salt of 64 octets.
    RsaPssSha512,
    /// ECDSA on P-256 with SHA-256; the value is `r` and `s` side by side.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384; the value is `r` and `s` side by side.
    EcdsaP384Sha384,
    /// An attack: HMAC-SHA-256 keyed with the certificate's public PEM text.
    HmacOfCertificate,
}

impl SignatureAlgorithm {
    /// The identifier written into `SignatureMethod` or `SigAlg`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::RsaSha1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            Self::RsaPssSha256 => "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            Self::RsaPssSha384 => "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
            Self::RsaPssSha512 => "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
            Self::EcdsaP256Sha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            Self::EcdsaP384Sha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            Self::HmacOfCertificate => "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        }
    }

    /// Signs `message` with `key`. The same arguments give the same octets, PSS salt included.
    ///
    /// ```
    /// use saml_testkit::{SignatureAlgorithm, TestKey};
    ///
    /// assert_eq!(SignatureAlgorithm::RsaSha256.sign(TestKey::Idp, b"octets").len(), 256);
    /// assert_eq!(SignatureAlgorithm::EcdsaP256Sha256.sign(TestKey::IdpP256, b"octets").len(), 64);
    /// ```
    ///
    /// # Panics
    /// When the key is of another kind than the algorithm: there is no such signature.
    #[must_use]
    pub fn sign(self, key: TestKey, message: &[u8]) -> Vec<u8> {
        let mut salt = Stream::new(message);
        let signed = match self {
            Self::RsaSha256 => rsa(key).pkcs1v15_sign::<Sha256>(message),
            Self::RsaSha384 => rsa(key).pkcs1v15_sign::<Sha384>(message),
            Self::RsaSha512 => rsa(key).pkcs1v15_sign::<Sha512>(message),
            Self::RsaSha1 => rsa(key).pkcs1v15_sign::<Sha1>(message),
            Self::RsaPssSha256 => rsa(key).pss_sign_with_rng::<Sha256, _>(&mut salt, message),
            Self::RsaPssSha384 => rsa(key).pss_sign_with_rng::<Sha384, _>(&mut salt, message),
            Self::RsaPssSha512 => rsa(key).pss_sign_with_rng::<Sha512, _>(&mut salt, message),
            Self::EcdsaP256Sha256 => Ok(p256_sign(key, message)),
            Self::EcdsaP384Sha384 => Ok(p384_sign(key, message)),
            Self::HmacOfCertificate => Ok(hmac(key.certificate_pem(), message)),
        };
        #[expect(
            clippy::expect_used,
            reason = "a 1024-bit modulus holds every digest used with it"
        )]
        signed.expect("the key is large enough for the digest")
    }
}

#[expect(
    clippy::expect_used,
    reason = "a test that asks for an RSA signature by an EC key has to be told"
)]
fn rsa(key: TestKey) -> &'static PrivateKey {
    key.rsa().expect("an RSA algorithm needs an RSA key")
}

#[expect(
    clippy::expect_used,
    reason = "a test that asks for a signature by a key of another kind has to be told"
)]
fn p256_sign(key: TestKey, message: &[u8]) -> Vec<u8> {
    let key = p256::ecdsa::SigningKey::from_pkcs8_pem(key.private_key_pem())
        .expect("ECDSA on P-256 needs the P-256 key");
    let signature: p256::ecdsa::Signature = key.sign(message);
    signature.to_bytes().to_vec()
}

#[expect(
    clippy::expect_used,
    reason = "a test that asks for a signature by a key of another kind has to be told"
)]
fn p384_sign(key: TestKey, message: &[u8]) -> Vec<u8> {
    let key = p384::ecdsa::SigningKey::from_pkcs8_pem(key.private_key_pem())
        .expect("ECDSA on P-384 needs the P-384 key");
    let signature: p384::ecdsa::Signature = key.sign(message);
    signature.to_bytes().to_vec()
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hmac(secret: &str, message: &[u8]) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// A digest algorithm of the one Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum DigestAlgorithm {
    /// SHA-256: Okta's default, and the kit's.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-1. To be refused unless allowed.
    Sha1,
}

impl DigestAlgorithm {
    /// The identifier written into `DigestMethod`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
            Self::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        }
    }

    pub(crate) fn of(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(octets).to_vec(),
            Self::Sha384 => Sha384::digest(octets).to_vec(),
            Self::Sha512 => Sha512::digest(octets).to_vec(),
            Self::Sha1 => Sha1::digest(octets).to_vec(),
        }
    }
}
