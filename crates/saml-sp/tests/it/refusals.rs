//! Every defect and attack of the test kit's catalogue, through the whole flow, held to the exact
//! list of findings in `data/refusals.csv`; `accepted` there means: with the very same identity.
//!
//! The accepted twin of every row is the same message without its one change, which the first two
//! tests accept; all of them are signed with our own SHA-256 keys.

use std::collections::BTreeMap;

use saml_testkit::defect::{Content, Defect, Harmless, Lexical, SignatureDefect, Wrapping};
use saml_testkit::{ResponseBuilder, Signing};

use crate::bench::*;

const TABLE: &str = include_str!("data/refusals.csv");

/// The findings of a message, or `accepted`; never anybody but Alice.
pub(crate) fn outcome(response: &ResponseBuilder) -> String {
    match log_in(&sp(), response) {
        Ok(login) => {
            assert_eq!(login.name_id().value(), "alice@corp.test");
            assert_eq!(login.attributes().one("email").unwrap(), "alice@corp.test");
            "accepted".to_owned()
        }
        Err(rejection) => rejection
            .findings()
            .map(|finding| finding.code().name())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// The table's rows of one family, by member. Where two outcomes stand, the second is that of a
/// build with encryption.
pub(crate) fn rows(family: &str) -> BTreeMap<&'static str, &'static str> {
    TABLE
        .lines()
        .filter_map(|line| line.split_once(','))
        .filter(|(first, _)| *first == family)
        .map(|(_, rest)| rest.split_once(',').unwrap())
        .map(|(member, outcome)| match outcome.split_once(" / ") {
            Some((_, with)) if cfg!(feature = "encrypted-assertions") => (member, with),
            Some((without, _)) => (member, without),
            None => (member, outcome),
        })
        .collect()
}

/// The outcome of one member as the table writes it, for every build.
pub(crate) fn full(family: &str, member: &str) -> &'static str {
    TABLE
        .lines()
        .filter_map(|line| line.strip_prefix(family)?.strip_prefix(','))
        .find_map(|rest| rest.strip_prefix(member)?.strip_prefix(','))
        .unwrap_or("accepted")
}

fn hold<D: Defect + Copy>(family: &str, all: &[D]) {
    let mut rows = rows(family);
    let mut wrong = Vec::new();
    for member in all {
        let name = member.name();
        let seen = outcome(&good().with(*member));
        match rows.remove(name) {
            Some(expected) if expected == seen => {}
            other => wrong.push(format!("{family},{name},{seen}   (table: {other:?})")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.is_empty(), "the table has rows for nothing: {rows:?}");
}

#[test]
fn the_twins_are_accepted_however_they_are_signed() {
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        assert_eq!(outcome(&good().sign(signing)), "accepted", "{signing:?}");
    }
    assert_eq!(outcome(&good().sign(Signing::None)), "unsigned");
}

#[test]
fn harmless_spellings_are_accepted() {
    for member in Harmless::ALL {
        assert_eq!(
            outcome(&good().with(*member)),
            "accepted",
            "{}",
            member.name()
        );
    }
}

#[test]
fn content() {
    hold("Content", Content::ALL);
}

#[test]
fn lexical() {
    hold("Lexical", Lexical::ALL);
}

#[test]
fn signatures() {
    hold("Signature", SignatureDefect::ALL);
}

#[test]
fn wrapping() {
    hold("Wrapping", Wrapping::ALL);
}

#[test]
fn the_same_input_gives_the_same_answer() {
    let broken = good().with(Content::RestrictionsBothMustHold);
    let first = outcome(&broken);
    for _ in 0..20 {
        assert_eq!(outcome(&broken), first);
    }
}
