//! How a login was proven.

/// Which element a signature covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "SAML signs these two")]
pub enum SignedPart {
    /// The whole Response.
    Response,
    /// The Assertion.
    Assertion,
}

/// The signatures that were verified, outermost first. Fit for an audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub(crate) signatures: Vec<VerifiedSignature>,
    pub(crate) encrypted: bool,
}

/// One verified signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSignature {
    pub(crate) part: SignedPart,
    pub(crate) algorithm: String,
    pub(crate) key_sha256: String,
}

impl Proof {
    /// The verified signatures, outermost first; never empty.
    pub fn signatures(&self) -> impl Iterator<Item = &VerifiedSignature> {
        self.signatures.iter()
    }

    /// Whether the assertion came encrypted.
    #[must_use]
    pub const fn was_encrypted(&self) -> bool {
        self.encrypted
    }
}

impl VerifiedSignature {
    /// What it covered.
    #[must_use]
    pub const fn part(&self) -> SignedPart {
        self.part
    }

    /// The signature algorithm's URI.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// SHA-256 of the certificate that holds the key, in lower-case hexadecimal.
    #[must_use]
    pub fn key_sha256(&self) -> &str {
        &self.key_sha256
    }
}
