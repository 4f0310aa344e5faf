//! The page of the test kit that says how `saml-sp` answers each of its defects. It is written from
//! the tables that other tests hold; the single calls are made here.

use std::fmt::Write as _;
use std::path::PathBuf;

use saml_testkit::defect::{Content, Defect, EncryptionDefect, ErrorStatus, Harmless, Lexical};
use saml_testkit::defect::{LogoutDefect, MetadataDefect, SignatureDefect, Wrapping};
use saml_testkit::{ResponseBuilder, Signing, TestKey};
use time::Duration;

use crate::bench::*;
use crate::{kit_messages, refusals};

const HEAD: &str =
    "How `saml-sp` answers, defect by defect: the codes of its `Rejection`, or that it accepts \
and hands out nothing but what was signed. Use it to know what your own test should expect. Where \
two answers stand, the second is that of a build with `encrypted-assertions`.
";

/// A call as it is written, and a message that it was made on.
fn calls() -> Vec<(&'static str, ResponseBuilder)> {
    let (late, early) = (NOW - Duration::minutes(30), NOW + Duration::minutes(30));
    let other = "https://other.test";
    vec![
        (".sign(Signing::None)", good().sign(Signing::None)),
        (".key(TestKey::Intruder)", good().key(TestKey::Intruder)),
        (".issuer(other)", good().issuer(other)),
        (".response_issuer(other)", good().response_issuer(other)),
        (".assertion_issuer(other)", good().assertion_issuer(other)),
        (".audience(other)", good().audience(other)),
        (".recipient(other)", good().recipient(other)),
        (".destination(other)", good().destination(other)),
        (".in_response_to(other)", good().in_response_to("_other")),
        (".name_id(\"\")", good().name_id("")),
        (
            ".confirmation_until(long ago)",
            good().confirmation_until(late),
        ),
        (
            ".conditions(.., long ago)",
            good().conditions(late - Duration::minutes(5), late),
        ),
        (
            ".conditions(in half an hour, ..)",
            good().conditions(early, early + Duration::minutes(5)),
        ),
        (
            ".authn_instant(in half an hour)",
            good().authn_instant(early),
        ),
        (".session_until(long ago)", good().session_until(late)),
        (".assertion_id(\"1\")", good().assertion_id("1")),
        (
            ".error(ErrorStatus::NoPassive, ..)",
            good().error(ErrorStatus::NoPassive, "no"),
        ),
        (
            ".error(ErrorStatus::AuthnFailed, ..)",
            good().error(ErrorStatus::AuthnFailed, "no"),
        ),
    ]
}

fn row(page: &mut String, what: &str, answer: &str) {
    let codes: Vec<String> = answer
        .split(' ')
        .map(|word| match word {
            "accepted" | "/" => word.to_owned(),
            code => format!("`{code}`"),
        })
        .collect();
    let _ = writeln!(page, "| `{what}` | {} |", codes.join(" "));
}

fn head(page: &mut String, title: &str, column: &str) {
    let _ = write!(page, "\n# {title}\n\n| {column} | answer |\n|---|---|\n");
}

fn family<D: Defect + Copy>(page: &mut String, title: &str, key: &str, all: &[D]) {
    head(page, title, &format!("`.with({title}::…)`"));
    for member in all {
        row(page, member.name(), refusals::full(key, member.name()));
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    head(&mut page, "Single calls", "on a good answer");
    for (call, response) in calls() {
        row(&mut page, call, &refusals::outcome(&response));
    }
    family(&mut page, "Wrapping", "Wrapping", Wrapping::ALL);
    family(
        &mut page,
        "SignatureDefect",
        "Signature",
        SignatureDefect::ALL,
    );
    family(&mut page, "Content", "Content", Content::ALL);
    family(&mut page, "Lexical", "Lexical", Lexical::ALL);
    family(
        &mut page,
        "EncryptionDefect",
        "Encryption",
        EncryptionDefect::ALL,
    );
    family(&mut page, "Harmless", "Harmless", Harmless::ALL);
    head(&mut page, "LogoutDefect", "on a good logout request");
    for defect in LogoutDefect::ALL {
        let code = kit_messages::of_logout(*defect).unwrap();
        row(&mut page, &format!("{defect:?}"), code.name());
    }
    head(&mut page, "MetadataDefect", "on good metadata");
    for defect in MetadataDefect::ALL {
        let code = kit_messages::of_metadata(*defect).unwrap();
        row(&mut page, &format!("{defect:?}"), code.name());
    }
    page
}

#[test]
fn the_kit_s_page_says_how_each_defect_is_answered() {
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../saml-testkit/src/defect/answers.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, page()).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert_eq!(stored, page(), "run this test with BLESS=1");
    for (call, response) in calls() {
        assert_ne!(refusals::outcome(&response), "accepted", "{call}");
    }
}
