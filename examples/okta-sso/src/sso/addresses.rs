//! The addresses of one organisation's single sign-on, as Okta's settings page asks for them.

use org_domain::OrgId;

use crate::config::BaseUrl;

/// Path of the postback: POST takes an answer, GET starts a login.
pub const POSTBACK: &str = "/security/sso/v2/authorize/";

/// Path of the requestable assertion consumer service, one for all organisations.
pub const REQUESTABLE: &str = "/sso/saml2";

/// Path of the logout address, followed by the organisation.
pub const LOGOUT: &str = "/sso/logout/";

/// What goes into Okta's "Configure SAML" form.
///
/// Its fields differ on purpose: the form is posted to the postback when a login starts at
/// Okta and to the requestable URL when it starts here, but Recipient and Destination are the
/// requestable URL in both cases, and the audience is the postback without its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// "Single sign on URL".
    pub postback: String,
    /// "Requestable SSO URLs", "Recipient URL" and "Destination URL".
    pub requestable: String,
    /// "Audience URI", which is also our entity id.
    pub audience: String,
    /// "Single Logout URL".
    pub logout: String,
}

impl Addresses {
    /// The addresses of an organisation.
    pub fn new(base_url: &BaseUrl, org: &OrgId) -> Self {
        let audience = base_url.join(POSTBACK);
        Self {
            postback: format!("{audience}?org_id={org}"),
            requestable: base_url.join(REQUESTABLE),
            audience,
            logout: base_url.join(&format!("{LOGOUT}{org}")),
        }
    }
}
