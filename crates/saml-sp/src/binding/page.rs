//! The page that posts itself (Bindings 3.5.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::Role;
use crate::xml::escape_attribute;

/// The whole script of the page; its digest is in the page's policy.
const SCRIPT: &str = "document.forms[0].submit()";

/// What the policy says of frames, unless somebody may.
const UNFRAMED: &str = "frame-ancestors 'none'";

/// An HTML page that posts a message, and the headers it must be sent with.
///
/// The policy allows the page's own script by its digest and nothing else, so it works where
/// inline scripts are forbidden. Without scripts the page shows a button. `form-action` names the
/// schemes only, since browsers apply it to every redirect that follows the post. Nobody may frame
/// the page, but for the answer to a logout request: identity providers end sessions in hidden
/// frames, so that theirs is named there.
///
/// ```
/// # fn f(page: &saml_sp::binding::PostPage) {
/// for (name, value) in page.headers() { /* set it on the response */ }
/// let body = page.html();
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostPage {
    html: String,
    policy: String,
}

impl PostPage {
    pub(super) fn new(role: Role, endpoint: &str, xml: &str, relay_state: Option<&str>) -> Self {
        let relay = relay_state.map_or_else(String::new, |relay| hidden("RelayState", relay));
        let html = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>Continue</title></head>\
             <body><main><h1>One moment</h1><form method=\"post\" action=\"{}\">{}{relay}\
             <noscript><button type=\"submit\">Continue</button></noscript></form></main>\
             <script>{SCRIPT}</script></body></html>",
            escape_attribute(endpoint),
            hidden(role.parameter(), &STANDARD.encode(xml)),
        );
        let plain = if endpoint.starts_with("http:") {
            " http:"
        } else {
            ""
        };
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; form-action https:{plain}; base-uri 'none'; \
             {UNFRAMED}",
            STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()))
        );
        Self { html, policy }
    }

    /// The same page, which pages of these addresses' origins may frame. An address whose origin
    /// cannot stand in a policy is left out.
    pub(crate) fn framed_by<'u>(mut self, urls: impl IntoIterator<Item = &'u str>) -> Self {
        let mut origins: Vec<&str> = urls.into_iter().filter_map(origin).collect();
        origins.sort_unstable();
        origins.dedup();
        if !origins.is_empty() {
            let ancestors = format!("frame-ancestors {}", origins.join(" "));
            self.policy = self.policy.replace(UNFRAMED, &ancestors);
        }
        self
    }

    /// The page.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The value of `Content-Security-Policy`.
    #[must_use]
    pub fn content_security_policy(&self) -> &str {
        &self.policy
    }

    /// All headers: type, policy, and that nothing is kept (Bindings 3.5.5.1).
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", self.policy.as_str()),
            ("Cache-Control", "no-cache, no-store"),
            ("Pragma", "no-cache"),
        ]
        .into_iter()
    }
}

fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
        escape_attribute(value)
    )
}

/// Scheme, host and port of an address, where nothing in them could end a word of a policy.
fn origin(url: &str) -> Option<&str> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| url.starts_with(scheme))?;
    let (_, rest) = url.split_at_checked(scheme.len())?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
    if host.is_empty() || !host.bytes().all(plain) {
        return None;
    }
    let (origin, _) = url.split_at_checked(scheme.len() + host.len())?;
    Some(origin)
}
