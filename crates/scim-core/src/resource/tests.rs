use super::{Activity, Attributes, Meta, Name, Resource, Text, Value};
use crate::json::Limits;

#[test]
fn every_interned_name_is_found_in_any_case() {
    for known in [
        "schemas",
        "userName",
        "$ref",
        "x509Certificates",
        "Operations",
        "version",
    ] {
        for spelling in [known.to_owned(), known.to_uppercase(), known.to_lowercase()] {
            let name = Name::new(&spelling);
            assert_eq!(name.as_str(), known, "{spelling}");
            assert_eq!(name.heap(), 0, "{spelling} is interned");
        }
    }
    assert_ne!(Name::new("value"), Name::new("values"));
    assert_ne!(Name::new(""), Name::ID);
}

#[test]
fn other_names_keep_their_spelling_and_compare_without_case() {
    let (a, b) = (Name::new("badgeColour"), Name::new("BADGEcolour"));
    assert_eq!(a, b);
    assert_eq!(a.cmp(&b), std::cmp::Ordering::Equal);
    assert_eq!(b.as_str(), "BADGEcolour");
    assert!(Name::VERSION < a, "RFC names come first");
}

#[test]
fn order_of_fields_does_not_matter_and_case_makes_no_second_field() {
    let parse = |body: &str| Resource::parse(body.as_bytes(), &Limits::default()).unwrap();
    let one = parse(r#"{"userName":"a","active":true,"z":1,"b":2}"#);
    let two = parse(r#"{"b":2,"ACTIVE":true,"Z":1,"username":"a"}"#);
    assert_eq!(one, two);
    let mut fields = Attributes::new();
    fields.insert(Name::new("badge"), Value::from("1"));
    assert_eq!(
        fields.insert(Name::new("BADGE"), Value::from("2")),
        Some(Value::from("1"))
    );
    assert_eq!(fields.len(), 1);
}

#[test]
fn look_up_by_halves_finds_what_look_up_in_a_row_finds() {
    let mut fields = Attributes::new();
    for n in (0..100).rev() {
        fields.insert(Name::new(&format!("custom{n}")), Value::from(n));
    }
    for n in 0..100 {
        assert_eq!(
            fields.get(&Name::new(&format!("CUSTOM{n}"))),
            Some(&Value::from(n))
        );
    }
    assert_eq!(fields.get(&Name::new("custom100")), None);
}

#[test]
fn debug_shows_names_and_shapes_only() {
    let resource = Resource::parse(
        br#"{"userName":"ann@acme.example","name":{"familyName":"Lee-Of-A-Very-Long-Family"}}"#,
        &Limits::default(),
    )
    .unwrap();
    let shown = format!("{resource:?}");
    assert!(
        shown.contains("userName") && shown.contains("<16 bytes>"),
        "{shown}"
    );
    assert!(!shown.contains("ann@") && !shown.contains("Lee"), "{shown}");
}

#[test]
fn activity_is_inactive_unless_true() {
    for (value, expected) in [
        (Value::from(true), Activity::Active),
        (Value::from(false), Activity::Inactive),
        (Value::from("true"), Activity::Inactive),
        (Value::Null, Activity::Inactive),
    ] {
        let tree = Resource::new(Attributes::new().with(Name::ACTIVE, value));
        assert_eq!(tree.as_user().activity(), expected);
    }
    assert_eq!(Resource::default().as_user().activity(), Activity::Inactive);
}

#[test]
fn the_email_of_a_user_is_primary_then_work_then_first() {
    let email = |body: &str| {
        let tree = Resource::parse(body.as_bytes(), &Limits::default()).unwrap();
        tree.as_user().email().map(str::to_owned)
    };
    let three = r#"{"emails":[{"value":"a","type":"home"},{"value":"b","type":"Work"},{"value":"c"PRIMARY}]}"#;
    assert_eq!(
        email(&three.replace("PRIMARY", r#","primary":true"#)).as_deref(),
        Some("c")
    );
    assert_eq!(email(&three.replace("PRIMARY", "")).as_deref(), Some("b"));
    assert_eq!(email(r#"{"emails":[{"value":"a"}]}"#).as_deref(), Some("a"));
    assert_eq!(email("{}"), None);
}

#[test]
fn meta_reads_back_in_utc() {
    let meta = Meta {
        resource_type: Text::from("User"),
        created: time::macros::datetime!(2026-11-24 10:00 +2),
        last_modified: time::macros::datetime!(2026-11-24 09:30 UTC),
        location: None,
        version: Some(Text::from("W/\"3\"")),
    };
    let value = meta.to_value();
    assert_eq!(
        value.sub(&Name::CREATED).unwrap().as_str(),
        Some("2026-11-24T08:00:00Z")
    );
    assert_eq!(Meta::read(&value), Some(meta));
    assert_eq!(Meta::read(&Value::Null), None);
}
