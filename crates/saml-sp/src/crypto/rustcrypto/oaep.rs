//! RSA-OAEP (RFC 8017, 7.1.2), over the raw operation of the `rsa` crate.
//!
//! The padding is taken off here because the crate, at 0.10.0, does not look at the first octet of
//! the encoded message: it opens ciphertexts that the standard calls invalid. Everything that
//! depends on secret octets is computed without a branch on them until one verdict is there.

use rsa::BoxedUint;
use rsa::hazmat::rsa_decrypt_and_check;
use rsa::rand_core::TryCryptoRng;
use rsa::traits::PublicKeyParts as _;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::crypto::DigestAlgorithm;

/// The message inside, with an empty label. `None` for whatever is wrong.
pub(super) fn open(
    pair: &rsa::PrivateKey,
    random: &mut impl TryCryptoRng,
    digest: DigestAlgorithm,
    mask: DigestAlgorithm,
    wrapped: &[u8],
) -> Option<Vec<u8>> {
    let size = pair.size();
    if wrapped.len() != size {
        return None;
    }
    let sealed = BoxedUint::from_be_slice(wrapped, pair.n_bits_precision()).ok()?;
    let opened = rsa_decrypt_and_check(pair, Some(random), &sealed).ok()?;
    let octets = Zeroizing::new(opened.to_be_bytes());
    // The number's own width may be a few octets more than that of the modulus.
    let surplus = octets.len().checked_sub(size)?;
    let mut encoded = Zeroizing::new(octets.get(surplus..)?.to_vec());
    unpadded(&mut encoded, digest, mask)
}

/// `0x00 || masked seed || masked (digest of the label || zeros || 0x01 || message)`.
fn unpadded(encoded: &mut [u8], digest: DigestAlgorithm, mask: DigestAlgorithm) -> Option<Vec<u8>> {
    let width = digest.length();
    let (first, rest) = encoded.split_first_mut()?;
    let (seed, block) = rest.split_at_mut_checked(width)?;
    unmask(seed, block, mask);
    unmask(block, seed, mask);
    let (label, padded) = block.split_at_checked(width)?;
    let right = first.ct_eq(&0) & label.ct_eq(&hash(digest, &[]));
    let (mut looking, mut zeros, mut at) = (Choice::from(1), Choice::from(1), 0_u32);
    for (place, octet) in (0_u32..).zip(padded) {
        let is_mark = octet.ct_eq(&1);
        at.conditional_assign(&place, looking & is_mark);
        looking &= !is_mark;
        zeros &= !looking | octet.ct_eq(&0);
    }
    let valid = right & zeros & !looking;
    if !bool::from(valid) {
        return None;
    }
    let message = usize::try_from(at).ok()?.checked_add(1)?;
    padded.get(message..).map(<[u8]>::to_vec)
}

/// Takes the mask that MGF1 makes of `from` off `to`.
fn unmask(to: &mut [u8], from: &[u8], mask: DigestAlgorithm) {
    for (counter, chunk) in (0_u32..).zip(to.chunks_mut(mask.length())) {
        let mask = Zeroizing::new(hash(mask, &[from, &counter.to_be_bytes()]));
        for (octet, mask) in chunk.iter_mut().zip(mask.iter()) {
            *octet ^= mask;
        }
    }
}

fn hash(algorithm: DigestAlgorithm, parts: &[&[u8]]) -> Vec<u8> {
    fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let digest = parts
            .iter()
            .fold(D::new(), |digest, part| digest.chain_update(part));
        digest.finalize().to_vec()
    }
    match algorithm {
        DigestAlgorithm::Sha1 => of::<Sha1>(parts),
        DigestAlgorithm::Sha256 => of::<Sha256>(parts),
        DigestAlgorithm::Sha384 => of::<Sha384>(parts),
        DigestAlgorithm::Sha512 => of::<Sha512>(parts),
    }
}
