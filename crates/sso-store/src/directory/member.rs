//! Memberships: a person within one organisation, which is also the SCIM User resource.

use crate::database::Database;
use crate::error::StoreError;
use crate::ids::MemberId;
use crate::sql::{Row, Value, params};
use org_domain::{AccountId, Email, OrgId, Role};
use std::fmt;
use time::OffsetDateTime;

/// Whether a member may enter, and who said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberState {
    /// May enter.
    Active,
    /// Locked by an Admin by hand; provisioning does not lift it.
    SuspendedByAdmin,
    /// Deactivated by provisioning, which may also lift it.
    SuspendedByScim,
}

impl MemberState {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Active, "active"),
        (Self::SuspendedByAdmin, "suspended_admin"),
        (Self::SuspendedByScim, "suspended_scim"),
    ];

    pub(crate) fn name(self) -> &'static str {
        super::name_of(&Self::ALL, &self)
    }

    pub(crate) fn parse(name: &str) -> Result<Self, StoreError> {
        super::named(&Self::ALL, name)
    }
}

/// A person within one organisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// The organisation.
    pub org: OrgId,
    /// Its identifier; the SCIM `id`.
    pub id: MemberId,
    /// The account behind it.
    pub account: AccountId,
    /// What the person may do here.
    pub role: Role,
    /// Whether the person may enter.
    pub state: MemberState,
    /// The SCIM `userName`, which is the e-mail address.
    pub user_name: String,
    /// The provisioning client's own key for the person.
    pub external_id: Option<String>,
    /// Whether provisioning has taken the membership over.
    pub scim_linked: bool,
    /// The account's address.
    pub email: Email,
    /// The account's first name.
    pub given_name: String,
    /// The account's last name.
    pub family_name: String,
    /// Grows by one with every change; the SCIM entity tag.
    pub version: i64,
    /// When the membership began.
    pub created: OffsetDateTime,
    /// When it last changed.
    pub modified: OffsetDateTime,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("org", &self.org)
            .field("id", &self.id)
            .field("role", &self.role)
            .field("state", &self.state)
            .field("scim_linked", &self.scim_linked)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// What is needed to make somebody a member outside of provisioning. The SCIM resource is
/// made from the account, so a provisioning client finds people added by hand too.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The organisation.
    pub org: OrgId,
    /// Its identifier, usually [`Generate`](crate::Generate).
    pub id: MemberId,
    /// The account, which must exist.
    pub account: AccountId,
    /// What the person may do.
    pub role: Role,
}

/// A membership that provisioning removed and that has not begun again: whoever is assigned again
/// with the same `externalId` is the same person.
#[derive(Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The provisioning client's own key for the person, if it had one.
    pub external_id: Option<String>,
    /// Its identifier, which is not used again.
    pub member: MemberId,
    /// When it ended.
    pub removed: OffsetDateTime,
    /// In which state. A lock by an Admin holds on: provisioning does not lift it by removing the
    /// membership and beginning it anew.
    pub state: MemberState,
}

impl fmt::Debug for Tombstone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tombstone")
            .field("member", &self.member)
            .field("removed", &self.removed)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

pub(super) const COLUMNS: &str = "m.org, m.id, m.account, m.role, m.state, m.user_name, m.external_id, m.scim_linked, \
                       a.email, a.given_name, a.family_name, m.version, m.created, m.modified";
/// How many those are.
pub(super) const WIDTH: usize = 14;
pub(super) const FROM: &str = "FROM members m JOIN accounts a ON a.id = m.account";

pub(crate) fn role(row: &Row, column: usize) -> Result<Role, StoreError> {
    row.text(column)?
        .parse()
        .map_err(|_| StoreError::corrupt("an unknown role"))
}

pub(super) fn member(row: &Row) -> Result<Member, StoreError> {
    member_at(row, 0)
}

/// A member whose columns begin at this one.
pub(super) fn member_at(row: &Row, first: usize) -> Result<Member, StoreError> {
    Ok(Member {
        org: crate::ids::org(row, first)?,
        id: MemberId::new(row.text(first + 1)?),
        account: crate::ids::account(row, first + 2)?,
        role: role(row, first + 3)?,
        state: MemberState::parse(&row.text(first + 4)?)?,
        user_name: row.text(first + 5)?,
        external_id: row.get(first + 6)?,
        scim_linked: row.flag(first + 7)?,
        email: crate::ids::email(row, first + 8)?,
        given_name: row.text(first + 9)?,
        family_name: row.text(first + 10)?,
        version: row.get(first + 11)?,
        created: row.instant(first + 12)?,
        modified: row.instant(first + 13)?,
    })
}

impl Database {
    /// The member with this identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn member(&self, org: &OrgId, id: &MemberId) -> Result<Option<Member>, StoreError> {
        self.one_member("m.org = $1 AND m.id = $2", params![org, id])
            .await
    }

    /// The membership of an account in an organisation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn member_by_account(
        &self,
        org: &OrgId,
        account: &AccountId,
    ) -> Result<Option<Member>, StoreError> {
        self.one_member("m.org = $1 AND m.account = $2", params![org, account])
            .await
    }

    async fn one_member(
        &self,
        condition: &str,
        values: Vec<Value>,
    ) -> Result<Option<Member>, StoreError> {
        let sql = format!("SELECT {COLUMNS} {FROM} WHERE {condition}");
        self.row(&sql, values)
            .await?
            .as_ref()
            .map(member)
            .transpose()
    }

    /// Whether provisioning ended a membership of this account in the organisation and nothing
    /// has begun one again since: single sign-on must not bring it back by itself.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn was_deprovisioned(
        &self,
        org: &OrgId,
        account: &AccountId,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT member FROM tombstones WHERE org = $1 AND account = $2";
        Ok(self.row(sql, params![org, account]).await?.is_some())
    }

    /// The membership of an account that provisioning removed. It is found by whose it was and not
    /// by its `externalId`, so that nobody who comes under the same one hides it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn tombstone(
        &self,
        org: &OrgId,
        account: &AccountId,
    ) -> Result<Option<Tombstone>, StoreError> {
        let sql = "SELECT external_id, member, removed, state FROM tombstones WHERE org = $1 AND account = $2";
        let Some(row) = self.row(sql, params![org, account]).await? else {
            return Ok(None);
        };
        Ok(Some(Tombstone {
            external_id: row.get(0)?,
            member: MemberId::new(row.text(1)?),
            removed: row.instant(2)?,
            state: MemberState::parse(&row.text(3)?)?,
        }))
    }

    /// All memberships of an account, in the order of the organisations' identifiers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn memberships(&self, account: &AccountId) -> Result<Vec<Member>, StoreError> {
        let sql = format!("SELECT {COLUMNS} {FROM} WHERE m.account = $1 ORDER BY m.org");
        self.rows(&sql, params![account])
            .await?
            .iter()
            .map(member)
            .collect()
    }
}
