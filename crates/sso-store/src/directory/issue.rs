//! Provisioning issues: people the identity provider wants in and the rules keep out, with the
//! reason an Admin needs to mend it.

use super::list::{Cursor, First, Listed, Order, Page, listed};
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, params};
use org_domain::OrgId;
use std::fmt;
use time::OffsetDateTime;

/// One person whose provisioning failed.
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    /// The organisation.
    pub org: OrgId,
    /// The `userName` the client sent.
    pub user_name: String,
    /// The stable code of the last refusal.
    pub code: String,
    /// What the client was told.
    pub detail: String,
    /// When it failed first.
    pub first_seen: OffsetDateTime,
    /// When it failed last.
    pub last_seen: OffsetDateTime,
    /// How often.
    pub seen: i64,
}

impl fmt::Debug for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issue")
            .field("org", &self.org)
            .field("code", &self.code)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

fn issue(row: &Row) -> Result<Issue, StoreError> {
    Ok(Issue {
        org: crate::ids::org(row, 0)?,
        user_name: row.text(1)?,
        code: row.text(2)?,
        detail: row.text(3)?,
        first_seen: row.instant(4)?,
        last_seen: row.instant(5)?,
        seen: row.get(6)?,
    })
}

/// Longest userName noted, in bytes: an entry of an index has an upper limit on PostgreSQL, and
/// folding may make a text three times as long.
const LONGEST: usize = 512;

/// What is noted here is what the rules refused, so it may hold anything.
fn noted(user_name: &str) -> String {
    let mut text = user_name.replace('\0', "\u{fffd}");
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

const ORDER: Order = Order {
    at: "last_seen",
    id: "user_name_key",
    first: First::Newest,
};

impl Database {
    /// Notes that provisioning of a person failed; repeated failures share one row. A later
    /// success of the same `userName` removes it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_issue(
        &self,
        org: &OrgId,
        user_name: &str,
        code: &str,
        detail: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let user_name = noted(user_name);
        let sql = "INSERT INTO provisioning_issues \
                   (org, user_name_key, user_name, code, detail, first_seen, last_seen, seen) \
                   VALUES ($1, $2, $3, $4, $5, $6, $6, 1) \
                   ON CONFLICT (org, user_name_key) DO UPDATE SET user_name = excluded.user_name, \
                   code = excluded.code, detail = excluded.detail, last_seen = excluded.last_seen, \
                   seen = provisioning_issues.seen + 1";
        let values = params![
            org,
            crate::scim::fold(&user_name),
            user_name,
            code,
            detail,
            now
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// An organisation's provisioning issues, most recent first. One that happens again while
    /// the list is walked moves to its beginning.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn issues(&self, org: &OrgId, page: &Page) -> Result<Listed<Issue>, StoreError> {
        let mut values = params![org];
        let rest = ORDER.clause(page, &mut values);
        let sql = format!(
            "SELECT org, user_name, code, detail, first_seen, last_seen, seen FROM provisioning_issues \
             WHERE org = $1{rest}"
        );
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, issue, |issue| {
            Cursor::new(issue.last_seen, crate::scim::fold(&issue.user_name))
        })
    }

    /// Takes a person off the list: invited by hand, or given up.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the person is not on it.
    pub async fn dismiss_issue(&self, org: &OrgId, user_name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM provisioning_issues WHERE org = $1 AND user_name_key = $2";
        super::account::touched(
            self.execute(sql, params![org, crate::scim::fold(&noted(user_name))])
                .await?,
        )
    }
}
