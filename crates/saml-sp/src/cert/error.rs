//! What was pasted instead of a certificate.

use std::fmt;

use crate::error::{Code, Finding};

/// What is wrong with a pasted certificate. The kinds are stable.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CertErrorKind {
    /// Nothing but white space.
    Empty,
    /// Base64 of a PEM file: the text was encoded once too often.
    EncodedTwice,
    /// The base64 between the markers, or the bare base64, is damaged.
    Base64,
    /// A SAML metadata file.
    Metadata,
    /// A private key. It should be treated as disclosed.
    PrivateKey,
    /// A certificate signing request.
    Request,
    /// A PKCS#7 bundle.
    Pkcs7,
    /// A PKCS#12 file, which may hold a private key.
    Pkcs12,
    /// A bare public key.
    PublicKey,
    /// A certificate revocation list.
    RevocationList,
    /// A web address.
    Url,
    /// A fingerprint, which is not enough: the key itself is pinned.
    Fingerprint,
    /// A PEM block begins and does not end, or ends as something else.
    Unterminated,
    /// Not DER of a certificate.
    Malformed,
    /// Bytes follow the certificate.
    Trailing,
    /// More than one certificate where one was asked for.
    Several,
    /// The key is neither RSA nor ECDSA.
    KeyAlgorithm,
    /// The curve is neither P-256 nor P-384.
    KeyCurve,
    /// The RSA numbers cannot be a key, or the modulus is larger than 8192 bits.
    KeyNumbers,
    /// The input is longer than 1 MiB.
    TooLong,
}

impl CertErrorKind {
    /// The code under which a report names this kind.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Trailing => Code::CertificateTrailing,
            Self::KeyAlgorithm | Self::KeyCurve | Self::KeyNumbers => Code::KeyUnsupported,
            _ => Code::CertificateInvalid,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Empty => "nothing was given",
            Self::EncodedTwice => {
                "this is base64 of a PEM file: decode it once, or paste the PEM text"
            }
            Self::Base64 => "the base64 of the certificate is damaged or cut off",
            Self::Metadata => {
                "this is a metadata file: import it as metadata, or take the certificate out of it"
            }
            Self::PrivateKey => {
                "this is a private key: never paste it anywhere, and replace it now"
            }
            Self::Request => "this is a certificate signing request, not a certificate",
            Self::Pkcs7 => "this is a PKCS#7 bundle: export the certificate alone as PEM",
            Self::Pkcs12 => {
                "this is a PKCS#12 file, which may hold a private key: export the certificate alone as PEM"
            }
            Self::PublicKey => "this is a public key without a certificate",
            Self::RevocationList => "this is a certificate revocation list",
            Self::Url => "this is a web address: download the certificate and paste its text",
            Self::Fingerprint => "this is a fingerprint: the whole certificate is needed",
            Self::Unterminated => "the end of the PEM block is missing",
            Self::Malformed => "this is not a certificate",
            Self::Trailing => "more data follows the certificate",
            Self::Several => "there is more than one certificate",
            Self::KeyAlgorithm => "the certificate's key is neither RSA nor ECDSA",
            Self::KeyCurve => "the certificate's curve is neither P-256 nor P-384",
            Self::KeyNumbers => "the certificate's RSA key is out of range",
            Self::TooLong => "this is longer than any certificate",
        }
    }
}

/// A [`CertErrorKind`] as an error. Never holds what was pasted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CertError(CertErrorKind);

impl CertError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> CertErrorKind {
        self.0
    }
}

impl From<CertErrorKind> for CertError {
    fn from(kind: CertErrorKind) -> Self {
        Self(kind)
    }
}

impl From<CertError> for Finding {
    fn from(error: CertError) -> Self {
        Self::new(error.0.code())
            .expected("an X.509 certificate as PEM or base64")
            .seen(error.0.text())
    }
}

impl fmt::Display for CertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.text())
    }
}

impl std::error::Error for CertError {}
