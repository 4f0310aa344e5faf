//! Our side's values: what an administrator copies into Okta's form.

use crate::ident::OrgId;

/// The values that an organisation's administrator enters in Okta's *Configure SAML* form.
///
/// Only the single sign-on URL carries the organisation; the other addresses are the same for all,
/// and the audience is the single sign-on URL without its query.
///
/// ```
/// # use org_domain::{OrgId, settings::ServiceValues};
/// let values = ServiceValues::new(
///     "https://app.example/security/sso/v2/authorize/",
///     "https://sso.app.example/sso/saml2",
///     &OrgId::new("1729")?,
/// );
/// assert_eq!(values.single_sign_on_url, "https://app.example/security/sso/v2/authorize/?org_id=1729");
/// assert_eq!(values.audience, "https://app.example/security/sso/v2/authorize/");
/// assert_eq!(values.recipient, "https://sso.app.example/sso/saml2");
/// # Ok::<(), org_domain::IdentifierError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ServiceValues {
    /// *Single sign-on URL*: the postback URL of this organisation.
    pub single_sign_on_url: String,
    /// *Requestable SSO URLs*.
    pub requestable: String,
    /// *Recipient URL*.
    pub recipient: String,
    /// *Destination URL*.
    pub destination: String,
    /// *Audience URI*.
    pub audience: String,
}

/// An attribute that the identity provider has to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AttributeStatement {
    /// Its name.
    pub name: &'static str,
    /// The expression to enter in Okta.
    pub value: &'static str,
}

impl ServiceValues {
    /// The attributes: `email` is required, the names fill in new accounts.
    pub const ATTRIBUTES: [AttributeStatement; 3] = [
        AttributeStatement {
            name: "firstName",
            value: "user.firstName",
        },
        AttributeStatement {
            name: "lastName",
            value: "user.lastName",
        },
        AttributeStatement {
            name: "email",
            value: "user.email",
        },
    ];

    /// Works the values out for one organisation. `postback` has no query of its own; `fixed_acs`
    /// is the address that all organisations share.
    #[must_use]
    pub fn new(postback: &str, fixed_acs: &str, org: &OrgId) -> Self {
        Self {
            single_sign_on_url: format!("{postback}?org_id={}", query_escaped(org.as_str())),
            requestable: fixed_acs.to_owned(),
            recipient: fixed_acs.to_owned(),
            destination: fixed_acs.to_owned(),
            audience: postback.to_owned(),
        }
    }
}

/// Percent-encodes all but unreserved characters (RFC 3986 section 2.3).
fn query_escaped(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            out
        })
}
