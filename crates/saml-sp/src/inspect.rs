//! What a message claims, before anything is verified.
//!
//! Somebody has to look before anything is verified: which tenant's keys are to be tried? The answer is
//! a type of its own that knows addresses and IDs and no person, so it cannot become an identity by
//! accident.

use time::OffsetDateTime;

use crate::assertion::EnvelopeFacts;
use crate::error::{Code, Rejection};
use crate::form::AcsForm;
use crate::message;
use crate::record::RequestRecord;
use crate::store::{RequestHandle, RequestStore};

/// What an unverified Response says about itself: enough to find the tenant and the pending
/// request, and never an identity. Anybody can write these values.
///
/// ```compile_fail
/// # fn f(facts: saml_sp::inspect::UnverifiedFacts) {
/// facts.name_id(); // there is no such thing before verification
/// # }
/// ```
///
/// ```compile_fail
/// # fn f(facts: saml_sp::inspect::UnverifiedFacts) {
/// facts.attributes(); // nor this
/// # }
/// ```
///
/// ```compile_fail
/// # fn f(facts: saml_sp::inspect::UnverifiedFacts) -> saml_sp::Login {
/// facts.into() // and no way from here to a login
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct UnverifiedFacts {
    envelope: EnvelopeFacts,
}

impl UnverifiedFacts {
    /// The issuer that the Response names, if it names one.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.envelope.issuer.as_deref()
    }

    /// The request that the Response claims to answer; look it up with
    /// [`RequestHandle::ById`].
    #[must_use]
    pub fn in_response_to(&self) -> Option<&str> {
        self.envelope.in_response_to.as_deref()
    }

    /// When the Response says it was issued.
    #[must_use]
    pub const fn issue_instant(&self) -> OffsetDateTime {
        self.envelope.issue_instant
    }

    /// The place that the Response was meant for.
    #[must_use]
    pub fn destination(&self) -> Option<&str> {
        self.envelope.destination.as_deref()
    }
}

impl AcsForm {
    /// Look at the message without trusting it. Costs one parse.
    ///
    /// # Errors
    /// Whatever is wrong up to the shape of the Response; [`accept`](crate::ServiceProvider::accept)
    /// would refuse it with the same code.
    pub fn peek(&self) -> Result<UnverifiedFacts, Rejection> {
        let bytes = message::decode(self.response(), self.limits())?;
        let document = message::document(&bytes, self.limits())?;
        let envelope = EnvelopeFacts::read(document.root())?;
        Ok(UnverifiedFacts { envelope })
    }

    /// The pending request that this answer seems to be for: by `RelayState`, or else by the
    /// request it claims to answer. No cookie is involved. Which record is found is the sender's
    /// choice; [`accept`](crate::ServiceProvider::accept) decides whether the answer is to it.
    ///
    /// `None` for an answer that nobody asked for, or too late.
    ///
    /// # Errors
    /// As [`peek`](Self::peek); [`Code::StoreFailed`] with the store's error as source.
    ///
    /// ```
    /// # use saml_sp::{AcsForm, Expected, RequestStore, store::memory::MemoryRequestStore};
    /// # async fn f(form: AcsForm, requests: MemoryRequestStore, now: time::OffsetDateTime) -> Result<(), saml_sp::Rejection> {
    /// match form.find_request(&requests, now).await? {
    ///     Some(record) => { /* sp.accept(&form, &idp, Expected::Request(&record), now) */ }
    ///     None => { /* refuse, or Expected::IdpInitiated where that is wanted */ }
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn find_request<Q: RequestStore>(
        &self,
        requests: &Q,
        now: OffsetDateTime,
    ) -> Result<Option<RequestRecord>, Rejection> {
        let failed = |error| Rejection::from(Code::StoreFailed).caused_by(error);
        if let Some(relay) = self.relay_state() {
            let found = requests.find(RequestHandle::ByRelayState(relay), now).await;
            if let Some(record) = found.map_err(failed)? {
                return Ok(Some(record));
            }
        }
        match self.peek()?.in_response_to() {
            Some(id) => requests
                .find(RequestHandle::ById(id), now)
                .await
                .map_err(failed),
            None => Ok(None),
        }
    }
}
