//! Stages three and four: signatures, then digests.

use crate::c14n;
use crate::cert::PinnedKey;
use crate::crypto::{CryptoProvider, Digest, DigestAlgorithm};
use crate::error::{Code, Finding};
use crate::policy::{AlgorithmPolicy, Limits};

use super::candidate::{Candidate, Held};
use super::envelope::finding;
use super::grammar;
use super::keys::{Claim, Keys};
use super::octets::{Covers, SignatureProof, SignedBytes};
use super::signed_info::SignedInfo;

/// Signatures that verify with pinned keys and allowed algorithms, each over a `SignedInfo` that
/// refers to the element that holds it. The digests are not compared yet.
#[derive(Clone, Debug)]
pub struct VerifiedSignedInfo<'d> {
    verified: Vec<Verified<'d>>,
}

#[derive(Clone, Debug)]
struct Verified<'d> {
    held: Held<'d>,
    info: SignedInfo,
    proof: SignatureProof,
}

impl<'d> Candidate<'d> {
    /// Stage three: verifies every signature.
    ///
    /// # Errors
    /// The first thing that is wrong: the form (`SignatureShape`, `ReferenceCount`,
    /// `ReferenceUri`, `ReferenceTarget`), an algorithm (`AlgorithmUnknown`,
    /// `AlgorithmForbidden`, `AlgorithmKeyMismatch`, `CanonicalizationForbidden`,
    /// `TransformForbidden`), the keys (`KeyMissing`, `KeyWeak`, `SignatureKeyUnknown`,
    /// `SignatureKeyRetired`) or the value (`SignatureInvalid`).
    pub fn verify(
        self,
        keys: &Keys<'_>,
        policy: &AlgorithmPolicy,
        crypto: &CryptoProvider,
        limits: &Limits,
    ) -> Result<VerifiedSignedInfo<'d>, Finding> {
        let context = Context {
            keys,
            policy,
            crypto,
            limits,
        };
        let verified = self.held.into_iter().map(|held| context.one(held));
        Ok(VerifiedSignedInfo {
            verified: verified.collect::<Result<_, _>>()?,
        })
    }
}

struct Context<'c> {
    keys: &'c Keys<'c>,
    policy: &'c AlgorithmPolicy,
    crypto: &'c CryptoProvider,
    limits: &'c Limits,
}

impl Context<'_> {
    fn one<'d>(&self, held: Held<'d>) -> Result<Verified<'d>, Finding> {
        let parts = grammar::parts(held.signature, self.limits)?;
        let octets = c14n::octets(parts.signed_info, &parts.form, None)?;
        let text = std::str::from_utf8(&octets)
            .map_err(|_| finding(Code::CanonicalFormInvalid, parts.signed_info))?;
        let info = SignedInfo::read(text, self.limits)?;
        if info.canonicalization != parts.form {
            return Err(grammar::shape(parts.signed_info));
        }
        if info.id != held.id {
            return Err(finding(Code::ReferenceTarget, held.signature)
                .expected("a reference to the element that holds the signature"));
        }
        info.digest.check(self.policy)?;
        let claim = Claim {
            algorithm: info.algorithm,
            octets: &octets,
            value: &parts.value,
            signature: Some(held.signature),
        };
        let key = self.keys.verify(&claim, self.policy, self.crypto);
        let key = key.map_err(|finding| finding.at(super::envelope::place(held.signature)))?;
        let proof = proof(&held, &info, key);
        Ok(Verified { held, info, proof })
    }
}

fn proof(held: &Held<'_>, info: &SignedInfo, key: &PinnedKey) -> SignatureProof {
    SignatureProof {
        covers: Covers::of(held.target),
        algorithm: info.algorithm,
        digest: info.digest,
        key: key.fingerprint(),
    }
}

impl VerifiedSignedInfo<'_> {
    /// Stage four: compares every digest, and keeps the canonical octets of the outermost signed
    /// element. Those octets do not contain that element's own signature.
    ///
    /// # Errors
    /// `DigestMismatch`, `CanonicalFormInvalid`, `AlgorithmUnknown` when the backend lacks the
    /// digest.
    pub fn signed_bytes(self, crypto: &CryptoProvider) -> Result<SignedBytes, Finding> {
        let mut proofs = Vec::with_capacity(self.verified.len());
        let mut kept = None;
        for verified in self.verified {
            match kept {
                None => kept = Some((verified.octets(crypto)?, verified.proof.covers)),
                Some(_) => verified.compare(crypto)?,
            }
            proofs.push(verified.proof);
        }
        let (text, covers) = kept.ok_or_else(|| Finding::new(Code::Unsigned))?;
        Ok(SignedBytes::new(text, covers, proofs))
    }
}

impl Verified<'_> {
    /// The canonical octets of the target, once their digest has matched.
    fn octets(&self, crypto: &CryptoProvider) -> Result<String, Finding> {
        let octets = c14n::octets(self.held.target, &self.info.form, Some(self.held.signature))?;
        let digest = digest(crypto, self.info.digest, |sink| {
            sink(&octets);
            Ok(())
        })?;
        self.matches(&digest)?;
        String::from_utf8(octets).map_err(|_| finding(Code::CanonicalFormInvalid, self.held.target))
    }

    /// The same without keeping the octets.
    fn compare(&self, crypto: &CryptoProvider) -> Result<(), Finding> {
        let (target, form) = (self.held.target, &self.info.form);
        let digest = digest(crypto, self.info.digest, |sink| {
            c14n::feed(target, form, Some(self.held.signature), sink).map_err(Finding::from)
        })?;
        self.matches(&digest)
    }

    fn matches(&self, digest: &Digest) -> Result<(), Finding> {
        if digest.matches(&self.info.value) {
            return Ok(());
        }
        Err(finding(Code::DigestMismatch, self.held.target))
    }
}

fn digest(
    crypto: &CryptoProvider,
    algorithm: DigestAlgorithm,
    write: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), Finding>,
) -> Result<Digest, Finding> {
    let hasher = crypto.hasher(algorithm);
    let mut hasher =
        hasher.ok_or_else(|| Finding::new(Code::AlgorithmUnknown).seen(algorithm.uri()))?;
    write(&mut |octets| hasher.update(octets))?;
    Ok(hasher.finish())
}
