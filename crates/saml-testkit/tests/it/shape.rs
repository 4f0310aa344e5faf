//! The shape is Okta's, and the same call gives the same octets.

use crate::{NOW, alice, target};
use saml_testkit::{Person, Signing, SpTarget, TestIdp};
use std::collections::BTreeSet;

fn positions(xml: &str, marks: &[&str]) -> Vec<usize> {
    marks
        .iter()
        .map(|mark| {
            xml.find(mark)
                .unwrap_or_else(|| panic!("{mark} is missing"))
        })
        .collect()
}

#[test]
fn elements_stand_in_oktas_order() {
    let xml = TestIdp::okta().response(&target(), &alice(), NOW).xml();
    let order = positions(
        &xml,
        &[
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><saml2p:Response ",
            "<saml2:Issuer ",
            "<ds:Signature ",
            "<saml2p:Status ",
            "<saml2:Assertion ",
            "<saml2:Subject ",
            "<saml2:Conditions ",
            "<saml2:AuthnStatement ",
            "<saml2:AttributeStatement ",
        ],
    );
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(xml.matches("PrefixList=\"xs\"").count(), 2);
    assert_eq!(xml.matches("<ds:Signature ").count(), 2);
    assert!(xml.contains("IssueInstant=\"2026-01-31T12:00:00.123Z\""));
    assert!(xml.contains("NotBefore=\"2026-01-31T11:55:00.123Z\""));
    assert!(xml.contains("NotOnOrAfter=\"2026-01-31T12:05:00.123Z\" Recipient="));
    assert!(xml.contains("SessionIndex=\"_r1\""));
    let certificate = xml
        .split("<ds:X509Certificate>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(certificate.lines().count() > 10 && certificate.lines().all(|line| line.len() <= 76));
}

#[test]
fn ids_are_okta_shaped_and_follow_every_argument() {
    let idp = TestIdp::okta();
    let id = |xml: String| {
        xml.split(" ID=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let base = idp.response(&target(), &alice(), NOW);
    let all = [
        base.clone(),
        base.clone().serial(1),
        idp.response(&target().in_response_to("_r2"), &alice(), NOW),
        idp.response(&target(), &Person::named("bob@corp.test"), NOW),
        idp.response(&target(), &alice(), NOW + time::Duration::milliseconds(1)),
        TestIdp::okta()
            .with_issuer("http://www.okta.com/exkother")
            .response(&target(), &alice(), NOW),
    ];
    let ids: BTreeSet<String> = all.iter().map(|b| id(b.xml())).collect();
    assert_eq!(ids.len(), all.len());
    assert!(ids.iter().all(|i| i.len() == 28
        && i.starts_with("id")
        && i[2..].bytes().all(|b| b.is_ascii_digit())));
    assert_eq!(base.xml(), base.xml());
}

#[test]
fn a_login_started_at_the_provider_answers_no_request() {
    let target = SpTarget::new("https://sp.test/acs", "https://sp.test/entity");
    let xml = TestIdp::okta()
        .response(&target, &Person::named("x"), NOW)
        .sign(Signing::None)
        .xml();
    assert!(
        !xml.contains("InResponseTo")
            && !xml.contains("AttributeStatement")
            && !xml.contains("ds:Signature")
    );
    assert!(xml.contains(&format!(
        "SessionIndex=\"id{}.",
        NOW.unix_timestamp_nanos() / 1_000_000
    )));
}

#[test]
#[should_panic(expected = "the message has no saml2:Nonsense")]
fn a_defect_without_a_place_stops_the_test() {
    let builder = TestIdp::okta().response(&target(), &alice(), NOW);
    drop(
        builder
            .edit_at(&["saml2:Nonsense"], |e| e.set_text("x"))
            .xml(),
    );
}

#[test]
fn metadata_holds_the_three_values() {
    let idp = TestIdp::okta();
    let xml = idp.metadata_xml();
    let base64: String = idp
        .certificate_pem()
        .lines()
        .filter(|l| !l.starts_with('-'))
        .collect();
    assert!(xml.replace('\n', "").contains(&base64));
    assert!(xml.contains(idp.issuer()) && xml.matches(idp.sign_in_url()).count() == 2);
}
