//! Every defect of the test kit that concerns XML, signatures and encryption, with the exact code
//! of its refusal. `tests/data/attacks.txt` maps each to the numbered cases it builds.

use std::collections::BTreeMap;

use saml_sp::cert::Certificate;
use saml_sp::dsig::{Envelope, Keys, SignedBytes};
use saml_sp::xml::{Document, Extras};
use saml_sp::{AlgorithmPolicy, Code, CryptoProvider, Finding, Limits};
use saml_testkit::defect::{Defect, FORGED_NAME_ID, Harmless, Lexical, SignatureDefect, Wrapping};
use saml_testkit::{ResponseBuilder, Signing, TestKey};

use crate::bench::good;

/// From octets to signed octets, with the kit's key pinned.
pub(crate) fn judge(octets: &[u8], policy: &AlgorithmPolicy) -> Result<SignedBytes, Code> {
    judge_with(octets, &[TestKey::Idp], policy).map_err(|finding| finding.code())
}

pub(crate) fn judge_with(
    octets: &[u8],
    pinned: &[TestKey],
    policy: &AlgorithmPolicy,
) -> Result<SignedBytes, Finding> {
    let (limits, crypto) = (Limits::default(), CryptoProvider::rustcrypto());
    let document = Document::parse_bytes(octets, &limits, Extras::Refused)
        .map_err(|error| Finding::new(error.kind().code()).at(error.to_string()))?;
    let certificates: Vec<_> = pinned
        .iter()
        .map(|key| Certificate::parse(key.certificate_pem().as_bytes()).unwrap())
        .collect();
    let keys = Keys::trusted(certificates.iter().map(Certificate::key));
    let envelope = Envelope::response(&document)?;
    let signed = envelope
        .candidate()?
        .verify(&keys, policy, &crypto, &limits)?
        .signed_bytes(&crypto)?;
    // Nothing that verifies may be unreadable.
    signed.document(&limits)?;
    Ok(signed)
}

fn table() -> BTreeMap<(&'static str, &'static str), &'static str> {
    include_str!("../data/attacks.txt")
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split_whitespace();
            let mut next = || columns.next().unwrap_or_else(|| panic!("{line}"));
            ((next(), next()), next())
        })
        .collect()
}

/// Applies every member of a family and holds the outcome to the table.
fn family<D: Defect + Copy>(name: &'static str, members: &[D], base: impl Fn() -> ResponseBuilder) {
    let table = table();
    let mut wrong = Vec::new();
    for member in members {
        let octets = base().with(*member).octets();
        let seen = match judge(&octets, &AlgorithmPolicy::default()) {
            Ok(signed) if signed.as_str().contains(FORGED_NAME_ID) => "FORGED",
            Ok(_) => "accepted",
            Err(code) => code.name(),
        };
        let expected = table
            .get(&(name, member.name()))
            .copied()
            .unwrap_or("(no row)");
        if seen != expected {
            wrong.push(format!(
                "{name} {} {seen} instead of {expected}",
                member.name()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n", wrong.join("\n"));
}

#[test]
fn the_twin_of_all_of_them_is_accepted() {
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let signed = judge(&good().sign(signing).octets(), &AlgorithmPolicy::default()).unwrap();
        assert!(signed.as_str().contains("alice@corp.test"));
    }
}

#[test]
fn signatures() {
    family("signature", SignatureDefect::ALL, good);
}

#[test]
fn wrapping() {
    family("wrapping", Wrapping::ALL, good);
}

#[test]
fn lexical() {
    family("lexical", Lexical::ALL, good);
}

#[test]
fn harmless() {
    family("harmless", Harmless::ALL, good);
}
