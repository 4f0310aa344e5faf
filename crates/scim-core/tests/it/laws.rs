//! Laws that hold for all inputs: reading, filters, PATCH.

use proptest::prelude::*;
use scim_core::dialect::{Dialect, Reading, Vendor};
use scim_core::filter::{Filter, Literal, Operator, Unknown};
use scim_core::json::{self, Fault, Limits};
use scim_core::patch::{Effect, PATCH_URN, Patch, Patched};
use scim_core::path::Path;
use scim_core::resource::{Attributes, Name, Resource, Text, Value};
use scim_core::schema::{Context, ENTERPRISE_USER, Registry, USER};
use scim_core::{Kind, ScimError};

// Reading -----------------------------------------------------------------

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<i32>().prop_map(|n| (f64::from(n) / 8.0).into()),
        "[^\u{0}]{0,40}".prop_map(Into::into),
        ".{0,4}\\\\n\"\t"
            .prop_filter("no NUL", |s| !s.contains('\0'))
            .prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map("[a-z$:.é]{1,12}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// What `serde_json` makes of a tree of ours.
fn foreign(value: &Value) -> serde_json::Value {
    let mut out = Vec::new();
    json::write_value(value, &mut out);
    serde_json::from_slice(&out).unwrap()
}

fn loose() -> Limits {
    Limits {
        growth: 1000,
        depth: 64,
        ..Limits::default()
    }
}

proptest! {
    /// What we read is what `serde_json` reads, and what we write it reads back.
    #[test]
    fn reading_agrees_with_serde_json(tree in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&tree) } else { serde_json::to_string(&tree) };
        let ours = json::value(text.unwrap().as_bytes(), &loose()).unwrap();
        prop_assert_eq!(foreign(&ours), tree);
        let mut out = Vec::new();
        json::write_value(&ours, &mut out);
        prop_assert_eq!(json::octets_of(&ours), out.len());
    }

    /// Whatever the bytes, nothing panics, and we take nothing `serde_json` refuses.
    #[test]
    fn reading_takes_nothing_that_is_no_json(
        tree in any_json(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut body = serde_json::to_vec(&tree).unwrap();
        for (at, byte) in damage {
            let at = at.index(body.len());
            body[at] = byte;
        }
        match (json::value(&body, &loose()), serde_json::from_slice::<serde_json::Value>(&body)) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(foreign(&ours), theirs),
            (Ok(_), Err(error)) => prop_assert!(false, "we took what is refused: {error}"),
            (Err(ours), Ok(_)) => prop_assert!(
                !matches!(ours.fault(), Fault::Malformed(_)),
                "we refused as malformed what is JSON: {ours}"
            ),
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = json::value(&body, &Limits::default());
        let text = String::from_utf8_lossy(&body);
        let _ = Filter::parse(&text);
        let _ = Path::parse(&text);
        let _ = scim_core::patch::Target::parse(&text);
        let _ = scim_core::fold::fold(&text);
        let _ = scim_core::date::parse(&text);
    }
}

// Filters -----------------------------------------------------------------

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        Just("userName"),
        Just("emails"),
        Just("not"),
        Just("and"),
        Just("or"),
        Just("pr"),
        Just("active"),
        Just("$ref"),
        Just("x-y_9")
    ]
    .prop_map(Name::new)
}

fn path() -> impl Strategy<Value = Path> {
    prop_oneof![
        4 => name().prop_map(Path::from),
        2 => (name(), name()).prop_map(|(a, b)| Path::of_sub(a, b)),
        1 => Just(Path::parse(&format!("{ENTERPRISE_USER}:manager.value")).unwrap()),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(Literal::Integer),
        (-9e15..9e15_f64).prop_map(Literal::Decimal),
        "[^\u{0}]{0,20}".prop_map(|s| Literal::String(Text::from(s))),
    ]
}

fn operator() -> impl Strategy<Value = Operator> {
    prop::sample::select(Operator::ALL.to_vec())
}

fn flat(brackets: bool) -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        path().prop_map(Filter::Present),
        (path(), operator(), literal()).prop_map(|(path, operator, value)| Filter::Compare {
            path,
            operator,
            value
        }),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let inner = inner.boxed();
        let mut choices = vec![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(Filter::And)
                .boxed(),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(Filter::Or)
                .boxed(),
            inner.clone().prop_map(|f| Filter::Not(Box::new(f))).boxed(),
        ];
        if brackets {
            let within = (path(), flat(false));
            let elements = within.prop_map(|(path, filter)| Filter::Elements {
                path,
                filter: Box::new(filter),
            });
            choices.push(elements.boxed());
        }
        proptest::strategy::Union::new(choices)
    })
}

proptest! {
    /// Printing and reading is the identity.
    #[test]
    fn a_printed_filter_reads_as_itself(filter in flat(true)) {
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text).unwrap(), filter, "{}", text);
    }

    /// A filter and its negation part the world, and binding decides once.
    #[test]
    fn not_is_the_complement(filter in flat(true), user in user()) {
        let registry = Registry::standard();
        let users = registry.by_kind(&Kind::USER).unwrap();
        let bind = |f: &Filter| f.bind(users, Unknown::NoValue, &mut Dialect::default().reading());
        let opposite = Filter::Not(Box::new(filter.clone()));
        match (bind(&filter), bind(&opposite)) {
            (Ok(yes), Ok(no)) => prop_assert_ne!(yes.matches(&user), no.matches(&user)),
            (yes, no) => prop_assert_eq!(yes.err(), no.err(), "refused alike"),
        }
    }
}

// PATCH -------------------------------------------------------------------

fn entry() -> impl Strategy<Value = Value> {
    (
        0..4_u8,
        prop::option::of(prop_oneof![Just("work"), Just("home")]),
        prop::option::of(any::<bool>()),
    )
        .prop_map(|(value, kind, primary)| {
            let mut out = Attributes::new().with(Name::VALUE, format!("v{value}@acme.example"));
            if let Some(kind) = kind {
                out.insert(Name::TYPE, Value::from(kind));
            }
            if let Some(primary) = primary {
                out.insert(Name::PRIMARY, Value::from(primary));
            }
            Value::Object(out)
        })
}

/// A user as a store would hold it.
fn user() -> impl Strategy<Value = Resource> {
    let text = prop::option::of("[a-c]{0,2}");
    (
        text.clone(),
        text,
        prop::option::of(any::<bool>()),
        prop::collection::vec(entry(), 0..3),
        any::<bool>(),
    )
        .prop_map(|(title, given, active, emails, enterprise)| {
            let mut body = Attributes::new()
                .with(Name::SCHEMAS, Value::from_iter([USER]))
                .with(Name::USER_NAME, "ann@acme.example");
            if let Some(title) = title {
                body.insert(Name::TITLE, Value::from(title));
            }
            if let Some(given) = given {
                body.insert(
                    Name::NAME,
                    Value::Object(Attributes::new().with(Name::GIVEN_NAME, given)),
                );
            }
            if let Some(active) = active {
                body.insert(Name::ACTIVE, Value::from(active));
            }
            body.insert(Name::EMAILS, Value::Array(emails));
            if enterprise {
                let fields = Attributes::new().with(Name::DEPARTMENT, "R");
                body.insert(Name::ENTERPRISE_USER, Value::Object(fields));
            }
            let registry = Registry::standard();
            let users = registry.by_kind(&Kind::USER).unwrap();
            let checked = users.check(
                Resource::new(body),
                Context::Create,
                &mut Dialect::default().reading(),
            );
            checked.unwrap().into_resource()
        })
}

fn target() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "title",
        "active",
        "userName",
        "name",
        "name.givenName",
        "emails",
        "emails.type",
        "emails.value",
        r#"emails[type eq "work"]"#,
        r#"emails[type eq "work"].value"#,
        r#"emails[primary eq true].display"#,
        r#"emails[value sw "v1"]"#,
        r#"emails[type ne "home"].primary"#,
        "id",
        "meta",
        "shoeSize",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "schemas",
        "",
        "name[givenName pr]",
        "emails[",
    ])
}

fn operand() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        Just(Value::from("True")),
        "[a-c]{0,2}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        entry(),
        prop::collection::vec(entry(), 0..3).prop_map(Value::Array),
        Just(Value::Object(
            Attributes::new()
                .with(Name::GIVEN_NAME, "Bo")
                .with(Name::FAMILY_NAME, Value::Null)
        )),
        Just(Value::Object(
            Attributes::new()
                .with(Name::new("name.givenName"), "Cy")
                .with(Name::ACTIVE, false)
        )),
    ]
}

fn operation() -> impl Strategy<Value = Value> {
    let op = prop_oneof![
        Just("add"),
        Just("remove"),
        Just("replace"),
        Just("Replace")
    ];
    (
        op,
        prop::option::weighted(0.8, target()),
        prop::option::weighted(0.9, operand()),
    )
        .prop_map(|(op, path, value)| {
            let mut out = Attributes::new().with(Name::OP, op);
            if let Some(path) = path {
                out.insert(Name::PATH, Value::from(path));
            }
            if let Some(value) = value {
                out.insert(Name::VALUE, value);
            }
            Value::Object(out)
        })
}

fn shown(resource: &Resource) -> String {
    String::from_utf8(resource.to_json()).unwrap()
}

fn apply(
    user: &Resource,
    operations: Vec<Value>,
    reading: &mut Reading,
) -> Result<Patched, ScimError> {
    let registry = Registry::standard();
    let users = registry.by_kind(&Kind::USER).unwrap();
    let body = Attributes::new()
        .with(Name::SCHEMAS, Value::from_iter([PATCH_URN]))
        .with(Name::OPERATIONS, Value::Array(operations));
    Ok(Patch::parse(body, reading)?.apply(user, users, reading)?)
}

fn op(op: &str, path: &str, value: Value) -> Value {
    Value::Object(
        Attributes::new()
            .with(Name::OP, op)
            .with(Name::PATH, path)
            .with(Name::VALUE, value),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    /// The outcome conforms to the schema, says rightly whether it differs, keeps what the
    /// server owns, has one primary entry at most, and the input is never touched.
    #[test]
    fn patched_resources_conform(user in user(), operations in prop::collection::vec(operation(), 1..5)) {
        let before = user.clone();
        let mut reading = Dialect::default().reading();
        let outcome = apply(&user, operations.clone(), &mut reading);
        prop_assert!(user == before);
        let operations: Vec<_> = operations.iter().map(|o| foreign(o).to_string()).collect();
        let Ok(patched) = outcome else { return Ok(()) };
        let next = patched.next.resource();
        prop_assert_eq!(patched.effect == Effect::Unchanged, *next == before);
        prop_assert_eq!(next.get(&Name::ID), before.get(&Name::ID));
        let primaries = next.as_user().emails().filter(|e| e.is_primary()).count();
        let had = before.as_user().emails().filter(|e| e.is_primary()).count();
        prop_assert!(primaries <= 1.max(had));
        let registry = Registry::standard();
        let users = registry.by_kind(&Kind::USER).unwrap();
        let again = users.check(next.clone(), Context::Response, &mut Dialect::default().reading());
        let again = again.map(|checked| shown(checked.resource()));
        prop_assert_eq!(again, Ok(shown(next)), "{} {:?}", shown(&before), operations);
    }

    /// Operations in two requests come to the same as in one.
    #[test]
    fn requests_compose(user in user(), first in operation(), second in operation()) {
        let both = apply(&user, vec![first.clone(), second.clone()], &mut Dialect::default().reading());
        let one = apply(&user, vec![first], &mut Dialect::default().reading());
        if let (Ok(both), Ok(one)) = (both, one) {
            let two = apply(one.next.resource(), vec![second], &mut Dialect::default().reading());
            prop_assert!(two.map(|t| t.next) == Ok(both.next));
        }
    }

    /// Doing it again changes nothing more.
    #[test]
    fn replace_and_remove_are_idempotent(user in user(), path in target(), value in operand(), remove in any::<bool>()) {
        let operation = if remove { op("remove", path, Value::Null) } else { op("replace", path, value) };
        if let Ok(once) = apply(&user, vec![operation.clone()], &mut Dialect::default().reading()) {
            let twice = apply(once.next.resource(), vec![operation.clone()], &mut Dialect::default().reading());
            if let Ok(twice) = twice {
                let (once, twice) = (shown(once.next.resource()), shown(twice.next.resource()));
                prop_assert_eq!(once, twice, "{} {}", path, foreign(&operation));
            }
        }
    }

    /// Adding an entry that is not there and removing it again is nothing.
    #[test]
    fn add_and_remove_cancel(user in user()) {
        let fresh = Value::Object(Attributes::new().with(Name::VALUE, "fresh@acme.example").with(Name::TYPE, "other"));
        let add = op("add", "emails", Value::Array(vec![fresh]));
        let remove = op("remove", r#"emails[value eq "fresh@acme.example"]"#, Value::Null);
        let outcome = apply(&user, vec![add, remove], &mut Dialect::of(Vendor::Strict).reading()).unwrap();
        prop_assert_eq!(outcome.effect, Effect::Unchanged);
    }

    /// What a stricter dialect takes, a tolerant one takes to the same end.
    #[test]
    fn tolerance_never_changes_what_is_accepted(user in user(), operations in prop::collection::vec(operation(), 1..4)) {
        let strict = apply(&user, operations.clone(), &mut Dialect::of(Vendor::Strict).reading());
        if let Ok(strict) = strict {
            let tolerant = apply(&user, operations, &mut Dialect::default().reading());
            prop_assert!(tolerant.map(|t| t.next) == Ok(strict.next));
        }
    }
}
