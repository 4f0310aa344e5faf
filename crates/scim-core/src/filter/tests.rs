use super::{Filter, FilterFault, Limits, Literal, Operator, Unknown};
use crate::dialect::{Dialect, Tolerance, Vendor};
use crate::error::{ScimError, ScimType};
use crate::id::Kind;
use crate::json;
use crate::path::{Path, PathFault};
use crate::resource::{Name, Resource, Text};
use crate::schema::{Case, Registry};

fn parse(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn matches_as(vendor: Vendor, filter: &str, user: &str) -> bool {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let mut reading = Dialect::of(vendor).reading();
    let filter = Filter::parse_in(filter, &Limits::default(), &mut reading)
        .unwrap_or_else(|e| panic!("{filter}: {e}"));
    let bound = filter
        .bind(users, Unknown::Refuse, &mut reading)
        .unwrap_or_else(|e| panic!("{filter}: {e}"));
    let user = Resource::parse(user.as_bytes(), &json::Limits::default()).unwrap();
    bound.matches(&user)
}

fn matches(filter: &str, user: &str) -> bool {
    matches_as(Vendor::Strict, filter, user)
}

fn refusal(filter: &str) -> FilterFault {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let error = match Filter::parse(filter) {
        Err(error) => error,
        Ok(filter) => filter
            .bind(users, Unknown::Refuse, &mut reading)
            .map(|_| ())
            .unwrap_err(),
    };
    assert_eq!(
        ScimError::from(error.clone()).scim_type(),
        Some(ScimType::InvalidFilter)
    );
    error.fault().clone()
}

#[test]
fn names_operators_and_keywords_have_no_case() {
    let lower = parse(r#"username eq "x" and not (active eq false) or title pr"#);
    let upper = parse(r#"USERNAME EQ "x" AND NOT (ACTIVE Eq false) OR TITLE PR"#);
    assert_eq!(lower, upper);
}

#[test]
fn and_binds_before_or_and_not_before_both() {
    assert_eq!(
        parse("a pr or b pr and c pr"),
        parse("a pr or (b pr and c pr)")
    );
    assert_ne!(
        parse("a pr or b pr and c pr"),
        parse("(a pr or b pr) and c pr")
    );
    assert_eq!(
        parse("not (a pr) and b pr"),
        Filter::And(vec![
            Filter::Not(Box::new(Filter::Present(Path::from(Name::new("a"))))),
            Filter::Present(Path::from(Name::new("b"))),
        ])
    );
}

#[test]
fn blanks_may_be_missing_where_signs_part_words() {
    for (tight, loose) in [
        (r#"not(a pr)"#, r#"not  ( a pr )"#),
        (r#"emails[value eq"x"]"#, r#"emails[ value  eq  "x" ]"#),
        (r#"(a pr)and(b pr)"#, r#"(a pr) and (b pr)"#),
    ] {
        assert_eq!(parse(tight), parse(loose), "{tight}");
    }
}

#[test]
fn blanks_around_a_filter_mean_nothing() {
    for text in [" title pr", "title pr ", "  title pr  ", "( title pr ) "] {
        assert_eq!(parse(text), parse("title pr"), "{text:?}");
    }
    assert!(Filter::parse("title pr x ").is_err());
    assert!(Filter::parse("title pr\t").is_err());
}

#[test]
fn attributes_may_begin_like_keywords() {
    for name in [
        "never", "order", "android", "notary", "prefix", "not", "and", "or", "pr", "eq",
    ] {
        let filter = parse(&format!(r#"{name} eq "x" and {name} pr or {name} pr"#));
        assert!(filter.to_string().starts_with(name), "{filter}");
    }
}

#[test]
fn a_comparison_behind_brackets_joins_them() {
    assert_eq!(
        parse(r#"emails[type eq "work"].value eq "x""#),
        parse(r#"emails[type eq "work" and value eq "x"]"#)
    );
    assert_eq!(
        parse(r#"emails[type eq "a" or type eq "b"].value pr and active eq true"#),
        parse(r#"emails[(type eq "a" or type eq "b") and value pr] and active eq true"#)
    );
}

#[test]
fn literals_are_json() {
    for (text, value) in [
        (r#""\u0041\"\\\/""#, Literal::String(Text::from(r#"A"\/"#))),
        ("-0.5e3", Literal::Decimal(-500.0)),
        ("1.0", Literal::Decimal(1.0)),
        ("1", Literal::Integer(1)),
        ("9223372036854775807", Literal::Integer(i64::MAX)),
        ("true", Literal::Boolean(true)),
        ("null", Literal::Null),
    ] {
        let expected = Filter::Compare {
            path: Path::from(Name::new("a")),
            operator: Operator::Eq,
            value,
        };
        assert_eq!(parse(&format!("a eq {text}")), expected, "{text}");
    }
    for text in [
        r#""\ud800""#,
        r#""\u0000""#,
        r#""\x""#,
        "\"\u{1}\"",
        r#""open"#,
        r#""a\""#,
        "'x'",
        "x",
        "True",
        "9223372036854775808",
        "1e400",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "tru",
    ] {
        let fault = Filter::parse(&format!("a eq {text}")).unwrap_err();
        assert!(
            matches!(fault.fault(), FilterFault::Literal(_)),
            "{text}: {fault}"
        );
        assert_eq!(fault.column(), 6, "{text}");
    }
}

#[test]
fn errors_point_at_the_character() {
    for (text, column, contains) in [
        ("", 1, "expected an attribute"),
        ("   ", 4, "expected an attribute"),
        ("userName", 9, "expected an operator"),
        ("userName eq", 12, "expected a value"),
        (r#"userName is "x""#, 10, "`is` is no operator"),
        (r#"userName eq "x" xor a pr"#, 17, "expected `and`"),
        (r#"userName eq "é" xor a pr"#, 17, "expected `and`"),
        ("(a pr", 6, "expected `)`"),
        ("a pr)", 5, "expected `and`"),
        ("emails[type pr", 15, "expected `]`"),
        (r#"emails[x[y pr] pr]"#, 10, "brackets"),
        ("1a pr", 1, "not an attribute path"),
        ("a.b.c pr", 1, "not an attribute path"),
        ("a pr and", 9, "expected an attribute"),
        ("a pr and or b pr", 13, "no operator"),
        ("not a pr", 5, "no operator"),
        ("emails[type pr]. eq 1", 17, "expected a sub-attribute"),
    ] {
        let error = Filter::parse(text).unwrap_err();
        let shown = error.to_string();
        assert_eq!(error.column(), column, "{text}: {shown}");
        assert!(shown.contains(contains), "{text}: {shown}");
    }
}

#[test]
fn caps_hold_and_their_twins_pass() {
    let deep = |n: usize| format!("{}a pr{}", "(".repeat(n), ")".repeat(n));
    parse(&deep(32));
    assert_eq!(refusal(&deep(33)), FilterFault::TooDeep);
    assert_eq!(refusal(&deep(30_000)), FilterFault::TooDeep);
    let flat = |n: usize| vec![r#"userName eq "x""#; n].join(" or ");
    parse(&flat(1024));
    assert_eq!(refusal(&flat(1025)), FilterFault::TooManyTerms);
    assert_eq!(refusal(&"a".repeat(8_000_000)), FilterFault::TooLong);
    let nots = |n: usize| format!("{}a pr{}", "not(".repeat(n), ")".repeat(n));
    parse(&nots(32));
    assert_eq!(refusal(&nots(33)), FilterFault::TooDeep);
}

#[test]
fn a_filter_prints_as_it_reads() {
    for text in [
        r#"userName eq "a\"b\\c""#,
        r#"a pr and (b pr or c pr) and not (d pr)"#,
        r#"(a pr and b pr) and c pr"#,
        r#"a pr and b pr or c pr and d pr"#,
        r#"emails[type eq "work" and value co "@x"]"#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "x""#,
        r#"meta.lastModified gt "2026-01-01T00:00:00Z""#,
        "a eq 1.0 or a eq -5 or a eq null",
    ] {
        assert_eq!(parse(text).to_string(), text);
    }
}

const ANN: &str = r#"{"id":"7","schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "userName":"Ann@Acme.example","externalId":"00u1","active":true,"title":"","nickName":"Ännchen",
    "emails":[{"value":"ann@acme.example","type":"work","primary":true},{"value":"a@home.example","type":"home"}],
    "meta":{"resourceType":"User","lastModified":"2026-11-24T10:00:00.5+02:00"},
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"b"},"department":"R&D"}}"#;

/// What is asked of [`ANN`], and the answer.
const ANSWERS: &[(&str, bool)] = &[
    (r#"userName eq "ann@ACME.example""#, true),
    (r#"userName sw "ANN@""#, true),
    (r#"userName ew ".EXAMPLE""#, true),
    (r#"userName co "CME""#, true),
    (r#"userName co "x""#, true),
    (r#"userName co "xx""#, false),
    (r#"userName co """#, true),
    (r#"externalId eq "00U1""#, false),
    (r#"externalId eq "00u1""#, true),
    (r#"nickName eq "äNNCHEN""#, true),
    (r#"nickName sw "Ä""#, true),
    (r#"userName gt "a""#, true),
    (r#"userName ge "ann@acme.example""#, true),
    (r#"userName lt "ann@acme.example""#, false),
    (r#"emails eq "ann@acme.example""#, true),
    (r#"emails[not (type eq "work")]"#, true),
    (r#"emails[type eq "other"]"#, false),
    (r#"emails[primary eq true].value sw "ann""#, true),
    (r#"emails.type ne "work""#, true),
    (r#"phoneNumbers.value ne "1""#, true),
    (r#"phoneNumbers.value eq "1""#, false),
    (r#"not (phoneNumbers.value eq "1")"#, true),
    ("title pr", false),
    ("title eq null", true),
    ("title ne null", false),
    (r#"title eq """#, true),
    ("displayName pr", false),
    ("displayName eq null", true),
    (r#"displayName ne "x""#, true),
    (r#"displayName co """#, false),
    ("emails pr", true),
    ("phoneNumbers pr", false),
    ("name pr", false),
    ("active eq true", true),
    ("active ne true", false),
    (r#"meta.lastModified eq "2026-11-24T08:00:00.500Z""#, true),
    (r#"meta.lastModified gt "2026-11-24T08:00:00Z""#, true),
    (r#"meta.lastModified lt "2026-11-24T08:00:01""#, true),
    (r#"meta.resourceType eq "User""#, true),
    (
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        true,
    ),
    (
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr"#,
        true,
    ),
    (
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "r&d""#,
        true,
    ),
    (
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "b""#,
        true,
    ),
];

#[test]
fn filters_match_as_the_rfc_says() {
    for (filter, expected) in ANSWERS {
        assert_eq!(matches(filter, ANN), *expected, "{filter}");
    }
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let incomparable =
        |f: &str| assert!(matches!(refusal(f), FilterFault::Incomparable(..)), "{f}");
    for filter in [
        "active gt true",
        r#"active co "t""#,
        "active eq 1",
        r#"active eq "true""#,
        r#"x509Certificates.value lt "a""#,
        r#"meta.created co "2026""#,
        r#"meta.created gt "yesterday""#,
        "meta.created gt 5",
        "userName eq 5",
        "userName gt null",
        r#"name eq "x""#,
        r#"emails.value[type eq "x"]"#,
        "groups pr",
        r#"userName eq "a" or not (groups.value eq "g1")"#,
        r#"groups[display eq "Eng"]"#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:groups eq "g1""#,
    ] {
        incomparable(filter);
    }
    let unknown = |f: &str, fault| match refusal(f) {
        FilterFault::Path(error) => assert_eq!(error.fault(), fault, "{f}"),
        other => panic!("{f}: {other}"),
    };
    unknown("shoeSize pr", PathFault::Unknown);
    unknown(r#"password eq "x""#, PathFault::Unknown);
    unknown("emails.shoe pr", PathFault::NoSubAttribute);
    unknown(r#"emails[shoe eq "x"]"#, PathFault::NoSubAttribute);
    unknown("userName.x pr", PathFault::NoSubAttribute);
    unknown("urn:example:none:x pr", PathFault::Unknown);
    unknown(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager pr",
        PathFault::Unknown,
    );
}

#[test]
fn at_the_root_an_unknown_attribute_has_no_value() {
    let registry = Registry::standard();
    let groups = registry.by_kind(&Kind::GROUP).unwrap();
    let group = Resource::parse(br#"{"displayName":"x"}"#, &json::Limits::default()).unwrap();
    for (filter, expected) in [
        (r#"userName eq "x""#, false),
        (r#"userName ne "x""#, true),
        ("userName eq null", true),
        ("userName pr", false),
        (r#"emails[type eq "x"]"#, false),
        (r#"displayName eq "X""#, true),
    ] {
        let mut reading = Dialect::default().reading();
        let bound = parse(filter)
            .bind(groups, Unknown::NoValue, &mut reading)
            .unwrap();
        assert_eq!(bound.matches(&group), expected, "{filter}");
    }
}

#[test]
fn tolerances_of_filters_are_named_and_counted() {
    let mut reading = Dialect::of(Vendor::Entra).reading();
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let text = r#"userName eq ann@acme.example and active eq True and active eq "TRUE""#;
    let filter = Filter::parse_in(text, &Limits::default(), &mut reading).unwrap();
    filter.bind(users, Unknown::Refuse, &mut reading).unwrap();
    let used: Vec<_> = reading.used().collect();
    assert_eq!(
        used,
        [
            (Tolerance::CaselessLiteral, 1),
            (Tolerance::StringBoolean, 1),
            (Tolerance::UnquotedLiteral, 1)
        ]
    );
    assert!(matches_as(Vendor::Entra, text, ANN));
    assert!(Filter::parse(text).is_err());
}

#[test]
fn equalities_are_what_an_index_can_answer() {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let bind = |text: &str| {
        parse(text)
            .bind(users, Unknown::Refuse, &mut Dialect::default().reading())
            .unwrap()
    };
    let bound = bind(r#"userName eq "ANN" and externalId eq "X" and active eq true"#);
    let found: Vec<_> = bound
        .equalities()
        .map(|e| (e.attribute.as_str(), e.value, e.case))
        .collect();
    assert_eq!(
        found,
        [
            ("userName", "ann", Case::Ignored),
            ("externalId", "X", Case::Exact)
        ]
    );
    assert_eq!(
        bind(r#"userName eq "a" or id eq "b""#).equalities().count(),
        0
    );
    assert_eq!(
        bind(r#"emails eq "A""#).equalities().next().unwrap().sub,
        Some(&Name::VALUE)
    );
}
