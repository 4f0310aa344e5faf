//! What a message claims, before anything is verified.

use crate::assertion::EnvelopeFacts;
use crate::error::Rejection;
use crate::form::AcsForm;
use crate::message;

/// What an unverified Response says about itself: enough to find the tenant and the pending
/// request, and never an identity. Anybody can write these values.
///
/// ```compile_fail
/// # fn f(facts: saml_sp::inspect::UnverifiedFacts) {
/// facts.name_id(); // there is no such thing before verification
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
    /// [`RequestHandle::ById`](crate::store::RequestHandle::ById).
    #[must_use]
    pub fn in_response_to(&self) -> Option<&str> {
        self.envelope.in_response_to.as_deref()
    }

    /// When the Response says it was issued.
    #[must_use]
    pub const fn issue_instant(&self) -> time::OffsetDateTime {
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
}
