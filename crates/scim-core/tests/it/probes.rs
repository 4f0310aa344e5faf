//! Corners of the protocol that an examiner tries: methods, heads, parameters, groups.

use scim_core::Kind;
use scim_core::config::GroupPatch;
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request, Response};
use scim_core::resource::Name;
use scim_core::schema::Registry;
use serde_json::{Value, json};

use crate::service::{Bench, GROUP, USER, config, json};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

async fn made(bench: &Bench, target: &str, body: &Value) -> String {
    let made = bench.send(Method::Post, target, &body.to_string()).await;
    assert_eq!(made.status, 201, "{}", json(&made));
    json(&made)["id"].as_str().unwrap().to_owned()
}

async fn user(bench: &Bench, name: &str) -> String {
    let body = json!({"schemas": [USER], "userName": name, "title": "Boss"});
    made(bench, "/Users", &body).await
}

async fn group(bench: &Bench, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"schemas": [GROUP], "displayName": name, "members": members});
    made(bench, "/Groups", &body).await
}

fn refusal(response: &Response) -> (u16, Option<String>) {
    let scim_type = json(response)["scimType"].as_str().map(str::to_owned);
    (response.status, scim_type)
}

/// A HEAD is answered as the GET, without its body but with its length.
#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let bench = Bench::new();
    let id = user(&bench, "ann@acme.example").await;
    for target in [
        format!("/Users/{id}"),
        "/Users?count=1".to_owned(),
        "/Users/unknown".to_owned(),
        "/Users?filter=x".to_owned(),
        "/ServiceProviderConfig".to_owned(),
        "/Schemas".to_owned(),
        "/Me".to_owned(),
        "/Bulk".to_owned(),
    ] {
        let get = bench.send(Method::Get, &target, "").await;
        let head = bench.send(Method::Head, &target, "").await;
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{target}");
        let length = get.body.len().to_string();
        let expected = [get.headers, vec![("content-length", length)]].concat();
        assert_eq!(head.headers, expected, "{target}");
    }
    let stranger = Request::new(Method::Head, "/scim/v2/Users");
    let stranger = bench.handle(stranger).await;
    assert_eq!((stranger.status, stranger.body.len()), (401, 0));
    assert!(stranger.header("www-authenticate").is_some());
}

/// `If-Match` holds for reads too, `If-None-Match` for writes; a create has no version yet.
#[tokio::test]
async fn conditions_hold_for_reads_and_writes() {
    let bench = Bench::new();
    let place = format!("/Users/{}", user(&bench, "ann@acme.example").await);
    let body = json!({"schemas": [USER], "userName": "ann@acme.example"}).to_string();
    let off = json!({"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": "x"}]});
    let ask = async |method, target: &str, body: &str, if_match: &str, if_none: &str| {
        let mut request = Request::new(method, &format!("/scim/v2{target}")).bearer(&bench.token);
        if !body.is_empty() {
            request = request.json(body.to_owned());
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (request.head.if_match, request.head.if_none_match) = (some(if_match), some(if_none));
        bench.handle(request).await.status
    };
    let patch = off.to_string();
    for (method, target, body, if_match, if_none, status) in [
        (Method::Get, place.as_str(), "", "W/\"7\"", "", 412),
        (Method::Get, &place, "", "W/\"1\"", "", 200),
        (Method::Get, &place, "", "*", "\"1\"", 304),
        (Method::Get, &place, "", "\"7\", W/\"1\"", "W/\"7\"", 200),
        (Method::Put, &place, &body, "", "*", 412),
        (Method::Put, &place, &body, "", "W/\"1\"", 412),
        (Method::Patch, &place, &patch, "", "*", 412),
        (Method::Delete, &place, "", "", "*", 412),
        (Method::Put, "/Users/unknown", &body, "*", "", 404),
        (Method::Put, &place, &body, "", "W/\"7\"", 200),
        (Method::Patch, &place, &patch, "W/\"2\"", "", 200),
        (Method::Delete, &place, "", "W/\"3\"", "", 204),
        (Method::Post, "/Users", &body, "", "*", 201),
    ] {
        let seen = ask(method, target, body, if_match, if_none).await;
        assert_eq!(seen, status, "{method:?} {if_match} {if_none}");
    }
}

/// Slashes too many are none; a slash inside a segment is part of an id, which nobody has.
#[tokio::test]
async fn slashes_and_escapes_in_paths() {
    let bench = Bench::new();
    let id = user(&bench, "ann@acme.example").await;
    let escaped: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (target, status) in [
        (format!("/Users/{id}/"), 200),
        (format!("//Users//{id}"), 200),
        (format!("/Users/{escaped}"), 200),
        (format!("/Users%2F{id}"), 404),
        (format!("/Users/{id}%2F"), 404),
        ("/Users/%2e%2e/Groups".to_owned(), 404),
        ("/Users/%ff".to_owned(), 404),
        ("/Users/%00".to_owned(), 404),
        (format!("/users/{id}"), 404),
        (format!("/Users/{id}/name"), 404),
    ] {
        let response = bench.send(Method::Get, &target, "").await;
        assert_eq!(response.status, status, "{target}");
        assert!(!response.body.is_empty(), "{target}: a SCIM body");
    }
}

/// What a projection may name: URNs, parts, nothing, the unknown; what it cannot take away.
#[tokio::test]
async fn projections_at_their_edges() {
    let bench = Bench::new();
    let id = user(&bench, "ann@acme.example").await;
    for (query, shown, hidden) in [
        ("attributes=", &["title", "userName", "meta"][..], &[][..]),
        ("excludedAttributes=", &["title", "meta"], &[]),
        ("attributes=nope", &["id", "schemas"], &["title", "meta"]),
        ("attributes=password", &["id"], &["password", "title"]),
        ("attributes=TITLE", &["id", "title"], &["userName"]),
        (
            "attributes=urn:ietf:params:scim:schemas:core:2.0:User:title",
            &["id", "title"],
            &["userName"],
        ),
        (
            "excludedAttributes=id,schemas,userName,title",
            &["id", "schemas", "meta"],
            &["userName", "title"],
        ),
        ("attributes=meta.location", &["meta"], &["title"]),
    ] {
        let read = json(
            &bench
                .send(Method::Get, &format!("/Users/{id}?{query}"), "")
                .await,
        );
        for name in shown {
            assert!(read.get(name).is_some(), "{query}: {name} in {read}");
        }
        for name in hidden {
            assert!(read.get(name).is_none(), "{query}: {name} in {read}");
        }
    }
}

/// Paths and methods of bulk operations: below the base with a leading slash, as the RFC
/// writes them; each mistake is its operation's own.
#[tokio::test]
async fn paths_of_bulk_operations() {
    let bench = Bench::new();
    let id = user(&bench, "ann@acme.example").await;
    let new = json!({"schemas": [USER], "userName": "bob@acme.example"});
    let operation = |method: &str, path: &str| json!({"method": method, "path": path, "bulkId": format!("{method}{path}"), "data": new});
    let cases = [
        (operation("POST", "Users"), "404"),
        (
            operation("POST", "https://app.example/scim/v2/Users"),
            "404",
        ),
        (operation("POST", "/scim/v2/Users"), "404"),
        (operation("POST", "/Devices"), "404"),
        (operation("POST", &format!("/Users/{id}")), "405"),
        (operation("GET", &format!("/Users/{id}")), "400"),
        (operation("HEAD", "/Users"), "400"),
        (operation("POST", "/Bulk"), "400"),
        (operation("POST", "/Users/.search"), "400"),
        (operation("PUT", "/Users/unknown"), "404"),
        (operation("post", "/Users/"), "201"),
        (operation("POST", "/Users"), "409"),
        (operation("DELETE", &format!("/Users/{id}")), "204"),
    ];
    let urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    let operations: Vec<&Value> = cases.iter().map(|(operation, _)| operation).collect();
    let body = json!({"schemas": [urn], "Operations": operations}).to_string();
    let answer = json(&bench.send(Method::Post, "/Bulk", &body).await);
    let results = answer["Operations"].as_array().unwrap();
    assert_eq!(results.len(), cases.len(), "{answer}");
    for (result, (operation, status)) in results.iter().zip(&cases) {
        assert_eq!(result["status"], *status, "{operation}: {result}");
        let failed = status.starts_with('4');
        assert_eq!(
            result["response"]["status"].as_str(),
            failed.then_some(*status),
            "{result}"
        );
    }
    let stopped = json!({"schemas": [urn], "failOnErrors": 2, "Operations": operations});
    let answer = json(
        &bench
            .send(Method::Post, "/Bulk", &stopped.to_string())
            .await,
    );
    assert_eq!(answer["Operations"].as_array().unwrap().len(), 2);
}

/// A group is no member of itself. A circle over two groups is one that clients may make, by
/// bulk too, and nothing here walks along it.
#[tokio::test]
async fn groups_in_a_circle() {
    let bench = Bench::new();
    let ann = user(&bench, "ann@acme.example").await;
    let one = group(&bench, "One", &[&ann]).await;
    let two = group(&bench, "Two", &[&one]).await;
    let add = |id: &str| {
        let operation = json!({"op": "add", "path": "members", "value": [{"value": id}]});
        json!({"schemas": [PATCH], "Operations": [operation]}).to_string()
    };
    let place = format!("/Groups/{one}");
    let itself = bench.send(Method::Patch, &place, &add(&one)).await;
    assert_eq!(refusal(&itself), (400, Some("invalidValue".to_owned())));
    let put = json!({"schemas": [GROUP], "displayName": "One", "members": [{"value": one}]});
    let itself = bench.send(Method::Put, &place, &put.to_string()).await;
    assert_eq!(refusal(&itself), (400, Some("invalidValue".to_owned())));
    let circle = bench.send(Method::Patch, &place, &add(&two)).await;
    assert_eq!(circle.status, 204);

    let read = json(&bench.send(Method::Get, &format!("/Users/{ann}"), "").await);
    let groups: Vec<_> = read["groups"].as_array().unwrap().iter().collect();
    assert_eq!(groups.len(), 1, "direct memberships only: {read}");
    assert_eq!(
        (&groups[0]["display"], &groups[0]["type"]),
        (&json!("One"), &json!("direct"))
    );
    assert_eq!(bench.send(Method::Delete, &place, "").await.status, 204);
    let left = json(&bench.send(Method::Get, &format!("/Groups/{two}"), "").await);
    assert!(left.get("members").is_none(), "{left}");
}

/// 204 by itself; the group, changed and whole, where the configuration or the client wants it.
#[tokio::test]
async fn a_patch_of_a_group_answers_its_body_when_asked() {
    for (shape, query, status) in [
        (GroupPatch::NoContent, "", 204),
        (GroupPatch::NoContent, "?attributes=members", 200),
        (GroupPatch::Body, "", 200),
        (GroupPatch::Body, "?excludedAttributes=members", 200),
    ] {
        let bench = Bench::over(config().with_group_patch(shape), AllowAll);
        let ann = user(&bench, "ann@acme.example").await;
        let bob = user(&bench, "bob@acme.example").await;
        let place = format!("/Groups/{}{query}", group(&bench, "Eng", &[&ann]).await);
        let operation = json!({"op": "add", "path": "members", "value": [{"value": bob}]});
        let patch = json!({"schemas": [PATCH], "Operations": [operation]}).to_string();
        let patched = bench.send(Method::Patch, &place, &patch).await;
        assert_eq!(
            (patched.status, patched.header("etag")),
            (status, Some("W/\"2\""))
        );
        let members = json(&patched)["members"].as_array().map_or(0, Vec::len);
        let shown = status == 200 && !query.contains("excluded");
        assert_eq!(members, if shown { 2 } else { 0 }, "{query}");
    }
}

/// Two groups of one name are allowed unless the host declares names unique; then case does
/// not tell them apart, and the schema says so.
#[tokio::test]
async fn names_of_groups() {
    let plain = Bench::new();
    group(&plain, "Eng", &[]).await;
    group(&plain, "Eng", &[]).await;

    let registry = Registry::standard();
    let groups = registry.by_kind(&Kind::GROUP).unwrap().as_ref().clone();
    let registry = registry.with(groups.with_unique(&Name::DISPLAY_NAME));
    let strict = Bench::over(config().with_registry(registry), AllowAll);
    let eng = group(&strict, "Eng", &[]).await;
    let ops = group(&strict, "Ops", &[]).await;
    let twin = json!({"schemas": [GROUP], "displayName": "ENG"}).to_string();
    let refused = strict.send(Method::Post, "/Groups", &twin).await;
    assert_eq!(refusal(&refused), (409, Some("uniqueness".to_owned())));
    let rename = |name: &str| {
        let operation = json!({"op": "replace", "value": {"id": eng, "displayName": name}});
        json!({"schemas": [PATCH], "Operations": [operation]}).to_string()
    };
    let place = format!("/Groups/{ops}");
    let taken = strict.send(Method::Patch, &place, &rename("eng")).await;
    assert_eq!(refusal(&taken), (409, Some("uniqueness".to_owned())));
    let own = strict.send(Method::Patch, &place, &rename("OPS")).await;
    assert_eq!(own.status, 204);
    let schema = json(
        &strict
            .send(Method::Get, &format!("/Schemas/{GROUP}"), "")
            .await,
    );
    let name = schema["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["name"] == "displayName");
    assert_eq!(name.unwrap()["uniqueness"], "server");
}
