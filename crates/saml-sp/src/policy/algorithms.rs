//! Which algorithms and key sizes are accepted from an identity provider.
//!
//! Every weakening is a call whose name begins with `danger`, is made per identity provider, and for
//! SHA-1 and PKCS#1 v1.5 needs a feature of the build too: so it can be found by looking for one word.

/// Whether SHA-1 digests and RSA-SHA1 signatures are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sha1 {
    /// Refused. The default: collisions have been computed since 2017.
    #[default]
    Forbidden,
    /// Accepted, for an identity provider that cannot do better. Needs the feature `danger-sha1`
    /// to have any effect.
    DangerAllowed,
}

/// Whether AES-CBC is decrypted inside a Response that is not itself signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CbcUnsigned {
    /// Refused. The default: without an outer signature CBC is a padding oracle.
    #[default]
    Forbidden,
    /// Accepted. The attacks of Jager and Somorovsky (2011) then apply.
    DangerAllowed,
}

/// Whether RSA PKCS#1 v1.5 key transport is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rsa15 {
    /// Refused. The default: Bleichenbacher's attack (1998).
    #[default]
    Forbidden,
    /// Accepted. Needs the feature `danger-rsa-1_5` to have any effect.
    DangerAllowed,
}

/// The algorithms and key sizes accepted from one identity provider.
///
/// The default accepts RSA (PKCS#1 v1.5 and PSS) and ECDSA signatures with SHA-256, SHA-384 and
/// SHA-512, RSA keys of 2048 bits and more with a public exponent of 65537 and more, and nothing
/// else. Each weakening is a call with a name that says so.
///
/// ```
/// use saml_sp::AlgorithmPolicy;
/// let policy = AlgorithmPolicy::default();
/// assert_eq!(policy.rsa_min_bits(), 2048);
/// let policy = policy.danger_allow_rsa_bits(1024);
/// assert_eq!(policy.rsa_min_bits(), 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgorithmPolicy {
    sha1: Sha1,
    cbc_unsigned: CbcUnsigned,
    rsa_1_5: Rsa15,
    rsa_min_bits: usize,
}

impl Default for AlgorithmPolicy {
    fn default() -> Self {
        Self {
            sha1: Sha1::Forbidden,
            cbc_unsigned: CbcUnsigned::Forbidden,
            rsa_1_5: Rsa15::Forbidden,
            rsa_min_bits: 2048,
        }
    }
}

impl AlgorithmPolicy {
    /// Accept SHA-1 digests and RSA-SHA1 signatures.
    #[must_use]
    pub const fn danger_allow_sha1(mut self) -> Self {
        self.sha1 = Sha1::DangerAllowed;
        self
    }

    /// Decrypt CBC inside a Response that is not signed.
    #[must_use]
    pub const fn danger_allow_cbc_unsigned(mut self) -> Self {
        self.cbc_unsigned = CbcUnsigned::DangerAllowed;
        self
    }

    /// Accept RSA PKCS#1 v1.5 key transport.
    #[must_use]
    pub const fn danger_allow_rsa_1_5(mut self) -> Self {
        self.rsa_1_5 = Rsa15::DangerAllowed;
        self
    }

    /// Lower the floor of RSA keys to `bits`; never below 1024, whatever is asked for.
    #[must_use]
    pub const fn danger_allow_rsa_bits(mut self, bits: usize) -> Self {
        self.rsa_min_bits = if bits < 1024 { 1024 } else { bits };
        self
    }

    /// Whether SHA-1 is accepted.
    #[must_use]
    pub const fn sha1(&self) -> Sha1 {
        self.sha1
    }

    /// Whether CBC is decrypted inside an unsigned Response.
    #[must_use]
    pub const fn cbc_unsigned(&self) -> CbcUnsigned {
        self.cbc_unsigned
    }

    /// Whether PKCS#1 v1.5 key transport is accepted.
    #[must_use]
    pub const fn rsa_1_5(&self) -> Rsa15 {
        self.rsa_1_5
    }

    /// The smallest RSA modulus accepted, in bits.
    #[must_use]
    pub const fn rsa_min_bits(&self) -> usize {
        self.rsa_min_bits
    }
}
