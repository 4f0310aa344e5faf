//! The law of member changes: a PATCH applied to the members it names, carried over
//! to the whole group as a difference, comes to what it comes to in the whole group.

use proptest::prelude::*;
use scim_core::dialect::Dialect;
use scim_core::guard::{Change, Extent, Guard, GuardError, Verdict};
use scim_core::json::{self, Limits};
use scim_core::message::Method;
use scim_core::patch::{PATCH_URN, Patch};
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::schema::Registry;
use scim_core::store::MemberDelta;
use scim_core::{Kind, TenantId};
use serde_json::json;
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;

use crate::service::{Bench, GROUP, USER, config, json};

fn id() -> impl Strategy<Value = String> {
    (0_u8..8).prop_map(|n| format!("u{n}"))
}

fn entry() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => id().prop_map(|id| format!(r#"{{"value":"{id}"}}"#)),
        2 => id().prop_map(|id| format!(r#"{{"value":"{id}","display":"D"}}"#)),
        1 => id().prop_map(|id| format!(r#"{{"$ref":null,"value":"{id}","type":"Group"}}"#)),
        1 => id().prop_map(|id| format!(r#""{id}""#)),
        1 => Just(r#"{"display":"nobody"}"#.to_owned()),
        1 => id().prop_map(|id| format!(r#"{{"value":["{id}"]}}"#)),
        1 => id().prop_map(|id| format!(r#""{{\"value\":\"{id}\"}}""#)),
    ]
}

fn entries() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(entry(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
        1 => entry(),
        1 => Just("null".to_owned()),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => id().prop_map(|id| format!(r#"value eq \"{id}\""#)),
        1 => (id(), id()).prop_map(|(a, b)| format!(r#"value eq \"{a}\" or value eq \"{b}\""#)),
        1 => id().prop_map(|id| format!(r#"type eq \"User\" and value eq \"{id}\""#)),
        1 => id().prop_map(|id| format!(r#"not (value eq \"{id}\")"#)),
        1 => Just(r#"display pr"#.to_owned()),
    ]
}

/// What follows the filter of a path.
const PARTS: [&str; 4] = ["", ".display", ".value", ".type"];

fn operation() -> impl Strategy<Value = String> {
    let verb = prop::sample::select(vec!["add", "remove", "replace", "Add", "Remove"]);
    prop_oneof![
        5 => entries().prop_map(|v| format!(r#"{{"op":"add","path":"members","value":{v}}}"#)),
        4 => filter().prop_map(|f| format!(r#"{{"op":"remove","path":"members[{f}]"}}"#)),
        3 => entries().prop_map(|v| format!(r#"{{"op":"remove","path":"members","value":{v}}}"#)),
        2 => (verb.clone(), entries()).prop_map(|(op, v)| format!(r#"{{"op":"{op}","value":{{"members":{v},"displayName":"N"}}}}"#)),
        1 => (verb.clone(), filter(), prop::sample::select(PARTS.to_vec()))
            .prop_map(|(op, f, part)| format!(r#"{{"op":"{op}","path":"members[{f}]{part}","value":"x"}}"#)),
        1 => (verb.clone(), filter()).prop_map(|(op, f)| format!(r#"{{"op":"{op}","value":{{"members[{f}].display":"x"}}}}"#)),
        1 => verb.prop_map(|op| format!(r#"{{"op":"{op}","path":"members.display","value":"x"}}"#)),
        1 => entries().prop_map(|v| format!(r#"{{"op":"replace","path":"members","value":{v}}}"#)),
        1 => Just(r#"{"op":"replace","value":{"id":"g1","displayName":"Crew"}}"#.to_owned()),
        1 => Just(r#"{"op":"remove","path":"members"}"#.to_owned()),
    ]
}

fn group(members: &[(String, bool)]) -> Resource {
    let entry = |(id, shown): &(String, bool)| {
        let entry = Attributes::new()
            .with(Name::VALUE, id.as_str())
            .with(Name::TYPE, "User");
        if *shown {
            entry.with(Name::DISPLAY, "D")
        } else {
            entry
        }
    };
    let mut fields = Attributes::new()
        .with(Name::SCHEMAS, Value::from_iter([GROUP]))
        .with(Name::DISPLAY_NAME, "Staff");
    if !members.is_empty() {
        fields.insert(Name::MEMBERS, members.iter().map(entry).collect());
    }
    Resource::new(fields)
}

fn members() -> impl Strategy<Value = Vec<(String, bool)>> {
    let all: Vec<String> = (0..8).map(|n| format!("u{n}")).collect();
    let some = prop::sample::subsequence(all, 0..8).prop_shuffle();
    some.prop_flat_map(|ids| {
        let flags = prop::collection::vec(any::<bool>(), ids.len());
        flags.prop_map(move |flags| ids.clone().into_iter().zip(flags).collect())
    })
}

fn text(resource: &Resource) -> String {
    String::from_utf8(resource.to_json()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn a_difference_comes_to_the_whole(members in members(), operations in prop::collection::vec(operation(), 1..4)) {
        let registry = Registry::standard();
        let groups = registry.by_kind(&Kind::GROUP).unwrap();
        let mut reading = Dialect::default().reading();
        let body = format!(r#"{{"schemas":["{PATCH_URN}"],"Operations":[{}]}}"#, operations.join(","));
        let body = json::object(body.as_bytes(), &Limits::default()).unwrap();
        let Ok(patch) = Patch::parse(body, &mut reading) else { return Ok(()) };
        let Some(touched) = patch.touched_members(groups) else { return Ok(()) };
        let known: Vec<_> = members.iter().filter(|(id, _)| touched.iter().any(|t| t.as_str() == id)).cloned().collect();

        let whole = group(&members);
        let in_whole = patch.apply(&whole, groups, &mut reading);
        let few = group(&known);
        let in_few = patch.apply(&few, groups, &mut reading);
        let (in_whole, in_few) = match (in_whole, in_few) {
            (Ok(a), Ok(b)) => (a.next.into_resource(), b.next.into_resource()),
            (a, b) => {
                prop_assert_eq!(a.map(|_| ()), b.map(|_| ()), "{:?}", operations);
                return Ok(());
            }
        };
        let delta = MemberDelta::between(&few, &in_few);
        let new = delta.added().iter().filter_map(|e| e.sub(&Name::VALUE)?.as_str());
        let strays = new.filter(|id| touched.iter().all(|t| t.as_str() != *id)).count();
        if strays > 0 {
            // The engine then looks at the whole group.
            return Ok(());
        }
        let list = whole.get(&Name::MEMBERS).map_or(&[][..], Value::elements);
        let list = delta.apply(list.to_vec());
        let mut carried = in_few;
        carried.attributes_mut().remove(&Name::MEMBERS);
        if !list.is_empty() {
            carried.attributes_mut().insert(Name::MEMBERS, Value::Array(list));
        }
        prop_assert_eq!(text(&carried), text(&in_whole), "{:?}", operations);
    }
}

/// What a guard saw: how much, and how many members before and after.
type Seen = Arc<Mutex<Vec<(Extent, usize, usize)>>>;

/// A guard that asks for so much and remembers what it got.
struct Watch(Extent, Seen);

impl Guard<()> for Watch {
    fn extent(&self) -> Extent {
        self.0
    }

    async fn judge(
        &self,
        _: &TenantId,
        change: &Change<'_>,
        _: OffsetDateTime,
    ) -> Result<Verdict<()>, GuardError> {
        if let Change::Replace {
            current,
            next,
            extent,
            ..
        } = change
        {
            let count = |group: &Resource| group.as_group().members().len();
            let seen = (*extent, count(current.resource()), count(next));
            self.1.lock().unwrap().push(seen);
        }
        Ok(Verdict::Allow(()))
    }
}

/// A guard sees the whole group unless it says that the members named are enough; the
/// outcome is the same.
#[tokio::test]
async fn a_guard_sees_as_much_as_it_asks_for() {
    for (extent, expected) in [(Extent::Whole, (3, 3)), (Extent::Touched, (1, 1))] {
        let seen = Seen::default();
        let bench = Bench::over(config(), Watch(extent, seen.clone()));
        let mut ids = Vec::new();
        for n in 0..4 {
            let user = json!({"schemas": [USER], "userName": format!("u{n}@acme.example")});
            let made = json(&bench.send(Method::Post, "/Users", &user.to_string()).await);
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let members: Vec<_> = ids[..3].iter().map(|id| json!({"value": id})).collect();
        let group = json!({"schemas": [GROUP], "displayName": "Staff", "members": members});
        let group = json(
            &bench
                .send(Method::Post, "/Groups", &group.to_string())
                .await,
        );
        let place = format!("/Groups/{}", group["id"].as_str().unwrap());
        let patch = json!({"schemas": [PATCH_URN], "Operations": [
            {"op": "remove", "path": format!(r#"members[value eq "{}"]"#, ids[1])},
            {"op": "add", "path": "members", "value": [{"value": ids[3]}]},
        ]});
        let patched = bench.send(Method::Patch, &place, &patch.to_string()).await;
        assert_eq!(patched.status, 204);
        assert_eq!(*seen.lock().unwrap(), [(extent, expected.0, expected.1)]);

        let read = json(&bench.send(Method::Get, &place, "").await);
        let left: Vec<_> = read["members"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["value"].as_str().unwrap())
            .collect();
        assert_eq!(left, [&ids[0], &ids[2], &ids[3]].map(String::as_str));
        assert_eq!(read["meta"]["version"], "W/\"2\"");

        let again = bench
            .send(
                Method::Patch,
                &place,
                &json!({"schemas": [PATCH_URN], "Operations": [
                    {"op": "add", "path": "members", "value": [{"value": ids[3]}]},
                ]})
                .to_string(),
            )
            .await;
        assert_eq!((again.status, again.header("etag")), (204, Some("W/\"2\"")));
        assert_eq!(seen.lock().unwrap().len(), 1, "no change, no question");
    }
}
