use super::{Attribute, Canonical, Case, Context, Mutability, Omitted, Presence, Projection};
use super::{
    Registry, ResourceType, Returned, Schema, SchemaFault, Sort, SortKey, SortOrder, Type,
};
use crate::dialect::{Dialect, Vendor};
use crate::id::Kind;
use crate::json::{self, Limits};
use crate::path::{Path, PathFault};
use crate::resource::{Name, Resource, Value};

const ENTERPRISE: &str = super::ENTERPRISE_USER;

fn read(text: &str) -> Resource {
    Resource::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn shown(resource: &Resource) -> String {
    String::from_utf8(resource.to_json()).unwrap()
}

/// A type with one attribute for each characteristic.
fn device() -> ResourceType {
    let text = |name: &str| Attribute::new(name, Type::String);
    let core = Schema::new(
        "urn:example:device:2.0:Device",
        "Device",
        vec![
            text("serial")
                .required()
                .exact()
                .unique()
                .mutability(Mutability::Immutable),
            text("note").returned(Returned::Request),
            text("pin")
                .returned(Returned::Never)
                .mutability(Mutability::WriteOnly),
            text("tag").returned(Returned::Always),
            Attribute {
                canonical: Canonical::Enforced,
                ..text("state").suggests(&["On", "Off"])
            },
            Attribute {
                omitted: Omitted::Keep,
                ..text("owner")
            },
            Attribute::new("weight", Type::Decimal),
            Attribute::new("slots", Type::Integer),
            Attribute::new("bought", Type::DateTime),
            text("colours").multi(),
            Attribute::complex(
                "place",
                vec![
                    text("room").required(),
                    text("key").returned(Returned::Request),
                    text("code").returned(Returned::Never),
                    text("floor").returned(Returned::Always),
                    text("seal").mutability(Mutability::Immutable),
                ],
            ),
        ],
    );
    let urn = "urn:example:device:2.0:Device:serial";
    let extension = Schema::new(
        urn,
        "Serial",
        vec![
            text("maker").required(),
            text("batch").mutability(Mutability::Immutable),
            text("checked").mutability(Mutability::ReadOnly),
        ],
    );
    ResourceType::new(Kind::new("Device"), "/Devices", core)
        .extended_by(extension, Presence::Required)
}

const FULL: &str = r#"{"schemas":["urn:example:device:2.0:Device","urn:example:device:2.0:Device:serial"],
    "id":"d1","serial":"S1","note":"n","pin":"9","tag":"t","place":{"room":"r","key":"k","code":"c","floor":"1","seal":"s"},
    "urn:example:device:2.0:Device:serial":{"maker":"m","batch":"b","checked":"yes"}}"#;

fn check(body: &str, current: Option<&Resource>) -> Result<Resource, (String, SchemaFault)> {
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let context = current.map_or(Context::Create, |current| Context::Replace { current });
    device()
        .check(read(body), context, &mut reading)
        .map(|checked| checked.into_resource())
        .map_err(|error| (error.path().to_owned(), error.fault()))
}

#[test]
fn a_custom_type_is_enforced_from_its_schema() {
    let current = read(FULL);
    assert!(check(FULL, None).is_ok());
    let with = |from: &str, to: &str| {
        assert!(FULL.contains(from), "{from}");
        FULL.replace(from, to)
    };
    let refused = |body: String, path: &str, fault| {
        let outcome = check(&body, None);
        assert_eq!(outcome, Err((path.to_owned(), fault)), "{body}");
    };
    refused(
        with(r#""serial":"S1","#, ""),
        "serial",
        SchemaFault::Required,
    );
    refused(
        with(r#""room":"r","#, ""),
        "place.room",
        SchemaFault::Required,
    );
    refused(
        with(r#""maker":"m","#, ""),
        "urn:example:device:2.0:Device:serial:maker",
        SchemaFault::Required,
    );
    refused(
        with(r#""tag":"t""#, r#""state":"broken""#),
        "state",
        SchemaFault::NotCanonical,
    );
    assert!(check(&with(r#""tag":"t""#, r#""state":"OFF""#), None).is_ok());
    for (field, fits) in [
        (r#""weight":1.5"#, true),
        (r#""weight":2"#, true),
        (r#""weight":"2""#, false),
        (r#""slots":2"#, true),
        (r#""slots":2.0"#, false),
        (r#""slots":2e0"#, false),
        (r#""slots":"2""#, false),
        (r#""bought":"2026-01-31T08:00:00+01:00""#, true),
        (r#""bought":"2026-01-31""#, false),
        (r#""bought":"2026-02-30T08:00:00Z""#, false),
        (r#""bought":5"#, false),
        (r#""colours":["red","blue"]"#, true),
        (r#""colours":["red",5]"#, false),
        (r#""colours":"red""#, false),
    ] {
        let outcome = check(&with(r#""tag":"t""#, field), None);
        assert_eq!(outcome.is_ok(), fits, "{field}: {outcome:?}");
    }
    assert!(check(FULL, Some(&current)).is_ok());
}

#[test]
fn a_required_extension_must_be_there() {
    let body = r#"{"schemas":["urn:example:device:2.0:Device"],"serial":"S1"}"#;
    let urn = "urn:example:device:2.0:Device:serial".to_owned();
    assert_eq!(check(body, None), Err((urn, SchemaFault::Required)));
}

#[test]
fn immutable_values_have_to_match_and_may_be_left_out() {
    let current = check(FULL, None).unwrap();
    let body = r#"{"schemas":["urn:example:device:2.0:Device","urn:example:device:2.0:Device:serial"],SERIAL
        "place":{"room":"r"SEAL},"urn:example:device:2.0:Device:serial":{"maker":"m"BATCH}}"#;
    let put = |serial: &str, seal: &str, batch: &str| {
        let body = body
            .replace("SERIAL", serial)
            .replace("SEAL", seal)
            .replace("BATCH", batch);
        check(&body, Some(&current))
    };
    assert!(put(r#""serial":"S1","#, r#","seal":"s""#, r#","batch":"b""#).is_ok());
    let kept = put("", "", "").unwrap();
    assert_eq!(kept.get(&"serial".into()), Some(&Value::from("S1")));
    let extension = kept
        .get(&"urn:example:device:2.0:Device:serial".into())
        .unwrap();
    assert_eq!(extension.sub(&"batch".into()), Some(&Value::from("b")));
    let fault = SchemaFault::Immutable;
    assert_eq!(
        put(r#""serial":"S2","#, "", ""),
        Err(("serial".to_owned(), fault))
    );
    assert_eq!(
        put("", r#","seal":"x""#, ""),
        Err(("place.seal".to_owned(), fault))
    );
    let path = "urn:example:device:2.0:Device:serial:batch".to_owned();
    assert_eq!(put("", "", r#","batch":"x""#), Err((path, fault)));
}

#[test]
fn the_longest_urn_wins_even_when_it_ends_like_an_attribute() {
    let device = device();
    let resolve = |text: &str| {
        let path = Path::parse(text).unwrap();
        device
            .resolve(&path)
            .map(|r| (r.extension.is_some(), r.leaf().map(|a| a.name.to_string())))
            .map_err(|e| e.fault())
    };
    let is = |extension, name: &str| Ok((extension, Some(name.to_owned())));
    assert_eq!(
        resolve("urn:example:device:2.0:Device:serial"),
        Ok((true, None))
    );
    assert_eq!(
        resolve("urn:example:device:2.0:Device:serial:maker"),
        is(true, "maker")
    );
    assert_eq!(
        resolve("URN:example:DEVICE:2.0:device:TAG"),
        is(false, "tag")
    );
    assert_eq!(
        resolve("urn:example:device:2.0:Device:place.room"),
        is(false, "room")
    );
    assert_eq!(
        resolve("urn:example:device:2.0:Device:maker"),
        Err(PathFault::Unknown)
    );
    assert_eq!(
        resolve("urn:example:device:2.0:Device:place.x"),
        Err(PathFault::NoSubAttribute)
    );
    assert_eq!(
        resolve("urn:example:device:2.0:Device"),
        Err(PathFault::Unknown)
    );
    assert_eq!(
        resolve("urn:example:device:2.0:Devicetag"),
        Err(PathFault::Unknown)
    );
    assert_eq!(resolve("serial"), is(false, "serial"));
}

fn projected(attributes: Option<&[&str]>, excluded: Option<&[&str]>) -> String {
    let owned = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let (attributes, excluded) = (attributes.map(owned), excluded.map(owned));
    let projection =
        Projection::new(&device(), attributes.as_deref(), excluded.as_deref()).unwrap();
    let mut out = Vec::new();
    projection.write(&read(FULL), &mut out);
    let written = String::from_utf8(out).unwrap();
    assert_eq!(
        written,
        shown(&projection.apply(&read(FULL))),
        "written and applied are one"
    );
    written.replace("urn:example:device:2.0:Device", "D")
}

const SHOWN_SCHEMAS: &str = r#"{"schemas":["D","D:serial"],"id":"d1""#;
const SHOWN_EXTENSION: &str = r#""D:serial":{"batch":"b","checked":"yes","maker":"m"}"#;

#[test]
fn attributes_asked_for_show_with_what_always_does() {
    let urn = "urn:example:device:2.0:Device:serial";
    let maker = format!("{urn}:maker");
    let extension = format!(r#","tag":"t",{SHOWN_EXTENSION}}}"#);
    for (attributes, rest) in [
        (&["serial"][..], r#","serial":"S1","tag":"t"}"#),
        (
            &["NOTE", "place.key"],
            r#","note":"n","place":{"floor":"1","key":"k"},"tag":"t"}"#,
        ),
        (
            &["pin", "place.code", "nothing", "a.b.c", ""],
            r#","place":{"floor":"1"},"tag":"t"}"#,
        ),
        (
            &["place"],
            r#","place":{"floor":"1","room":"r","seal":"s"},"tag":"t"}"#,
        ),
        (&[urn], &extension),
        (&[&maker], r#","tag":"t","D:serial":{"maker":"m"}}"#),
        (&[], r#","tag":"t"}"#),
    ] {
        let shown = projected(Some(attributes), None);
        assert_eq!(shown, format!("{SHOWN_SCHEMAS}{rest}"), "{attributes:?}");
    }
}

#[test]
fn excluded_attributes_do_not_show_unless_they_always_do() {
    let urn = "urn:example:device:2.0:Device:serial";
    let maker = format!("{urn}:maker");
    let place = r#","place":{"floor":"1","room":"r","seal":"s"}"#;
    let nothing = format!(r#"{place},"serial":"S1","tag":"t",{SHOWN_EXTENSION}}}"#);
    let most = format!(r#","tag":"t",{SHOWN_EXTENSION}}}"#);
    for (excluded, rest) in [
        (None, &*nothing),
        (Some(&["nothing", "note"][..]), &*nothing),
        (Some(&["serial", "tag", "id", "schemas", "place"]), &*most),
        (
            Some(&["place.room", "place.floor", urn]),
            r#","place":{"floor":"1","seal":"s"},"serial":"S1","tag":"t"}"#,
        ),
        (
            Some(&[&maker, "place", "serial"]),
            r#","tag":"t","D:serial":{"batch":"b","checked":"yes"}}"#,
        ),
    ] {
        let shown = projected(None, excluded);
        assert_eq!(shown, format!("{SHOWN_SCHEMAS}{rest}"), "{excluded:?}");
    }
    let both = Projection::new(&device(), Some(&[]), Some(&[]));
    assert_eq!(both.unwrap_err().fault(), SchemaFault::BothProjections);
}

#[test]
fn what_does_not_show_need_not_be_loaded() {
    let registry = Registry::standard();
    let groups = registry.by_kind(&Kind::GROUP).unwrap();
    let only = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        Projection::new(groups, Some(&names), None).unwrap()
    };
    assert!(Projection::default_of(groups).wants(&Name::MEMBERS));
    assert!(!only(&["displayName"]).wants(&Name::MEMBERS));
    assert!(only(&["members.value"]).wants(&Name::MEMBERS));
}

#[test]
fn sorting_takes_the_primary_value_folds_and_puts_missing_last() {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let people = [
        r#"{"id":"1","userName":"b","emails":[{"value":"Z"},{"value":"a","primary":true}],"active":true}"#,
        r#"{"id":"2","userName":"A","emails":[{"value":"m"}],"active":false}"#,
        r#"{"id":"3","userName":"C","meta":{"created":"2026-01-01T00:00:00+01:00"}}"#,
        r#"{"id":"4","userName":"ä","meta":{"created":"2025-12-31T23:30:00Z"}}"#,
    ];
    let sorted = |path: &str, order| {
        let sort = Sort::new(users, &Path::parse(path).unwrap(), order).unwrap();
        let mut keyed: Vec<(SortKey, String)> = people
            .iter()
            .map(|p| (sort.key(&read(p)), read(p).id().unwrap().to_owned()))
            .collect();
        keyed.sort_by(|a, b| sort.compare(&a.0, &b.0).then_with(|| a.1.cmp(&b.1)));
        keyed.into_iter().map(|(_, id)| id).collect::<String>()
    };
    let (up, down) = (SortOrder::Ascending, SortOrder::Descending);
    assert_eq!(sorted("userName", up), "2134");
    assert_eq!(sorted("userName", down), "4312");
    assert_eq!(sorted("emails", up), "1234");
    assert_eq!(sorted("emails.value", down), "3421");
    assert_eq!(sorted("active", up), "2134");
    assert_eq!(sorted("meta.created", up), "3412");
    assert_eq!(sorted("meta.created", down), "1243");
    let refused = |path: &str| {
        Sort::new(users, &Path::parse(path).unwrap(), up)
            .unwrap_err()
            .fault()
    };
    assert_eq!(refused("shoeSize"), PathFault::Unknown);
    assert_eq!(refused("name"), PathFault::NoSubAttribute);
    assert_eq!(refused(ENTERPRISE), PathFault::Unknown);
}

#[test]
fn schemas_read_back_from_their_published_form() {
    for schema in [super::user(), super::group(), super::enterprise_user()] {
        let published = schema.to_attributes();
        let mut body = Vec::new();
        json::write_object(&published, &mut body);
        let read = json::object(&body, &Limits::default()).unwrap();
        let again = Schema::from_attributes(&read).unwrap();
        assert_eq!(again.to_attributes(), published, "{}", schema.name());
    }
}

#[test]
fn definitions_that_cannot_be_used_are_refused() {
    let define = |attributes: &str| {
        let text = format!(r#"{{"id":"urn:example:x","name":"X","attributes":[{attributes}]}}"#);
        let tree = json::object(text.as_bytes(), &Limits::default()).unwrap();
        Schema::from_attributes(&tree).map_err(|e| e.to_string())
    };
    let plain = define(r#"{"name":"a"}"#).unwrap();
    let a = plain.attribute(&"A".into()).unwrap();
    assert_eq!(
        (a.kind, a.case, a.presence),
        (Type::String, Case::Ignored, Presence::Optional)
    );
    for (attributes, part) in [
        (r#"{"name":"a b"}"#, "no attribute name"),
        (r#"{"type":"string"}"#, "no attribute name"),
        (r#"{"name":"a","type":"text"}"#, "unknown word"),
        (r#"{"name":"a","mutability":"sometimes"}"#, "unknown word"),
        (r#"{"name":"a"},{"name":"A"}"#, "defined twice"),
        (
            r#"{"name":"a","type":"complex","subAttributes":[{"name":"b","type":"complex"}]}"#,
            "inside a complex",
        ),
        (r#""a""#, "must list objects"),
    ] {
        let error = define(attributes).unwrap_err();
        assert!(error.contains(part), "{attributes}: {error}");
    }
    let tree = json::object(br#"{"id":"X"}"#, &Limits::default()).unwrap();
    assert!(
        Schema::from_attributes(&tree).is_err(),
        "a schema is named by a URN"
    );
}

#[test]
fn nothing_published_is_a_password() {
    for schema in Registry::standard().schemas() {
        assert!(
            schema.attribute(&Name::PASSWORD).is_none(),
            "{}",
            schema.name()
        );
    }
}
