//! What real clients send, as `reference` documents of their vendors and bug
//! reports have it, replayed against the store in memory.

use std::path::Path;

use crate::service::{BASE, Bench};
use crate::transcript::{Service, replay, replay_all, report};

#[tokio::test]
async fn every_client_gets_what_it_needs() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts");
    let (files, failures) = replay_all(&dir, async |dialect: &str| {
        let bench = Bench::for_dialect(dialect);
        Service {
            base_url: BASE.to_owned(),
            base_path: "/scim/v2".to_owned(),
            token: bench.token.clone(),
            handle: async move |request| bench.handle(request).await,
        }
    })
    .await;
    assert!(files >= 5, "only {files} transcripts found");
    assert!(
        failures.is_empty(),
        "{} of {files} fail:\n{}",
        failures.len(),
        report(&failures)
    );
}

/// A transcript that wants something else fails, and says where.
#[tokio::test]
async fn a_transcript_that_expects_something_else_fails() {
    let bench = Bench::new();
    let service = Service {
        base_url: BASE.to_owned(),
        base_path: "/scim/v2".to_owned(),
        token: bench.token.clone(),
        handle: async |request| bench.handle(request).await,
    };
    let list = |response: serde_json::Value| {
        serde_json::json!({"steps": [{"what": "list",
            "request": {"method": "GET", "target": "/Users"}, "response": response}]})
    };
    for (response, why) in [
        (serde_json::json!({"status": 204}), "status 200"),
        (serde_json::json!({"status": [404, 401]}), "status 200"),
        (
            serde_json::json!({"status": 200, "body": {"totalResults": 1}}),
            "/totalResults",
        ),
        (
            serde_json::json!({"status": 200, "body": {"nothing": "{*}"}}),
            "/nothing",
        ),
        (
            serde_json::json!({"status": 200, "body": {"Resources": [{}]}}),
            "/Resources",
        ),
        (
            serde_json::json!({"status": 200, "absent": ["/totalResults"]}),
            "absent",
        ),
        (
            serde_json::json!({"status": 200, "headers": {"etag": "{*}"}}),
            "header etag",
        ),
        (serde_json::json!({"status": 200, "empty": true}), "a body"),
    ] {
        let failed = replay(&list(response.clone()), &service).await.unwrap_err();
        assert!(failed.contains(why), "{response}: {failed}");
    }
    let right = serde_json::json!({"status": 200, "body": {"totalResults": 0}});
    assert_eq!(replay(&list(right), &service).await, Ok(()));
}
