//! What the kit encrypts, xmlsec1 decrypts with the recipient's key.

use crate::xmlsec::{RESPONSE, file, installed, verifies};
use crate::{NOW, alice, target};
use saml_testkit::{
    ContentCipher, Encryption, KeyPlacement, KeyTransport, Signing, TestIdp, TestKey,
};
use std::process::Command;

fn decrypted(xml: &str, key: TestKey) -> Option<String> {
    let (xml, pem) = (
        file("encrypted.xml", xml),
        file("key.pem", key.private_key_pem()),
    );
    let output = Command::new("xmlsec1")
        .args([
            "--decrypt",
            "--id-attr:Id",
            "http://www.w3.org/2001/04/xmlenc#:EncryptedKey",
        ])
        .arg("--privkey-pem")
        .arg(&pem)
        .arg(&xml)
        .output()
        .unwrap();
    std::fs::remove_file(xml).unwrap();
    std::fs::remove_file(pem).unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

fn all() -> Vec<Encryption> {
    let ciphers = [
        ContentCipher::Aes128Gcm,
        ContentCipher::Aes256Gcm,
        ContentCipher::Aes128Cbc,
        ContentCipher::Aes256Cbc,
    ];
    let transports = [
        KeyTransport::OaepSha1,
        KeyTransport::OaepImplicit,
        KeyTransport::Rsa15,
    ];
    let mut all = Vec::new();
    for cipher in ciphers {
        for transport in transports {
            for placement in [KeyPlacement::Sibling, KeyPlacement::Inside] {
                all.push(Encryption {
                    cipher,
                    transport,
                    placement,
                    recipient: TestKey::Sp,
                });
            }
        }
    }
    all
}

#[test]
fn every_combination_decrypts_and_stays_signed() {
    if !installed() {
        return;
    }
    let pem = TestIdp::okta().certificate_pem();
    for encryption in all() {
        let builder = TestIdp::okta()
            .response(&target(), &alice(), NOW)
            .encrypt(encryption);
        let xml = builder.xml();
        assert!(!xml.contains("alice@corp.test"), "{encryption:?}");
        assert!(verifies(&xml, pem, RESPONSE), "{encryption:?}");
        let plain = decrypted(&xml, TestKey::Sp).unwrap_or_else(|| panic!("{encryption:?}"));
        assert!(plain.contains("alice@corp.test"), "{encryption:?}");
        let inner = "/*/*[local-name()='EncryptedAssertion']/*[local-name()='Assertion']/*[local-name()='Signature']";
        assert!(verifies(&plain, pem, inner), "{encryption:?}");
    }
}

#[test]
fn another_key_decrypts_nothing() {
    if !installed() {
        return;
    }
    let xml = TestIdp::okta()
        .response(&target(), &alice(), NOW)
        .encrypt(Encryption::default())
        .xml();
    assert!(decrypted(&xml, TestKey::Intruder).is_none());
}

#[test]
fn the_kit_itself_draws_no_randomness() {
    let build = || {
        TestIdp::okta()
            .response(&target(), &alice(), NOW)
            .sign(Signing::Response)
            .encrypt(Encryption::default())
            .xml()
    };
    assert_eq!(build(), build());
}
