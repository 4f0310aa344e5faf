//! What a host plugs in and gets back: `http` types, hooks, the outcome.

use bytes::Bytes;
use scim_core::Scim;
use scim_core::dialect::{Dialect, Tolerance, Vendor};
use scim_core::error::{ScimType, Status};
use scim_core::events::Outcome;
use scim_core::guard::AllowAll;
use scim_core::message::{Method, Request};
use serde_json::json;

use crate::service::{BASE, Bench, USER, config, counting, json, start};

fn ann() -> String {
    json!({"schemas": [USER], "userName": "ann@acme.example", "active": true}).to_string()
}

#[tokio::test]
async fn http_types_in_and_out() {
    let bench = Bench::new();
    let request = http::Request::post(format!("{BASE}/Users?attributes=userName"))
        .header("Authorization", format!("Bearer {}", bench.token))
        .header("Content-Type", "application/scim+json")
        .header("Accept", "application/json")
        .body(Bytes::from(ann()))
        .unwrap();
    let response = bench
        .scim
        .handle_http(request, start(), &mut counting())
        .await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["etag"], "W/\"1\"");
    assert_eq!(
        response
            .extensions()
            .get::<Outcome>()
            .unwrap()
            .changes
            .len(),
        1
    );
    let place = response.headers()["location"].to_str().unwrap().to_owned();

    let conditional = |name: &str, value: &str| {
        http::Request::get(&place)
            .header("Authorization", &bench.token)
            .header(name, value)
            .body(Bytes::new())
            .unwrap()
    };
    let read = conditional("If-None-Match", "W/\"1\"");
    let spared = bench.scim.handle_http(read, start(), &mut counting()).await;
    assert_eq!((spared.status().as_u16(), spared.body().len()), (304, 0));

    let delete = |if_match: &str| {
        let mut request = conditional("If-Match", if_match);
        *request.method_mut() = http::Method::DELETE;
        request
    };
    let stale = bench
        .scim
        .handle_http(delete("W/\"7\""), start(), &mut counting())
        .await;
    assert_eq!(stale.status(), 412);
    let gone = bench
        .scim
        .handle_http(delete("W/\"1\""), start(), &mut counting())
        .await;
    assert_eq!(gone.status(), 204);
}

/// A method nobody knows, a token that is no text.
#[tokio::test]
async fn odd_http_is_refused_and_not_overlooked() {
    let bench = Bench::new();
    let ask = async |authorization: &[u8]| {
        let request = http::Request::builder()
            .method("PROPFIND")
            .uri(format!("{BASE}/Users"))
            .header(
                "Authorization",
                http::HeaderValue::from_bytes(authorization).unwrap(),
            )
            .body(Bytes::new())
            .unwrap();
        bench
            .scim
            .handle_http(request, start(), &mut counting())
            .await
    };
    let odd = ask(b"Bearer \xff").await;
    assert_eq!(odd.status(), 401);
    assert!(odd.headers().contains_key("www-authenticate"));
    let known = ask(format!("Bearer {}", bench.token).as_bytes()).await;
    assert_eq!(
        (known.status().as_u16(), &known.headers()["allow"]),
        (405, &http::HeaderValue::from_static("GET, HEAD, POST"))
    );
}

/// A field that is there twice is a list: no condition is left out, and no token is chosen among
/// two, whichever of them something before the service has looked at.
#[tokio::test]
async fn a_field_that_is_there_twice_is_a_list() {
    let bench = Bench::new();
    bench.send(Method::Post, "/Users", &ann()).await;
    let listed = json(&bench.send(Method::Get, "/Users", "").await);
    let place = format!(
        "{BASE}/Users/{}",
        listed["Resources"][0]["id"].as_str().unwrap()
    );
    let bearer = format!("Bearer {}", bench.token);
    let ask = async |method: &str, fields: &[(&str, &str)], body: String| {
        let mut request = http::Request::builder().method(method).uri(&place);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from(body)).unwrap();
        let mut random = counting();
        let answer = bench.scim.handle_http(request, start(), &mut random);
        answer.await.status().as_u16()
    };
    let token = ("Authorization", bearer.as_str());
    assert_eq!(ask("GET", &[token], String::new()).await, 200);
    for other in [token, ("Authorization", "Bearer somebody-else")] {
        assert_eq!(ask("GET", &[token, other], String::new()).await, 401);
        assert_eq!(ask("GET", &[other, token], String::new()).await, 401);
    }
    for (name, status) in [("If-None-Match", 304), ("If-Match", 200)] {
        let both = [token, (name, "W/\"7\""), (name, "W/\"1\"")];
        assert_eq!(ask("GET", &both, String::new()).await, status);
    }
    // A write on the condition that it is neither version 7 nor version 1, which it is.
    let neither = [
        token,
        ("If-None-Match", "W/\"7\""),
        ("If-None-Match", "W/\"1\""),
    ];
    assert_eq!(ask("PUT", &neither, ann()).await, 412);
    let media = ("Content-Type", "application/json");
    assert_eq!(ask("PUT", &[token, media], ann()).await, 200);
    assert_eq!(
        ask(
            "PUT",
            &[token, media, ("Content-Type", "text/plain")],
            ann()
        )
        .await,
        415
    );
}

/// What was tolerated is reported, and a tenant's own dialect decides it.
#[tokio::test]
async fn each_tenant_has_its_dialect() {
    let bench = Bench::new();
    let created = json(&bench.send(Method::Post, "/Users", &ann()).await);
    let target = format!("/scim/v2/Users/{}", created["id"].as_str().unwrap());
    let off = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    let patch = || {
        Request::new(Method::Patch, &target)
            .bearer(&bench.token)
            .json(off.to_string())
    };
    let service = |vendor| {
        let stores = (bench.store.clone(), bench.store.clone());
        Scim::new(config(), stores.0, stores.1, AllowAll)
            .with_dialects(move |tenant| (tenant.as_str() == "acme").then(|| Dialect::of(vendor)))
    };
    let strict = service(Vendor::Strict)
        .handle(patch(), start(), &mut counting())
        .await;
    assert_eq!(strict.status, 400);
    assert!(strict.outcome.tolerated.is_empty());
    let entra = service(Vendor::Entra)
        .handle(patch(), start(), &mut counting())
        .await;
    assert_eq!(
        (entra.status, &json(&entra)["active"]),
        (200, &json!(false))
    );
    let tolerated = [
        (Tolerance::CaselessOperation, 1),
        (Tolerance::StringBoolean, 1),
    ];
    assert_eq!(entra.outcome.tolerated, tolerated);
}

/// A refusal is in the outcome as it was sent.
#[tokio::test]
async fn the_outcome_holds_the_refusal() {
    let bench = Bench::new();
    let refused = bench.send(Method::Get, "/Users?filter=x", "").await;
    let error = refused.outcome.refused.unwrap();
    assert_eq!(
        (error.status(), error.scim_type()),
        (Status::BadRequest, Some(ScimType::InvalidFilter))
    );
    assert_eq!(error.to_json().as_bytes(), refused.body);
    let fine = bench.send(Method::Get, "/Users", "").await;
    assert_eq!(fine.outcome.refused, None);
}
