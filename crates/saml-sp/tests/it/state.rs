//! Using a login once, and the state between request and answer.

use std::sync::Arc;

use saml_sp::store::memory::{MemoryError, MemoryReplayStore, MemoryRequestStore};
use saml_sp::store::{ReplayStore, RequestHandle, contract};
use saml_sp::{Code, Expected, RequestStore};
use time::Duration;

use crate::bench::*;

#[test]
fn memory_stores_keep_the_contract() {
    ready(contract::replay(&MemoryReplayStore::with_capacity(3)));
    ready(contract::requests(&MemoryRequestStore::with_capacity(3)));
    let (replays, requests) = (
        MemoryReplayStore::with_capacity(3),
        MemoryRequestStore::with_capacity(3),
    );
    ready(contract::replay(&Arc::new(replays)));
    ready(contract::requests(&Arc::new(requests)));
}

#[test]
fn full_stores_fail_closed_and_recover() {
    let store = MemoryRequestStore::with_capacity(2);
    for id in ["_1", "_2"] {
        ready(store.put(&contract::sample(id, id))).unwrap();
    }
    let third = contract::sample("_3", "_3");
    assert_eq!(ready(store.put(&third)), Err(MemoryError::Full));
    assert!(
        ready(store.find(RequestHandle::ById("_1"), third.issued_at()))
            .unwrap()
            .is_some()
    );

    let replays = MemoryReplayStore::with_capacity(1);
    let key = |id| saml_sp::store::ReplayKey::new("i", id);
    let until = NOW + Duration::minutes(1);
    let _ = ready(replays.claim(&key("a"), until, NOW)).unwrap();
    assert_eq!(
        ready(replays.claim(&key("b"), until, NOW)),
        Err(MemoryError::Full)
    );
    let _ = ready(replays.claim(&key("b"), until + Duration::minutes(1), until)).unwrap();
}

#[test]
fn an_assertion_is_used_once() {
    let (sp, idp, record) = (sp(), idp(), record());
    let (replays, requests) = stores();
    ready(requests.put(&record)).unwrap();
    let pending = || {
        sp.accept(&form(&good()), &idp, Expected::Request(&record), NOW)
            .unwrap()
    };
    assert!(ready(pending().redeem(&replays, &requests, NOW)).is_ok());
    assert_eq!(
        codes(ready(pending().redeem(&replays, &requests, NOW))),
        [Code::RequestUsed]
    );
    // Another request store does not help: the assertion itself is remembered.
    let (_, others) = stores();
    ready(others.put(&record)).unwrap();
    assert_eq!(
        codes(ready(pending().redeem(&replays, &others, NOW))),
        [Code::Replayed]
    );
}

#[test]
fn an_unknown_request_is_not_redeemed() {
    let pending = sp()
        .accept(&form(&good()), &idp(), Expected::Request(&record()), NOW)
        .unwrap();
    let (replays, requests) = stores();
    assert_eq!(
        codes(ready(pending.redeem(&replays, &requests, NOW))),
        [Code::RequestUsed]
    );
}

#[test]
fn a_failing_store_lets_nobody_in() {
    let pending = sp()
        .accept(&form(&good()), &idp(), Expected::Request(&record()), NOW)
        .unwrap();
    let (_, requests) = stores();
    ready(requests.put(&record())).unwrap();
    let full = MemoryReplayStore::with_capacity(0);
    let rejection = ready(pending.redeem(&full, &requests, NOW)).unwrap_err();
    assert_eq!(rejection.code(), Code::StoreFailed);
    let source = std::error::Error::source(&rejection).unwrap();
    assert_eq!(
        source.downcast_ref::<MemoryError>(),
        Some(&MemoryError::Full)
    );
}

#[test]
fn a_pending_login_does_not_outlive_its_assertion() {
    let (sp, idp, record) = (sp(), idp(), record());
    let accept = || {
        sp.accept(&form(&good()), &idp, Expected::Request(&record), NOW)
            .unwrap()
    };
    let end = NOW + Duration::minutes(8); // 5 minutes by Okta and 3 of skew
    let redeem = |at| {
        let (replays, requests) = stores();
        ready(requests.put(&record)).unwrap();
        ready(accept().redeem(&replays, &requests, at))
    };
    assert!(redeem(end - Duration::milliseconds(1)).is_ok());
    assert_eq!(codes(redeem(end)), [Code::Expired]);
}

#[test]
fn the_record_survives_serialization() {
    let record = record();
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(
        serde_json::from_str::<saml_sp::RequestRecord>(&text).unwrap(),
        record
    );
}

#[test]
fn a_login_carries_what_the_request_remembered() {
    let login = log_in(&sp(), &good()).unwrap();
    assert_eq!(login.tenant(), Some("org-1"));
    assert_eq!(login.return_to(), Some("/reports"));
    assert_eq!(login.request_id(), Some(REQUEST));
    assert_eq!(login.attributes().one("email").unwrap(), "alice@corp.test");
    let shown = format!("{login:?} {:?} {:?}", login.name_id(), login.attributes());
    assert!(
        !shown.contains("alice") && !shown.contains("Archer"),
        "{shown}"
    );
}

#[test]
fn a_bound_login_needs_its_browser() {
    use saml_sp::request::BindBrowser;
    let (sp, idp) = (sp(), idp());
    let options = saml_sp::StartOptions::default().bind_browser(BindBrowser::Yes);
    let started = sp.start(&idp, &options, &mut counter(), NOW).unwrap();
    let record = started.request();
    let target = saml_testkit::SpTarget::new(ACS, ENTITY).in_response_to(record.id().as_str());
    let form = form(&saml_testkit::TestIdp::okta().response(&target, &alice(), NOW));
    let accept = |expected| sp.accept(&form, &idp, expected, NOW);
    assert!(accept(Expected::RequestFrom(record, started.browser_cookie())).is_ok());
    for expected in [
        Expected::Request(record),
        Expected::RequestFrom(record, None),
        Expected::RequestFrom(record, Some("other")),
    ] {
        assert_eq!(codes(accept(expected)), [Code::BrowserMismatch]);
    }
}

#[test]
fn the_request_is_found_without_a_cookie() {
    let (_, requests) = stores();
    ready(requests.put(&record())).unwrap();
    let find = |response: &saml_testkit::ResponseBuilder, now| {
        ready(form(response).find_request(&requests, now))
            .unwrap()
            .map(|record| record.id().as_str().to_owned())
    };
    let found = Some(REQUEST.to_owned());
    assert_eq!(find(&good().relay_state("relay-1"), NOW), found);
    // RelayState lost or foreign: by what the message claims to answer.
    assert_eq!(find(&good(), NOW), found);
    assert_eq!(find(&good().relay_state("/somewhere"), NOW), found);
    let unasked = saml_testkit::TestIdp::okta().response(
        &saml_testkit::SpTarget::new(ACS, ENTITY),
        &alice(),
        NOW,
    );
    assert_eq!(find(&unasked, NOW), None);
    assert_eq!(
        find(&good().relay_state("relay-1"), record().expires_at()),
        None
    );
}
