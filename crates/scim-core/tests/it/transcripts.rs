//! What real clients send, as `reference` documents of their vendors and bug
//! reports have it, replayed against the store in memory.

use std::path::Path;

use crate::service::{BASE, Bench};
use crate::transcript::{Service, replay_all, report};

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
