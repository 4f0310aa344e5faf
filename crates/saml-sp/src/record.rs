//! What is remembered of a request while the browser is away.
//!
//! A record is written before the browser leaves and read when it comes back. It is what makes an
//! answer solicited, so it lives on the server: in a cookie it would be the sender's.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

/// The ID of a request: `_` and 32 hexadecimal digits when this crate made it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// An ID that a store read back, or that a host with its own requests sent.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The opaque handle sent as `RelayState`: at most 80 bytes, and by itself worth nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RelayHandle(String);

impl RelayHandle {
    /// The most a `RelayState` may have when we send it, in bytes (Bindings 3.4.3).
    pub const LONGEST: usize = 80;

    /// A handle of at most 80 bytes; `None` for a longer or an empty one.
    #[must_use]
    pub fn new(handle: impl Into<String>) -> Option<Self> {
        let handle = handle.into();
        (!handle.is_empty() && handle.len() <= Self::LONGEST).then_some(Self(handle))
    }

    /// A handle derived from a request's ID, for hosts whose requests went out without one: the
    /// answer is then found by its `InResponseTo`.
    #[must_use]
    pub fn from_request(id: &RequestId) -> Self {
        Self(hex(&Sha256::digest(id.as_str().as_bytes())))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a fresh authentication was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ForceAuthn {
    /// An existing session at the identity provider is good enough. The default.
    #[default]
    No,
    /// The user must authenticate anew; an older `AuthnInstant` is refused.
    Yes,
}

/// What the request asked for and the answer must satisfy.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Asked {
    /// Whether a fresh authentication was asked for.
    pub force_authn: ForceAuthn,
    /// The authentication context classes, any one of which satisfies. Empty: none was asked for.
    pub authn_contexts: Vec<String>,
}

/// What is remembered of a request from [`start`](crate::ServiceProvider::start) to the answer.
///
/// Store it (serde) with [`RequestStore::put`](crate::RequestStore::put). It holds no secret, but
/// whoever can write it can answer a login; keep it on the server, not in a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    id: RequestId,
    idp: String,
    tenant: String,
    acs: String,
    relay: RelayHandle,
    return_to: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    issued_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    asked: Asked,
    browser: Option<String>,
}

/// The parts of a [`RequestRecord`], for a host or a test that makes its own.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "every part has to be named by whoever makes a record"
)]
pub struct RecordParts {
    /// The request's ID.
    pub id: RequestId,
    /// The entity id of the identity provider the request goes to.
    pub idp: String,
    /// The host's own name of the tenant; opaque here.
    pub tenant: String,
    /// The listening URL of the ACS that was asked to take the answer.
    pub acs: String,
    /// The handle sent as `RelayState`.
    pub relay: RelayHandle,
    /// Where the host wants to send the user afterwards; opaque here.
    pub return_to: Option<String>,
    /// When it was made.
    pub issued_at: OffsetDateTime,
    /// When it can no longer be answered.
    pub expires_at: OffsetDateTime,
    /// What was asked for.
    pub asked: Asked,
    /// The digest that binds the request to a browser, if the host uses that.
    pub browser: Option<String>,
}

impl From<RecordParts> for RequestRecord {
    fn from(parts: RecordParts) -> Self {
        let RecordParts {
            id,
            idp,
            tenant,
            acs,
            relay,
            return_to,
            issued_at,
            expires_at,
            asked,
            browser,
        } = parts;
        Self {
            id,
            idp,
            tenant,
            acs,
            relay,
            return_to,
            issued_at,
            expires_at,
            asked,
            browser,
        }
    }
}

impl RequestRecord {
    /// The request's ID, as the answer's `InResponseTo` must repeat it.
    #[must_use]
    pub const fn id(&self) -> &RequestId {
        &self.id
    }

    /// The entity id of the identity provider the request went to.
    #[must_use]
    pub fn idp(&self) -> &str {
        &self.idp
    }

    /// The host's own name of the tenant, as given to `start`; opaque here.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The listening URL of the ACS that was to take the answer.
    #[must_use]
    pub fn acs(&self) -> &str {
        &self.acs
    }

    /// The handle sent as `RelayState`.
    #[must_use]
    pub const fn relay(&self) -> &RelayHandle {
        &self.relay
    }

    /// Where the host wants to send the user afterwards, as given to `start`.
    #[must_use]
    pub fn return_to(&self) -> Option<&str> {
        self.return_to.as_deref()
    }

    /// When the request was made.
    #[must_use]
    pub const fn issued_at(&self) -> OffsetDateTime {
        self.issued_at
    }

    /// When it can no longer be answered.
    #[must_use]
    pub const fn expires_at(&self) -> OffsetDateTime {
        self.expires_at
    }

    /// What was asked for.
    #[must_use]
    pub const fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The digest that binds the request to a browser, if the host uses that.
    #[must_use]
    pub fn browser(&self) -> Option<&str> {
        self.browser.as_deref()
    }
}

/// Which answer is expected. There is no default: leaving the question out is not possible.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an answer is to a request or it is not; the middle way names the browser too"
)]
pub enum Expected<'a> {
    /// The answer to this request.
    Request(&'a RequestRecord),
    /// The answer to this request, brought by the browser that holds this cookie
    /// ([`StartedLogin::browser_cookie`](crate::StartedLogin::browser_cookie)).
    RequestFrom(&'a RequestRecord, Option<&'a str>),
    /// An answer to no request, started at the identity provider. Refused unless the service
    /// provider was built with `allow_idp_initiated`.
    IdpInitiated,
}

impl<'a> Expected<'a> {
    /// The request, if one is to be answered.
    pub(crate) const fn record(&self) -> Option<&'a RequestRecord> {
        match self {
            Self::Request(record) | Self::RequestFrom(record, _) => Some(record),
            Self::IdpInitiated => None,
        }
    }

    /// Whether the browser is the one the request is bound to, if it is bound to one.
    pub(crate) fn browser_fits(&self) -> bool {
        match self {
            Self::Request(record) => record.browser.is_none(),
            Self::RequestFrom(record, cookie) => match (&record.browser, cookie) {
                (None, _) => true,
                (Some(digest), Some(cookie)) => *digest == browser_digest(cookie),
                (Some(_), None) => false,
            },
            Self::IdpInitiated => true,
        }
    }
}

/// What a record keeps of the cookie that binds it to a browser.
pub(crate) fn browser_digest(cookie: &str) -> String {
    hex(&Sha256::digest(cookie.as_bytes()))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
