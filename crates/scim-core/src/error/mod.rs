//! What a client is told when a request is refused: status, `scimType`, detail.
//!
//! One type for every refusal under the base path (RFC 7644 section 3.12), so
//! that a 404, a 405 or a 413 has the same shape as a 400. The detail is shown
//! by Okta to its administrators word for word: it says what to mend and names
//! no account outside the tenant. Faults of the store or the guard become a
//! constant sentence; their cause stays in [`ScimError::cause`] for the
//! operator's log and never reaches the wire.

mod code;

pub use code::{ScimType, Status};

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A refusal in the shape of RFC 7644 section 3.12.
///
/// ```
/// use scim_core::error::{ScimError, ScimType, Status};
///
/// let refused = ScimError::bad_request(ScimType::InvalidValue, "userName must be an e-mail address");
/// assert_eq!(refused.status(), Status::BadRequest);
/// assert_eq!(
///     refused.to_json(),
///     r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidValue","detail":"userName must be an e-mail address"}"#,
/// );
/// ```
#[derive(Clone)]
pub struct ScimError {
    status: Status,
    scim_type: Option<ScimType>,
    detail: Cow<'static, str>,
    advice: Advice,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// What a refusal adds to the response head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Advice {
    /// Nothing.
    #[default]
    None,
    /// `WWW-Authenticate: Bearer …` (RFC 7644 section 2, RFC 6750 section 3).
    Challenge(Challenge),
    /// `Allow: …`, the methods the addressed endpoint does answer.
    Allow(&'static str),
    /// `Retry-After: N` in whole seconds; Okta honours integers only.
    RetryAfter(u32),
}

/// Why a bearer token was not accepted, as far as a stranger may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// No token came: `Bearer realm="scim"` without an error code.
    Missing,
    /// Malformed, unknown, revoked or expired, all alike: `error="invalid_token"`.
    Invalid,
}

/// Schema URN of an error body (RFC 7644 section 3.12).
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

impl ScimError {
    /// A refusal with a status and a text for the client's administrator.
    #[must_use]
    pub fn new(status: Status, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
            advice: Advice::None,
            cause: None,
        }
    }

    /// 400 with a `scimType` (RFC 7644 table 9).
    #[must_use]
    pub fn bad_request(scim_type: ScimType, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::BadRequest, detail).with_type(scim_type)
    }

    /// 409 `uniqueness`: another resource of the tenant holds the value
    /// (RFC 7644 section 3.3.1).
    #[must_use]
    pub fn uniqueness(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Status::Conflict, detail).with_type(ScimType::Uniqueness)
    }

    /// 404; the same for an absent resource and for one of another tenant.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Status::NotFound, "no such resource in this tenant")
    }

    /// 401 with the `WWW-Authenticate` header that RFC 7644 section 2 asks for.
    #[must_use]
    pub fn unauthorized(challenge: Challenge) -> Self {
        let detail = match challenge {
            Challenge::Missing => "send the SCIM token of your organisation as a Bearer token",
            Challenge::Invalid => {
                "the SCIM token is not valid: it may have been replaced, have expired or be incomplete"
            }
        };
        Self::new(Status::Unauthorized, detail).with_advice(Advice::Challenge(challenge))
    }

    /// 500 (or 503, by `status`) with a constant text; `cause` is for the log.
    #[must_use]
    pub fn fault(status: Status, cause: impl Error + Send + Sync + 'static) -> Self {
        let error = match status {
            Status::Unavailable => Self::unavailable(),
            _ => Self::new(
                status,
                "the service failed while handling the request; nothing was changed",
            ),
        };
        Self {
            cause: Some(Arc::new(cause)),
            ..error
        }
    }

    /// 503 with `Retry-After: 5`: about the time a database takes to be back after a restart.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(
            Status::Unavailable,
            "the service cannot answer now; try again later",
        )
        .with_advice(Advice::RetryAfter(5))
    }

    /// The same refusal with a `scimType`.
    #[must_use]
    pub fn with_type(self, scim_type: ScimType) -> Self {
        Self {
            scim_type: Some(scim_type),
            ..self
        }
    }

    /// The same refusal with a header for the client.
    #[must_use]
    pub fn with_advice(self, advice: Advice) -> Self {
        Self { advice, ..self }
    }

    /// HTTP status; the body repeats it as a string.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The `scimType` keyword, where the RFC defines one for the case.
    #[must_use]
    pub fn scim_type(&self) -> Option<ScimType> {
        self.scim_type
    }

    /// The text an administrator of the client reads.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to add to the response head.
    #[must_use]
    pub fn advice(&self) -> Advice {
        self.advice
    }

    /// The inner fault of a 500 or 503, for the operator's log only.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.cause.as_deref()
    }

    /// The body of RFC 7644 section 3.12; `status` is a string there.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!(
            r#"{{"schemas":["{ERROR_URN}"],"status":"{}""#,
            self.status.code()
        );
        if let Some(kind) = self.scim_type {
            out.push_str(r#","scimType":""#);
            out.push_str(kind.as_str());
            out.push('"');
        }
        out.push_str(r#","detail":"#);
        out.push_str(&serde_json::Value::from(self.detail.as_ref()).to_string());
        out.push('}');
        out
    }
}

impl PartialEq for ScimError {
    /// Equal for a client: the inner cause does not count.
    fn eq(&self, other: &Self) -> bool {
        (self.status, self.scim_type, &self.detail, self.advice)
            == (other.status, other.scim_type, &other.detail, other.advice)
    }
}

impl Eq for ScimError {}

impl fmt::Debug for ScimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScimError")
            .field("status", &self.status)
            .field("scim_type", &self.scim_type)
            .field("detail", &self.detail)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ScimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.code())?;
        if let Some(kind) = self.scim_type {
            write!(f, " {}", kind.as_str())?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl Error for ScimError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests;
