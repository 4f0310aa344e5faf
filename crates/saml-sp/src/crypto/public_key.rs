//! Public keys as numbers, before any backend sees them.

use std::fmt;

use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::error::{Code, Finding};
use crate::policy::AlgorithmPolicy;

/// Identifiers of the curves that are supported, in DER content form.
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";

/// The largest modulus: 8192 bits. Verification time grows with the square of the size.
const MOST_BITS: usize = 8192;
/// The largest public exponent, 2^33 - 1: larger ones only cost time.
const MOST_EXPONENT: u64 = (1 << 33) - 1;
/// The smallest public exponent: 65537, as NIST SP 800-56B demands.
const LEAST_EXPONENT: u64 = 65_537;

/// A public key of a kind that can verify.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum PublicKey {
    /// An RSA key.
    Rsa {
        /// Modulus, big endian, without leading zeros.
        modulus: Vec<u8>,
        /// Public exponent.
        exponent: u64,
    },
    /// A point on P-256 in SEC 1 form.
    P256 {
        /// The point.
        point: Vec<u8>,
    },
    /// A point on P-384 in SEC 1 form.
    P384 {
        /// The point.
        point: Vec<u8>,
    },
}

/// Why there is no usable key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyProblem {
    /// It is not DER, or bytes follow it.
    Malformed,
    /// The algorithm is neither RSA nor ECDSA, or the key is not for the algorithm asked for.
    Algorithm,
    /// The curve is neither P-256 nor P-384, or is given by parameters.
    Curve,
    /// A private key with a passphrase: decrypt the file first.
    Encrypted,
    /// The RSA numbers cannot be a key: even modulus, even or zero exponent, or far too large.
    Numbers,
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the key is malformed",
            Self::Algorithm => "the key is neither RSA nor ECDSA, or not for this algorithm",
            Self::Curve => "the curve is neither P-256 nor P-384",
            Self::Encrypted => "the private key is protected by a passphrase",
            Self::Numbers => "the numbers cannot be an RSA key",
        })
    }
}

impl std::error::Error for KeyProblem {}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`, which must fill the input.
    ///
    /// # Errors
    /// [`KeyProblem`]. A small key is not a problem here; [`PublicKey::check`] judges size.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyProblem> {
        match SubjectPublicKeyInfo::from_der(der) {
            Ok(([], spki)) => Self::from_parsed(&spki),
            _ => Err(KeyProblem::Malformed),
        }
    }

    pub(crate) fn from_parsed(spki: &SubjectPublicKeyInfo<'_>) -> Result<Self, KeyProblem> {
        let algorithm = spki.algorithm.algorithm.to_id_string();
        match algorithm.as_str() {
            RSA => rsa(&spki.subject_public_key.data),
            EC => elliptic(spki),
            _ => Err(KeyProblem::Algorithm),
        }
    }

    /// The DER `RSAPublicKey` (RFC 8017, A.1.1) of an RSA key.
    #[cfg(any(feature = "aws-lc-rs", feature = "graviola"))]
    pub(crate) fn pkcs1_der(&self) -> Option<Vec<u8>> {
        let Self::Rsa { modulus, exponent } = self else {
            return None;
        };
        let exponent = exponent.to_be_bytes();
        let zeros = exponent.iter().take_while(|byte| **byte == 0).count();
        let numbers = [integer(modulus)?, integer(exponent.get(zeros..)?)?].concat();
        tagged(0x30, &numbers)
    }

    /// Size in bits: of the modulus, or of the curve.
    #[must_use]
    pub fn bits(&self) -> usize {
        match self {
            Self::Rsa { modulus, .. } => bits(modulus),
            Self::P256 { .. } => 256,
            Self::P384 { .. } => 384,
        }
    }

    /// Whether the key is an RSA key.
    #[must_use]
    pub fn is_rsa(&self) -> bool {
        matches!(self, Self::Rsa { .. })
    }

    /// Whether a policy accepts the key: size and exponent of an RSA key.
    ///
    /// # Errors
    /// [`Code::KeyWeak`].
    pub fn check(&self, policy: &AlgorithmPolicy) -> Result<(), Finding> {
        let Self::Rsa { modulus, exponent } = self else {
            return Ok(());
        };
        let (least, seen) = (policy.rsa_min_bits(), bits(modulus));
        if seen < least {
            return Err(Finding::new(Code::KeyWeak)
                .expected(format!("an RSA key of at least {least} bits"))
                .seen(format!("{seen} bits")));
        }
        if *exponent < LEAST_EXPONENT {
            return Err(Finding::new(Code::KeyWeak)
                .expected("a public exponent of at least 65537")
                .seen(format!("exponent {exponent}")));
        }
        Ok(())
    }
}

/// `Debug` names the kind and the size.
impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { .. } => write!(f, "RSA with {} bits", self.bits()),
            Self::P256 { .. } => f.write_str("ECDSA on P-256"),
            Self::P384 { .. } => f.write_str("ECDSA on P-384"),
        }
    }
}

fn bits(modulus: &[u8]) -> usize {
    let leading = modulus
        .first()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    (modulus.len() * 8).saturating_sub(leading)
}

fn rsa(der: &[u8]) -> Result<PublicKey, KeyProblem> {
    use x509_parser::public_key::RSAPublicKey;
    let (rest, key) = RSAPublicKey::from_der(der).map_err(|_| KeyProblem::Malformed)?;
    if !rest.is_empty() {
        return Err(KeyProblem::Malformed);
    }
    let modulus = positive(key.modulus)?;
    let exponent = positive(key.exponent)?;
    if exponent.len() > 8 {
        return Err(KeyProblem::Numbers);
    }
    let exponent = exponent
        .iter()
        .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let odd = modulus.last().is_some_and(|byte| byte & 1 == 1) && exponent & 1 == 1;
    if !odd || !(3..=MOST_EXPONENT).contains(&exponent) || bits(modulus) > MOST_BITS {
        return Err(KeyProblem::Numbers);
    }
    Ok(PublicKey::Rsa {
        modulus: modulus.to_vec(),
        exponent,
    })
}

/// A DER INTEGER that is positive, without its sign byte.
fn positive(integer: &[u8]) -> Result<&[u8], KeyProblem> {
    match integer {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => Ok(rest),
        [first, ..] if (1..0x80).contains(first) => Ok(integer),
        _ => Err(KeyProblem::Numbers),
    }
}

/// A positive DER INTEGER.
#[cfg(any(feature = "aws-lc-rs", feature = "graviola"))]
fn integer(magnitude: &[u8]) -> Option<Vec<u8>> {
    let sign: &[u8] = if *magnitude.first()? >= 0x80 {
        &[0]
    } else {
        &[]
    };
    tagged(0x02, &[sign, magnitude].concat())
}

/// A DER value of up to 65,535 bytes.
#[cfg(any(feature = "aws-lc-rs", feature = "graviola"))]
fn tagged(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let [high, low] = u16::try_from(content.len()).ok()?.to_be_bytes();
    let head = match (high, low) {
        (0, 0..=0x7F) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    Some([head.as_slice(), content].concat())
}

fn elliptic(spki: &SubjectPublicKeyInfo<'_>) -> Result<PublicKey, KeyProblem> {
    let parameters = spki
        .algorithm
        .parameters
        .as_ref()
        .ok_or(KeyProblem::Curve)?;
    let curve = parameters
        .as_oid()
        .map_err(|_| KeyProblem::Curve)?
        .to_id_string();
    let point = spki.subject_public_key.data.to_vec();
    match curve.as_str() {
        P256 => Ok(PublicKey::P256 { point }),
        P384 => Ok(PublicKey::P384 { point }),
        _ => Err(KeyProblem::Curve),
    }
}
