//! The bench that most tests stand on: one service provider, one test identity provider, one
//! instant.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use saml_sp::random::RandomError;
use saml_sp::record::{Asked, RecordParts, RelayHandle, RequestId};
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{
    Acs, AcsForm, Code, CryptoProvider, Expected, Idp, Login, Rejection, RequestRecord,
    RequestStore, ServiceProvider,
};
use saml_testkit::{Person, ResponseBuilder, SpTarget, TestIdp};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

pub(crate) const NOW: OffsetDateTime = datetime!(2026-01-31 12:00 UTC);
pub(crate) const ENTITY: &str = "https://sp.test/entity";
pub(crate) const ACS: &str = "https://sp.test/acs?org_id=1";
pub(crate) const REQUEST: &str = "_5f4dcc3b5aa765d61d8327deb882cf99";

pub(crate) fn sp() -> ServiceProvider {
    ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(CryptoProvider::rustcrypto())
        .build()
        .unwrap()
}

pub(crate) fn idp() -> Idp {
    let test = TestIdp::okta();
    Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer()).unwrap()
}

pub(crate) fn target() -> SpTarget {
    SpTarget::new(ACS, ENTITY).in_response_to(REQUEST)
}

pub(crate) fn alice() -> Person {
    Person::new("alice@corp.test", "Alice", "Archer")
}

/// What Okta would post to [`sp`] for the request [`record`].
pub(crate) fn good() -> ResponseBuilder {
    TestIdp::okta().response(&target(), &alice(), NOW)
}

pub(crate) fn parts() -> RecordParts {
    RecordParts {
        id: RequestId::new(REQUEST),
        idp: TestIdp::okta().issuer().to_owned(),
        tenant: "org-1".to_owned(),
        acs: ACS.to_owned(),
        relay: RelayHandle::new("relay-1").unwrap(),
        return_to: Some("/reports".to_owned()),
        issued_at: NOW - Duration::minutes(1),
        expires_at: NOW + Duration::minutes(14),
        asked: Asked::default(),
        browser: None,
    }
}

pub(crate) fn record() -> RequestRecord {
    parts().into()
}

pub(crate) fn form(response: &ResponseBuilder) -> AcsForm {
    AcsForm::from_urlencoded(response.form_body().as_bytes(), sp().limits()).unwrap()
}

/// Run a future that never waits, as those of the memory stores.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a memory store does not wait"),
    }
}

/// The whole way for the answer to [`record`], with fresh stores.
pub(crate) fn log_in(sp: &ServiceProvider, response: &ResponseBuilder) -> Result<Login, Rejection> {
    log_in_at(sp, &idp(), response, &record(), NOW)
}

pub(crate) fn log_in_at(
    sp: &ServiceProvider,
    idp: &Idp,
    response: &ResponseBuilder,
    record: &RequestRecord,
    now: OffsetDateTime,
) -> Result<Login, Rejection> {
    let form = AcsForm::from_urlencoded(response.form_body().as_bytes(), sp.limits())?;
    let pending = sp.accept(&form, idp, Expected::Request(record), now)?;
    let (replays, requests) = stores();
    ready(requests.put(record)).unwrap();
    ready(pending.redeem(&replays, &requests, now))
}

pub(crate) fn stores() -> (MemoryReplayStore, MemoryRequestStore) {
    (
        MemoryReplayStore::with_capacity(10),
        MemoryRequestStore::with_capacity(10),
    )
}

/// The codes of a refusal, the first first.
pub(crate) fn codes<T: std::fmt::Debug>(result: Result<T, Rejection>) -> Vec<Code> {
    result
        .expect_err("should be refused")
        .findings()
        .map(|finding| finding.code())
        .collect()
}

/// Random bytes that are none: a counter.
pub(crate) fn counter() -> impl FnMut(&mut [u8]) -> Result<(), RandomError> {
    let mut next = 0_u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
        Ok(())
    }
}
