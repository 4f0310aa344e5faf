//! Encrypting the Assertion to the service provider, in Okta's layout and in the usual one.

use crate::keys::TestKey;
use crate::message::saml;
use crate::names::{DSIG, XMLENC};
use crate::random::Stream;
use crate::sign::{algorithm, key_info};
use crate::stamp::id;
use crate::tree::Element;
use aes_gcm::aead::Aead as _;
use aes_gcm::{Aes128Gcm, Aes256Gcm, KeyInit as _};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use rsa::oaep;
use rsa::pkcs1v15;
use rsa::sha2::Sha256;
use rsa::traits::RandomizedEncryptor as _;
use sha1::Sha1;

/// How the content is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ContentCipher {
    /// AES-128 in Galois counter mode.
    Aes128Gcm,
    /// AES-256 in Galois counter mode: the kit's default.
    #[default]
    Aes256Gcm,
    /// AES-128 in cipher block chaining: no protection against changes.
    Aes128Cbc,
    /// AES-256 in cipher block chaining: no protection against changes.
    Aes256Cbc,
}

impl ContentCipher {
    /// The identifier written into `EncryptionMethod`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        }
    }

    /// The content key of this cipher's length, and the nonce followed by the ciphertext.
    fn encrypt(self, random: &mut Stream, plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let key: [u8; 32] = random.bytes();
        let (half, _) = key.split_at(16);
        let half: [u8; 16] = half.try_into().unwrap_or_default();
        let (nonce, iv): ([u8; 12], [u8; 16]) = (random.bytes(), random.bytes());
        let sealed = match self {
            Self::Aes128Gcm => sealed(
                &nonce,
                Aes128Gcm::new(&half.into()).encrypt(&nonce.into(), plain),
            ),
            Self::Aes256Gcm => sealed(
                &nonce,
                Aes256Gcm::new(&key.into()).encrypt(&nonce.into(), plain),
            ),
            Self::Aes128Cbc => {
                let cipher = cbc::Encryptor::<aes::Aes128>::new(&half.into(), &iv.into());
                [iv.to_vec(), cipher.encrypt_padded_vec::<Pkcs7>(plain)].concat()
            }
            Self::Aes256Cbc => {
                let cipher = cbc::Encryptor::<aes::Aes256>::new(&key.into(), &iv.into());
                [iv.to_vec(), cipher.encrypt_padded_vec::<Pkcs7>(plain)].concat()
            }
        };
        let short = matches!(self, Self::Aes128Gcm | Self::Aes128Cbc);
        (if short { half.to_vec() } else { key.to_vec() }, sealed)
    }
}

#[expect(clippy::expect_used, reason = "GCM fails only beyond 64 GiB")]
fn sealed(nonce: &[u8], ciphertext: Result<Vec<u8>, aes_gcm::Error>) -> Vec<u8> {
    [nonce, &ciphertext.expect("the plaintext is short")].concat()
}

/// How the content key is encrypted to the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum KeyTransport {
    /// `rsa-oaep-mgf1p` with SHA-1 stated in a `DigestMethod`: Okta's.
    #[default]
    OaepSha1,
    /// `rsa-oaep-mgf1p` without `DigestMethod`, which means SHA-1.
    OaepImplicit,
    /// `rsa-oaep-mgf1p` with SHA-256; the mask function stays SHA-1.
    OaepSha256MgfSha1,
    /// `rsa-oaep` of XML Encryption 1.1 with SHA-256 for both.
    Oaep11Sha256,
    /// PKCS#1 v1.5: to be refused unless allowed by name.
    Rsa15,
}

impl KeyTransport {
    fn wrap(self, recipient: TestKey, random: &mut Stream, key: &[u8]) -> Vec<u8> {
        #[expect(
            clippy::expect_used,
            reason = "a test that encrypts to an EC key has to be told"
        )]
        let public = recipient
            .rsa()
            .expect("key transport needs an RSA key")
            .to_public_key();
        let wrapped = match self {
            Self::OaepSha1 | Self::OaepImplicit => {
                oaep::EncryptingKey::<Sha1>::new(public).encrypt_with_rng(random, key)
            }
            Self::OaepSha256MgfSha1 => {
                oaep::EncryptingKey::<Sha256, Sha1>::new(public).encrypt_with_rng(random, key)
            }
            Self::Oaep11Sha256 => {
                oaep::EncryptingKey::<Sha256>::new(public).encrypt_with_rng(random, key)
            }
            Self::Rsa15 => pkcs1v15::EncryptingKey::new(public).encrypt_with_rng(random, key),
        };
        #[expect(
            clippy::expect_used,
            reason = "a 1024-bit modulus holds every content key"
        )]
        wrapped.expect("the content key fits the modulus")
    }

    fn method(self) -> Element {
        const MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
        let digest = |uri| algorithm("ds:DigestMethod", uri).attribute("xmlns:ds", DSIG);
        let sha256 = || digest("http://www.w3.org/2001/04/xmlenc#sha256");
        match self {
            Self::OaepSha1 => method(MGF1P).child(digest("http://www.w3.org/2000/09/xmldsig#sha1")),
            Self::OaepImplicit => method(MGF1P),
            Self::OaepSha256MgfSha1 => method(MGF1P).child(sha256()),
            Self::Oaep11Sha256 => method("http://www.w3.org/2009/xmlenc11#rsa-oaep")
                .child(sha256())
                .child(
                    algorithm("xenc11:MGF", "http://www.w3.org/2009/xmlenc11#mgf1sha256")
                        .attribute("xmlns:xenc11", "http://www.w3.org/2009/xmlenc11#"),
                ),
            Self::Rsa15 => method("http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
        }
    }
}

/// Where the `EncryptedKey` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum KeyPlacement {
    /// Beside `EncryptedData`, which points to it by `RetrievalMethod`: Okta's layout.
    #[default]
    Sibling,
    /// In the `KeyInfo` of `EncryptedData`: everybody else's.
    Inside,
}

/// How an Assertion is encrypted. The default is Okta's: AES-256-GCM, RSA-OAEP with SHA-1, the
/// key as a sibling, to [`TestKey::Sp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Encryption {
    /// How the content is encrypted.
    pub cipher: ContentCipher,
    /// How its key is.
    pub transport: KeyTransport,
    /// Where that key stands.
    pub placement: KeyPlacement,
    /// Whose certificate it is encrypted to.
    pub recipient: TestKey,
}

impl Default for Encryption {
    fn default() -> Self {
        Self {
            cipher: ContentCipher::default(),
            transport: KeyTransport::default(),
            placement: KeyPlacement::default(),
            recipient: TestKey::Sp,
        }
    }
}

/// The ids by which the two halves point to each other.
struct Ids {
    data: String,
    key: String,
}

impl Encryption {
    /// The `EncryptedAssertion` that holds this text. Its children fit any other encrypted
    /// element, such as an `EncryptedID`, too.
    ///
    /// ```
    /// use saml_testkit::{Encryption, KeyPlacement};
    /// let element = Encryption { placement: KeyPlacement::Inside, ..Encryption::default() }.envelope("<a/>");
    /// assert_eq!(element.children().len(), 1);
    /// ```
    #[must_use]
    pub fn envelope(self, plain: &str) -> Element {
        let mut random = Stream::new(plain.as_bytes());
        let (key, ciphertext) = self.cipher.encrypt(&mut random, plain.as_bytes());
        let wrapped = self.transport.wrap(self.recipient, &mut random, &key);
        let ids = Ids {
            data: id(&["data", plain]),
            key: id(&["key", plain]),
        };
        let encrypted_key = self.encrypted_key(&ids, &wrapped);
        let info = Element::new("ds:KeyInfo").attribute("xmlns:ds", DSIG);
        let open = saml("saml2:EncryptedAssertion");
        match self.placement {
            KeyPlacement::Inside => {
                open.child(self.data(&ids, info.child(encrypted_key), &ciphertext))
            }
            KeyPlacement::Sibling => {
                let pointer = Element::new("ds:RetrievalMethod")
                    .attribute("Type", "http://www.w3.org/2001/04/xmlenc#EncryptedKey")
                    .attribute("URI", &format!("#{}", ids.key));
                open.child(self.data(&ids, info.child(pointer), &ciphertext))
                    .child(encrypted_key)
            }
        }
    }

    fn data(self, ids: &Ids, key_info: Element, ciphertext: &[u8]) -> Element {
        xenc("xenc:EncryptedData")
            .attribute("Id", &ids.data)
            .attribute("Type", "http://www.w3.org/2001/04/xmlenc#Element")
            .child(method(self.cipher.uri()))
            .child(key_info)
            .child(cipher_data(ciphertext))
    }

    fn encrypted_key(self, ids: &Ids, wrapped: &[u8]) -> Element {
        let mut recipient = key_info(&self.recipient.certificate_lines());
        recipient.set_attribute("xmlns:ds", DSIG);
        let list = Element::new("xenc:ReferenceList")
            .child(Element::new("xenc:DataReference").attribute("URI", &format!("#{}", ids.data)));
        xenc("xenc:EncryptedKey")
            .attribute("Id", &ids.key)
            .child(self.transport.method())
            .child(recipient)
            .child(cipher_data(wrapped))
            .child(list)
    }
}

fn xenc(name: &str) -> Element {
    Element::new(name).attribute("xmlns:xenc", XMLENC)
}

fn method(uri: &str) -> Element {
    algorithm("xenc:EncryptionMethod", uri)
}

fn cipher_data(octets: &[u8]) -> Element {
    Element::new("xenc:CipherData")
        .child(Element::new("xenc:CipherValue").text(&STANDARD.encode(octets)))
}
