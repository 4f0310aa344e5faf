//! What the kit signs is verified by xmlsec1, signature by signature.

use crate::{NOW, alice, target};
use saml_testkit::{
    DigestAlgorithm, ResponseBuilder, SignatureAlgorithm, Signing, TestIdp, TestKey,
};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const RESPONSE: &str = "/*[local-name()='Response']/*[local-name()='Signature']";
pub(crate) const ASSERTION: &str =
    "/*[local-name()='Response']/*[local-name()='Assertion']/*[local-name()='Signature']";

/// `false`, and a word on the output, where xmlsec1 is not installed.
pub(crate) fn installed() -> bool {
    let found = Command::new("xmlsec1")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success());
    let required = std::env::var_os("CI_REQUIRE_COUNTERPARTS").is_some_and(|value| value == "1");
    assert!(found || !required, "xmlsec1 is required and not installed");
    if !found {
        println!("skipped: xmlsec1 is not installed");
    }
    found
}

pub(crate) fn file(name: &str, text: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = dir.join(format!(
        "{}-{}-{name}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn verifies(xml: &str, certificate: &str, signature: &str) -> bool {
    let (xml, pem) = (file("message.xml", xml), file("cert.pem", certificate));
    let output = Command::new("xmlsec1")
        .arg("--verify")
        .args([
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:protocol:Response",
        ])
        .args([
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        ])
        .args(["--node-xpath", signature, "--enabled-key-data", "rsa,ec"])
        .arg("--pubkey-cert-pem")
        .arg(&pem)
        .arg(&xml)
        .output()
        .unwrap();
    std::fs::remove_file(xml).unwrap();
    std::fs::remove_file(pem).unwrap();
    output.status.success()
}

fn builder() -> ResponseBuilder {
    TestIdp::okta().response(&target(), &alice().groups(3), NOW)
}

#[test]
fn both_signatures_verify_each_on_its_own() {
    if !installed() {
        return;
    }
    let (xml, pem) = (builder().xml(), TestIdp::okta().certificate_pem());
    assert!(verifies(&xml, pem, RESPONSE) && verifies(&xml, pem, ASSERTION));
    let forged = xml.replace("alice@corp.test", "mallory@corp.test");
    assert!(!verifies(&forged, pem, RESPONSE) && !verifies(&forged, pem, ASSERTION));
    let other = TestKey::IdpNext.certificate_pem();
    assert!(!verifies(&xml, other, RESPONSE) && !verifies(&xml, other, ASSERTION));
}

#[test]
fn one_signature_is_one_signature() {
    if !installed() {
        return;
    }
    let pem = TestIdp::okta().certificate_pem();
    for (signing, response, assertion) in [
        (Signing::Response, true, false),
        (Signing::Assertion, false, true),
        (Signing::None, false, false),
    ] {
        let xml = builder().sign(signing).xml();
        assert_eq!(verifies(&xml, pem, RESPONSE), response, "{signing:?}");
        assert_eq!(verifies(&xml, pem, ASSERTION), assertion, "{signing:?}");
    }
}

#[test]
fn other_algorithms_keys_and_prefix_lists_verify() {
    if !installed() {
        return;
    }
    let next = TestKey::IdpNext.certificate_pem();
    for algorithm in [
        SignatureAlgorithm::RsaSha256,
        SignatureAlgorithm::RsaSha384,
        SignatureAlgorithm::RsaSha512,
    ] {
        let xml = builder().key(TestKey::IdpNext).algorithm(algorithm).xml();
        assert!(
            verifies(&xml, next, RESPONSE) && verifies(&xml, next, ASSERTION),
            "{algorithm:?}"
        );
    }
    for (key, algorithm) in [
        (TestKey::IdpP256, SignatureAlgorithm::EcdsaP256Sha256),
        (TestKey::IdpP384, SignatureAlgorithm::EcdsaP384Sha384),
        (TestKey::Idp, SignatureAlgorithm::RsaSha1),
        (TestKey::IdpWeak, SignatureAlgorithm::RsaSha256),
    ] {
        let xml = builder().key(key).algorithm(algorithm).xml();
        let pem = key.certificate_pem();
        assert!(
            verifies(&xml, pem, RESPONSE) && verifies(&xml, pem, ASSERTION),
            "{algorithm:?}"
        );
    }
    for digest in [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ] {
        let xml = builder().key(TestKey::IdpNext).digest(digest).xml();
        assert!(
            verifies(&xml, next, RESPONSE) && verifies(&xml, next, ASSERTION),
            "{digest:?}"
        );
    }
    for list in [
        None,
        Some("xs"),
        Some("xs xsi saml2p"),
        Some("unknown #default"),
    ] {
        let xml = builder().key(TestKey::IdpNext).prefix_list(list).xml();
        assert!(
            verifies(&xml, next, RESPONSE) && verifies(&xml, next, ASSERTION),
            "{list:?}"
        );
    }
}
