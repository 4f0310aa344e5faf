//! PATCH against the cases of `tests/data/patch`.

use scim_core::error::ScimError;
use scim_core::json::{self, Limits};
use scim_core::patch::{Effect, PATCH_URN, Patch};
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::schema::Registry;

use crate::cases::cases;

#[test]
fn every_case_of_the_data_files() {
    let registry = Registry::standard();
    for case in cases("patch") {
        let resource_type = case.resource_type(&registry);
        let mut reading = case.reading();
        let before = Resource::new(case.object("before"));
        let untouched = before.clone();
        let body = match case.field("operations") {
            Some(operations) => Attributes::new()
                .with(Name::SCHEMAS, Value::from_iter([PATCH_URN]))
                .with(Name::OPERATIONS, operations.clone()),
            None => case.object("request"),
        };
        let patched = Patch::parse(body, &mut reading)
            .and_then(|patch| patch.apply(&before, &resource_type, &mut reading));
        assert!(
            before == untouched,
            "{}: the current state changed",
            case.name
        );
        if let Ok(patched) = &patched {
            let same = *patched.next.resource() == before;
            assert_eq!(patched.effect == Effect::Unchanged, same, "{}", case.name);
        }
        let outcome = patched.map(|p| p.next.into_resource());
        case.hold(
            outcome.map_err(|e| (e.operation(), ScimError::from(e))),
            &before,
            &reading,
        );
    }
}

fn group_of(members: usize) -> Resource {
    let member = |n: usize| Value::from(Attributes::new().with(Name::VALUE, format!("u{n}")));
    Resource::new(
        Attributes::new()
            .with(Name::SCHEMAS, Value::from_iter([scim_core::schema::GROUP]))
            .with(Name::ID, "g1")
            .with(Name::DISPLAY_NAME, "Eng")
            .with(
                Name::MEMBERS,
                Value::Array((0..members).map(member).collect()),
            ),
    )
}

fn patch_group(group: &Resource, operations: &str) -> Result<Resource, ScimError> {
    let registry = Registry::standard();
    let groups = registry.by_kind(&scim_core::Kind::GROUP).unwrap();
    let mut reading = scim_core::Dialect::default().reading();
    let body = format!(r#"{{"schemas":["{PATCH_URN}"],"Operations":[{operations}]}}"#);
    let body = json::object(body.as_bytes(), &Limits::default())?;
    let patched = Patch::parse(body, &mut reading)?.apply(group, groups, &mut reading)?;
    Ok(patched.next.into_resource())
}

fn members(group: &Resource) -> Vec<&str> {
    group
        .as_group()
        .members()
        .filter_map(|m| m.value())
        .collect()
}

/// Thousands of operations on a long list and on a short one come to the same.
#[test]
fn long_lists_change_as_short_ones_do() {
    for size in [3, 5000] {
        let group = group_of(size);
        let operations = [
            r#"{"op":"remove","path":"members[value eq \"u1\"]"}"#,
            r#"{"op":"remove","path":"members[value eq \"u1\"]"}"#,
            r#"{"op":"add","path":"members","value":[{"value":"new"},{"value":"u2"},{"value":"new"}]}"#,
            r#"{"op":"add","path":"members","value":[{"value":"u1"}]}"#,
            r#"{"op":"remove","path":"members[value eq \"u0\"]"}"#,
        ];
        let next = patch_group(&group, &operations.join(",")).unwrap();
        let mut expected: Vec<String> = (2..size).map(|n| format!("u{n}")).collect();
        expected.extend(["new".to_owned(), "u1".to_owned()]);
        assert_eq!(members(&next), expected, "{size} members");

        let undone = patch_group(
            &group,
            &format!(
                "{},{}",
                operations[0], r#"{"op":"remove","path":"displayName"}"#
            ),
        );
        assert!(undone.is_err(), "a later failure undoes the removal");
        assert_eq!(members(&group).len(), size);
    }
}

#[test]
fn five_thousand_operations_on_fifty_thousand_members() {
    let group = group_of(50_000);
    let operation = |n: usize| match n % 2 {
        0 => format!(r#"{{"op":"remove","path":"members[value eq \"u{n}\"]"}}"#),
        _ => format!(r#"{{"op":"add","path":"members","value":[{{"value":"n{n}"}}]}}"#),
    };
    let operations: Vec<String> = (0..5000).map(operation).collect();
    let next = patch_group(&group, &operations.join(",")).unwrap();
    assert_eq!(members(&next).len(), 50_000);
    assert!(!members(&next).contains(&"u4998") && members(&next).contains(&"n4999"));

    let every = group.as_group().members().map(|m| {
        format!(
            r#"{{"op":"remove","path":"members[value eq \"{}\"]"}}"#,
            m.value().unwrap()
        )
    });
    let all: Vec<String> = every.take(5000).collect();
    let emptied = patch_group(&group_of(5000), &all.join(",")).unwrap();
    assert!(emptied.get(&Name::MEMBERS).is_none());

    let one_more = patch_group(&group, &vec![operation(1); 5001].join(",")).unwrap_err();
    assert_eq!(one_more.status().code(), 413);
}

fn user_with(emails: usize) -> Resource {
    let email = |n: usize| Attributes::new().with(Name::VALUE, format!("a{n}@acme.example"));
    let emails = (0..emails).map(|n| Value::from(email(n))).collect();
    Resource::new(
        Attributes::new()
            .with(Name::SCHEMAS, Value::from_iter([scim_core::schema::USER]))
            .with(Name::USER_NAME, "ann@acme.example")
            .with(Name::EMAILS, Value::Array(emails)),
    )
}

/// The status of a PATCH of a user with so many addresses; each request has a budget of its own,
/// the parts of a bulk request have one together.
fn patch_users(requests: usize, emails: usize, operation: &str, times: usize) -> u16 {
    let registry = Registry::standard();
    let users = registry.by_kind(&scim_core::Kind::USER).unwrap();
    let user = user_with(emails);
    let operations = vec![operation; times].join(",");
    let body = format!(r#"{{"schemas":["{PATCH_URN}"],"Operations":[{operations}]}}"#);
    let mut reading = scim_core::Dialect::default().reading();
    let mut apply = || {
        let body = json::object(body.as_bytes(), &Limits::default())?;
        let patch = Patch::parse(body, &mut reading)?;
        Ok(patch.apply(&user, users, &mut reading)?)
    };
    let outcome: Result<Vec<_>, ScimError> = (0..requests).map(|_| apply()).collect();
    outcome.map_or_else(|error| error.status().code(), |_| 200)
}

/// Work and growth beyond the size of a request are bounded, whatever list it is about.
#[test]
fn a_small_request_makes_neither_much_work_nor_much_text() {
    // Walking 10,000 addresses for one comparison, 200 and 20 times.
    let walk = r#"{"op":"remove","path":"emails[value co \"zz\"]"}"#;
    assert_eq!(patch_users(1, 10_000, walk, 200), 413);
    assert_eq!(patch_users(1, 10_000, walk, 20), 200);
    assert_eq!(patch_users(1, 10, walk, 5_000), 200);
    // More comparisons each, and more requests of one budget.
    let wide = format!(
        r#"emails[value co \"z\"{}]"#,
        r#" or value co \"y\""#.repeat(20)
    );
    let wide = format!(r#"{{"op":"remove","path":"{wide}"}}"#);
    assert_eq!(patch_users(1, 10_000, &wide, 20), 413);
    assert_eq!(patch_users(20, 10_000, walk, 20), 413);
    // One long text is as much to compare as many short ones.
    let long = format!(
        r#"{{"op":"add","path":"emails","value":[{{"value":"{}"}}]}},{}"#,
        "x".repeat(500_000),
        vec![walk; 400].join(",")
    );
    assert_eq!(patch_users(1, 1, &long, 1), 413);
    assert_eq!(
        patch_users(1, 1, &long.replacen("xxxxxxxxxx", "", 49_000), 1),
        200
    );
    // Adding one at a time to a list that is walked each time.
    let add = r#"{"op":"add","path":"emails","value":[{"value":"new@acme.example"}]}"#;
    assert_eq!(patch_users(1, 10_000, add, 1_000), 413);
    assert_eq!(patch_users(1, 10_000, add, 100), 200);
    // One text for all of 2,000 entries: 20 MB, and 2 MB.
    for path in [
        "emails.display",
        "emails[value pr].display",
        "emails[value pr]",
    ] {
        let set = |bytes: usize| {
            let text = "x".repeat(bytes);
            let value = match path.ends_with(']') {
                true => format!(r#"{{"display":"{text}"}}"#),
                false => format!("\"{text}\""),
            };
            format!(r#"{{"op":"replace","path":"{path}","value":{value}}}"#)
        };
        assert_eq!(patch_users(1, 2_000, &set(10_000), 1), 413, "{path}");
        assert_eq!(patch_users(1, 2_000, &set(1_000), 1), 200, "{path}");
    }
}
