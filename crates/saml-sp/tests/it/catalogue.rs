//! Every defect and attack of the test kit against the whole way of an answer.
//!
//! `data/catalogue.txt` holds the code of each refusal. The twin of every row is the same message
//! without the defect, which [`the_twin_is_accepted`] logs in; the kit's harmless spellings are
//! accepted with the very same values.

use saml_sp::{AcsForm, Expected, Login, Rejection};
use saml_testkit::defect::{
    Content, Defect, EncryptionDefect, FORGED_NAME_ID, Harmless, Lexical, SignatureDefect, Wrapping,
};

use crate::bench::{NOW, good, idp, log_in, record, sp};

const TABLE: &str = include_str!("../data/catalogue.txt");

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
    family: &'static str,
    members: &'static [D],
) -> impl Iterator<Item = (String, Result<Login, Rejection>)> {
    members.iter().map(move |member| {
        let name = format!("{family} {}", member.name());
        (name, log_in(&sp(), &good().with(*member)))
    })
}

fn all() -> Vec<(String, Result<Login, Rejection>)> {
    rows("Wrapping", Wrapping::ALL)
        .chain(rows("Signature", SignatureDefect::ALL))
        .chain(rows("Content", Content::ALL))
        .chain(rows("Lexical", Lexical::ALL))
        .collect()
}

fn values(login: &Login) -> Vec<(String, Vec<String>)> {
    let attributes = login.attributes().iter();
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
fn the_twin_is_accepted() {
    let login = log_in(&sp(), &good()).unwrap();
    assert_eq!(login.name_id().value(), "alice@corp.test");
}

#[test]
fn each_defect_has_its_code() {
    let table: Vec<String> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let seen: Vec<String> = all()
        .into_iter()
        .map(|(name, result)| match result {
            Ok(_) => format!("{name} accepted"),
            Err(rejection) => format!("{name} {:?}", rejection.code()),
        })
        .collect();
    let differ: Vec<_> = seen.iter().filter(|row| !table.contains(row)).collect();
    assert!(differ.is_empty(), "the table says otherwise of {differ:#?}");
    assert_eq!(table.len(), seen.len());
}

#[test]
fn what_is_tolerated_changes_nothing_that_is_read() {
    let twin = values(&log_in(&sp(), &good()).unwrap());
    let mut accepted = 0;
    for (name, result) in all() {
        let Ok(login) = result else { continue };
        let member = name.split(' ').nth(1).unwrap();
        assert!(
            TOLERATED.iter().any(|(known, _)| *known == member),
            "{name} is accepted"
        );
        let mut values = values(&login);
        values.retain(|(name, _)| name != "nested");
        assert_eq!(values, twin, "{name}");
        assert!(
            login
                .attributes()
                .all("nested")
                .all(|value| value != FORGED_NAME_ID)
        );
        accepted += 1;
    }
    assert_eq!(accepted, TOLERATED.len(), "tolerated and yet refused");
}

#[test]
fn harmless_spellings_read_the_same() {
    let twin = values(&log_in(&sp(), &good()).unwrap());
    for spelling in Harmless::ALL {
        let login = log_in(&sp(), &good().with(*spelling));
        assert_eq!(values(&login.unwrap()), twin, "{}", spelling.name());
    }
}

#[test]
fn nothing_hides_behind_encryption() {
    for defect in EncryptionDefect::ALL {
        let body = good().with(*defect).form_body();
        let form = AcsForm::from_urlencoded(body.as_bytes(), sp().limits()).unwrap();
        let record = record();
        let result = sp().accept(&form, &idp(), Expected::Request(&record), NOW);
        assert!(result.is_err(), "{}", defect.name());
    }
}

#[test]
fn no_refusal_tells_who_was_meant() {
    for (name, result) in all() {
        let Err(rejection) = result else { continue };
        let public = rejection.to_string();
        assert!(
            !public.contains(FORGED_NAME_ID) && !public.contains("alice"),
            "{name}: {public}"
        );
    }
}
