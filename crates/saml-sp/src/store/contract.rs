//! What every store must do, as functions that panic with the broken rule.
//!
//! Call each from a test with a fresh, empty store:
//!
//! ```
//! use saml_sp::store::{contract, memory::{MemoryReplayStore, MemoryRequestStore}};
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! contract::replay(&MemoryReplayStore::with_capacity(100)).await;
//! contract::requests(&MemoryRequestStore::with_capacity(100)).await;
//! # }
//! ```

use time::{Duration, OffsetDateTime};

use super::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore};
use crate::record::{Asked, ForceAuthn, RecordParts, RelayHandle, RequestId, RequestRecord};

/// A fixed instant; stores must not look at another clock.
fn t0() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::milliseconds(123)
}

/// A record with every part filled in, for the suites and for a store's own tests.
#[must_use]
pub fn sample(id: &str, relay: &str) -> RequestRecord {
    RecordParts {
        id: RequestId::new(id),
        idp: "http://www.okta.com/exk1".to_owned(),
        tenant: "tenant-1".to_owned(),
        acs: "https://sp.example/acs?org_id=1".to_owned(),
        relay: RelayHandle::new(relay).unwrap_or_else(|| fail("the sample's relay handle fits")),
        return_to: Some("/reports?a=1&b=é".to_owned()),
        issued_at: t0(),
        expires_at: t0() + Duration::minutes(15),
        asked: Asked {
            force_authn: ForceAuthn::Yes,
            authn_contexts: vec!["urn:oasis:names:tc:SAML:2.0:ac:classes:Password".to_owned()],
        },
        browser: Some("b1946ac9".to_owned()),
    }
    .into()
}

/// The rules of [`ReplayStore`].
///
/// # Panics
/// When a rule is broken.
pub async fn replay<S: ReplayStore>(store: &S) {
    let (now, until) = (t0(), t0() + Duration::minutes(8));
    let key = ReplayKey::new("https://idp.example", "_a");
    let claim = async |key: &ReplayKey, at| match store.claim(key, until, at).await {
        Ok(outcome) => outcome,
        Err(error) => fail(&format!("a claim must not fail: {error}")),
    };
    check(
        claim(&key, now).await == FirstUse::First,
        "the first claim wins",
    );
    check(
        claim(&key, now).await == FirstUse::Replayed,
        "the second claim loses",
    );
    let last = until - Duration::milliseconds(1);
    check(
        claim(&key, last).await == FirstUse::Replayed,
        "a claim is kept until its end",
    );
    let other = ReplayKey::new("https://other.example", "_a");
    check(
        claim(&other, now).await == FirstUse::First,
        "issuers do not share IDs",
    );
    let other = ReplayKey::new("https://idp.example", "_b");
    check(
        claim(&other, now).await == FirstUse::First,
        "IDs are told apart",
    );
}

/// The rules of [`RequestStore`].
///
/// # Panics
/// When a rule is broken.
pub async fn requests<S: RequestStore>(store: &S) {
    let now = t0();
    let record = sample("_r1", "relay-1");
    let end = record.expires_at();
    check(store.put(&record).await.is_ok(), "a record is stored");
    check(
        store.put(&sample("_r1", "relay-x")).await.is_err(),
        "an ID is stored once",
    );
    check(
        store.put(&sample("_r2", "relay-1")).await.is_err(),
        "a relay handle is stored once",
    );

    let find = async |handle, at| match store.find(handle, at).await {
        Ok(found) => found,
        Err(error) => fail(&format!("a look-up must not fail: {error}")),
    };
    let by_id = RequestHandle::ById("_r1");
    check(
        find(by_id, now).await.as_ref() == Some(&record),
        "found by ID, with every part",
    );
    let by_relay = RequestHandle::ByRelayState("relay-1");
    check(
        find(by_relay, now).await.as_ref() == Some(&record),
        "found by relay handle",
    );
    check(
        find(RequestHandle::ById("relay-1"), now).await.is_none(),
        "a relay handle is no ID",
    );
    check(
        find(RequestHandle::ByRelayState("_r1"), now)
            .await
            .is_none(),
        "an ID is no handle",
    );
    check(
        find(RequestHandle::ById("_R1"), now).await.is_none(),
        "IDs are compared exactly",
    );
    check(
        find(RequestHandle::ById("_r2"), now).await.is_none(),
        "a refused record is not kept",
    );
    check(
        find(by_id, end).await.is_none(),
        "an expired record is not found",
    );

    let claim = async |id: &str, at| match store.claim(&RequestId::new(id), at).await {
        Ok(outcome) => outcome,
        Err(error) => fail(&format!("a claim must not fail: {error}")),
    };
    check(
        claim("_unknown", now).await == FirstUse::Replayed,
        "an unknown request is not claimed",
    );
    check(
        claim("_r1", end).await == FirstUse::Replayed,
        "an expired request is not claimed",
    );
    check(
        claim("_r1", now).await == FirstUse::First,
        "the first claim wins",
    );
    check(
        claim("_r1", now).await == FirstUse::Replayed,
        "the second claim loses",
    );
}

#[expect(
    clippy::panic,
    reason = "a contract suite reports a broken rule by panicking, like a test"
)]
fn fail(rule: &str) -> ! {
    panic!("broken rule: {rule}")
}

fn check(holds: bool, rule: &str) {
    if !holds {
        fail(rule);
    }
}
