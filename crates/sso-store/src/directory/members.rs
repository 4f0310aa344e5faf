//! Lists of members.

use super::list::{Cursor, First, Listed, Order, Page, listed};
use super::member::{COLUMNS, FROM, Member, MemberState, member};
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Value, params};
use org_domain::{OrgId, Role};

/// Which members to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemberFilter {
    /// Only those in this state. Default: all.
    pub state: Option<MemberState>,
    /// Only those with this role. Default: all.
    pub role: Option<Role>,
}

const ORDER: Order = Order {
    at: "m.created",
    id: "m.id",
    first: First::Oldest,
};

impl Database {
    /// A page of an organisation's members, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn members(
        &self,
        org: &OrgId,
        filter: &MemberFilter,
        page: &Page,
    ) -> Result<Listed<Member>, StoreError> {
        let (condition, mut values) = filter.condition(org);
        let rest = ORDER.clause(page, &mut values);
        let sql = format!("SELECT {COLUMNS} {FROM} WHERE {condition}{rest}");
        let rows = self.rows(&sql, values).await?;
        listed(page, &rows, member, |member| {
            Cursor::new(member.created, member.id.as_str())
        })
    }

    /// How many members the filter lets through.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_members(
        &self,
        org: &OrgId,
        filter: &MemberFilter,
    ) -> Result<u64, StoreError> {
        let (condition, values) = filter.condition(org);
        let sql = format!("SELECT COUNT(*) FROM members m WHERE {condition}");
        self.count(&sql, values).await
    }
}

impl MemberFilter {
    /// Both are words of a few, and stand in the statement itself: the index of Owners is one of
    /// these rows alone, which a planner takes only when it reads the word. Nobody counts the
    /// others by state, and an index for that would be written with every deactivation.
    fn condition(&self, org: &OrgId) -> (String, Vec<Value>) {
        let role = self.role.map(Role::as_str);
        let role = role.map(|role| format!(" AND m.role = '{role}'"));
        let state = self.state.map(MemberState::name);
        let state = state.map(|state| format!(" AND m.state = '{state}'"));
        let (role, state) = (role.unwrap_or_default(), state.unwrap_or_default());
        (format!("m.org = $1{role}{state}"), params![org])
    }
}
