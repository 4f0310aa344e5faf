//! Sending a message of ours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{PostPage, Role, deflate};
use crate::credential::SigningCredential;
use crate::crypto::CryptoProvider;
use crate::error::UsageError;
use crate::url;

/// Everything but the unreserved characters of RFC 3986 is encoded, so that any reader agrees.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What the browser is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two front-channel bindings")]
pub enum Delivery {
    /// Redirect to this URL, with status 302 or 303 and `Cache-Control: no-store`.
    Redirect(String),
    /// Show this page, which posts itself.
    Post(PostPage),
}

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) role: Role,
    pub(crate) endpoint: &'a str,
    pub(crate) xml: &'a str,
    pub(crate) relay_state: Option<&'a str>,
    pub(crate) signer: Option<&'a SigningCredential>,
}

/// The URL of the redirect binding. The signature covers message, `RelayState` if there is one,
/// and `SigAlg`, in this order and as they are written here (Bindings 3.4.4.1).
pub(crate) fn redirect(message: Outgoing<'_>) -> Result<String, UsageError> {
    let encoded = escape(&deflate::encode(message.xml));
    let mut query = format!("{}={encoded}", message.role.parameter());
    if let Some(relay) = message.relay_state {
        query = format!("{query}&RelayState={}", escape(relay));
    }
    if let Some(signer) = message.signer {
        query = format!("{query}&SigAlg={}", escape(signer.algorithm()));
        let signature = STANDARD.encode(signer.detached(query.as_bytes())?);
        query = format!("{query}&Signature={}", escape(&signature));
    }
    Ok(url::with_query(message.endpoint, &query))
}

/// The page of the POST binding. The signature is enveloped in the message.
pub(crate) fn post(message: Outgoing<'_>, crypto: &CryptoProvider) -> Result<PostPage, UsageError> {
    let signed = message
        .signer
        .map(|signer| signer.envelop(message.xml, crypto))
        .transpose()?;
    let xml = signed.as_deref().unwrap_or(message.xml);
    Ok(PostPage::new(
        message.role,
        message.endpoint,
        xml,
        message.relay_state,
    ))
}

/// Percent-encode one value.
pub(crate) fn escape(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}
