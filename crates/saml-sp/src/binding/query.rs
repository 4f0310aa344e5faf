//! Receiving a message by redirect. Signatures are over the sender's own encoding, so the raw
//! query is kept (Bindings 3.4.4.1).
//!
//! The three signed parameters are put together as the standard orders them, from the octets that were
//! received: decoding and encoding again would change `%2b` to `%2B` and break signatures that are
//! right. Each parameter may occur once, and a request beside a response is refused, because two
//! readers could take two messages.

use super::{Role, deflate};
use crate::error::{Code, Finding, Rejection};
use crate::form;
use crate::message;
use crate::policy::Limits;

/// The parameters of a redirect, each at most once, as they were received.
#[derive(Clone, Debug)]
pub(crate) struct RedirectQuery {
    pub(crate) role: Role,
    pub(crate) xml: Vec<u8>,
    pub(crate) relay_state: Option<String>,
    pub(crate) signature: Option<Signed>,
}

/// What a query's signature covers, and its value.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) octets: String,
    pub(crate) algorithm: String,
    pub(crate) value: Vec<u8>,
}

/// The parameters that this binding knows, in the order in which they are signed.
const KNOWN: [&str; 6] = [
    "SAMLRequest",
    "SAMLResponse",
    "RelayState",
    "SigAlg",
    "Signature",
    "SAMLEncoding",
];

/// The one encoding there is (Bindings 3.4.4).
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

impl RedirectQuery {
    /// Read the raw query, without the `?`. Parameters this binding does not know are ignored.
    pub(crate) fn read(query: &str, limits: &Limits) -> Result<Self, Rejection> {
        if query.len() > limits.form_bytes {
            return Err(Finding::new(Code::LimitBytes)
                .expected(format!("at most {} bytes", limits.form_bytes))
                .at("query")
                .into());
        }
        let raw = Raw::read(query)?;
        let [request, response, relay, algorithm, signature, encoding] = raw.0;
        if let Some(other) = encoding.map(decode).transpose()?.filter(|e| e != DEFLATE) {
            return Err(Finding::new(Code::BindingUnsupported)
                .expected(DEFLATE)
                .seen(other)
                .at("SAMLEncoding")
                .into());
        }
        let (role, message) = match (request, response) {
            (Some(message), None) => (Role::Request, message),
            (None, Some(message)) => (Role::Response, message),
            (None, None) => return Err(Finding::new(Code::FormFieldMissing).at("query").into()),
            (Some(_), Some(_)) => {
                return Err(Finding::new(Code::FormFieldDuplicate)
                    .expected("SAMLRequest or SAMLResponse")
                    .at("query")
                    .into());
            }
        };
        let deflated = message::decode(&decode(message)?, limits)?;
        let relay_state = relay.map(decode).transpose()?;
        Ok(Self {
            role,
            xml: deflate::inflate(&deflated, limits.xml_bytes)?,
            relay_state: form::bounded(relay_state, limits)?,
            signature: match (algorithm, signature) {
                (Some(algorithm), Some(value)) => Some(Signed {
                    octets: signed_octets(role, message, relay, algorithm),
                    algorithm: decode(algorithm)?,
                    value: message::decode(&decode(value)?, limits)?,
                }),
                (None, None) => None,
                _ => {
                    return Err(Finding::new(Code::SignatureShape)
                        .expected("SigAlg and Signature together")
                        .at("query")
                        .into());
                }
            },
        })
    }
}

/// The received octets that a signature covers.
fn signed_octets(role: Role, message: &str, relay: Option<&str>, algorithm: &str) -> String {
    let relay = relay.map_or_else(String::new, |relay| format!("&RelayState={relay}"));
    format!("{}={message}{relay}&SigAlg={algorithm}", role.parameter())
}

fn decode(raw: &str) -> Result<String, Rejection> {
    form::decode(raw.as_bytes()).map(Into::into)
}

/// The raw values of the known parameters.
struct Raw<'q>([Option<&'q str>; 6]);

impl<'q> Raw<'q> {
    fn read(query: &'q str) -> Result<Self, Rejection> {
        let mut values = [None; 6];
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = KNOWN
                .iter()
                .zip(&mut values)
                .find(|(known, _)| **known == name);
            let Some((known, slot)) = slot else { continue };
            if slot.replace(value).is_some() {
                return Err(Finding::new(Code::FormFieldDuplicate).at(*known).into());
            }
        }
        Ok(Self(values))
    }
}
