//! Why a request did not get what it asked for.

use sso_store::{LoginError, StoreError};

/// A request that ends without its result. Rendered in one place, by
/// [`pages::failure`](crate::pages::failure).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was asked for was done; what failed is the page that was to show it.
    #[error("done, and then: {0}")]
    Afterwards(Box<Self>),
    /// The text says what is wrong with the input. 400.
    #[error("{0}")]
    Bad(String),
    /// The person may not do this. 403.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The form did not come from one of our own pages, or is older than its session. 403.
    #[error("the form did not come from this site")]
    CrossSite,
    /// The path exists, but not with this method. 405.
    #[error("method not allowed")]
    Method,
    /// There is nothing here, or nothing this person may know of. 404.
    #[error("not found")]
    Missing,
    /// Somebody has to sign in first; the path and query are where to return. 303.
    #[error("sign in first")]
    SignIn(String),
    /// Somebody else changed the same thing meanwhile. 409.
    #[error("changed by somebody else meanwhile")]
    Stale,
    /// The person has to prove again that it is them; the path is where to return. 303.
    #[error("confirm first")]
    StepUp(String),
    /// Too many tries; the number is seconds until the next may succeed. 429.
    #[error("too many tries")]
    TooMany(u64),
    /// The database cannot be used right now, and nothing was changed. 503 with `Retry-After`.
    #[error("the service cannot be used right now")]
    Unavailable,
    /// As [`Unavailable`](Self::Unavailable), but the change may have been made: the answer to the
    /// commit did not come, or an earlier part was done. 503 with `Retry-After`.
    #[error("the service cannot be used right now, and a change may have been made")]
    Unsettled,
    /// A fault of this program or its data, which the log names. 500.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Store(error) => error.into(),
            LoginError::RequestUsed | LoginError::Replayed => Self::Stale,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::Missing => Self::Missing,
            unsettled if unsettled.may_have_changed() => Self::Unsettled,
            unavailable if unavailable.is_unavailable() => Self::Unavailable,
            other => Self::Internal(with_sources(&other)),
        }
    }
}

impl Failure {
    /// This failure, when it comes after the change that was asked for has been made.
    #[must_use]
    pub fn afterwards(self) -> Self {
        match self {
            Self::Unavailable | Self::Unsettled | Self::Internal(_) => {
                Self::Afterwards(Box::new(self))
            }
            other => other,
        }
    }

    /// This failure, when some of what was asked for may have been done before.
    #[must_use]
    pub fn half_way(self) -> Self {
        match self {
            Self::Unavailable => Self::Unsettled,
            other => other,
        }
    }

    /// This failure of a request that asked for no change.
    #[must_use]
    pub fn of_reading(self) -> Self {
        match self {
            Self::Unsettled => Self::Unavailable,
            other => other,
        }
    }
}

/// An error's text followed by the texts of what caused it, for the log.
pub fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
