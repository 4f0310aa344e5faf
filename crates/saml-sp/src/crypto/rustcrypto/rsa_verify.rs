//! RSA verification.
//!
//! For the exponent 65537, which every identity provider uses, the public operation is written
//! out: sixteen squarings and one multiplication. The `rsa` crate takes a constant-time window
//! exponentiation there, which is twice as slow and protects nothing, because signature, key and
//! message are public. Every other exponent, and PSS, goes through the `rsa` crate. Tests hold
//! both ways to the same answers.

use crypto_bigint::modular::BoxedMontyForm;
use crypto_bigint::{MontyForm, MontyMultiplier};
use rsa::BoxedUint;
use rsa::traits::PublicKeyParts;

use super::hash;
use crate::crypto::{DigestAlgorithm, KeyProblem, NotVerified, SignatureAlgorithm, VerifyingKey};

const F4: u64 = 65_537;

/// What precedes the digest in the encoded message: a DER `DigestInfo` with its NULL parameter
/// (RFC 8017, 9.2). A signature without the NULL does not verify.
const fn digest_info(digest: DigestAlgorithm) -> &'static [u8] {
    match digest {
        DigestAlgorithm::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        DigestAlgorithm::Sha256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
        }
        DigestAlgorithm::Sha384 => {
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"
        }
        DigestAlgorithm::Sha512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
        }
    }
}

/// An RSA key with its Montgomery parameters.
pub(super) struct Key {
    key: rsa::PublicKey,
    exponent: u64,
}

impl Key {
    pub(super) fn new(modulus: &[u8], exponent: u64) -> Result<Self, KeyProblem> {
        let modulus = BoxedUint::from_be_slice_vartime(modulus);
        let public = rsa::PublicKey::new_with_size_limits(modulus, exponent.into(), 512..=8192);
        Ok(Self {
            key: public.map_err(|_| KeyProblem::Numbers)?,
            exponent,
        })
    }

    /// The encoded message that a signature stands for, as long as the modulus.
    fn open(&self, signature: &[u8]) -> Option<Box<[u8]>> {
        let params = self.key.n_params();
        let signature = BoxedUint::from_be_slice(signature, self.key.n_bits_precision()).ok()?;
        if signature >= **self.key.n() {
            return None;
        }
        let base = BoxedMontyForm::new(signature, params);
        let mut raised = base.clone();
        let mut multiplier = <BoxedMontyForm as MontyForm>::Multiplier::from(params);
        for _ in 0..16 {
            multiplier.square_assign(&mut raised);
        }
        multiplier.mul_assign(&mut raised, &base);
        Some(raised.retrieve().to_be_bytes())
    }

    /// PKCS#1 v1.5: the whole encoding is computed and compared, nothing is parsed.
    fn pkcs1(
        &self,
        digest: DigestAlgorithm,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        let size = self.key.size();
        if signature.len() != size {
            return Err(NotVerified);
        }
        let opened = if self.exponent == F4 {
            self.open(signature)
        } else {
            let number = BoxedUint::from_be_slice(signature, self.key.n_bits_precision()).ok();
            let number = number.filter(|number| *number < **self.key.n());
            number
                .and_then(|number| rsa::hazmat::rsa_encrypt(&self.key, &number).ok())
                .map(|opened| opened.to_be_bytes())
        };
        let opened = opened.ok_or(NotVerified)?;
        let expected = encoded(size, digest_info(digest), hash).ok_or(NotVerified)?;
        // The number may be stored wider than the modulus; what is in front must be zero.
        let surplus = opened.len().checked_sub(size).ok_or(NotVerified)?;
        let (zeros, opened) = opened.split_at_checked(surplus).ok_or(NotVerified)?;
        let holds = zeros.iter().all(|byte| *byte == 0) && opened == expected;
        if holds { Ok(()) } else { Err(NotVerified) }
    }
}

/// `00 01 FF … FF 00 DigestInfo hash` (RFC 8017, 9.2), with at least eight FF.
fn encoded(size: usize, info: &[u8], hash: &[u8]) -> Option<Vec<u8>> {
    let padding = size
        .checked_sub(3 + info.len() + hash.len())
        .filter(|length| *length >= 8)?;
    let mut message = Vec::with_capacity(size);
    message.extend_from_slice(&[0, 1]);
    message.resize(2 + padding, 0xFF);
    message.push(0);
    message.extend_from_slice(info);
    message.extend_from_slice(hash);
    Some(message)
}

impl VerifyingKey for Key {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        let hash = hash(algorithm, message)?;
        let hash = hash.as_bytes();
        match algorithm {
            SignatureAlgorithm::RsaSha1
            | SignatureAlgorithm::RsaSha256
            | SignatureAlgorithm::RsaSha384
            | SignatureAlgorithm::RsaSha512 => self.pkcs1(algorithm.digest(), hash, signature),
            // The salt is as long as the digest, and nothing else is accepted (RFC 9231, 2.3.10).
            SignatureAlgorithm::RsaPssSha256 => self.pss::<sha2::Sha256>(hash, signature),
            SignatureAlgorithm::RsaPssSha384 => self.pss::<sha2::Sha384>(hash, signature),
            SignatureAlgorithm::RsaPssSha512 => self.pss::<sha2::Sha512>(hash, signature),
            _ => Err(NotVerified),
        }
    }
}

impl Key {
    fn pss<D: sha2::Digest + sha2::digest::FixedOutputReset>(
        &self,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        if signature.len() != self.key.size() {
            return Err(NotVerified);
        }
        self.key
            .verify(rsa::Pss::<D>::new(), hash, signature)
            .map_err(|_| NotVerified)
    }
}
