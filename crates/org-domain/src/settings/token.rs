//! Provisioning tokens: who made them and how long they live. The secret is the host's.

use time::{Duration, OffsetDateTime};

use crate::ident::{AccountId, TokenId};

/// Live tokens at a time: the one in use and the one that replaces it.
pub const MAX_TOKENS: usize = 2;
/// Longest life of a token: a year, so that a forgotten integration shows itself.
pub const MAX_TOKEN_LIFE: Duration = Duration::days(365);
/// Shortest life of a token.
pub const MIN_TOKEN_LIFE: Duration = Duration::days(1);
/// How long an old token may go on beside a new one.
pub const MAX_TOKEN_OVERLAP: Duration = Duration::days(7);

/// What is known about a provisioning token. The secret was shown once and is not here.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ScimToken {
    /// Its public part.
    pub id: TokenId,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it dies.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

impl ScimToken {
    /// Whether it opens anything at an instant.
    #[must_use]
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        self.created_at <= now && now < self.expires_at
    }
}
