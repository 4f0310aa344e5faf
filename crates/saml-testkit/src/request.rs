//! Reading what a service provider sends, so that tests can look at it.

mod carried;
mod logout;
mod read;
mod walk;

pub use logout::LogoutRequestSeen;

use crate::keys::TestKey;
use carried::{Carried, RedirectSignature};
use std::fmt;

/// An `AuthnRequest` as the identity provider sees it.
///
/// ```
/// # use saml_testkit::AuthnRequestSeen;
/// let refused = AuthnRequestSeen::from_redirect("https://idp.test/sso?RelayState=only").unwrap_err();
/// assert_eq!(refused.to_string(), "not a request that can be read: no SAMLRequest");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AuthnRequestSeen {
    xml: String,
    id: String,
    issuer: String,
    acs_url: Option<String>,
    destination: Option<String>,
    issue_instant: String,
    force_authn: bool,
    is_passive: bool,
    name_id_format: Option<String>,
    contexts: Vec<String>,
    relay_state: Option<String>,
    signature: Option<RedirectSignature>,
}

/// Why the kit could not read a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError(String);

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a request that can be read: {}", self.0)
    }
}

impl std::error::Error for RequestError {}

fn bad(why: impl fmt::Display) -> RequestError {
    RequestError(why.to_string())
}

impl AuthnRequestSeen {
    /// Reads the redirect URL (or only its query) that starts a login.
    ///
    /// # Errors
    /// When there is no `SAMLRequest`, or it is not a deflated, base64-coded `AuthnRequest` with
    /// ID and Issuer, or inflates to more than 64 KiB.
    pub fn from_redirect(url: &str) -> Result<Self, RequestError> {
        Self::of(Carried::by_redirect(url)?)
    }

    /// Reads the form body of the POST binding.
    ///
    /// # Errors
    /// When there is no `SAMLRequest`, or it is not a base64-coded `AuthnRequest`.
    pub fn from_form(body: &str) -> Result<Self, RequestError> {
        Self::of(Carried::by_post(body)?)
    }

    fn of(carried: Carried) -> Result<Self, RequestError> {
        let mut seen = Self::from_xml(&carried.xml)?;
        seen.relay_state = carried.relay_state;
        seen.signature = carried.signature;
        Ok(seen)
    }

    /// The request document.
    #[must_use]
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// Its `ID`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who asks.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the answer shall go, when the request says so.
    #[must_use]
    pub fn acs_url(&self) -> Option<&str> {
        self.acs_url.as_deref()
    }

    /// The `Destination` of the request.
    #[must_use]
    pub fn destination(&self) -> Option<&str> {
        self.destination.as_deref()
    }

    /// `IssueInstant` as written.
    #[must_use]
    pub fn issue_instant(&self) -> &str {
        &self.issue_instant
    }

    /// Whether a fresh authentication is demanded.
    #[must_use]
    pub const fn force_authn(&self) -> bool {
        self.force_authn
    }

    /// Whether the provider must not talk to the user.
    #[must_use]
    pub const fn is_passive(&self) -> bool {
        self.is_passive
    }

    /// `NameIDPolicy/@Format`.
    #[must_use]
    pub fn name_id_format(&self) -> Option<&str> {
        self.name_id_format.as_deref()
    }

    /// The authentication contexts asked for, in order.
    #[must_use]
    pub fn contexts(&self) -> &[String] {
        &self.contexts
    }

    /// The `RelayState` beside the request.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// Whether the redirect carries a signature over its raw query by `key`.
    #[must_use]
    pub fn is_signed_by(&self, key: TestKey) -> bool {
        let signature = self.signature.as_ref();
        signature.is_some_and(|signature| signature.is_by(key))
    }
}
