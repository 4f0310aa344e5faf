//! The query of the redirect binding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::encode;

/// Everything but the unreserved characters of RFC 3986 is encoded, so that any reader agrees.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `name=message`, `RelayState` if there is one: the part that a signature covers, in its order
/// (Bindings 3.4.4.1).
pub(crate) fn query(name: &str, xml: &str, relay_state: Option<&str>) -> String {
    let mut query = format!("{name}={}", escape(&encode(xml)));
    if let Some(relay) = relay_state {
        query.push_str("&RelayState=");
        query.push_str(&escape(relay));
    }
    query
}

/// Percent-encode one value.
pub(crate) fn escape(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}
