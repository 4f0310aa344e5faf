//! Statuses, heads and bodies: every refusal with its accepted twin.

mod lists;

use scim_core::config::Limits;
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request, Response};
use serde_json::{Value, json};

use crate::service::{BASE, Bench, USER, config, json};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

fn ann() -> String {
    json!({"schemas": [USER], "userName": "ann@acme.example", "externalId": "e1"}).to_string()
}

async fn given_ann(bench: &Bench) -> String {
    let created = bench.send(Method::Post, "/Users", &ann()).await;
    assert_eq!(created.status, 201);
    json(&created)["id"].as_str().unwrap().to_owned()
}

/// Every error under the base has SCIM's body (RFC 7644 section 3.12).
fn refused(response: &Response, status: u16, scim_type: Option<&str>) {
    let body = json(response);
    assert_eq!(response.status, status, "{body}");
    assert_eq!(
        response.header("content-type"),
        Some("application/scim+json")
    );
    assert_eq!(body["schemas"], json!([ERROR]));
    assert_eq!(body["status"], status.to_string());
    assert_eq!(
        body["scimType"],
        scim_type.map_or(Value::Null, Value::from),
        "{body}"
    );
    assert!(
        body["detail"]
            .as_str()
            .is_some_and(|detail| !detail.is_empty())
    );
    assert!(response.outcome.changes.is_empty());
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_answered() {
    let bench = Bench::new();
    for path in [
        "/scim/v2/Users",
        "/scim/v2/ServiceProviderConfig",
        "/scim/v2/nowhere",
    ] {
        let none = bench.handle(Request::new(Method::Get, path)).await;
        refused(&none, 401, None);
        assert_eq!(
            none.header("www-authenticate"),
            Some(r#"Bearer realm="scim""#)
        );
        let wrong = bench
            .handle(Request::new(Method::Get, path).bearer("non-token"))
            .await;
        refused(&wrong, 401, None);
        let challenge = r#"Bearer realm="scim", error="invalid_token""#;
        assert_eq!(wrong.header("www-authenticate"), Some(challenge));
        assert_eq!(wrong.outcome.tenant, None);
    }
    let right = bench.send(Method::Get, "/Users", "").await;
    assert_eq!(right.status, 200);
    assert_eq!(right.outcome.tenant.unwrap().as_str(), "acme");
}

#[tokio::test]
async fn paths_and_methods_that_are_none() {
    let bench = Bench::new();
    let id = given_ann(&bench).await;
    refused(&bench.send(Method::Get, "/Devices", "").await, 404, None);
    refused(
        &bench.send(Method::Get, "/Users/unknown", "").await,
        404,
        None,
    );
    refused(
        &bench.send(Method::Put, "/Users/unknown", &ann()).await,
        404,
        None,
    );
    refused(
        &bench.send(Method::Delete, "/Users/unknown", "").await,
        404,
        None,
    );
    for (method, path, allow) in [
        (Method::Delete, "/Users".to_owned(), "GET, HEAD, POST"),
        (
            Method::Post,
            format!("/Users/{id}"),
            "GET, HEAD, PUT, PATCH, DELETE",
        ),
        (Method::Post, "/Schemas".to_owned(), "GET, HEAD"),
        (
            Method::Patch,
            "/ServiceProviderConfig".to_owned(),
            "GET, HEAD",
        ),
        (Method::Put, "/ResourceTypes/User".to_owned(), "GET, HEAD"),
    ] {
        let response = bench.send(method, &path, "").await;
        refused(&response, 405, None);
        assert_eq!(response.header("allow"), Some(allow));
    }
    refused(
        &bench
            .handle(Request::new(Method::Get, "/scim/v1/Users").bearer(&bench.token))
            .await,
        400,
        Some("invalidVers"),
    );
}

#[tokio::test]
async fn media_types_and_sizes() {
    let bench = Bench::new();
    for (content_type, status) in [
        ("application/scim+json; charset=utf-8", 201),
        ("application/json", 409),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ] {
        let mut request = Request::new(Method::Post, "/scim/v2/Users")
            .bearer(&bench.token)
            .json(ann());
        request.head.content_type = Some(content_type.to_owned());
        assert_eq!(bench.handle(request).await.status, status, "{content_type}");
    }
    let mut limits = Limits::default();
    limits.body.bytes = 200;
    let bench = Bench::over(config().with_limits(limits), AllowAll);
    assert_eq!(bench.send(Method::Post, "/Users", &ann()).await.status, 201);
    let padded = ann() + &" ".repeat(200);
    let over = bench.send(Method::Post, "/Users", &padded).await;
    refused(&over, 413, None);
    assert!(
        json(&over)["detail"]
            .as_str()
            .unwrap()
            .contains("200 bytes")
    );
}

#[tokio::test]
async fn a_client_of_plain_json_is_answered_in_it() {
    let bench = Bench::new();
    for (accept, answered) in [
        (Some("application/json"), "application/json"),
        (
            Some("application/json, text/plain;q=0.5"),
            "application/json",
        ),
        (
            Some("application/scim+json, application/json"),
            "application/scim+json",
        ),
        (Some("*/*"), "application/scim+json"),
        (None, "application/scim+json"),
    ] {
        let mut request = Request::new(Method::Get, "/scim/v2/Users").bearer(&bench.token);
        request.head.accept = accept.map(str::to_owned);
        let response = bench.handle(request).await;
        assert_eq!(
            response.header("content-type"),
            Some(answered),
            "{accept:?}"
        );
    }
}

#[tokio::test]
async fn bad_bodies_have_their_type_and_change_nothing() {
    let bench = Bench::new();
    let cases = [
        ("", "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ("{", "invalidSyntax"),
        (
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}"#,
            "invalidValue",
        ),
        (
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":" "}"#,
            "invalidValue",
        ),
        (
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":7}"#,
            "invalidValue",
        ),
        (
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","USERNAME":"b"}"#,
            "invalidSyntax",
        ),
    ];
    for (body, scim_type) in cases {
        refused(
            &bench.send(Method::Post, "/Users", body).await,
            400,
            Some(scim_type),
        );
    }
    assert_eq!(
        json(&bench.send(Method::Get, "/Users", "").await)["totalResults"],
        0
    );
    assert!(bench.store.changes().is_empty());
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_for_create_put_and_patch() {
    let bench = Bench::new();
    given_ann(&bench).await;
    let bob = json!({"schemas": [USER], "userName": "bob@acme.example"}).to_string();
    let bob = bench.send(Method::Post, "/Users", &bob).await;
    let at = format!("/Users/{}", json(&bob)["id"].as_str().unwrap());
    let taken = ann().replace("ann@", "ANN@");
    refused(
        &bench.send(Method::Post, "/Users", &taken).await,
        409,
        Some("uniqueness"),
    );
    refused(
        &bench.send(Method::Put, &at, &taken).await,
        409,
        Some("uniqueness"),
    );
    let patch = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations":[{"op":"replace","path":"userName","value":"Ann@acme.example"},
                      {"op":"replace","path":"title","value":"x"}]}"#;
    refused(
        &bench.send(Method::Patch, &at, patch).await,
        409,
        Some("uniqueness"),
    );
    let after = bench.send(Method::Get, &at, "").await;
    assert_eq!(after.header("etag"), Some("W/\"1\""));
    assert_eq!(json(&after)["title"], Value::Null);
    let free = patch.replace("Ann@", "Bobby@");
    assert_eq!(bench.send(Method::Patch, &at, &free).await.status, 200);
}

#[tokio::test]
async fn conditions_on_versions() {
    let bench = Bench::new();
    let at = format!("/scim/v2/Users/{}", given_ann(&bench).await);
    let conditional = async |method: Method, if_match: &str, body: &str| {
        let mut request = Request::new(method, &at).bearer(&bench.token);
        if !body.is_empty() {
            request = request.json(body.to_owned());
        }
        request.head.if_match = Some(if_match.to_owned());
        bench.handle(request).await
    };
    let changed = ann().replace("e1", "e2");
    refused(
        &conditional(Method::Put, "W/\"2\"", &changed).await,
        412,
        None,
    );
    refused(&conditional(Method::Delete, "W/\"2\"", "").await, 412, None);
    let put = conditional(Method::Put, "W/\"1\"", &changed).await;
    assert_eq!((put.status, put.header("etag")), (200, Some("W/\"2\"")));
    // What was read before is stale now.
    refused(
        &conditional(Method::Put, "W/\"1\"", &ann()).await,
        412,
        None,
    );

    let mut read = Request::new(Method::Get, &at).bearer(&bench.token);
    read.head.if_none_match = Some("W/\"2\"".to_owned());
    let spared = bench.handle(read.clone()).await;
    assert_eq!((spared.status, spared.body.len()), (304, 0));
    assert_eq!(spared.header("etag"), Some("W/\"2\""));
    read.head.if_none_match = Some("W/\"1\"".to_owned());
    assert_eq!(bench.handle(read).await.status, 200);
    assert_eq!(conditional(Method::Delete, "*", "").await.status, 204);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_its_name_free() {
    let bench = Bench::new();
    let id = given_ann(&bench).await;
    let at = format!("/Users/{id}");
    let gone = bench.send(Method::Delete, &at, "").await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    for method in [Method::Get, Method::Delete] {
        refused(&bench.send(method, &at, "").await, 404, None);
    }
    refused(&bench.send(Method::Put, &at, &ann()).await, 404, None);
    assert_eq!(
        json(&bench.send(Method::Get, "/Users", "").await)["totalResults"],
        0
    );
    let again = given_ann(&bench).await;
    assert_ne!(again, id, "an id is never used twice");
    refused(&bench.send(Method::Get, &at, "").await, 404, None);
}

#[tokio::test]
async fn tenants_see_nothing_of_each_other() {
    let bench = Bench::new();
    let id = given_ann(&bench).await;
    let other = bench.token_of("other");
    let send = async |method: Method, target: &str, body: &str| {
        let mut request = Request::new(method, &format!("/scim/v2{target}")).bearer(&other);
        if !body.is_empty() {
            request = request.json(body.to_owned());
        }
        bench.handle(request).await
    };
    let at = format!("/Users/{id}");
    refused(&send(Method::Get, &at, "").await, 404, None);
    refused(&send(Method::Put, &at, &ann()).await, 404, None);
    refused(&send(Method::Delete, &at, "").await, 404, None);
    for filter in [
        "userName%20eq%20%22ann%40acme.example%22".to_owned(),
        "externalId%20eq%20%22e1%22".to_owned(),
        format!("id%20eq%20%22{id}%22"),
    ] {
        let found = send(Method::Get, &format!("/Users?filter={filter}"), "").await;
        assert_eq!(
            (found.status, json(&found)["totalResults"].clone()),
            (200, json!(0))
        );
    }
    // The same name and externalId are free there.
    assert_eq!(send(Method::Post, "/Users", &ann()).await.status, 201);
    assert_eq!(bench.send(Method::Get, &at, "").await.status, 200);
}
