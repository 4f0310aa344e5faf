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
    let record = sample("_r1", "relay-1");
    let put = async |record: &RequestRecord| store.put(record).await;
    check(put(&record).await.is_ok(), "a record is stored");
    let (id, relay) = (sample("_r1", "relay-x"), sample("_r2", "relay-1"));
    check(put(&id).await.is_err(), "an ID is stored once");
    check(put(&relay).await.is_err(), "a relay handle is stored once");
    look_ups(store, &record).await;
    claims(store, &record).await;
}

async fn look_ups<S: RequestStore>(store: &S, record: &RequestRecord) {
    let find = async |handle, at| match store.find(handle, at).await {
        Ok(found) => found,
        Err(error) => fail(&format!("a look-up must not fail: {error}")),
    };
    let (by_id, by_relay) = (
        RequestHandle::ById("_r1"),
        RequestHandle::ByRelayState("relay-1"),
    );
    let end = record.expires_at();
    for handle in [by_id, by_relay] {
        check(
            find(handle, t0()).await.as_ref() == Some(record),
            "found, with every part",
        );
        check(
            find(handle, end).await.is_none(),
            "an expired record is not found",
        );
    }
    for (handle, rule) in [
        (RequestHandle::ById("relay-1"), "a relay handle is no ID"),
        (RequestHandle::ByRelayState("_r1"), "an ID is no handle"),
        (RequestHandle::ById("_R1"), "IDs are compared exactly"),
        (RequestHandle::ById("_r2"), "a refused record is not kept"),
        (
            RequestHandle::ById("' or 1=1 --"),
            "a handle is a value and nothing else",
        ),
    ] {
        check(find(handle, t0()).await.is_none(), rule);
    }
}

async fn claims<S: RequestStore>(store: &S, record: &RequestRecord) {
    let claim = async |id: &str, at| match store.claim(&RequestId::new(id), at).await {
        Ok(outcome) => outcome,
        Err(error) => fail(&format!("a claim must not fail: {error}")),
    };
    let (now, end) = (t0(), record.expires_at());
    for (id, at, outcome, rule) in [
        (
            "_unknown",
            now,
            FirstUse::Replayed,
            "an unknown request is not claimed",
        ),
        (
            "_r1",
            end,
            FirstUse::Replayed,
            "an expired request is not claimed",
        ),
        ("_r1", now, FirstUse::First, "the first claim wins"),
        ("_r1", now, FirstUse::Replayed, "the second claim loses"),
    ] {
        check(claim(id, at).await == outcome, rule);
    }
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
