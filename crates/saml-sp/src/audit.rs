//! Events for an audit log: what happened, at which identity provider, proven by what.
//!
//! An event holds nothing personal: no name identifier, no attribute, no address. It can therefore
//! be kept as long as security wants and be shown to a customer's admin. Whoever needs the person
//! adds the host's own account id beside it.
//!
//! | event | when | tells |
//! |---|---|---|
//! | `session.logged_in` | a login was redeemed | issuer, assertion, request, key and algorithm that proved it |
//! | `session.login_failed` | an answer was refused | every code, and whose fault it most likely is |
//! | `session.logout_ordered` | a logout request of the identity provider was redeemed | issuer, request, number of sessions named |
//!
//! ```
//! use saml_sp::audit::AuditEvent;
//! use saml_sp::{Code, Rejection};
//! let event = AuditEvent::from(&Rejection::from(Code::AudienceMismatch)).with_trace("7f3a");
//! let line = serde_json::to_string(&event)?;
//! assert_eq!(line, r#"{"event":"session.login_failed","trace":"7f3a","codes":["audience_mismatch"],"fault":"idp_admin"}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::Serialize;

use crate::error::{Rejection, printable};
use crate::login::{Encryption, Login, Naming};
use crate::logout::LogoutOrder;

/// One event, ready to be serialized. Fields that do not apply are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The stable name.
    pub event: &'static str,
    /// The host's own trace id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The identity provider's entity id, as configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The host's own name of the tenant, where the login began with a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The ID of the assertion, or of the logout request: what to ask the identity provider about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The ID of our request; none when the login began at the identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The algorithm of the outermost signature, by its URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<&'static str>,
    /// The key that made it, by the SHA-256 of its `SubjectPublicKeyInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether the assertion came encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// Every code of a refusal, the most telling first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<&'static str>,
    /// Who most likely has to act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// How many sessions a logout names; none means all of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<usize>,
}

impl AuditEvent {
    const fn new(event: &'static str) -> Self {
        Self {
            event,
            trace: None,
            issuer: None,
            tenant: None,
            message: None,
            request: None,
            algorithm: None,
            key: None,
            encrypted: None,
            codes: Vec::new(),
            fault: None,
            sessions: None,
        }
    }

    /// Put the host's own trace id on it: the one that the user was shown.
    #[must_use]
    pub fn with_trace(mut self, trace: &str) -> Self {
        self.trace = Some(printable(trace));
        self
    }
}

impl<N: Naming> From<&Login<N>> for AuditEvent {
    fn from(login: &Login<N>) -> Self {
        let (proof, own) = (login.proof(), |text: &str| printable(text));
        Self {
            issuer: Some(own(login.issuer())),
            tenant: login.tenant().map(own),
            message: Some(own(login.assertion_id())),
            request: login.request_id().map(own),
            algorithm: proof.algorithm().map(|algorithm| algorithm.uri()),
            key: proof.key().map(|key| key.to_string()),
            encrypted: Some(proof.encryption() == Encryption::Encrypted),
            ..Self::new("session.logged_in")
        }
    }
}

impl From<&Rejection> for AuditEvent {
    fn from(rejection: &Rejection) -> Self {
        let first = rejection.findings().next();
        Self {
            codes: rejection.findings().map(|f| f.code().name()).collect(),
            fault: first.map(|finding| finding.fault().name()),
            ..Self::new("session.login_failed")
        }
    }
}

impl From<&LogoutOrder> for AuditEvent {
    fn from(order: &LogoutOrder) -> Self {
        Self {
            issuer: Some(printable(order.issuer())),
            message: Some(printable(order.id())),
            sessions: Some(order.session_indexes().count()),
            ..Self::new("session.logout_ordered")
        }
    }
}
