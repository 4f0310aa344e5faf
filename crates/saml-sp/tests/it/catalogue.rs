//! What the test kit's catalogue may and may not lead to, whatever the codes are (those are held
//! by `refusals`): an accepted oddity reads as its twin does, and no refusal names a person.

use saml_sp::{Login, Rejection};
use saml_testkit::defect::{
    Content, Defect, FORGED_NAME_ID, Harmless, Lexical, SignatureDefect, Wrapping,
};

use crate::bench::{good, log_in, sp};

/// What is odd, signed by the key holder, and means the same to every reader.
const TOLERATED: &[(&str, &str)] = &[
    (
        "CanonicalizationWithComments",
        "a document with a comment never gets here",
    ),
    (
        "TransformWithComments",
        "a document with a comment never gets here",
    ),
    (
        "TransformsEnvelopedOnly",
        "what is not said is Canonical XML 1.0, and the kit's Response has the same octets in it",
    ),
    (
        "PrefixListHuge",
        "one prefix ten thousand times is one prefix",
    ),
    (
        "KeyInfoRetrievalMethod",
        "KeyInfo is never followed and never trusted",
    ),
    (
        "AttributeValueElement",
        "a structured value is never handed out as text",
    ),
];

fn rows<D: Defect + Copy + 'static>(
    members: &'static [D],
) -> impl Iterator<Item = (&'static str, Result<Login, Rejection>)> {
    members
        .iter()
        .map(|member| (member.name(), log_in(&sp(), &good().with(*member))))
}

/// Everything a host reads of a person, but for the attribute one member adds.
fn values(login: &Login) -> Vec<(String, Vec<String>)> {
    let attributes = login.attributes().iter().filter(|a| a.name() != "nested");
    let mut values: Vec<_> = attributes
        .map(|a| (a.name().to_owned(), a.values().map(str::to_owned).collect()))
        .collect();
    values.push((
        "NameID".to_owned(),
        vec![login.name_id().value().to_owned()],
    ));
    values
}

#[test]
fn what_is_tolerated_changes_nothing_and_what_is_refused_names_nobody() {
    let twin = values(&log_in(&sp(), &good()).unwrap());
    let mut accepted = Vec::new();
    let all = rows(Wrapping::ALL)
        .chain(rows(SignatureDefect::ALL))
        .chain(rows(Content::ALL))
        .chain(rows(Lexical::ALL));
    for (name, result) in all {
        match result {
            Ok(login) => {
                assert_eq!(values(&login), twin, "{name}");
                let mut nested = login.attributes().all("nested");
                assert!(nested.all(|value| value != FORGED_NAME_ID), "{name}");
                accepted.push(name);
            }
            Err(rejection) => {
                let public = rejection.to_string();
                let names = [FORGED_NAME_ID, "alice"]
                    .iter()
                    .any(|who| public.contains(who));
                assert!(!names, "{name}: {public}");
            }
        }
    }
    accepted.sort_unstable();
    let mut tolerated: Vec<_> = TOLERATED.iter().map(|(name, _reason)| *name).collect();
    tolerated.sort_unstable();
    assert_eq!(accepted, tolerated);
}

#[test]
fn harmless_spellings_read_the_same() {
    let twin = values(&log_in(&sp(), &good()).unwrap());
    for (name, login) in rows(Harmless::ALL) {
        assert_eq!(values(&login.unwrap()), twin, "{name}");
    }
}
