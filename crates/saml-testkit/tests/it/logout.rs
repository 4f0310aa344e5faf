//! Logout messages and metadata are signed and readable.

use crate::xmlsec::{file, installed};
use crate::{NOW, alice};
use saml_testkit::{TestIdp, TestKey};
use std::process::Command;

fn verifies(xml: &str, certificate: &str, id_of: &str) -> bool {
    let (xml, pem) = (file("slo.xml", xml), file("cert.pem", certificate));
    let output = Command::new("xmlsec1")
        .args([
            "--verify",
            "--id-attr:ID",
            id_of,
            "--enabled-key-data",
            "rsa",
            "--pubkey-cert-pem",
        ])
        .arg(&pem)
        .arg(&xml)
        .output()
        .unwrap();
    std::fs::remove_file(xml).unwrap();
    std::fs::remove_file(pem).unwrap();
    output.status.success()
}

#[test]
fn a_request_and_a_response_are_signed_for_post() {
    if !installed() {
        return;
    }
    let idp = TestIdp::okta();
    let request = idp.logout_request("https://sp.test/slo", &alice(), Some("_s1"), NOW);
    let response = idp.logout_response("https://sp.test/slo", "_r1", NOW);
    let (pem, other) = (
        TestKey::Idp.certificate_pem(),
        TestKey::IdpNext.certificate_pem(),
    );
    let request_id = "urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest";
    let response_id = "urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse";
    assert!(
        verifies(&request.xml(), pem, request_id) && !verifies(&request.xml(), other, request_id)
    );
    assert!(
        verifies(&response.xml(), pem, response_id)
            && !verifies(&response.xml(), other, response_id)
    );
    assert!(!verifies(&request.unsigned().xml(), pem, request_id));
}

#[test]
fn a_redirect_carries_its_signature_in_the_query() {
    let idp = TestIdp::okta();
    let signed = idp
        .logout_request("https://sp.test/slo?a=1", &alice(), None, NOW)
        .relay_state("x y");
    let url = signed.redirect_url();
    assert!(
        url.starts_with("https://sp.test/slo?a=1&SAMLRequest=")
            && url.contains("&RelayState=x+y&SigAlg=")
    );
    assert!(!signed.unsigned().redirect_url().contains("Sig"));
}

#[test]
fn metadata_in_every_dress() {
    let idp = TestIdp::okta();
    let whole = idp
        .metadata()
        .key(TestKey::IdpNext, Some("signing"))
        .key(TestKey::Sp, Some("encryption"))
        .key(TestKey::IdpP256, None)
        .valid_until(NOW)
        .logout("https://idp.test/slo", Some("https://idp.test/slo/done"))
        .wants_signed_requests();
    let xml = whole.xml();
    assert_eq!(xml.matches("<md:KeyDescriptor").count(), 4);
    assert_eq!(xml.matches("ResponseLocation").count(), 2);
    assert!(
        xml.contains("validUntil=\"2026-01-31T12:00:00.123Z\"") && xml.contains("Signed=\"true\"")
    );
    let other = TestIdp::okta()
        .with_issuer("http://www.okta.com/exkother")
        .metadata();
    let federation = whole
        .clone()
        .in_federation(vec![other])
        .signed_by(TestKey::IdpNext)
        .xml();
    assert_eq!(federation.matches("<md:EntityDescriptor").count(), 2);
    assert!(!whole.without_keys().xml().contains("KeyDescriptor"));
    let root = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor";
    assert!(!installed() || verifies(&federation, TestKey::IdpNext.certificate_pem(), root));
}
