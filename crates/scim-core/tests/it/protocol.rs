//! Statuses, heads and bodies: every refusal with its accepted twin.

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
async fn index_pages_and_their_edges() {
    let bench = Bench::new();
    for n in 1..=5 {
        let user = json!({"schemas": [USER], "userName": format!("u{n}@acme.example")});
        assert_eq!(
            bench
                .send(Method::Post, "/Users", &user.to_string())
                .await
                .status,
            201
        );
    }
    // query, start, names
    let cases: [(&str, u64, &[&str]); 9] = [
        ("", 1, &["u1", "u2", "u3", "u4", "u5"]),
        ("?startIndex=2&count=2", 2, &["u2", "u3"]),
        ("?startIndex=5&count=2", 5, &["u5"]),
        ("?startIndex=6&count=2", 6, &[]),
        ("?startIndex=0&count=1", 1, &["u1"]),
        ("?startIndex=-7&count=1", 1, &["u1"]),
        ("?count=0", 1, &[]),
        ("?count=-1", 1, &[]),
        (
            "?count=99999999999999999999&utm_source=x&scimType",
            1,
            &["u1", "u2", "u3", "u4", "u5"],
        ),
    ];
    for (query, start, names) in cases {
        let page = json(&bench.send(Method::Get, &format!("/Users{query}"), "").await);
        assert_eq!(page["totalResults"], 5, "{query}");
        assert_eq!(page["startIndex"], start, "{query}");
        assert_eq!(page["itemsPerPage"], names.len(), "{query}");
        let seen: Vec<&str> = page["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| {
                user["userName"]
                    .as_str()
                    .unwrap()
                    .split('@')
                    .next()
                    .unwrap()
            })
            .collect();
        assert_eq!(seen, names, "{query}");
    }
    for query in ["?startIndex=1.5", "?count=x", "?count=", "?count=1&count=2"] {
        let refused_ = bench.send(Method::Get, &format!("/Users{query}"), "").await;
        refused(&refused_, 400, Some("invalidValue"));
    }
}

#[tokio::test]
async fn filters_that_are_none() {
    let bench = Bench::new();
    for (filter, scim_type) in [
        ("userName%20eq", "invalidFilter"),
        ("userName%20is%20%22a%22", "invalidFilter"),
        ("nothing%20eq%20%22a%22", "invalidFilter"),
        ("active%20gt%20true", "invalidFilter"),
    ] {
        let response = bench
            .send(Method::Get, &format!("/Users?filter={filter}"), "")
            .await;
        refused(&response, 400, Some(scim_type));
    }
    let fine = bench
        .send(Method::Get, "/Users?filter=active%20eq%20true", "")
        .await;
    assert_eq!(fine.status, 200);
}

/// No store keeps the groups with a user: an empty list would be a wrong answer.
#[tokio::test]
async fn groups_are_asked_for_members_and_not_users_for_groups() {
    let bench = Bench::new();
    let user = given_ann(&bench).await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Eng", "members": [{ "value": user }]
    });
    let group = bench
        .send(Method::Post, "/Groups", &group.to_string())
        .await;
    assert_eq!(group.status, 201);
    let group = json(&group)["id"].as_str().unwrap().to_owned();
    for target in ["/Users", "/"] {
        let asked = format!("{target}?filter=groups.value%20eq%20%22{group}%22");
        refused(
            &bench.send(Method::Get, &asked, "").await,
            400,
            Some("invalidFilter"),
        );
    }
    let asked = format!("/Groups?filter=members.value%20eq%20%22{user}%22");
    let found = json(&bench.send(Method::Get, &asked, "").await);
    assert_eq!(found["totalResults"], 1, "{found}");
}

#[tokio::test]
async fn discovery_documents() {
    let bench = Bench::new();
    let config = json(
        &bench
            .send(Method::Get, "/ServiceProviderConfig?startIndex=9", "")
            .await,
    );
    for feature in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(config[feature]["supported"].is_boolean(), "{feature}");
    }
    assert_eq!(config["pagination"]["cursor"], true);
    assert_eq!(
        config["authenticationSchemes"][0]["type"],
        "oauthbearertoken"
    );
    assert_eq!(
        config["meta"]["location"],
        format!("{BASE}/ServiceProviderConfig")
    );

    let types = json(&bench.send(Method::Get, "/ResourceTypes", "").await);
    assert_eq!(types["totalResults"], 2);
    assert_eq!(types["Resources"][0]["endpoint"], "/Users");
    let one = json(&bench.send(Method::Get, "/ResourceTypes/User", "").await);
    assert_eq!(one, types["Resources"][0]);

    let schemas = json(&bench.send(Method::Get, "/Schemas", "").await);
    assert_eq!(schemas["totalResults"], 3);
    for schema in schemas["Resources"].as_array().unwrap() {
        let urn = schema["id"].as_str().unwrap();
        assert_eq!(
            json(
                &bench
                    .send(Method::Get, &format!("/Schemas/{urn}"), "")
                    .await
            ),
            *schema
        );
        assert_eq!(schema["meta"]["location"], format!("{BASE}/Schemas/{urn}"));
        assert!(!schema.to_string().contains("null"), "no null fields");
    }
    refused(
        &bench.send(Method::Get, "/Schemas/urn:none", "").await,
        404,
        None,
    );
    refused(
        &bench.send(Method::Get, "/ResourceTypes/Device", "").await,
        404,
        None,
    );
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        let filtered = bench
            .send(Method::Get, &format!("{path}?filter=id%20pr"), "")
            .await;
        refused(&filtered, 403, None);
    }
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
