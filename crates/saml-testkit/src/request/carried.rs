//! How a message travels: in a redirect's query, or in a form.

use super::{RequestError, bad};
use crate::algorithm::SignatureAlgorithm;
use crate::keys::TestKey;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use percent_encoding::percent_decode_str;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::Verifier as _;

/// Largest inflated request the kit reads, in bytes.
const MOST: usize = 64 * 1024;

/// A request as it arrived.
pub(super) struct Carried {
    pub(super) xml: String,
    pub(super) relay_state: Option<String>,
    pub(super) signature: Option<RedirectSignature>,
}

/// The signature over a redirect's raw query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RedirectSignature {
    signed: String,
    algorithm: String,
    value: Vec<u8>,
}

impl Carried {
    /// From a redirect's URL, or only its query.
    pub(super) fn by_redirect(url: &str) -> Result<Self, RequestError> {
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        let raw = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(n, _)| *n == name)
                .map(|(_, v)| v)
        };
        let message = decoded(raw("SAMLRequest").ok_or_else(|| bad("no SAMLRequest"))?)?;
        let deflated = base64(&message)?;
        let xml = decompress_to_vec_with_limit(&deflated, MOST).map_err(|e| match e.status {
            TINFLStatus::HasMoreOutput => {
                bad(format_args!("it inflates to more than {MOST} bytes"))
            }
            _ => bad("SAMLRequest is not one raw DEFLATE stream"),
        })?;
        let signature = match (raw("SigAlg"), raw("Signature")) {
            (Some(algorithm), Some(value)) => {
                let pairs = query.split('&');
                let signed: Vec<_> = pairs.filter(|p| !p.starts_with("Signature=")).collect();
                Some(RedirectSignature {
                    signed: signed.join("&"),
                    algorithm: decoded(algorithm)?,
                    value: base64(&decoded(value)?)?,
                })
            }
            _ => None,
        };
        Ok(Self {
            xml: String::from_utf8(xml).map_err(bad)?,
            relay_state: raw("RelayState").map(decoded).transpose()?,
            signature,
        })
    }

    /// From the body of a form. A signature is then in the document.
    pub(super) fn by_post(body: &str) -> Result<Self, RequestError> {
        let field = |name: &str| {
            form_urlencoded::parse(body.as_bytes())
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.into_owned())
        };
        let xml = base64(&field("SAMLRequest").ok_or_else(|| bad("no SAMLRequest"))?)?;
        Ok(Self {
            xml: String::from_utf8(xml).map_err(bad)?,
            relay_state: field("RelayState"),
            signature: None,
        })
    }
}

impl RedirectSignature {
    /// Whether this key made it.
    pub(super) fn is_by(&self, key: TestKey) -> bool {
        let Some(rsa) = key.rsa() else {
            return false;
        };
        let Ok(value) = Signature::try_from(self.value.as_slice()) else {
            return false;
        };
        let (public, signed) = (rsa.to_public_key(), self.signed.as_bytes());
        match self.algorithm.as_str() {
            uri if uri == SignatureAlgorithm::RsaSha256.uri() => {
                VerifyingKey::<Sha256>::new(public)
                    .verify(signed, &value)
                    .is_ok()
            }
            uri if uri == SignatureAlgorithm::RsaSha384.uri() => {
                VerifyingKey::<Sha384>::new(public)
                    .verify(signed, &value)
                    .is_ok()
            }
            uri if uri == SignatureAlgorithm::RsaSha512.uri() => {
                VerifyingKey::<Sha512>::new(public)
                    .verify(signed, &value)
                    .is_ok()
            }
            _ => false,
        }
    }
}

fn base64(text: &str) -> Result<Vec<u8>, RequestError> {
    STANDARD
        .decode(text)
        .map_err(|error| bad(format_args!("not base64: {error}")))
}

fn decoded(value: &str) -> Result<String, RequestError> {
    percent_decode_str(&value.replace('+', " "))
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(bad)
}
