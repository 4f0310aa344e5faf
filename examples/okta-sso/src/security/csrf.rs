//! Forms are taken from our own pages only.
//!
//! Two checks, either of which would do alone. Every browser says where a POST comes from
//! (`Sec-Fetch-Site`, or at least `Origin`), and what comes from elsewhere is refused; a client
//! that says neither is no browser and carries nobody's cookies. And a form that acts for a
//! signed-in person holds a token derived from that person's session secret.

use data_encoding::BASE64URL_NOPAD;
use http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::web::{Failure, Form};

/// The name of the hidden field.
pub const FIELD: &str = "csrf";

/// The token of a session's forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// Derives it from the session secret. Knowing the token does not give the secret.
    pub fn of_session(secret: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"okta-sso csrf\0");
        hash.update(secret.as_bytes());
        Self(BASE64URL_NOPAD.encode(&hash.finalize()))
    }

    /// The text for the hidden field.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Refuses a form that does not hold it.
    ///
    /// # Errors
    /// [`Failure::CrossSite`].
    pub fn check(&self, form: &Form) -> Result<(), Failure> {
        let given = form.text(FIELD);
        if bool::from(self.0.as_bytes().ct_eq(given.as_bytes())) {
            Ok(())
        } else {
            Err(Failure::CrossSite)
        }
    }
}

/// Refuses a request that a browser sent from another site's page.
///
/// # Errors
/// [`Failure::CrossSite`].
pub fn same_origin(headers: &HeaderMap, base_url: &str) -> Result<(), Failure> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.eq_ignore_ascii_case(base_url.trim_end_matches('/')),
        (None, None) => true,
    };
    if own { Ok(()) } else { Err(Failure::CrossSite) }
}
