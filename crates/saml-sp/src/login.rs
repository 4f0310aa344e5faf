//! Who was proven to be there.

mod attributes;
mod name_id;
mod naming;
mod proof;
#[cfg(test)]
mod tests;

use std::fmt;

use time::OffsetDateTime;

use crate::assertion::Assertion;
use crate::record::RequestRecord;

pub use attributes::{Attribute, AttributeError, Attributes};
pub use name_id::NameId;
pub use naming::{NameDemand, Naming};
pub use proof::{Encryption, Proof};

/// A login: the identity provider's signed statement about one user, checked, and used for the
/// first time. [`PendingLogin::redeem`](crate::PendingLogin::redeem) is the only way to one.
///
/// The pair of [`issuer`](Self::issuer) and [`name_id`](Self::name_id) names the user. Never link
/// accounts by an e-mail attribute alone: any identity provider can assert any address, so first
/// decide whether this issuer may speak for that domain.
///
/// `Debug` shows no personal value.
///
/// Nothing else makes one:
///
/// ```compile_fail
/// let login = saml_sp::Login { facts: todo!() }; // private
/// ```
///
/// ```compile_fail
/// let login = saml_sp::Login::new("urn:idp", "somebody"); // there is no such function
/// ```
///
/// ```compile_fail
/// let login: saml_sp::Login = serde_json::from_str("{}").unwrap(); // not from storage either
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Login<N = NameId> {
    pub(crate) name: N,
    pub(crate) facts: LoginFacts,
}

/// What the verified assertion says; inside the crate only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LoginFacts {
    pub(crate) issuer: String,
    pub(crate) assertion_id: String,
    pub(crate) attributes: Attributes,
    pub(crate) session_index: Option<String>,
    pub(crate) authn_instant: OffsetDateTime,
    pub(crate) authn_context_class: Option<String>,
    pub(crate) session_not_on_or_after: Option<OffsetDateTime>,
    pub(crate) in_response_to: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) return_to: Option<String>,
    pub(crate) proof: Proof,
}

impl LoginFacts {
    /// What a checked assertion says, with what the request remembers. The first authentication
    /// statement counts; of several ends of a session the earliest.
    pub(crate) fn new(assertion: Assertion, proof: Proof, record: Option<&RequestRecord>) -> Self {
        let end = assertion
            .authn
            .iter()
            .filter_map(|one| one.session_not_on_or_after)
            .min();
        let authn = assertion.authn.into_iter().next();
        let (authn_instant, session_index, authn_context_class) = match authn {
            Some(first) => (first.instant, first.session_index, first.context_class),
            None => (assertion.issue_instant, None, None),
        };
        Self {
            issuer: assertion.issuer,
            assertion_id: assertion.id,
            attributes: assertion.attributes,
            session_index,
            authn_instant,
            authn_context_class,
            session_not_on_or_after: end,
            in_response_to: record.map(|record| record.id().as_str().to_owned()),
            tenant: record.map(|record| record.tenant().to_owned()),
            return_to: record.and_then(RequestRecord::return_to).map(str::to_owned),
            proof,
        }
    }
}

impl Login {
    /// The user's name at this issuer.
    #[must_use]
    pub const fn name_id(&self) -> &NameId {
        &self.name
    }
}

impl Login<Option<NameId>> {
    /// The user's name at this issuer, if the assertion gives one.
    #[must_use]
    pub const fn name_id(&self) -> Option<&NameId> {
        self.name.as_ref()
    }

    /// The same as a login with a name, if there is one.
    #[must_use]
    pub fn named(self) -> Option<Login> {
        let Self { facts, name } = self;
        name.map(|name| Login { facts, name })
    }
}

impl<N: Naming> Login<N> {
    /// The identity provider's entity id, equal to the configured one.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.facts.issuer
    }

    /// The user's attributes.
    #[must_use]
    pub const fn attributes(&self) -> &Attributes {
        &self.facts.attributes
    }

    /// The identity provider's name of the session, needed for single logout. Okta repeats our
    /// request's ID here when the login began with a request.
    #[must_use]
    pub fn session_index(&self) -> Option<&str> {
        self.facts.session_index.as_deref()
    }

    /// When the user authenticated at the identity provider.
    #[must_use]
    pub const fn authn_instant(&self) -> OffsetDateTime {
        self.facts.authn_instant
    }

    /// How the user authenticated: an opaque URI.
    #[must_use]
    pub fn authn_context_class(&self) -> Option<&str> {
        self.facts.authn_context_class.as_deref()
    }

    /// End the local session at this instant at the latest, if it is given (Core 2.7.2).
    #[must_use]
    pub const fn session_not_on_or_after(&self) -> Option<OffsetDateTime> {
        self.facts.session_not_on_or_after
    }

    /// The assertion's ID, for the audit log.
    #[must_use]
    pub fn assertion_id(&self) -> &str {
        &self.facts.assertion_id
    }

    /// The ID of the request this answers; `None` when the login began at the identity provider.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.facts.in_response_to.as_deref()
    }

    /// The tenant given to `start`; `None` when the login began at the identity provider.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.facts.tenant.as_deref()
    }

    /// Where the host wanted to send the user, as given to `start`.
    #[must_use]
    pub fn return_to(&self) -> Option<&str> {
        self.facts.return_to.as_deref()
    }

    /// Which signatures were verified, with which algorithm and key.
    #[must_use]
    pub const fn proof(&self) -> &Proof {
        &self.facts.proof
    }
}

impl<N> fmt::Debug for Login<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("issuer", &self.facts.issuer)
            .field("assertion_id", &self.facts.assertion_id)
            .field("proof", &self.facts.proof)
            .finish_non_exhaustive()
    }
}
