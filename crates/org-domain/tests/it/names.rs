//! Domains, addresses and what may be claimed.

use org_domain::{ClaimRules, Domain, DomainError, Email, EmailError, Unclaimable};

fn canonical(text: &str) -> String {
    Domain::parse(text)
        .unwrap_or_else(|e| panic!("{text:?}: {e}"))
        .as_str()
        .to_owned()
}

#[test]
fn spellings_of_one_domain_are_one_domain() {
    for text in [
        "acme.com",
        "ACME.com",
        "acme.com.",
        "acme\u{3002}com",
        "acme\u{ff0e}com\u{ff61}",
        "\u{ff41}\u{ff43}\u{ff4d}\u{ff45}.com",
        "ac\u{ad}me.com",
        "ac\u{200b}me.com",
    ] {
        assert_eq!(canonical(text), "acme.com", "{text:?}");
    }
    assert_eq!(canonical("b\u{fc}cher.example"), "xn--bcher-kva.example");
    assert_eq!(canonical("XN--BCHER-KVA.example"), "xn--bcher-kva.example");
    assert_eq!(
        canonical("stra\u{df}e.de"),
        "xn--strae-oqa.de",
        "sharp s stays itself"
    );
    assert_eq!(
        Domain::parse("xn--bcher-kva.example").unwrap().to_unicode(),
        "b\u{fc}cher.example"
    );
}

#[test]
fn what_is_no_domain_is_refused_with_its_own_code() {
    let label = "a".repeat(64);
    let long = format!("{}.com", ["abcdefghi"; 26].join("."));
    for (text, error) in [
        ("", DomainError::Empty),
        (" acme.com", DomainError::Whitespace),
        ("acme.com ", DomainError::Whitespace),
        ("acme .com", DomainError::Whitespace),
        ("acme.com\n", DomainError::Whitespace),
        ("acme.com\0", DomainError::Whitespace),
        ("https://acme.com", DomainError::LooksLikeUrl),
        ("acme.com/", DomainError::LooksLikeUrl),
        ("acme.com:443", DomainError::LooksLikeUrl),
        ("ada@acme.com", DomainError::LooksLikeUrl),
        ("[::1]", DomainError::LooksLikeUrl),
        ("acme%2ecom", DomainError::LooksLikeUrl),
        ("acme..com", DomainError::EmptyLabel),
        (".acme.com", DomainError::EmptyLabel),
        ("acme.com..", DomainError::EmptyLabel),
        (".", DomainError::EmptyLabel),
        ("\u{3002}", DomainError::EmptyLabel),
        ("acme.\u{ad}.com", DomainError::Label),
        ("com", DomainError::SingleLabel),
        ("localhost", DomainError::SingleLabel),
        ("10.0.0.1", DomainError::Numeric),
        ("1.2.3.4.", DomainError::Numeric),
        ("acme.123", DomainError::Numeric),
        ("acme.0x7f", DomainError::Numeric),
        ("\u{ff11}.\u{ff12}.\u{ff13}.\u{ff14}", DomainError::Numeric),
        ("_dmarc.acme.com", DomainError::Label),
        ("-acme.com", DomainError::Label),
        ("acme-.com", DomainError::Label),
        ("*.acme.com", DomainError::Label),
        ("xn--acme.com", DomainError::Label),
        ("xn--acme-.com", DomainError::Label),
        ("a\u{200d}b.com", DomainError::Label),
        ("a\u{202e}b.com", DomainError::Label),
        (&format!("{label}.com"), DomainError::LabelTooLong),
        (&long, DomainError::TooLong),
        (&"a".repeat(5000), DomainError::TooLong),
    ] {
        assert_eq!(Domain::parse(text), Err(error), "{text:?}");
    }
    assert!(Domain::parse(&format!("{}.com", "a".repeat(63))).is_ok());
    let longest = format!("{}.com", [&*"a".repeat(61); 4].join("."));
    assert_eq!(longest.len(), 251);
    assert!(Domain::parse(&longest).is_ok());
}

#[test]
fn parents_end_at_labels() {
    let eng = Domain::parse("eng.acme.com").unwrap();
    let acme = Domain::parse("acme.com").unwrap();
    assert_eq!(eng.parent().as_ref(), Some(&acme));
    assert_eq!(acme.parent(), None);
    assert!(eng.is_below(&acme) && !acme.is_below(&eng) && !acme.is_below(&acme));
    assert!(!Domain::parse("notacme.com").unwrap().is_below(&acme));
}

#[test]
fn names_that_nobody_may_claim() {
    let rules = ClaimRules::default();
    for (text, refusal) in [
        ("co.uk", Unclaimable::PublicSuffix),
        ("CO.UK.", Unclaimable::PublicSuffix),
        ("gov.uk", Unclaimable::PublicSuffix),
        ("github.io", Unclaimable::PublicSuffix),
        ("kobe.jp", Unclaimable::PublicSuffix),
        ("anything.kobe.jp", Unclaimable::PublicSuffix),
        ("is-a.dev", Unclaimable::PublicSuffix),
        ("s3.amazonaws.com", Unclaimable::PublicSuffix),
        ("onmicrosoft.com", Unclaimable::TenantRoot),
        ("gmail.com", Unclaimable::FreeMail),
        ("googlemail.com", Unclaimable::FreeMail),
        ("GoogleMail.com", Unclaimable::FreeMail),
        ("mail.googlemail.com", Unclaimable::FreeMail),
        ("hotmail.co.uk", Unclaimable::FreeMail),
        ("corp.test", Unclaimable::UnknownTopLevel),
    ] {
        assert_eq!(
            rules.check(Domain::parse(text).unwrap()),
            Err(refusal),
            "{text}"
        );
    }
    for text in [
        "acme.com",
        "acme.co.uk",
        "contoso.onmicrosoft.com",
        "acme.github.io",
        "city.kobe.jp",
        "notgmail.com",
        "zendesk.com",
    ] {
        assert!(rules.check(Domain::parse(text).unwrap()).is_ok(), "{text}");
    }
}

/// Exceptions (`!`) and wildcards of the public suffix list, in any spelling of the name.
#[test]
fn wildcards_and_exceptions_of_the_suffix_list() {
    let check = |text: &str| ClaimRules::default().check(Domain::parse(text).unwrap());
    for suffix in [
        "kawasaki.jp",
        "other.kawasaki.jp",
        "shop.ck",
        "co.uk.",
        "CO\u{3002}UK\u{3002}",
        "\u{ff43}\u{ff4f}.uk",
        "\u{516c}\u{53f8}.cn",
        "xn--55qx5d.cn",
        "compute.amazonaws.com",
    ] {
        assert_eq!(check(suffix), Err(Unclaimable::PublicSuffix), "{suffix}");
    }
    for name in [
        "city.kawasaki.jp",
        "below.city.kawasaki.jp",
        "acme.other.kawasaki.jp",
        "www.ck",
        "acme.shop.ck",
        "acme.\u{516c}\u{53f8}.cn",
    ] {
        assert!(check(name).is_ok(), "{name}");
    }
}

/// What Unicode offers to those who would pass one name off as another. What is mapped, is mapped
/// before anything is compared; what stays different, stays a different name.
#[test]
fn unicode_tricks_end_in_one_spelling_or_in_a_refusal() {
    for (text, expected) in [
        // Mapped to the same name (UTS 46).
        ("\u{ff21}cme.com", Ok("acme.com")),
        ("\u{1d41a}cme.com", Ok("acme.com")),
        ("\u{24d0}cme.com", Ok("acme.com")),
        ("ac\u{ad}me.com", Ok("acme.com")),
        ("ac\u{200b}me.com", Ok("acme.com")),
        ("ac\u{2060}me.com", Ok("acme.com")),
        ("ac\u{fe0f}me.com", Ok("acme.com")),
        ("acme.com\u{3002}", Ok("acme.com")),
        ("\u{212a}elvin.com", Ok("kelvin.com")),
        ("o\u{fb03}ce.com", Ok("office.com")),
        // Names of their own: never folded into the ASCII one.
        ("fa\u{df}.de", Ok("xn--fa-hia.de")),
        ("fa\u{1e9e}.de", Ok("xn--fa-hia.de")),
        ("\u{131}cme.com", Ok("xn--cme-iua.com")),
        ("b\u{f3}lus.com", Ok("xn--blus-qqa.com")),
        ("bo\u{301}lus.com", Ok("xn--blus-qqa.com")),
        ("\u{3c3}\u{3c2}.com", Ok("xn--3xab.com")),
        // Refused: joiners out of place, right-to-left mixtures, overrides, symbols that map to
        // separators, hyphens in places three and four, A-labels that are none.
        ("ac\u{200d}me.com", Err(DomainError::Label)),
        ("ac\u{200c}me.com", Err(DomainError::Label)),
        ("\u{5d0}acme.com", Err(DomainError::Label)),
        ("acme\u{5d0}.com", Err(DomainError::Label)),
        ("\u{202e}emca.com", Err(DomainError::Label)),
        ("acme\u{2024}\u{2024}com.org", Err(DomainError::Label)),
        ("acme\u{2100}.com", Err(DomainError::Label)),
        ("acme\u{ff0f}evil.com", Err(DomainError::Label)),
        ("acme\u{ff20}evil.com", Err(DomainError::Label)),
        ("acme\u{fe55}80.com", Err(DomainError::Label)),
        ("ac--me.com", Err(DomainError::Label)),
        ("xn--acme-.com", Err(DomainError::Label)),
        ("xn--acme.com", Err(DomainError::Label)),
        ("\u{1f4a9}\u{301}.\u{661}", Err(DomainError::Label)),
        ("acme.\u{ff11}\u{ff12}", Err(DomainError::Numeric)),
        ("acme.0x", Err(DomainError::Numeric)),
        ("acme.0X1f", Err(DomainError::Numeric)),
    ] {
        let read = Domain::parse(text);
        let read = read.as_ref().map(Domain::as_str).map_err(|error| *error);
        assert_eq!(read, expected, "{}", text.escape_unicode());
    }
}

#[test]
fn hosts_correct_the_lists_both_ways() {
    let domain = |text: &str| Domain::parse(text).unwrap();
    let rules = ClaimRules::default()
        .allow(domain("gmail.com"))
        .refuse(domain("acme.com"))
        .allow_top_level("test");
    assert!(rules.check(domain("gmail.com")).is_ok());
    assert_eq!(rules.check(domain("acme.com")), Err(Unclaimable::Refused));
    assert!(rules.check(domain("corp.test")).is_ok());
    assert_eq!(
        rules.check(domain("corp.internal")),
        Err(Unclaimable::UnknownTopLevel)
    );
    let both = ClaimRules::default()
        .allow(domain("acme.com"))
        .refuse(domain("acme.com"));
    assert_eq!(both.check(domain("acme.com")), Err(Unclaimable::Refused));
}

#[test]
fn the_free_mail_list_is_canonical_sorted_and_dated() {
    let names: Vec<&str> = org_domain::free_mail::names().collect();
    assert!(names.len() > 150);
    assert!(
        names.windows(2).all(|pair| pair[0] < pair[1]),
        "sorted, no duplicates"
    );
    assert!(names.iter().all(|name| canonical(name) == **name));
    let origin: Vec<&str> = org_domain::free_mail::provenance().collect();
    assert!(
        origin.iter().any(|line| line.starts_with("Date: "))
            && origin.iter().any(|line| line.starts_with("Origin: "))
    );
}

#[test]
fn the_domain_of_an_address_is_after_its_last_bare_at() {
    for (text, domain) in [
        ("ada@acme.com", "acme.com"),
        ("\"a@victim.com\"@evil.com", "evil.com"),
        ("\"a\\\"@victim.com\"@evil.com", "evil.com"),
        ("ada+tag@ACME.com.", "acme.com"),
        ("=?utf-8?q?a?=@acme.com", "acme.com"),
        ("o'brien@acme.com", "acme.com"),
        ("ada@b\u{fc}cher.example", "xn--bcher-kva.example"),
    ] {
        assert_eq!(
            Email::parse(text).unwrap().domain().as_str(),
            domain,
            "{text}"
        );
    }
}

#[test]
fn what_is_no_address_is_refused_with_its_own_code() {
    let long_local = format!("{}@acme.com", "a".repeat(65));
    let long = format!("{}@{}.com", "a".repeat(64), [&*"b".repeat(62); 3].join("."));
    for (text, error) in [
        ("", EmailError::Empty),
        ("ada", EmailError::NoAt),
        ("\"ada@acme.com\"", EmailError::NoAt),
        ("a@victim.com@evil.com", EmailError::SecondAt),
        ("@acme.com", EmailError::NoLocalPart),
        (&long_local, EmailError::LocalTooLong),
        (&long, EmailError::TooLong),
        ("Ada <ada@acme.com>", EmailError::LocalPart),
        ("ada(comment)@acme.com", EmailError::LocalPart),
        (".ada@acme.com", EmailError::LocalPart),
        ("ada.@acme.com", EmailError::LocalPart),
        ("a..da@acme.com", EmailError::LocalPart),
        ("ada @acme.com", EmailError::LocalPart),
        ("a\0da@acme.com", EmailError::LocalPart),
        ("\"\"@acme.com", EmailError::LocalPart),
        ("\"a\nb\"@acme.com", EmailError::LocalPart),
        ("\"a\"b@acme.com", EmailError::LocalPart),
        ("mailto:ada@acme.com", EmailError::LocalPart),
        ("<ada@acme.com>", EmailError::LocalPart),
        ("\u{e1}da@acme.com", EmailError::NonAsciiLocalPart),
        ("ada@[10.0.0.1]", EmailError::Literal),
        ("ada@10.0.0.1", EmailError::Domain(DomainError::Numeric)),
        (
            "ada@acme.com\n",
            EmailError::Domain(DomainError::Whitespace),
        ),
        ("ada@acme.com ", EmailError::Domain(DomainError::Whitespace)),
        (
            "ada@localhost",
            EmailError::Domain(DomainError::SingleLabel),
        ),
        ("ada@acme.com>", EmailError::Domain(DomainError::Label)),
        ("ada@acme_corp.com", EmailError::Domain(DomainError::Label)),
    ] {
        assert_eq!(Email::parse(text).map(|_| ()), Err(error), "{text:?}");
    }
}

#[test]
fn equal_addresses_have_equal_keys_and_others_do_not() {
    let key = |text: &str| Email::parse(text).unwrap().lookup_key();
    assert_eq!(key("Ada@acme.com"), key("aDA@ACME.com."));
    assert_eq!(
        key("\"ada\"@acme.com"),
        key("ada@acme.com"),
        "needless quotes"
    );
    assert_eq!(
        key("\"a\\da\"@acme.com"),
        key("ada@acme.com"),
        "needless escapes"
    );
    assert_ne!(key("ada+x@acme.com"), key("ada@acme.com"), "tags are kept");
    assert_ne!(key("a.da@acme.com"), key("ada@acme.com"), "dots are kept");
    assert_ne!(key("\"a da\"@acme.com"), key("ada@acme.com"));
    assert_ne!(
        key("ada@xn--acm-dma.com"),
        key("ada@acme.com"),
        "an accent is another domain"
    );
    assert_eq!(
        Email::parse("Ada@acme.com").unwrap().to_string(),
        "Ada@acme.com",
        "kept as given"
    );
    assert_eq!(
        format!("{:?}", Email::parse("ada@acme.com").unwrap()),
        "Email(\u{2026}@acme.com)"
    );
}

proptest::proptest! {
    /// Whatever the well-known parser takes as a plain address with a plain domain, in the subset
    /// that both claim to know, ours takes too, with the same parts.
    #[test]
    fn the_oracle_agrees(local in "[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}(\\.[a-z0-9+_-]{1,8}){0,2}", domain in "[a-z]{1,8}(-[a-z0-9]{1,4})?\\.(com|de|example)") {
        let text = format!("{local}@{domain}");
        let theirs = email_address::EmailAddress::parse_with_options(
            &text,
            email_address::Options::default().without_display_text().without_domain_literal().with_required_tld(),
        );
        let ours = Email::parse(&text);
        proptest::prop_assert_eq!(theirs.is_ok(), ours.is_ok(), "{}", text);
        if let (Ok(theirs), Ok(ours)) = (theirs, ours) {
            proptest::prop_assert_eq!(theirs.local_part(), ours.local_part());
            proptest::prop_assert_eq!(theirs.domain(), ours.domain().as_str());
        }
    }

    /// What ours takes, the oracle takes: we are stricter, never looser.
    #[test]
    fn ours_is_stricter(text in "[ -~]{0,6}(@|\"@\"|\\.|<|>|,|;){0,2}[ -~]{0,6}@[a-z0-9.-]{0,8}\\.com\\.?") {
        if let Ok(ours) = Email::parse(&text) {
            let canonical = format!("{}@{}", ours.local_part(), ours.domain());
            proptest::prop_assert!(email_address::EmailAddress::is_valid(&canonical), "{}", canonical);
        }
    }

    /// Canonical names are fixed points, and nothing panics.
    #[test]
    fn parsing_twice_changes_nothing(text in "\\PC{0,40}") {
        if let Ok(domain) = Domain::parse(&text) {
            proptest::prop_assert_eq!(Domain::parse(domain.as_str()).unwrap(), domain.clone());
            proptest::prop_assert_eq!(Domain::parse(&domain.to_unicode()).unwrap(), domain);
        }
        let _ = Email::parse(&text);
    }

    #[test]
    fn stored_text_comes_back(local in "[a-zA-Z]{1,8}") {
        let email = Email::parse(&format!("{local}@acme.com")).unwrap();
        let json = serde_json::to_string(&email).unwrap();
        proptest::prop_assert_eq!(serde_json::from_str::<Email>(&json).unwrap(), email);
    }
}
