//! The keys that may verify.

use crate::cert::{Certificate, PinnedKey};
use crate::crypto::{CryptoProvider, SignatureAlgorithm};
use crate::error::{Code, Finding};
use crate::policy::AlgorithmPolicy;
use crate::xml::Element;

use super::ds;
use super::octets::{Covers, SignatureProof};

/// The pinned keys of one identity provider.
#[derive(Clone, Debug, Default)]
pub struct Keys<'k> {
    /// Keys that verify, each tried.
    pub trusted: Vec<&'k PinnedKey>,
    /// Keys that no longer verify. They only make a refusal say what happened.
    pub retired: Vec<&'k PinnedKey>,
}

/// What was signed, with what, and what the signature is.
pub(super) struct Claim<'a> {
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) octets: &'a [u8],
    pub(super) value: &'a [u8],
    /// The `ds:Signature`, for what its `KeyInfo` says. A detached signature has none.
    pub(super) signature: Option<Element<'a>>,
}

impl<'k> Keys<'k> {
    /// Keys that all verify.
    pub fn trusted(keys: impl IntoIterator<Item = &'k PinnedKey>) -> Self {
        Self {
            trusted: keys.into_iter().collect(),
            retired: Vec::new(),
        }
    }

    /// Verifies a detached signature, such as that of a message in a redirect's query, over
    /// exactly the octets that were received.
    ///
    /// # Errors
    /// `AlgorithmUnknown`, `AlgorithmForbidden`, `AlgorithmKeyMismatch`, `KeyMissing`, `KeyWeak`,
    /// `SignatureKeyRetired` or `SignatureInvalid`.
    pub fn verify_detached(
        &self,
        algorithm: &str,
        octets: &[u8],
        signature: &[u8],
        policy: &AlgorithmPolicy,
        crypto: &CryptoProvider,
    ) -> Result<SignatureProof, Finding> {
        let known = SignatureAlgorithm::from_uri(algorithm);
        let algorithm =
            known.ok_or_else(|| Finding::new(Code::AlgorithmUnknown).seen(algorithm))?;
        let claim = Claim {
            algorithm,
            octets,
            value: signature,
            signature: None,
        };
        let key = self.verify(&claim, policy, crypto)?.fingerprint();
        Ok(SignatureProof {
            covers: Covers::Message,
            algorithm,
            digest: algorithm.digest(),
            key,
        })
    }

    /// The key that verifies a claim.
    pub(super) fn verify(
        &self,
        claim: &Claim<'_>,
        policy: &AlgorithmPolicy,
        crypto: &CryptoProvider,
    ) -> Result<&'k PinnedKey, Finding> {
        claim.algorithm.check(policy)?;
        if self.trusted.is_empty() {
            return Err(Finding::new(Code::KeyMissing).expected("a configured key"));
        }
        let fits = |key: &&&PinnedKey| key.public().is_rsa() != claim.algorithm.is_ecdsa();
        let mut weak = None;
        let mut fitting = false;
        for key in self.trusted.iter().filter(fits) {
            fitting = true;
            match key.public().check(policy) {
                Err(finding) => weak = Some(finding),
                Ok(()) if claim.holds(key, crypto) => return Ok(key),
                Ok(()) => {}
            }
        }
        if !fitting {
            return Err(Finding::new(Code::AlgorithmKeyMismatch)
                .expected(self.kinds())
                .seen(claim.algorithm.uri()));
        }
        Err(weak.unwrap_or_else(|| self.refusal(claim, crypto)))
    }

    fn kinds(&self) -> String {
        let kinds: Vec<String> = self
            .trusted
            .iter()
            .map(|key| key.public().to_string())
            .collect();
        kinds.join(", ")
    }

    /// Why no key verifies, as far as that can be said.
    fn refusal(&self, claim: &Claim<'_>, crypto: &CryptoProvider) -> Finding {
        if self.retired.iter().any(|key| claim.holds(key, crypto)) {
            return Finding::new(Code::SignatureKeyRetired);
        }
        let configured: Vec<String> = self
            .trusted
            .iter()
            .map(|key| key.fingerprint().to_string())
            .collect();
        match claim.signature.and_then(named_certificate) {
            Some(named) if !self.trusted.contains(&named.key()) => {
                Finding::new(Code::SignatureKeyUnknown)
                    .expected(format!("key {}", configured.join(", ")))
                    .seen(format!("key {}", named.key().fingerprint()))
                    .hint(format!(
                        "its certificate says: valid from {} until {}",
                        named.not_before().date(),
                        named.not_after().date()
                    ))
            }
            _ => Finding::new(Code::SignatureInvalid),
        }
    }
}

impl Claim<'_> {
    fn holds(&self, key: &PinnedKey, crypto: &CryptoProvider) -> bool {
        key.verify(crypto, self.algorithm, self.octets, self.value)
            .is_ok()
    }
}

/// The key of the certificate that the message names, for the report only.
fn named_certificate(signature: Element<'_>) -> Option<Certificate> {
    let info = signature.optional(ds("KeyInfo")).ok()??;
    let data = info.children_named(ds("X509Data")).next()?;
    let certificate = data
        .children_named(ds("X509Certificate"))
        .next()?
        .text_only()
        .ok()?;
    Certificate::parse(certificate.as_bytes()).ok()
}
