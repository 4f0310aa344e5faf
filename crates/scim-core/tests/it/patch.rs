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
