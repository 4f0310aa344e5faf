//! Members as people look for them: in the order of their addresses, by address or name.

use super::list::{Cursor, Listed, Page, listed};
use super::member::{COLUMNS, FROM, Member, WIDTH, member};
use crate::database::Database;
use crate::error::StoreError;
use crate::scim::fold;
use crate::sql::{Row, Value, params};
use org_domain::OrgId;

/// Rows of one look at most: some milliseconds, after which others get their turn.
const LOOK: u32 = 1_000;

impl Database {
    /// A page of an organisation's members, in the order of their user names, which are their
    /// addresses. With a text to search for, those whose user name, last name, or first and last
    /// name begins with it, all compared as SCIM compares user names ([`scim_core::fold`]).
    ///
    /// The order is that of an index, which a page begins in. Names stand with the account and in
    /// no index, so a search walks through the organisation in this order until its page is full.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn roster(
        &self,
        org: &OrgId,
        search: &str,
        page: &Page,
    ) -> Result<Listed<Member>, StoreError> {
        let mut walk = Walk {
            columns: (COLUMNS, WIDTH),
            key: fold(search),
            after: page.after.as_ref().map(|after| after.id().to_owned()),
            rows: page.limit.saturating_add(1),
        };
        let wanted = walk.rows as usize;
        let mut found = Vec::new();
        loop {
            let (rows, more) = walk.look(self, org).await?;
            for row in rows {
                let one = member(&row)?;
                if walk.finds(&one.user_name, &one.given_name, &one.family_name) {
                    found.push(row);
                }
            }
            if found.len() >= wanted || !more {
                break;
            }
        }
        listed(page, &found, member, |member| {
            Cursor::of_text(fold(&member.user_name))
        })
    }

    /// How many members such a search finds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_roster(&self, org: &OrgId, search: &str) -> Result<u64, StoreError> {
        if search.is_empty() {
            let sql = "SELECT COUNT(*) FROM members m WHERE m.org = $1";
            return self.count(sql, params![org]).await;
        }
        let mut walk = Walk {
            columns: ("m.user_name, a.given_name, a.family_name", 3),
            key: fold(search),
            after: None,
            rows: LOOK,
        };
        let mut counted = 0;
        loop {
            let (rows, more) = walk.look(self, org).await?;
            for row in &rows {
                let found = walk.finds(&row.text(0)?, &row.text(1)?, &row.text(2)?);
                counted += u64::from(found);
            }
            if !more {
                return Ok(counted);
            }
        }
    }
}

/// A way through an organisation in the order of the user names, some rows at a time.
struct Walk {
    /// What is read of each, and how many columns that is.
    columns: (&'static str, usize),
    /// What is looked for, folded.
    key: String,
    /// The key of the user name behind which the next look begins.
    after: Option<String>,
    rows: u32,
}

impl Walk {
    /// The next rows, among them all that may be meant, and whether there may be more.
    async fn look(
        &mut self,
        database: &Database,
        org: &OrgId,
    ) -> Result<(Vec<Row>, bool), StoreError> {
        let mut values = params![org];
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut condition = String::new();
        if !self.key.is_empty() {
            // The highest code point closes the range of all texts that begin with the key.
            let end = format!("{}\u{10ffff}", self.key);
            let (low, high) = (bind(self.key.as_str().into()), bind(end.into()));
            condition = may_be_meant(&low, &high);
        }
        if let Some(after) = &self.after {
            let key = bind(after.as_str().into());
            condition.push_str(&format!(" AND m.user_name_key > {key}"));
        }
        let limit = bind(i64::from(self.rows).into());
        let (columns, width) = self.columns;
        let sql = format!(
            "SELECT {columns}, m.user_name_key {FROM} WHERE m.org = $1{condition} ORDER BY m.user_name_key LIMIT {limit}"
        );
        let rows = database.rows(&sql, values).await?;
        let more = rows.len() >= self.rows as usize;
        if let Some(last) = rows.last() {
            self.after = Some(last.text(width)?);
        }
        self.rows = self.rows.saturating_mul(4).min(LOOK);
        Ok((rows, more))
    }

    fn finds(&self, user_name: &str, given_name: &str, family_name: &str) -> bool {
        let begins = |text: &str| fold(text).starts_with(&self.key);
        self.key.is_empty()
            || begins(user_name)
            || begins(family_name)
            || begins(&format!("{given_name} {family_name}"))
    }
}

/// User names have a key that is kept. Of names neither engine makes one but for the letters a to z:
/// a name with others may be meant, and is judged by [`Walk::finds`]. Each account is looked up for
/// its member, and not joined for this: that would have a planner read all accounts.
fn may_be_meant(low: &str, high: &str) -> String {
    let both = "n.given_name || ' ' || n.family_name";
    format!(
        " AND (m.user_name_key >= {low} AND m.user_name_key < {high} OR 1 = (SELECT CASE \
         WHEN LOWER(n.family_name) >= {low} AND LOWER(n.family_name) < {high} THEN 1 \
         WHEN LOWER({both}) >= {low} AND LOWER({both}) < {high} THEN 1 \
         WHEN OCTET_LENGTH({both}) <> LENGTH({both}) THEN 1 \
         ELSE 0 END FROM accounts n WHERE n.id = m.account))"
    )
}
