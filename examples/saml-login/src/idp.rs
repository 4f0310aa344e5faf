//! The other side: the test kit's identity provider, for which whoever asks is Ann.

use saml_sp::xml::escape_attribute;
use saml_testkit::{AuthnRequestSeen, Person, RequestError, SpTarget, TestIdp};
use time::OffsetDateTime;

/// The page that an identity provider shows after the password: a form that posts the answer.
pub(crate) fn sign_in(
    idp: &TestIdp,
    url: &str,
    now: OffsetDateTime,
) -> Result<String, RequestError> {
    let seen = AuthnRequestSeen::from_redirect(url)?;
    let ann = Person::new("ann@corp.example", "Ann", "Archer");
    let (message, _) = idp
        .response(&SpTarget::of_request(&seen, ""), &ann, now)
        .post_fields();
    let acs = escape_attribute(seen.acs_url().unwrap_or_default());
    let relay = escape_attribute(seen.relay_state().unwrap_or_default());
    Ok(format!(
        "<form method=post action=\"{acs}\"><input type=hidden name=SAMLResponse value=\"{message}\">\
         <input type=hidden name=RelayState value=\"{relay}\"><button>I am Ann</button></form>"
    ))
}
