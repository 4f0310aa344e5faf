//! Members as people look for them: in the order of their addresses, by address or name.

use super::list::{Cursor, Listed, Page, listed};
use super::member::{COLUMNS, FROM, Member, member};
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Value, params};
use org_domain::OrgId;

impl Database {
    /// A page of an organisation's members, in the order of their user names, which are their
    /// addresses. With a text to search for, those whose user name, last name, or first and last
    /// name begins with it: user names as SCIM compares them, names without regard to the case of
    /// a to z.
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
        let (condition, mut values) = condition(org, search);
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let place = page.after.as_ref().map(|after| {
            let key = bind(after.id().into());
            format!(" AND m.user_name_key > {key}")
        });
        let (place, limit) = (
            place.unwrap_or_default(),
            bind((i64::from(page.limit) + 1).into()),
        );
        let sql = format!(
            "SELECT {COLUMNS} {FROM} WHERE {condition}{place} ORDER BY m.user_name_key LIMIT {limit}"
        );
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, member, |member| {
            Cursor::of_text(crate::scim::fold(&member.user_name))
        })
    }

    /// How many members such a search finds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_roster(&self, org: &OrgId, search: &str) -> Result<u64, StoreError> {
        let (condition, values) = condition(org, search);
        let sql = format!("SELECT COUNT(*) FROM members m WHERE {condition}");
        let row = self.row(&sql, values).await?.ok_or(StoreError::Missing)?;
        Ok(row.get::<i64>(0)?.unsigned_abs())
    }
}

fn condition(org: &OrgId, search: &str) -> (String, Vec<Value>) {
    let mut condition = String::from("m.org = $1");
    let mut values = params![org];
    if search.is_empty() {
        return (condition, values);
    }
    // The highest code point closes the range of all texts that begin with the prefix.
    let end = |low: &str| format!("{low}\u{10ffff}");
    let (key, name) = (crate::scim::fold(search), search.to_ascii_lowercase());
    // A look-up for each member, and no join: that would have a planner read all accounts.
    condition.push_str(
        " AND (m.user_name_key >= $2 AND m.user_name_key < $3 OR 1 = (SELECT CASE \
         WHEN LOWER(n.family_name) >= $4 AND LOWER(n.family_name) < $5 THEN 1 \
         WHEN LOWER(n.given_name || ' ' || n.family_name) >= $4 AND LOWER(n.given_name || ' ' || n.family_name) < $5 \
         THEN 1 ELSE 0 END FROM accounts n WHERE n.id = m.account))",
    );
    values.extend(params![key.as_str(), end(&key), name.as_str(), end(&name)]);
    (condition, values)
}
