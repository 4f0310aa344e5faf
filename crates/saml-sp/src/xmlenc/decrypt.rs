//! From an encrypted element to the text inside it.
//!
//! Everything that is wrong with a ciphertext ends in one code. What can be said without looking at
//! secret octets, such as an algorithm that is not allowed, keeps a code of its own: it is in the
//! clear for everybody.

use crate::crypto::DecryptionKey;
use crate::error::{Code, Finding};
use crate::policy::{AlgorithmPolicy, CbcUnsigned, Limits};
use crate::xml::{Document, Element, Extras};

use super::algorithm::{ContentCipher, transport};
use super::{cipher, grammar};

/// The text inside an encrypted element, which is a well-formed element in its context. It proves
/// nothing about who wrote it.
#[derive(Clone)]
pub struct Plaintext {
    text: String,
    context: Vec<(String, String)>,
}

impl Plaintext {
    /// Parses the text with the namespaces that were in scope around the ciphertext.
    ///
    /// # Errors
    /// `DecryptionFailed`; never for a plaintext that [`Decrypt::element`] gave with these limits.
    pub fn document(&self, limits: &Limits) -> Result<Document<'_>, Finding> {
        Document::parse_fragment(&self.text, limits, Extras::Refused, &self.context)
            .map_err(|_| Finding::new(Code::DecryptionFailed))
    }
}

/// `Debug` never shows content.
impl std::fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plaintext")
            .field("length", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// What decryption needs.
#[derive(Clone, Copy)]
pub struct Decrypt<'a> {
    /// The service provider's keys, each tried in turn, at most [`Decrypt::MOST_KEYS`].
    pub keys: &'a [&'a dyn DecryptionKey],
    /// What is accepted.
    pub policy: &'a AlgorithmPolicy,
    /// Bounds of the plaintext.
    pub limits: &'a Limits,
}

impl std::fmt::Debug for Decrypt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decrypt")
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// Whether a signature around the ciphertext has been verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Around {
    Signed,
    Unsigned,
}

impl Decrypt<'_> {
    /// How many keys are tried: the one in use, its successor, and a spare or two. Each costs one
    /// private-key operation.
    pub const MOST_KEYS: usize = 4;

    /// Decrypts an encrypted element that stands inside octets that were signed, such as an
    /// `EncryptedID` of an assertion.
    ///
    /// # Errors
    /// `EncryptionShape`, `EncryptionAlgorithm`, `DecryptionKeyMissing`, `KeyWeak`, and for
    /// everything that depends on the ciphertext `DecryptionFailed`.
    pub fn element(&self, encrypted: Element<'_>) -> Result<Plaintext, Finding> {
        self.run(encrypted, Around::Signed)
    }

    pub(super) fn run(&self, encrypted: Element<'_>, around: Around) -> Result<Plaintext, Finding> {
        let parts = grammar::parts(encrypted)?;
        let content = ContentCipher::read(parts.data_method)?;
        let transport = transport(parts.key_method, self.policy)?;
        let exception = self.policy.cbc_unsigned() == CbcUnsigned::DangerAllowed;
        if around == Around::Unsigned && !content.is_authenticated() && !exception {
            return Err(Finding::new(Code::EncryptionUnauthenticated)
                .expected("AES-GCM, or a signature on the Response")
                .seen(content.uri())
                .at(encrypted.path()));
        }
        if self.keys.is_empty() {
            return Err(Finding::new(Code::DecryptionKeyMissing).at(encrypted.path()));
        }
        let scope = parts
            .data
            .parent()
            .unwrap_or(parts.data)
            .namespaces_in_scope();
        let context: Vec<_> = scope
            .iter()
            .map(|bound| (bound.prefix.to_owned(), bound.uri.to_owned()))
            .collect();
        for key in self.keys.iter().take(Self::MOST_KEYS) {
            key.public().check(self.policy)?;
            let Ok(content_key) = key.unwrap_key(transport, &parts.key_value) else {
                continue;
            };
            let octets = cipher::decrypt(content, &content_key, &parts.data_value);
            let text = octets.and_then(|octets| String::from_utf8(octets).ok());
            let plaintext = text.map(|text| Plaintext {
                text,
                context: context.clone(),
            });
            // With CBC a wrong key can give text, so text must be a document to count.
            match plaintext {
                Some(plaintext) if plaintext.document(self.limits).is_ok() => return Ok(plaintext),
                _ => {}
            }
        }
        Err(Finding::new(Code::DecryptionFailed).at(encrypted.path()))
    }
}
