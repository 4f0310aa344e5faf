//! Reading the `AuthnRequest` a service provider sends, so that tests can look at it.

mod read;

use crate::algorithm::SignatureAlgorithm;
use crate::keys::TestKey;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use percent_encoding::percent_decode_str;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::Verifier as _;
use std::fmt;

/// Largest inflated request the kit reads, in bytes.
const MOST: usize = 64 * 1024;

/// An `AuthnRequest` as the identity provider sees it.
///
/// ```
/// # use saml_testkit::AuthnRequestSeen;
/// let refused = AuthnRequestSeen::from_redirect("https://idp.test/sso?RelayState=only");
/// assert!(refused.is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AuthnRequestSeen {
    xml: String,
    id: String,
    issuer: String,
    acs_url: Option<String>,
    destination: Option<String>,
    issue_instant: String,
    force_authn: bool,
    is_passive: bool,
    name_id_format: Option<String>,
    contexts: Vec<String>,
    relay_state: Option<String>,
    signature: Option<RedirectSignature>,
}

/// The signature over a redirect's raw query.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RedirectSignature {
    signed: String,
    algorithm: String,
    value: Vec<u8>,
}

/// Why the kit could not read a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError(String);

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an AuthnRequest: {}", self.0)
    }
}

impl std::error::Error for RequestError {}

fn bad(why: impl fmt::Display) -> RequestError {
    RequestError(why.to_string())
}

impl AuthnRequestSeen {
    /// Reads the redirect URL (or only its query) that starts a login.
    ///
    /// # Errors
    /// When there is no `SAMLRequest`, or it is not a deflated, base64-coded `AuthnRequest` with
    /// ID and Issuer, or inflates to more than 64 KiB.
    pub fn from_redirect(url: &str) -> Result<Self, RequestError> {
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        let raw = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(n, _)| *n == name)
                .map(|(_, v)| v)
        };
        let message = decoded(raw("SAMLRequest").ok_or_else(|| bad("no SAMLRequest"))?)?;
        let deflated = STANDARD.decode(message).map_err(bad)?;
        let xml =
            decompress_to_vec_with_limit(&deflated, MOST).map_err(|e| bad(e.status as i32))?;
        let mut seen = Self::from_xml(&String::from_utf8(xml).map_err(bad)?)?;
        seen.relay_state = raw("RelayState").map(decoded).transpose()?;
        if let (Some(algorithm), Some(value)) = (raw("SigAlg"), raw("Signature")) {
            let signed: Vec<&str> = query
                .split('&')
                .filter(|pair| !pair.starts_with("Signature="))
                .collect();
            seen.signature = Some(RedirectSignature {
                signed: signed.join("&"),
                algorithm: decoded(algorithm)?,
                value: STANDARD.decode(decoded(value)?).map_err(bad)?,
            });
        }
        Ok(seen)
    }

    /// Reads the form body of the POST binding.
    ///
    /// # Errors
    /// When there is no `SAMLRequest`, or it is not a base64-coded `AuthnRequest`.
    pub fn from_form(body: &str) -> Result<Self, RequestError> {
        let field = |name: &str| {
            form_urlencoded::parse(body.as_bytes())
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.into_owned())
        };
        let xml = STANDARD
            .decode(field("SAMLRequest").ok_or_else(|| bad("no SAMLRequest"))?)
            .map_err(bad)?;
        let mut seen = Self::from_xml(&String::from_utf8(xml).map_err(bad)?)?;
        seen.relay_state = field("RelayState");
        Ok(seen)
    }

    /// The request document.
    #[must_use]
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// Its `ID`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who asks.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where the answer shall go, when the request says so.
    #[must_use]
    pub fn acs_url(&self) -> Option<&str> {
        self.acs_url.as_deref()
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

    /// Whether a fresh authentication is demanded.
    #[must_use]
    pub const fn force_authn(&self) -> bool {
        self.force_authn
    }

    /// Whether the provider must not talk to the user.
    #[must_use]
    pub const fn is_passive(&self) -> bool {
        self.is_passive
    }

    /// `NameIDPolicy/@Format`.
    #[must_use]
    pub fn name_id_format(&self) -> Option<&str> {
        self.name_id_format.as_deref()
    }

    /// The authentication contexts asked for, in order.
    #[must_use]
    pub fn contexts(&self) -> &[String] {
        &self.contexts
    }

    /// The `RelayState` beside the request.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// Whether the redirect carries a signature over its raw query by `key`.
    #[must_use]
    pub fn is_signed_by(&self, key: TestKey) -> bool {
        let (Some(signature), Some(rsa)) = (&self.signature, key.rsa()) else {
            return false;
        };
        let Ok(value) = Signature::try_from(signature.value.as_slice()) else {
            return false;
        };
        let (public, signed) = (rsa.to_public_key(), signature.signed.as_bytes());
        match signature.algorithm.as_str() {
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

fn decoded(value: &str) -> Result<String, RequestError> {
    percent_decode_str(&value.replace('+', " "))
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(bad)
}
