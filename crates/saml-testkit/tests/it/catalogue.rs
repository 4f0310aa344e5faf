//! The catalogue does what it says: each member differs from the good message, and the ones
//! that claim good signatures have them.

use crate::xmlsec::{ASSERTION, RESPONSE, installed, verifies};
use crate::{NOW, alice, target};
use saml_testkit::defect::{
    Content, Defect, EncryptionDefect, ErrorStatus, FORGED_NAME_ID, Harmless, Lexical,
    SignatureDefect, Wrapping,
};
use saml_testkit::{Canonicalization, ResponseBuilder, TestIdp};
use std::collections::BTreeMap;

fn good() -> ResponseBuilder {
    TestIdp::okta().response(&target(), &alice(), NOW)
}

fn family<D: Defect + Copy>(members: &[D]) -> Vec<(&'static str, Vec<u8>)> {
    members
        .iter()
        .map(|d| (d.name(), good().with(*d).octets()))
        .collect()
}

#[test]
fn every_member_is_its_own_message() {
    let all: Vec<_> = [
        family(Wrapping::ALL),
        family(SignatureDefect::ALL),
        family(Content::ALL),
        family(EncryptionDefect::ALL),
        family(Lexical::ALL),
        family(Harmless::ALL),
    ]
    .concat();
    assert!(all.len() > 255, "{}", all.len());
    let mut seen = BTreeMap::from([(good().octets(), "good")]);
    for (name, octets) in all {
        if name == "NameIdFormatStated" {
            continue;
        }
        if let Some(twin) = seen.insert(octets, name) {
            panic!("{name} is {twin}");
        }
    }
}

#[test]
fn wrapping_carries_the_forged_identity_and_a_signature() {
    for attack in Wrapping::ALL {
        let xml = good().with(*attack).xml();
        assert!(
            xml.contains(FORGED_NAME_ID) && xml.contains("<ds:SignatureValue>"),
            "{}",
            attack.name()
        );
    }
}

#[test]
fn wrapped_signatures_verify_for_a_verifier_that_looks_only_at_the_signature() {
    if !installed() {
        return;
    }
    let pem = TestIdp::okta().certificate_pem();
    let anywhere = "(//*[local-name()='Signature'])[1]";
    for attack in [
        Wrapping::Xsw2,
        Wrapping::Xsw3,
        Wrapping::Xsw4,
        Wrapping::Xsw5,
        Wrapping::ForgedLast,
        Wrapping::DonorInExtensions,
        Wrapping::DonorInAdvice,
        Wrapping::DonorInAttributeValue,
        Wrapping::PayloadInSignatureObject,
        Wrapping::PayloadInSignatureKeyInfo,
        Wrapping::ResponseInResponse,
        Wrapping::SignedErrorCarrier,
    ] {
        let holds = verifies(&good().with(attack).xml(), pem, anywhere);
        assert_eq!(
            holds,
            attack != Wrapping::SignedErrorCarrier,
            "{}",
            attack.name()
        );
    }
}

#[test]
fn content_defects_are_properly_signed() {
    if !installed() {
        return;
    }
    let pem = TestIdp::okta().certificate_pem();
    let unusual = [
        "BareAssertion",
        "LogoutResponse",
        "AssertionIdMissing",
        "AssertionMissing",
        "AssertionOfSaml11",
    ];
    for defect in Content::ALL.iter().filter(|d| !unusual.contains(&d.name())) {
        let xml = good().with(*defect).xml();
        if xml.matches("<ds:Signature ").count() > 1 {
            assert!(verifies(&xml, pem, RESPONSE), "{}", defect.name());
        }
        assert!(
            verifies(&xml, pem, &format!("({ASSERTION})[1]")),
            "{}",
            defect.name()
        );
    }
}

#[test]
fn harmless_spellings_and_inclusive_form_verify() {
    if !installed() {
        return;
    }
    let pem = TestIdp::okta().certificate_pem();
    for spelling in Harmless::ALL {
        let xml = good().with(*spelling).xml();
        assert!(
            verifies(&xml, pem, RESPONSE) && verifies(&xml, pem, ASSERTION),
            "{}",
            spelling.name()
        );
    }
    let xml = good().canonicalization(Canonicalization::Inclusive).xml();
    assert!(verifies(&xml, pem, RESPONSE) && verifies(&xml, pem, ASSERTION));
}

#[test]
fn error_answers_are_signed_and_carry_no_assertion() {
    for status in ErrorStatus::ALL {
        let xml = good().error(*status, "no <luck>").xml();
        let (top, second) = status.codes();
        assert!(xml.contains(&format!("status:{top}\"")) && xml.contains("no &lt;luck&gt;"));
        assert!(second.is_none_or(|s| xml.contains(&format!("status:{s}\""))));
        assert!(!xml.contains("<saml2:Assertion"));
        assert!(!installed() || verifies(&xml, TestIdp::okta().certificate_pem(), RESPONSE));
    }
}
