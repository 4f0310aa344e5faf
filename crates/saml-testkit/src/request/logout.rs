//! The `LogoutRequest` a service provider sends.

use super::carried::{Carried, RedirectSignature};
use super::walk::{Reading, walk};
use super::{RequestError, bad};
use crate::keys::TestKey;

/// A `LogoutRequest` as the identity provider sees it. Answer it with
/// [`TestIdp::logout_response`](crate::TestIdp::logout_response) and its [`id`](Self::id).
///
/// ```
/// use saml_testkit::{LogoutRequestSeen, Person, TestIdp};
/// # let now = time::macros::datetime!(2026-01-31 12:00 UTC);
/// # let alice = Person::named("alice@corp.test");
/// # // Stands in for what a service provider sends.
/// # let sent = TestIdp::okta().logout_request("https://idp.test/slo", &alice, Some("_s1"), now).redirect_url();
/// let seen = LogoutRequestSeen::from_redirect(&sent)?;
/// assert_eq!((seen.name_id(), seen.session_indexes()), ("alice@corp.test", &["_s1".to_owned()][..]));
/// let answer = TestIdp::okta().logout_response("https://sp.test/slo", seen.id(), now);
/// # assert!(answer.xml().contains(seen.id()));
/// # Ok::<(), saml_testkit::RequestError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LogoutRequestSeen {
    xml: String,
    id: String,
    issuer: String,
    destination: Option<String>,
    issue_instant: String,
    not_on_or_after: Option<String>,
    name_id: String,
    name_id_format: Option<String>,
    name_qualifier: Option<String>,
    sp_name_qualifier: Option<String>,
    session_indexes: Vec<String>,
    relay_state: Option<String>,
    signature: Option<RedirectSignature>,
}

impl LogoutRequestSeen {
    /// Reads the redirect URL (or only its query) that ends a session.
    ///
    /// # Errors
    /// When there is no `SAMLRequest`, or it is not a deflated, base64-coded `LogoutRequest` with
    /// ID, Issuer and NameID, or inflates to more than 64 KiB.
    pub fn from_redirect(url: &str) -> Result<Self, RequestError> {
        Self::of(Carried::by_redirect(url)?)
    }

    /// Reads the form body of the POST binding.
    ///
    /// # Errors
    /// When there is no `SAMLRequest`, or it is not a base64-coded `LogoutRequest`.
    pub fn from_form(body: &str) -> Result<Self, RequestError> {
        Self::of(Carried::by_post(body)?)
    }

    fn of(carried: Carried) -> Result<Self, RequestError> {
        let mut seen = Self::default();
        walk(&carried.xml, &mut seen)?;
        if seen.id.is_empty() || seen.issuer.is_empty() || seen.name_id.is_empty() {
            return Err(bad("no samlp:LogoutRequest with ID, Issuer and NameID"));
        }
        seen.xml = carried.xml;
        seen.relay_state = carried.relay_state;
        seen.signature = carried.signature;
        Ok(seen)
    }

    /// The request document; by POST it carries its signature.
    #[must_use]
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// Its `ID`, which the answer repeats.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who asks.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
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

    /// `NotOnOrAfter` as written.
    #[must_use]
    pub fn not_on_or_after(&self) -> Option<&str> {
        self.not_on_or_after.as_deref()
    }

    /// Whose sessions end.
    #[must_use]
    pub fn name_id(&self) -> &str {
        &self.name_id
    }

    /// `NameID/@Format`.
    #[must_use]
    pub fn name_id_format(&self) -> Option<&str> {
        self.name_id_format.as_deref()
    }

    /// `NameID/@NameQualifier`.
    #[must_use]
    pub fn name_qualifier(&self) -> Option<&str> {
        self.name_qualifier.as_deref()
    }

    /// `NameID/@SPNameQualifier`.
    #[must_use]
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.sp_name_qualifier.as_deref()
    }

    /// Which of the sessions end, in order; none means all of them.
    #[must_use]
    pub fn session_indexes(&self) -> &[String] {
        &self.session_indexes
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

impl Reading for LogoutRequestSeen {
    fn begins(&mut self, element: &str) {
        if element == "p:SessionIndex" {
            self.session_indexes.push(String::new());
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: String) {
        match (element, name) {
            ("p:LogoutRequest", "ID") => self.id = value,
            ("p:LogoutRequest", "Destination") => self.destination = Some(value),
            ("p:LogoutRequest", "IssueInstant") => self.issue_instant = value,
            ("p:LogoutRequest", "NotOnOrAfter") => self.not_on_or_after = Some(value),
            ("a:NameID", "Format") => self.name_id_format = Some(value),
            ("a:NameID", "NameQualifier") => self.name_qualifier = Some(value),
            ("a:NameID", "SPNameQualifier") => self.sp_name_qualifier = Some(value),
            _ => {}
        }
    }

    fn text(&mut self, element: &str, text: &str) {
        match element {
            "a:Issuer" => self.issuer.push_str(text),
            "a:NameID" => self.name_id.push_str(text),
            "p:SessionIndex" => self
                .session_indexes
                .last_mut()
                .map(|index| index.push_str(text))
                .unwrap_or_default(),
            _ => {}
        }
    }
}
