//! 35 to 42: addresses.

use org_domain::policy::{AssertedEmailProblem, read_asserted_email};
use org_domain::{Email, EmailError};

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

#[test]
fn attack_35_an_address_inside_quotes() {
    assert_eq!(
        email("\"a@victim.com\"@evil.com").domain().as_str(),
        "evil.com"
    );
}

#[test]
fn attack_36_two_bare_ats() {
    assert_eq!(
        Email::parse("a@victim.com@evil.com").map(|_| ()),
        Err(EmailError::SecondAt)
    );
}

#[test]
fn attack_37_names_comments_literals_line_ends() {
    for text in [
        "A <a@b.com>",
        "a(c)@b.com",
        "a@[1.2.3.4]",
        "a@b.com\n",
        "a@b.com\0",
        "a@b.com,c@d.com",
        "a@b.com;",
    ] {
        assert!(Email::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn attack_38_an_encoded_word_stays_opaque() {
    let word = email("=?utf-8?q?admin=40victim.com?=@evil.com");
    assert_eq!(word.domain().as_str(), "evil.com");
    assert_eq!(word.local_part(), "=?utf-8?q?admin=40victim.com?=");
}

#[test]
fn attack_39_tags_make_different_addresses() {
    assert_ne!(email("ada+x@acme.com"), email("ada@acme.com"));
}

#[test]
fn attack_40_case_is_folded_in_ascii_only_and_lengths_are_bounded() {
    assert_eq!(email("ADA@acme.com"), email("ada@acme.com"));
    assert_eq!(
        Email::parse("\u{212a}im@acme.com"),
        Err(EmailError::NonAsciiLocalPart),
        "the Kelvin sign folds to k"
    );
    assert_eq!(
        Email::parse(&format!("{}@acme.com", "a".repeat(65))),
        Err(EmailError::LocalTooLong)
    );
    assert!(Email::parse(&format!("{}@acme.com", "a".repeat(64))).is_ok());
}

/// The look-up key is ASCII, so no collation can merge it with an accented twin.
#[test]
fn attack_41_a_punycode_twin_has_another_key() {
    let twin = email("ada@\u{e1}cme.com");
    assert!(twin.lookup_key().is_ascii());
    assert_ne!(twin.lookup_key(), email("ada@acme.com").lookup_key());
    assert_eq!(
        Email::parse("\u{e1}da@acme.com"),
        Err(EmailError::NonAsciiLocalPart)
    );
}

#[test]
fn attack_42_needless_quotes_are_the_same_address() {
    assert_eq!(email("\"abc\"@acme.com"), email("abc@acme.com"));
    let both = read_asserted_email(["\"abc\"@acme.com", "abc@acme.com"]);
    assert!(both.is_ok());
    assert_eq!(read_asserted_email([]), Err(AssertedEmailProblem::Missing));
    assert_eq!(
        read_asserted_email(["abc@acme.com", "x"]),
        Err(AssertedEmailProblem::Unusable(EmailError::NoAt))
    );
}
