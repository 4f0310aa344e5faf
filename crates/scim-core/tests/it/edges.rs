//! Edges of identity, concurrency and paging; the numbers are those of
//! `CONFORMANCE.md`, second table.

mod lists;

use std::sync::Arc;

use scim_core::auth::{Slot, TokenRecord, rotate};
use scim_core::config::MemberRule;
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request, Response};
use scim_core::{Kind, TenantId};
use serde_json::{Value, json};
use time::Duration;

use crate::service::{Bench, USER, config, counting, json, pepper, start};

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

async fn create(bench: &Bench, name: &str) -> Response {
    let body = json!({"schemas": [USER], "userName": name}).to_string();
    bench.send(Method::Post, "/Users", &body).await
}

async fn id(bench: &Bench, name: &str) -> String {
    let created = create(bench, name).await;
    assert_eq!(created.status, 201, "{name}");
    json(&created)["id"].as_str().unwrap().to_owned()
}

fn quoted(filter: &str) -> String {
    let bytes = filter.bytes().map(|byte| format!("%{byte:02X}"));
    bytes.collect()
}

async fn found(bench: &Bench, filter: &str) -> Vec<String> {
    let target = format!("/Users?filter={}", quoted(filter));
    let page = json(&bench.send(Method::Get, &target, "").await);
    let resources = page["Resources"]
        .as_array()
        .unwrap_or_else(|| panic!("{filter}: {page}"));
    resources
        .iter()
        .map(|user| user["userName"].as_str().unwrap().to_owned())
        .collect()
}

fn patch(operations: &Value) -> String {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
        .to_string()
}

/// 51, 52: one key for uniqueness, look-up and order; the spelling is echoed.
#[tokio::test]
async fn one_key_for_names() {
    let bench = Bench::new();
    for (name, same, other) in [
        ("Ann@acme.example", Some("ANN@ACME.EXAMPLE"), None),
        (
            "Straße@acme.example",
            Some("STRAßE@acme.example"),
            Some("STRASSE@acme.example"),
        ),
        (
            "caf\u{e9}@acme.example",
            Some("cafe\u{301}@acme.example"),
            Some("cafe@acme.example"),
        ),
        ("ｆｕｌｌ@acme.example", Some("full@acme.example"), None),
        ("ΟΔΟΣ@acme.example", Some("οδος@acme.example"), None),
        ("ıstanbul@acme.example", None, Some("istanbul@acme.example")),
    ] {
        let created = create(&bench, name).await;
        assert_eq!(
            (created.status, &json(&created)["userName"]),
            (201, &json!(name))
        );
        if let Some(same) = same {
            assert_eq!(create(&bench, same).await.status, 409, "{same} is {name}");
            let hits = found(&bench, &format!("userName eq {}", json!(same))).await;
            assert_eq!(hits, [name]);
        }
        if let Some(other) = other {
            assert_eq!(
                create(&bench, other).await.status,
                201,
                "{other} is not {name}"
            );
        }
    }
    for name in [
        "ann\u{200b}@acme.example",
        " ann2@acme.example",
        "ann3@acme.example\t",
    ] {
        let refused = create(&bench, name).await;
        assert_eq!(
            (refused.status, &json(&refused)["scimType"]),
            (400, &json!("invalidValue"))
        );
    }
}

/// 46 to 49: what a PUT leaves out, another id in its body, an unknown one.
#[tokio::test]
async fn what_a_put_leaves_out() {
    let bench = Bench::new();
    let user = json!({"schemas": [USER], "userName": "ann@acme.example", "active": false,
        "title": "Boss", "id": "another"});
    let created = bench.send(Method::Post, "/Users", &user.to_string()).await;
    let ann = json(&created)["id"].as_str().unwrap().to_owned();
    assert_ne!(ann, "another", "an id is never the client's");
    let at = format!("/Users/{ann}");
    let put = json!({"schemas": [USER], "userName": "ann@acme.example", "id": "another"});
    let response = json(&bench.send(Method::Put, &at, &put.to_string()).await);
    assert_eq!(
        response["active"], false,
        "46: nobody is reactivated silently"
    );
    assert_eq!(
        response["title"],
        Value::Null,
        "what is left out is cleared"
    );
    assert_eq!(response["id"], ann.as_str(), "48: the id is the path's");

    let group = json!({"schemas": [GROUP], "displayName": "Eng", "members": [{"value": ann}]});
    let group = json(
        &bench
            .send(Method::Post, "/Groups", &group.to_string())
            .await,
    );
    let at = format!("/Groups/{}", group["id"].as_str().unwrap());
    let put = json!({"schemas": [GROUP], "displayName": "Eng"}).to_string();
    let response = json(&bench.send(Method::Put, &at, &put).await);
    assert_eq!(
        response["members"],
        Value::Null,
        "47: members left out are none"
    );
    let nobody = bench.send(Method::Put, "/Groups/nobody", &put).await;
    assert_eq!(nobody.status, 404, "49: PUT never creates");
}

/// 50: a client that read before another wrote: refused with `If-Match`, and
/// without it the later request wins as a whole.
#[tokio::test]
async fn read_modify_write_races() {
    let bench = Bench::new();
    let at = format!("/scim/v2/Users/{}", id(&bench, "ann@acme.example").await);
    let put = |title: &str, if_match: Option<&str>| {
        let body = json!({"schemas": [USER], "userName": "ann@acme.example", "title": title});
        let mut request = Request::new(Method::Put, &at)
            .bearer(&bench.token)
            .json(body.to_string());
        request.head.if_match = if_match.map(str::to_owned);
        request
    };
    assert_eq!(
        bench.handle(put("admin", Some("W/\"1\""))).await.status,
        200
    );
    assert_eq!(bench.handle(put("okta", Some("W/\"1\""))).await.status, 412);
    assert_eq!(
        json(&bench.handle(put("okta", None)).await)["title"],
        "okta"
    );
}

/// 55: primaries in a create, and moved while the old entry goes.
#[tokio::test]
async fn one_primary_at_most() {
    let bench = Bench::new();
    let emails = json!([{"value": "a@acme.example", "type": "work", "primary": true},
                        {"value": "b@acme.example", "type": "home"}]);
    let user = json!({"schemas": [USER], "userName": "ann@acme.example", "emails": emails});
    let created = json(&bench.send(Method::Post, "/Users", &user.to_string()).await);
    let at = format!("/Users/{}", created["id"].as_str().unwrap());
    let moved = patch(&json!([
        {"op": "add", "path": "emails", "value": [{"value": "c@acme.example", "primary": true}]},
        {"op": "remove", "path": "emails[value eq \"a@acme.example\"]"}]));
    let after = json(&bench.send(Method::Patch, &at, &moved).await);
    let primaries: Vec<&Value> = after["emails"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|email| email["primary"] == true)
        .map(|email| &email["value"])
        .collect();
    assert_eq!(primaries, ["c@acme.example"]);
}

/// 56: `externalId` is the client's: case-exact, numeric looks allowed, not an
/// id of ours, free again after a delete, and no constraint.
#[tokio::test]
async fn external_ids_are_no_ids() {
    let bench = Bench::new();
    let user =
        |name: &str| json!({"schemas": [USER], "userName": name, "externalId": "42"}).to_string();
    let ann = json(
        &bench
            .send(Method::Post, "/Users", &user("ann@acme.example"))
            .await,
    );
    let ann = ann["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.send(Method::Get, "/Users/42", "").await.status, 404);
    assert_eq!(
        found(&bench, "externalId eq \"42\"").await,
        ["ann@acme.example"]
    );
    assert_eq!(found(&bench, "id eq \"42\"").await.len(), 0);
    let number = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@acme.example","externalId":42}"#;
    let number = bench.send(Method::Post, "/Users", number).await;
    assert_eq!(
        (number.status, &json(&number)["scimType"]),
        (400, &json!("invalidValue"))
    );
    bench
        .send(Method::Delete, &format!("/Users/{ann}"), "")
        .await;
    assert_eq!(
        bench
            .send(Method::Post, "/Users", &user("bob@acme.example"))
            .await
            .status,
        201
    );
}

/// 57: see also `writes::of_two_creates_at_once_one_wins`; here with threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_threads_make_one_user() {
    let bench = Arc::new(Bench::new());
    for round in 0..20 {
        let mut tasks = tokio::task::JoinSet::new();
        for spelling in [
            format!("n{round}@acme.example"),
            format!("N{round}@ACME.example"),
        ] {
            let bench = bench.clone();
            tasks.spawn(async move { create(&bench, &spelling).await.status });
        }
        let mut statuses = tasks.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
}

/// 58: a swap of names in one bulk is refused at its first step: operations
/// are independent, so the name is taken when it is asked for. Through a third
/// name it goes.
#[tokio::test]
async fn a_swap_of_names_in_one_bulk() {
    let bench = Bench::new();
    let (ann, bob) = (
        id(&bench, "ann@acme.example").await,
        id(&bench, "bob@acme.example").await,
    );
    let rename = |id: &str, to: &str| {
        json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "userName", "value": to}]}})
    };
    let bulk = async |operations: Value| {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": operations});
        let done = json(&bench.send(Method::Post, "/Bulk", &body.to_string()).await);
        let results = done["Operations"].as_array().unwrap().clone();
        results
            .iter()
            .map(|r| r["status"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let direct = json!([
        rename(&ann, "bob@acme.example"),
        rename(&bob, "ann@acme.example")
    ]);
    assert_eq!(bulk(direct).await, ["409", "409"]);
    let around = json!([
        rename(&ann, "tmp@acme.example"),
        rename(&bob, "ann@acme.example"),
        rename(&ann, "bob@acme.example")
    ]);
    assert_eq!(bulk(around).await, ["200", "200", "200"]);
}

/// 59: a deleted user's name makes a new user, under a new id.
#[tokio::test]
async fn a_name_comes_back_under_a_new_id() {
    let bench = Bench::new();
    let old = id(&bench, "ann@acme.example").await;
    bench
        .send(Method::Delete, &format!("/Users/{old}"), "")
        .await;
    let new = id(&bench, "ann@acme.example").await;
    assert_ne!(old, new);
    assert_eq!(
        bench
            .send(Method::Get, &format!("/Users/{old}"), "")
            .await
            .status,
        404
    );
}

/// A user that is deleted leaves every group; the setting for unknown members.
#[tokio::test]
async fn members_that_do_not_exist() {
    let group = json!({"schemas": [GROUP], "displayName": "Eng", "members": [{"value": "nobody"}]});
    let strict = Bench::new()
        .send(Method::Post, "/Groups", &group.to_string())
        .await;
    assert_eq!(
        (strict.status, &json(&strict)["scimType"]),
        (400, &json!("invalidValue"))
    );
    let bench = Bench::over(config().with_members(MemberRule::Any), AllowAll);
    let lax = json(
        &bench
            .send(Method::Post, "/Groups", &group.to_string())
            .await,
    );
    assert_eq!(lax["members"], json!([{"value": "nobody"}]));
}

/// Ids and members of another tenant are as unknown as made-up ones.
#[tokio::test]
async fn members_of_another_tenant_are_unknown() {
    let bench = Bench::new();
    let ann = id(&bench, "ann@acme.example").await;
    let other = bench.token_of("other");
    let group = json!({"schemas": [GROUP], "displayName": "Eng", "members": [{"value": ann}]});
    let create = |token: &str| {
        Request::new(Method::Post, "/scim/v2/Groups")
            .bearer(token)
            .json(group.to_string())
    };
    let there = bench.handle(create(&other)).await;
    let detail = json(&there)["detail"].clone();
    assert_eq!(there.status, 400);
    let made_up = group.to_string().replace(&ann, "nobody");
    let nobody = bench.send(Method::Post, "/Groups", &made_up).await;
    assert_eq!(json(&nobody)["detail"], detail);
    assert_eq!(bench.handle(create(&bench.token)).await.status, 201);
    assert_eq!(Kind::GROUP.as_str(), "Group");
}

/// `/Me` without and with a meaning.
#[tokio::test]
async fn me_is_501_or_the_tokens_user() {
    use scim_core::{ResourceId, Scim};
    let bench = Bench::new();
    let ann = id(&bench, "ann@acme.example").await;
    let refused = bench.send(Method::Get, "/Me", "").await;
    assert_eq!(
        (refused.status, &json(&refused)["status"]),
        (501, &json!("501"))
    );

    let known = ResourceId::new(ann.clone());
    let scim = Scim::new(config(), bench.store.clone(), bench.store.clone(), AllowAll)
        .with_me(move |bearer| (bearer.tenant().as_str() == "acme").then(|| known.clone()));
    let me = |method: Method, token: &str, body: &str| {
        let request = Request::new(method, "/scim/v2/Me").bearer(token);
        if body.is_empty() {
            request
        } else {
            request.json(body.to_owned())
        }
    };
    let mut random = counting();
    let read = scim
        .handle(me(Method::Get, &bench.token, ""), start(), &mut random)
        .await;
    assert_eq!(read.status, 200);
    let place = format!("https://app.example/scim/v2/Users/{ann}");
    assert_eq!(read.header("location"), Some(place.as_str()));
    let off = patch(&json!([{"op": "replace", "path": "title", "value": "x"}]));
    let patched = scim
        .handle(me(Method::Patch, &bench.token, &off), start(), &mut random)
        .await;
    assert_eq!(
        (patched.status, &json(&patched)["title"]),
        (200, &json!("x"))
    );
    let post = scim
        .handle(me(Method::Post, &bench.token, ""), start(), &mut random)
        .await;
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("GET, HEAD, PUT, PATCH, DELETE"))
    );
    let other = bench.token_of("other");
    let nobody = scim
        .handle(me(Method::Get, &other, ""), start(), &mut random)
        .await;
    assert_eq!(nobody.status, 404);
}
