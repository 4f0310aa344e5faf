//! How many active members there are of each role at each domain: whom a rule about both touches.

use super::member::{FROM, MemberState, role};
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Value, params};
use org_domain::{OrgId, Role};

/// Active members of one role whose user name is an address at one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headcount {
    /// The domain in its canonical form; empty for user names that are no addresses.
    pub domain: String,
    /// The role.
    pub role: Role,
    /// How many there are.
    pub members: u64,
}

impl Database {
    /// The active members of an organisation, counted by domain and role, in the order of the
    /// domains. All of them are looked at, and none is loaded.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn headcounts(&self, org: &OrgId) -> Result<Vec<Headcount>, StoreError> {
        let sql = "SELECT m.domain, m.role, COUNT(*) FROM members m WHERE m.org = $1 AND m.state = $2 \
                   GROUP BY m.domain, m.role ORDER BY m.domain, m.role";
        let values = params![org, MemberState::Active.name()];
        let rows = self.rows(sql, values).await?;
        rows.iter()
            .map(|row| {
                Ok(Headcount {
                    domain: row.text(0)?,
                    role: role(row, 1)?,
                    members: row.get::<i64>(2)?.unsigned_abs(),
                })
            })
            .collect()
    }

    /// The first addresses, in their order, of active members who neither administer nor are at
    /// one of these domains.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn outside_of(
        &self,
        org: &OrgId,
        domains: &[String],
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let (state, owner, admin) = (MemberState::Active, Role::Owner, Role::Admin);
        let mut values = params![org, state.name(), owner.as_str(), admin.as_str()];
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let places: Vec<String> = domains
            .iter()
            .map(|domain| bind(domain.as_str().into()))
            .collect();
        let elsewhere = if places.is_empty() {
            String::new()
        } else {
            format!(" AND m.domain NOT IN ({})", places.join(", "))
        };
        let limit = bind(i64::from(limit).into());
        let sql = format!(
            "SELECT a.email {FROM} WHERE m.org = $1 AND m.state = $2 AND m.role NOT IN ($3, $4){elsewhere} \
             ORDER BY m.user_name_key LIMIT {limit}"
        );
        let rows = self.rows(&sql, values).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }
}
