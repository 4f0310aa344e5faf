//! A logout message as it arrived.
//!
//! Size, encoding and compression are judged here; whether it is true, in the next stage.

use std::fmt;

use crate::binding::{RedirectQuery, Role, Signed};
use crate::error::{Code, Finding, Rejection};
use crate::form::{self, Fields};
use crate::message;
use crate::names::saml;
use crate::policy::Limits;

/// A logout request or response of accepted size, not verified. `Debug` shows no content.
///
/// Whose session it is about cannot be read from it; that is in the
/// [`LogoutOrder`](super::LogoutOrder) that verification gives:
///
/// ```compile_fail
/// # fn f(message: saml_sp::logout::LogoutMessage) {
/// message.name_id(); // there is no such thing before verification
/// # }
/// ```
#[derive(Clone)]
pub struct LogoutMessage {
    pub(super) role: Role,
    pub(super) xml: Vec<u8>,
    pub(super) relay_state: Option<String>,
    pub(super) signature: Carried,
    limits: Limits,
}

/// Where the signature is.
#[derive(Clone)]
pub(super) enum Carried {
    /// In the message (POST).
    Enveloped,
    /// Beside it, over the raw query (redirect); perhaps there is none.
    Detached(Option<Signed>),
}

impl LogoutMessage {
    /// From a posted body of type `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// As [`AcsForm::from_urlencoded`](crate::AcsForm::from_urlencoded).
    pub fn from_urlencoded(body: &[u8], limits: &Limits) -> Result<Self, Rejection> {
        let Fields {
            request,
            response,
            relay_state,
        } = form::fields(body, limits)?;
        let (role, value) = match (request, response) {
            (Some(value), None) => (Role::Request, value),
            (None, Some(value)) => (Role::Response, value),
            (Some(_), Some(_)) => {
                return Err(Finding::new(Code::FormFieldDuplicate)
                    .expected("SAMLRequest or SAMLResponse")
                    .at("form")
                    .into());
            }
            (None, None) => return Err(Finding::new(Code::FormFieldMissing).at("form").into()),
        };
        let xml = message::decode(&value, limits)?;
        Ok(Self {
            role,
            xml,
            relay_state,
            signature: Carried::Enveloped,
            limits: *limits,
        })
    }

    /// From the raw query of a redirect, without the `?` and not decoded: the signature is over
    /// the sender's own spelling.
    ///
    /// # Errors
    /// [`Code::FormFieldMissing`], [`Code::FormFieldDuplicate`], [`Code::DeflateInvalid`] and the
    /// limits.
    pub fn from_query(query: &str, limits: &Limits) -> Result<Self, Rejection> {
        let RedirectQuery {
            role,
            xml,
            relay_state,
            signature,
        } = RedirectQuery::read(query, limits)?;
        Ok(Self {
            role,
            xml,
            relay_state,
            signature: Carried::Detached(signature),
            limits: *limits,
        })
    }

    /// Whether it is a request of the identity provider; else it is an answer to ours.
    #[must_use]
    pub fn is_request(&self) -> bool {
        self.role == Role::Request
    }

    /// The `RelayState`, unchanged and untrusted.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// The issuer that the message names, unverified: good for choosing the identity provider
    /// whose keys are tried, and for nothing else.
    ///
    /// # Errors
    /// Whatever is wrong with the XML.
    pub fn peek_issuer(&self) -> Result<Option<String>, Rejection> {
        let document = message::document(&self.xml, &self.limits)?;
        let issuer = document.root().optional(saml("Issuer"));
        Ok(issuer
            .ok()
            .flatten()
            .and_then(|issuer| issuer.text_only().ok())
            .map(Into::into))
    }
}

impl fmt::Debug for LogoutMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutMessage")
            .field("role", &self.role)
            .field("bytes", &self.xml.len())
            .finish_non_exhaustive()
    }
}
