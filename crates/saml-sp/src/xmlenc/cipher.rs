//! AES.
//!
//! GCM notices every change. CBC notices none, and whether its padding was right is just what the
//! attack of 2011 asks; so a ciphertext in CBC gets here only inside a Response whose signature has
//! verified, or where a policy names the exception.

use aes::{Aes128, Aes256};
use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, Aes256Gcm, KeyInit, Nonce};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};

use crate::crypto::ContentKey;

use super::algorithm::ContentCipher;

/// Decrypts content: the initialisation vector first, for GCM the 16-byte tag last
/// (XML Encryption 1.1, 5.2). None for whatever is wrong.
pub(super) fn decrypt(cipher: ContentCipher, key: &ContentKey, octets: &[u8]) -> Option<Vec<u8>> {
    let key = key.as_bytes();
    if key.len() != cipher.key_length() {
        return None;
    }
    match cipher {
        ContentCipher::Aes128Gcm => gcm(&Aes128Gcm::new_from_slice(key).ok()?, octets),
        ContentCipher::Aes256Gcm => gcm(&Aes256Gcm::new_from_slice(key).ok()?, octets),
        ContentCipher::Aes128Cbc => cbc::<cbc::Decryptor<Aes128>>(key, octets),
        ContentCipher::Aes256Cbc => cbc::<cbc::Decryptor<Aes256>>(key, octets),
    }
}

/// The vector is 12 bytes and the tag 16, always.
fn gcm(
    cipher: &impl Aead<NonceSize = aes_gcm::aead::consts::U12>,
    octets: &[u8],
) -> Option<Vec<u8>> {
    let (nonce, sealed) = octets.split_at_checked(12)?;
    if sealed.len() < 16 {
        return None;
    }
    let nonce = Nonce::try_from(nonce).ok()?;
    cipher.decrypt(&nonce, sealed).ok()
}

fn cbc<D: KeyIvInit + BlockModeDecrypt>(key: &[u8], octets: &[u8]) -> Option<Vec<u8>> {
    let (vector, blocks) = octets.split_at_checked(16)?;
    if blocks.is_empty() || blocks.len() % 16 != 0 {
        return None;
    }
    let mut plain = blocks.to_vec();
    let cipher = D::new_from_slices(key, vector).ok()?;
    cipher.decrypt_padded::<NoPadding>(&mut plain).ok()?;
    // The last byte counts the padding; the others of it are arbitrary (XML Encryption 1.1, 5.2).
    let padding = usize::from(*plain.last()?);
    if padding == 0 || padding > 16 {
        return None;
    }
    plain.truncate(plain.len().checked_sub(padding)?);
    Some(plain)
}
