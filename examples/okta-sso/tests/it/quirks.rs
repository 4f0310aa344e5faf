//! What Okta and Entra send that a reader of the RFC would not expect, and what somebody with a
//! token and bad intent would: each through the whole application, by what becomes of the person.

use serde_json::{Value, json};

use crate::{browser::Browser, world::World};

const ANN: &str = "ann@acme.example";

fn user(email: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": email,
        "name": { "givenName": "Ann", "familyName": "Lee" },
        "emails": [{ "value": email, "type": "work", "primary": true }],
        "displayName": "Ann Lee", "locale": "en-US", "externalId": "00u1", "groups": [],
        "password": "Xq9-river-lamp", "active": true
    })
}

fn patch(operations: Value) -> Value {
    let mut request = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] });
    request["Operations"] = operations;
    request
}

async fn made(world: &World, email: &str) -> (String, Value) {
    let (status, made) = world.scim("POST", "/Users", Some(user(email))).await;
    assert_eq!(status, 201, "{made}");
    (format!("/Users/{}", made["id"].as_str().unwrap()), made)
}

async fn found(world: &World, endpoint: &str, filter: &str) -> (u16, Value) {
    let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let path = format!("/{endpoint}?filter={filter}&startIndex=1&count=100");
    world.scim("GET", &path, None).await
}

async fn enters(world: &World, email: &str) -> bool {
    Browser::new(world).with_sso(email).await.says("Hello, Ann")
}

/// Every spelling of a deactivation ends the session, and every spelling of its opposite lets the
/// person in again.
#[tokio::test]
async fn every_spelling_of_active_does_what_it_says() {
    let world = World::new().await;
    let (path, _) = made(&world, ANN).await;
    for (off, on) in [
        (
            json!({ "op": "Replace", "path": "active", "value": "False" }),
            json!({ "op": "Replace", "path": "active", "value": "True" }),
        ),
        (
            json!({ "op": "replace", "value": { "active": "false" } }),
            json!({ "op": "add", "path": "active", "value": true }),
        ),
        (
            json!({ "op": "replace", "path": "ACTIVE", "value": false }),
            json!({ "op": "replace", "value": { "Active": true } }),
        ),
        (
            json!({ "op": "replace", "value": { "urn:ietf:params:scim:schemas:core:2.0:User:active": false } }),
            json!({ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": "true" }),
        ),
    ] {
        let mut ann = Browser::new(&world);
        assert!(ann.with_sso(ANN).await.says("Hello, Ann"), "{off}");
        let (status, answer) = world.scim("PATCH", &path, Some(patch(json!([off])))).await;
        assert_eq!(
            (status, &answer["active"]),
            (200, &json!(false)),
            "{off}: {answer}"
        );
        assert!(
            !ann.open("/account").await.says("Hello"),
            "{off}: the session ended"
        );
        assert!(!enters(&world, ANN).await, "{off}");
        let (status, answer) = world.scim("PATCH", &path, Some(patch(json!([on])))).await;
        assert_eq!(
            (status, &answer["active"]),
            (200, &json!(true)),
            "{on}: {answer}"
        );
        assert!(enters(&world, ANN).await, "{on}");
    }
    // What is no truth value deactivates nobody.
    let odd = patch(json!([{ "op": "replace", "path": "active", "value": "maybe" }]));
    let (status, refused) = world.scim("PATCH", &path, Some(odd)).await;
    assert_eq!(
        (status, &refused["scimType"]),
        (400, &json!("invalidValue")),
        "{refused}"
    );
    assert!(enters(&world, ANN).await);
}

/// A value in a filter is a value, whatever stands in it.
#[tokio::test]
async fn quotes_in_a_filter_stay_in_the_value() {
    let world = World::new().await;
    made(&world, ANN).await;
    for (filter, total) in [
        (r#"userName eq "ann@acme.example""#, 1),
        (r#"userName eq "ANN@Acme.Example""#, 1),
        (r#"userName eq "\u0061nn@acme.example""#, 1),
        (r#"userName eq "o\"neil@acme.example""#, 0),
        (r#"userName eq "x\" or userName pr or userName eq \"x""#, 0),
        (r#"userName eq "' OR '1'='1""#, 0),
        (
            r#"userName eq "ann@acme.example'; DROP TABLE members; --""#,
            0,
        ),
        (r#"userName sw "%""#, 0),
        (r#"userName co "_nn@""#, 0),
        (
            r#"externalId eq "00u1" and userName eq "ann@acme.example""#,
            1,
        ),
    ] {
        let (status, list) = found(&world, "Users", filter).await;
        assert_eq!(
            (status, &list["totalResults"]),
            (200, &json!(total)),
            "{filter}: {list}"
        );
    }
    for filter in [
        r#"userName eq "x" or "1"="1""#,
        r#"userName eq "x"#,
        r#"userName eq "x"" or userName pr"#,
        "userName eq 'x'",
    ] {
        let (status, refused) = found(&world, "Users", filter).await;
        assert_eq!(
            (status, &refused["scimType"]),
            (400, &json!("invalidFilter")),
            "{filter}: {refused}"
        );
    }
}

/// The person is one and the same under a new address, and the one of before leads nowhere.
#[tokio::test]
async fn a_new_user_name_moves_the_person() {
    const NEW: &str = "ann.lind@acme.example";
    let by_patch = |_: &Value| {
        (
            "PATCH",
            patch(
                json!([{ "op": "replace", "value": { "userName": NEW, "emails": [{ "value": NEW, "type": "work", "primary": true }] } }]),
            ),
        )
    };
    let by_put = |made: &Value| {
        let mut next = made.clone();
        (next["userName"], next["emails"]) =
            (json!(NEW), json!([{ "value": NEW, "primary": true }]));
        ("PUT", next)
    };
    for put in [false, true] {
        let world = World::new().await;
        let (path, before) = made(&world, ANN).await;
        let mut ann = Browser::new(&world);
        assert!(ann.with_sso(ANN).await.says("Hello, Ann"));
        let (method, body) = if put {
            by_put(&before)
        } else {
            by_patch(&before)
        };
        let (status, after) = world.scim(method, &path, Some(body)).await;
        assert_eq!(
            (status, &after["id"]),
            (200, &before["id"]),
            "{method}: {after}"
        );
        assert!(
            !ann.open("/account").await.says("Hello"),
            "{method}: sessions of the old address end"
        );
        let (_, old) = found(&world, "Users", &format!("userName eq \"{ANN}\"")).await;
        let (_, new) = found(&world, "Users", &format!("userName eq \"{NEW}\"")).await;
        assert_eq!(
            (&old["totalResults"], &new["totalResults"]),
            (&json!(0), &json!(1)),
            "{method}"
        );
    }
}

/// Where the new address is somebody else's or at a domain of others, nothing of the request is done.
#[tokio::test]
async fn no_user_name_takes_anothers_place() {
    let world = World::new().await;
    let (path, _) = made(&world, ANN).await;
    for (to, status, word) in [
        ("owner@acme.example", 409, "uniqueness"),
        ("outsider@acme.example", 409, "uniqueness"),
        ("ann@elsewhere.test", 400, "invalidValue"),
        ("ann@acme.example.elsewhere.test", 400, "invalidValue"),
    ] {
        let operations = json!([
            { "op": "replace", "path": "name.familyName", "value": "Taken" },
            { "op": "replace", "path": "userName", "value": to }
        ]);
        let (seen, refused) = world.scim("PATCH", &path, Some(patch(operations))).await;
        assert_eq!(
            (seen, &refused["scimType"]),
            (status, &json!(word)),
            "{to}: {refused}"
        );
        // An address beside the userName is no way around it.
        let primary = json!([{ "op": "replace", "path": "emails", "value": [{ "value": to, "primary": true }] }]);
        let (seen, answer) = world.scim("PATCH", &path, Some(patch(primary))).await;
        let expected = if status == 409 { 200 } else { 400 };
        assert_eq!(
            seen, expected,
            "a second address is one to show, at our own domains: {answer}"
        );
        let (_, read) = world.scim("GET", &path, None).await;
        assert_eq!(
            (&read["userName"], &read["name"]["familyName"]),
            (&json!(ANN), &json!("Lee")),
            "{to}"
        );
    }
    assert!(
        Browser::new(&world)
            .with_password("owner")
            .await
            .says("Hello, Olive"),
        "who they were"
    );
    assert!(enters(&world, ANN).await);
}

/// Roles are given in the application; the password is Okta's affair; empty texts are texts.
#[tokio::test]
async fn what_a_client_sends_along_gives_no_power() {
    let world = World::new().await;
    let mut body = user(ANN);
    body["roles"] = json!([{ "value": "owner", "primary": true }]);
    body["entitlements"] = json!([{ "value": "admin" }]);
    body["id"] = json!("chosen");
    let (status, made) = world.scim("POST", "/Users", Some(body)).await;
    assert_eq!(status, 201, "{made}");
    assert_ne!(made["id"], "chosen");
    assert!(
        !made.to_string().contains("Xq9-river-lamp"),
        "never told again"
    );
    let mut ann = Browser::new(&world);
    assert!(ann.with_sso(ANN).await.says("Hello, Ann"));
    let page = ann.open("/settings/access/scim").await;
    assert_eq!(page.status, http::StatusCode::FORBIDDEN, "no Admin");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let more = patch(json!([
        { "op": "add", "path": "roles", "value": [{ "value": "owner" }] },
        { "op": "replace", "value": { "password": "Xq9-river-lamp" } },
        { "op": "replace", "path": "name.givenName", "value": "" }
    ]));
    let (status, answer) = world.scim("PATCH", &path, Some(more)).await;
    assert_eq!(status, 200, "{answer}");
    assert!(!answer.to_string().contains("Xq9-river-lamp"));
    assert_eq!(
        ann.open("/settings/access/scim").await.status,
        http::StatusCode::FORBIDDEN
    );
    let mut other = Browser::new(&world);
    let page = other.open("/sign-in").await;
    let page = other.submit(&page, "/sign-in", &[("email", ANN)]).await;
    assert!(page.says("action=\"/sign-in/password\""), "{}", page.body);
    let password = [("password", "Xq9-river-lamp")];
    let tried = other.submit(&page, "/sign-in/password", &password).await;
    assert!(!tried.says("Hello"), "a password from SCIM opens nothing");
}

/// An id of nobody here, as of another organization, joins nothing and is told like any other.
async fn strangers_join_nothing(world: &World, path: &str) {
    let strangers =
        patch(json!([{ "op": "add", "path": "members", "value": [{ "value": "m-of-others" }] }]));
    let (status, refused) = world.scim("PATCH", path, Some(strangers)).await;
    assert_eq!(
        (status, &refused["scimType"]),
        (400, &json!("invalidValue")),
        "{refused}"
    );
}

/// A group as Okta pushes it: looked up, made, renamed with its id in the value, members changed
/// by one request, all replaced, emptied, removed. Its people stay.
#[tokio::test]
async fn a_group_is_pushed_as_okta_pushes_it() {
    let world = World::new().await;
    let (ann, _) = made(&world, ANN).await;
    let (bob, _) = made(&world, "bob@acme.example").await;
    let id = |path: &str| path.rsplit_once('/').unwrap().1.to_owned();
    let (ann_id, bob_id) = (id(&ann), id(&bob));
    let (_, none) = found(&world, "Groups", r#"displayName eq "Eng \"core\"""#).await;
    assert_eq!(none["totalResults"], 0, "{none}");
    let group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Eng \"core\"", "members": [] });
    let (status, group) = world.scim("POST", "/Groups", Some(group)).await;
    assert_eq!(status, 201, "{group}");
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    let members = async || {
        let (_, group) = world.scim("GET", &path, None).await;
        let members = group["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let rename = json!({ "op": "replace", "value": { "id": group["id"], "displayName": "Eng" } });
    let add =
        json!({ "op": "add", "path": "members", "value": [{ "value": ann_id, "display": ANN }] });
    let swap = json!([
        { "op": "remove", "path": format!("members[value eq \"{ann_id}\"]") },
        { "op": "add", "path": "members", "value": [{ "value": bob_id, "display": "bob@acme.example" }] },
    ]);
    let push = |list: Value| json!([{ "op": "replace", "path": "members", "value": list }]);
    for (operations, expected) in [
        (json!([rename, add]), vec![ann_id.clone()]),
        (swap, vec![bob_id.clone()]),
        (
            push(json!([{ "value": ann_id }, { "value": bob_id }])),
            vec![ann_id.clone(), bob_id.clone()],
        ),
        (push(json!([])), vec![]),
        (
            json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": bob_id }] }]),
            vec![bob_id.clone()],
        ),
        (
            json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": bob_id }] }]),
            vec![],
        ),
    ] {
        let (status, answer) = world
            .scim("PATCH", &path, Some(patch(operations.clone())))
            .await;
        assert!(matches!(status, 200 | 204), "{operations}: {answer}");
        assert_eq!(members().await, expected, "{operations}");
    }
    let (_, by_name) = found(&world, "Groups", r#"displayName eq "eng""#).await;
    assert_eq!(by_name["totalResults"], 1);
    strangers_join_nothing(&world, &path).await;
    assert_eq!(world.scim("DELETE", &path, None).await.0, 204);
    assert_eq!(world.scim("GET", &path, None).await.0, 404);
    assert!(enters(&world, ANN).await, "the people of a group stay");
}
