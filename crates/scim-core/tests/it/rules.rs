//! Rules of the schema that the standard types do not exercise, on a type of
//! our own served beside them.

use scim_core::Kind;
use scim_core::error::ScimType;
use scim_core::guard::AllowAll;
use scim_core::message::Method;
use scim_core::resource::{Name, Value};
use scim_core::schema::{
    Attribute, Mutability, Presence, Registry, ResourceType, Returned, Schema, Type, Uniqueness,
};
use serde_json::json;

use crate::service::{Bench, config, json};

const DEVICE: &str = "urn:example:scim:device:1.0";
const SITE: &str = "urn:example:scim:site:1.0";

/// Devices: every type, an immutable serial number, a part shown on request, a
/// required extension.
fn bench() -> Bench {
    let place = Attribute::complex(
        "place",
        vec![
            Attribute::new("room", Type::String),
            Attribute::new("key", Type::String).returned(Returned::Request),
        ],
    );
    let device = Schema::new(
        DEVICE,
        "Device",
        vec![
            Attribute::new("serial", Type::String)
                .required()
                .exact()
                .unique()
                .mutability(Mutability::Immutable),
            Attribute::new("ports", Type::Integer),
            Attribute::new("load", Type::Decimal),
            Attribute::new("bought", Type::DateTime),
            Attribute::new("photo", Type::Binary),
            Attribute::new("owner", Type::Reference).refers_to(&["User"]),
            Attribute::new("colour", Type::String).mutability(Mutability::Immutable),
            Attribute::new("note", Type::String).returned(Returned::Request),
            place,
        ],
    );
    let site = Schema::new(
        SITE,
        "Site",
        vec![
            Attribute::new("city", Type::String),
            Attribute::new("rack", Type::String).unique(),
            Attribute::new("tags", Type::String).multi().unique(),
        ],
    );
    let devices = ResourceType::new(Kind::new("Device"), "/Devices", device)
        .extended_by(site, Presence::Required);
    Bench::over(
        config().with_registry(Registry::standard().with(devices)),
        AllowAll,
    )
}

fn device(serial: &str) -> serde_json::Value {
    json!({"schemas": [DEVICE, SITE], "serial": serial, SITE: {"city": "Bern"}})
}

async fn created(bench: &Bench, body: &serde_json::Value) -> (u16, serde_json::Value) {
    let response = bench
        .send(Method::Post, "/Devices", &body.to_string())
        .await;
    (response.status, json(&response))
}

#[test]
fn an_attribute_has_the_defaults_of_the_rfc() {
    let plain = Attribute::new("x", Type::String);
    assert_eq!(plain.presence, Presence::Optional);
    assert_eq!(plain.mutability, Mutability::ReadWrite);
    assert_eq!(plain.returned, Returned::Default);
    assert_eq!(plain.uniqueness, Uniqueness::None);
    assert!(!plain.is_multi());
    assert_eq!(plain.case, scim_core::schema::Case::Ignored);
}

#[tokio::test]
async fn values_have_their_types() {
    let bench = bench();
    for (at, (name, good, bad)) in [
        ("ports", json!(4), json!(4.5)),
        ("ports", json!(-1), json!("four")),
        ("load", json!(4.5), json!("much")),
        ("load", json!(4), json!(true)),
        ("bought", json!("2026-11-24T06:00:00Z"), json!("2026-11-24")),
        (
            "bought",
            json!("2026-11-24T06:00:00+01:00"),
            json!("yesterday"),
        ),
        ("photo", json!("aGFsbG8="), json!("hal lo!")),
        ("photo", json!("aGFsbG8"), json!(7)),
        ("owner", json!("Users/42"), json!("a b")),
        (
            "place",
            json!({"room": "7"}),
            json!({"room": {"number": 7}}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = device(&format!("s{at}"));
        body[name] = bad;
        let (status, refused) = created(&bench, &body).await;
        assert_eq!(
            (status, &refused["scimType"]),
            (400, &json!("invalidValue")),
            "{name} {refused}"
        );
        body[name] = good.clone();
        let (status, kept) = created(&bench, &body).await;
        assert_eq!((status, &kept[name]), (201, &good), "{name} {kept}");
    }
}

#[tokio::test]
async fn a_required_extension_is_required() {
    let bench = bench();
    let bare = json!({"schemas": [DEVICE], "serial": "s1"});
    let (status, refused) = created(&bench, &bare).await;
    assert_eq!(
        (status, &refused["scimType"]),
        (400, &json!("invalidValue")),
        "{refused}"
    );
    assert_eq!(created(&bench, &device("s1")).await.0, 201);
    let types = json(&bench.send(Method::Get, "/ResourceTypes/Device", "").await);
    assert_eq!(
        types["schemaExtensions"],
        json!([{"schema": SITE, "required": true}])
    );
    let schemas = json(&bench.send(Method::Get, "/Schemas", "").await);
    assert_eq!(
        schemas["totalResults"], 5,
        "every schema in use is published"
    );
}

#[tokio::test]
async fn immutable_is_set_once() {
    let bench = bench();
    let (_, made) = created(&bench, &device("s1")).await;
    let at = format!("/Devices/{}", made["id"].as_str().unwrap());
    let set = |colour: &str| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "path": "colour", "value": colour}]})
        .to_string()
    };
    assert_eq!(
        bench.send(Method::Patch, &at, &set("red")).await.status,
        200
    );
    assert_eq!(
        bench.send(Method::Patch, &at, &set("red")).await.status,
        200
    );
    let refused = bench.send(Method::Patch, &at, &set("blue")).await;
    assert_eq!(
        (refused.status, &json(&refused)["scimType"]),
        (400, &json!("mutability"))
    );
    let mut put = device("s2");
    put["colour"] = json!("red");
    let refused = bench.send(Method::Put, &at, &put.to_string()).await;
    assert_eq!(
        (refused.status, &json(&refused)["scimType"]),
        (400, &json!("mutability"))
    );
    put["serial"] = json!("s1");
    assert_eq!(
        bench.send(Method::Put, &at, &put.to_string()).await.status,
        200
    );
    assert_eq!(ScimType::Mutability.as_str(), "mutability");
}

#[tokio::test]
async fn returned_on_request_is_returned_on_request() {
    let bench = bench();
    let mut body = device("s1");
    body["note"] = json!("behind the door");
    body["place"] = json!({"room": "7", "key": "k1"});
    let (_, made) = created(&bench, &body).await;
    assert_eq!(
        (&made["note"], &made["place"]["key"]),
        (&json!(null), &json!(null))
    );
    let id = made["id"].as_str().unwrap();
    let target = format!("/Devices/{id}?attributes=note,place.key");
    let asked = json(&bench.send(Method::Get, &target, "").await);
    assert_eq!(asked["note"], "behind the door");
    assert_eq!(asked["place"], json!({"key": "k1"}));
    let target = format!("/Devices/{id}?excludedAttributes=serial");
    assert_eq!(
        json(&bench.send(Method::Get, &target, "").await)["note"],
        json!(null)
    );
}

#[tokio::test]
async fn unique_values_of_a_custom_type() {
    let bench = bench();
    assert_eq!(created(&bench, &device("s1")).await.0, 201);
    let (status, refused) = created(&bench, &device("s1")).await;
    assert_eq!((status, &refused["scimType"]), (409, &json!("uniqueness")));
    // Declared case-exact: another case is another serial number.
    assert_eq!(created(&bench, &device("S1")).await.0, 201);
    let found = json(
        &bench
            .send(Method::Get, "/Devices?filter=serial%20eq%20%22s1%22", "")
            .await,
    );
    assert_eq!(found["totalResults"], 1);
}

/// In an extension, in a list; kept by a change that does not touch them, moved and freed
/// by one that does; a resource is in nobody's way but others'.
#[tokio::test]
async fn unique_values_in_extensions_and_lists() {
    let bench = bench();
    let at = |serial: &str, site: serde_json::Value| {
        let mut device = device(serial);
        device[SITE] = site;
        device
    };
    let (status, one) = created(&bench, &at("s1", json!({"rack": "R1", "tags": ["a", "b"]}))).await;
    assert_eq!(status, 201);
    let place = format!("/Devices/{}", one["id"].as_str().unwrap());
    for (site, taken) in [
        (json!({"rack": "r1"}), Some("rack")),
        (json!({"tags": ["c", "B"]}), Some("tags")),
        (json!({"rack": "R2", "tags": ["c"]}), None),
    ] {
        let (status, body) = created(&bench, &at("s2", site.clone())).await;
        let Some(taken) = taken else {
            assert_eq!(status, 201, "{site}");
            continue;
        };
        assert_eq!(
            (status, &body["scimType"]),
            (409, &json!("uniqueness")),
            "{site}"
        );
        let detail = body["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("{SITE}:{taken}")), "{detail}");
    }
    let patch = async |value: serde_json::Value| {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": value}]});
        bench
            .send(Method::Patch, &place, &body.to_string())
            .await
            .status
    };
    assert_eq!(patch(json!({"ports": 4})).await, 200, "its own values stay");
    assert_eq!(patch(json!({SITE: {"rack": "R2"}})).await, 409);
    assert_eq!(
        patch(json!({SITE: {"rack": "r1"}})).await,
        200,
        "its own value in another case"
    );
    assert_eq!(
        created(&bench, &at("s3", json!({"rack": "R1"}))).await.0,
        409
    );
    assert_eq!(patch(json!({SITE: {"rack": "R3"}})).await, 200);
    assert_eq!(
        created(&bench, &at("s3", json!({"rack": "R1"}))).await.0,
        201,
        "given up"
    );
    assert_eq!(bench.send(Method::Delete, &place, "").await.status, 204);
    assert_eq!(
        created(&bench, &at("s1", json!({"rack": "R3", "tags": ["a"]})))
            .await
            .0,
        201
    );
}

#[tokio::test]
async fn ids_hold_nothing_that_could_be_a_reference() {
    let bench = bench();
    for at in 0..50 {
        let (_, made) = created(&bench, &device(&format!("s{at}"))).await;
        let id = made["id"].as_str().unwrap();
        assert!(
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{id}"
        );
    }
}

#[tokio::test]
async fn pages_are_capped_and_so_are_never_too_many() {
    let bench = bench();
    for at in 0..205 {
        created(&bench, &device(&format!("s{at}"))).await;
    }
    let page = json(&bench.send(Method::Get, "/Devices?count=100000", "").await);
    assert_eq!(
        (&page["totalResults"], &page["itemsPerPage"]),
        (&json!(205), &json!(200))
    );
    let page = json(&bench.send(Method::Get, "/Devices", "").await);
    assert_eq!(
        page["itemsPerPage"], 100,
        "Okta's own page size when none is named"
    );
}

#[test]
fn a_custom_schema_is_read_from_its_published_form() {
    let text = br#"{"id":"urn:example:scim:badge:1.0","name":"Badge","attributes":[
        {"name":"number","type":"string","multiValued":false,"required":true,"caseExact":true,
         "mutability":"readWrite","returned":"default","uniqueness":"server"}]}"#;
    let tree = scim_core::json::object(text, &scim_core::json::Limits::default()).unwrap();
    let schema = Schema::from_attributes(&tree).unwrap();
    let published = schema.to_attributes();
    assert_eq!(Schema::from_attributes(&published).unwrap(), schema);
    assert_eq!(
        published.get(&Name::ID),
        Some(&Value::from("urn:example:scim:badge:1.0"))
    );
    let nested = br#"{"id":"urn:example:x","attributes":[{"name":"a","type":"complex",
        "subAttributes":[{"name":"b","type":"complex","subAttributes":[]}]}]}"#;
    let tree = scim_core::json::object(nested, &scim_core::json::Limits::default()).unwrap();
    assert!(
        Schema::from_attributes(&tree).is_err(),
        "no complex value inside a complex one"
    );
}
