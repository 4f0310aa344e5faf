//! Forgetting what has served its purpose, a piece at a time.

use crate::database::Database;
use crate::error::StoreError;
use crate::sql::params;
use time::{Duration, OffsetDateTime};

/// How long records are kept. What has an end of its own (assertions used, pending requests,
/// sessions) is kept until then and needs no setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Audit entries and the log of SCIM writes. Default 400 days: a year of audit and the
    /// weeks it takes to write the report.
    pub audit: Duration,
    /// Attempts to sign in, which are personal data. Default 90 days.
    pub sign_ins: Duration,
    /// Invitations that were accepted, revoked or have expired. Default 90 days.
    pub invitations: Duration,
    /// Provisioning issues that did not occur again. Default 30 days: clients retry daily.
    pub issues: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            audit: Duration::days(400),
            sign_ins: Duration::days(90),
            invitations: Duration::days(90),
            issues: Duration::days(30),
        }
    }
}

/// Rows removed by one [`Database::clean`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Assertions used whose time is over: they would be refused for their age now.
    pub replays: u64,
    /// Requests that were not answered in time, or were.
    pub requests: u64,
    /// Sessions that have ended.
    pub sessions: u64,
    /// Audit entries and SCIM changes.
    pub audit: u64,
    /// Attempts to sign in.
    pub sign_ins: u64,
    /// Closed and expired invitations.
    pub invitations: u64,
    /// Provisioning issues.
    pub issues: u64,
}

/// Rows per statement: a few milliseconds of write lock, so that nobody waits for a clean-up.
const PIECE: i64 = 1_000;

/// Each names its table's key, so that one statement removes at most a piece of it.
const REPLAYS: &str = "DELETE FROM saml_replays WHERE key IN \
    (SELECT key FROM saml_replays WHERE until <= $1 ORDER BY until LIMIT $2)";
const REQUESTS: &str = "DELETE FROM saml_requests WHERE id IN \
    (SELECT id FROM saml_requests WHERE expires <= $1 ORDER BY expires LIMIT $2)";
const SESSIONS: &str = "DELETE FROM sessions WHERE digest IN \
    (SELECT digest FROM sessions WHERE expires <= $1 ORDER BY expires LIMIT $2)";
const AUDIT: &str = "DELETE FROM audit WHERE id IN \
    (SELECT id FROM audit WHERE at <= $1 ORDER BY at LIMIT $2)";
const CHANGES: &str = "DELETE FROM scim_changes WHERE (org, txn) IN \
    (SELECT org, txn FROM scim_changes WHERE at <= $1 ORDER BY at LIMIT $2)";
const SIGN_INS: &str = "DELETE FROM sign_ins WHERE id IN \
    (SELECT id FROM sign_ins WHERE at <= $1 ORDER BY at LIMIT $2)";
const INVITATIONS: &str = "DELETE FROM invitations WHERE (org, id) IN \
    (SELECT org, id FROM invitations WHERE expires <= $1 ORDER BY expires LIMIT $2)";
const ISSUES: &str = "DELETE FROM provisioning_issues WHERE (org, user_name_key) IN \
    (SELECT org, user_name_key FROM provisioning_issues WHERE last_seen <= $1 ORDER BY last_seen LIMIT $2)";

impl Database {
    /// Removes what `retention` no longer keeps. Call it every few minutes from any process;
    /// several at once do no harm. It works in pieces of a thousand rows and yields the
    /// database to others in between.
    ///
    /// An assertion that was used is forgotten only when `now` has reached the instant that
    /// saml-sp named when it claimed it, after which the assertion is too old to be accepted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; what was removed until then stays removed.
    pub async fn clean(
        &self,
        retention: &Retention,
        now: OffsetDateTime,
    ) -> Result<Cleaned, StoreError> {
        let before = |age: Duration| now.checked_sub(age).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(Cleaned {
            replays: self.remove(REPLAYS, now).await?,
            requests: self.remove(REQUESTS, now).await?,
            sessions: self.remove(SESSIONS, now).await?,
            audit: self.remove(AUDIT, before(retention.audit)).await?
                + self.remove(CHANGES, before(retention.audit)).await?,
            sign_ins: self.remove(SIGN_INS, before(retention.sign_ins)).await?,
            invitations: self
                .remove(INVITATIONS, before(retention.invitations))
                .await?,
            issues: self.remove(ISSUES, before(retention.issues)).await?,
        })
    }

    async fn remove(&self, sql: &str, end: OffsetDateTime) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let rows = self.execute(sql, params![end, PIECE]).await?;
            removed += rows;
            if rows < PIECE.unsigned_abs() {
                return Ok(removed);
            }
        }
    }
}
