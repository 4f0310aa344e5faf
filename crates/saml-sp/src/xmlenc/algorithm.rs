//! Ciphers and key transports by their identifiers.
//!
//! An identifier that is not in these lists does not exist here: no 3DES, no AES-192, no key agreement.
//! SHA-1 stands in two places of RSA-OAEP, where its collisions do not matter, and is therefore taken
//! without the feature that allows it for signatures.

use crate::crypto::{DigestAlgorithm, KeyTransport};
use crate::error::{Code, Finding};
use crate::policy::{AlgorithmPolicy, Rsa15};
use crate::xml::{Element, Name};

use super::grammar::{algorithm_of, shape};
use super::{XENC11, ds};

/// A cipher for content.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ContentCipher {
    /// AES-128 in GCM.
    Aes128Gcm,
    /// AES-256 in GCM.
    Aes256Gcm,
    /// AES-128 in CBC. Not authenticated.
    Aes128Cbc,
    /// AES-256 in CBC. Not authenticated.
    Aes256Cbc,
}

impl ContentCipher {
    /// Every cipher.
    pub const ALL: &'static [Self] = &[
        Self::Aes128Gcm,
        Self::Aes256Gcm,
        Self::Aes128Cbc,
        Self::Aes256Cbc,
    ];

    /// The identifier in `EncryptionMethod/@Algorithm`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        }
    }

    /// Whether a changed ciphertext is noticed.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes256Gcm)
    }

    /// Length of a key in bytes.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128Cbc => 16,
            Self::Aes256Gcm | Self::Aes256Cbc => 32,
        }
    }

    /// The cipher of an `EncryptionMethod`.
    pub(super) fn read(method: Element<'_>) -> Result<Self, Finding> {
        let uri = algorithm_of(method)?;
        let known = Self::ALL.iter().copied().find(|cipher| cipher.uri() == uri);
        let known =
            known.ok_or_else(|| unsupported(method, &uri, "AES-128 or AES-256, GCM or CBC"))?;
        // A key size that is stated must be the one the identifier implies.
        for child in method.children() {
            let size = child.text_only().map_err(|_| shape(method))?;
            if !child.is(super::xenc("KeySize")) || size != (known.key_length() * 8).to_string() {
                return Err(shape(method));
            }
        }
        Ok(known)
    }
}

const OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
const RSA_1_5: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";

/// The key transport of an `EncryptionMethod`, if the policy accepts it.
pub(super) fn transport(
    method: Element<'_>,
    policy: &AlgorithmPolicy,
) -> Result<KeyTransport, Finding> {
    let uri = algorithm_of(method)?;
    match uri.as_str() {
        OAEP_MGF1P => oaep(method, false),
        OAEP => oaep(method, true),
        RSA_1_5 => rsa_1_5(method, policy),
        _ => Err(unsupported(method, &uri, "RSA-OAEP")),
    }
}

fn rsa_1_5(method: Element<'_>, policy: &AlgorithmPolicy) -> Result<KeyTransport, Finding> {
    method.nothing_inside().map_err(|_| shape(method))?;
    let by_policy = policy.rsa_1_5() == Rsa15::DangerAllowed;
    if by_policy && cfg!(feature = "danger-rsa-1_5") {
        return Ok(KeyTransport::Rsa15);
    }
    let finding = unsupported(method, RSA_1_5, "RSA-OAEP");
    Err(match by_policy {
        true => {
            finding.hint("the policy allows it, but the feature danger-rsa-1_5 is not built in")
        }
        false => finding,
    })
}

/// `DigestMethod`, then under the newer identifier `MGF`, each at most once. Both default to
/// SHA-1 (XML Encryption 1.1, 5.5.2), which is no weakness in this place.
fn oaep(method: Element<'_>, with_mask: bool) -> Result<KeyTransport, Finding> {
    let (mut digest, mut mask) = (None, None);
    for child in method.children() {
        let slot = if child.is(ds("DigestMethod")) {
            digest.replace(digest_of(child)?)
        } else if with_mask && child.is(Name::new(XENC11, "MGF")) {
            mask.replace(mask_of(child)?)
        } else {
            // `OAEPparams` would be a label, which nobody uses.
            return Err(shape(method));
        };
        if slot.is_some() {
            return Err(shape(method));
        }
    }
    Ok(KeyTransport::RsaOaep {
        digest: digest.unwrap_or(DigestAlgorithm::Sha1),
        mask: mask.unwrap_or(DigestAlgorithm::Sha1),
    })
}

fn digest_of(method: Element<'_>) -> Result<DigestAlgorithm, Finding> {
    let uri = algorithm_of(method)?;
    DigestAlgorithm::from_uri(&uri).ok_or_else(|| unsupported(method, &uri, "SHA-1 or SHA-2"))
}

fn mask_of(method: Element<'_>) -> Result<DigestAlgorithm, Finding> {
    let uri = algorithm_of(method)?;
    match uri.as_str() {
        "http://www.w3.org/2009/xmlenc11#mgf1sha1" => Ok(DigestAlgorithm::Sha1),
        "http://www.w3.org/2009/xmlenc11#mgf1sha256" => Ok(DigestAlgorithm::Sha256),
        "http://www.w3.org/2009/xmlenc11#mgf1sha384" => Ok(DigestAlgorithm::Sha384),
        "http://www.w3.org/2009/xmlenc11#mgf1sha512" => Ok(DigestAlgorithm::Sha512),
        _ => Err(unsupported(method, &uri, "MGF1 with SHA-1 or SHA-2")),
    }
}

fn unsupported(method: Element<'_>, uri: &str, expected: &str) -> Finding {
    Finding::new(Code::EncryptionAlgorithm)
        .expected(expected)
        .seen(uri)
        .at(method.path())
}
