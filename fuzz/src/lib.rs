//! What the targets share: one instant, one service provider, one provider, an executor.

use saml_testkit::{Person, ResponseBuilder, SpTarget, TestIdp};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use time::OffsetDateTime;
use time::macros::datetime;

/// When everything happens.
pub const NOW: OffsetDateTime = datetime!(2026-01-31 12:00 UTC);
/// The service provider's entity id.
pub const ENTITY: &str = "https://sp.test/entity";
/// Where its forms are posted.
pub const ACS: &str = "https://sp.test/acs";
/// Where logout messages go.
pub const LOGOUT: &str = "https://sp.test/slo";
/// The only person the provider ever vouches for.
pub const PERSON: &str = "alice@corp.test";

/// The provider's good answer, started at the provider.
#[must_use]
pub fn good() -> ResponseBuilder {
    let target = SpTarget::new(ACS, ENTITY);
    TestIdp::okta().response(&target, &person(), NOW)
}

/// The person the provider vouches for.
#[must_use]
pub fn person() -> Person {
    Person::new(PERSON, "Alice", "Archer")
}

/// Drives a future that never waits for anything outside of itself.
pub fn now_or_never<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}
