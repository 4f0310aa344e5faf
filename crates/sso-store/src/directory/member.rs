//! Memberships: a person within one organisation, which is also the SCIM User resource.

use super::Page;
use super::account::touched;
use crate::database::Database;
use crate::error::{Rule, StoreError};
use crate::ids::MemberId;
use crate::scim::{Mirror, put_emails};
use crate::sql::{Row, Tx, Value, params};
use crate::transaction::{Transaction, lock};
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

/// A membership that provisioning removed: whoever is assigned again with the same
/// `externalId` is the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Whose membership it was.
    pub account: AccountId,
    /// Its identifier, which is not used again.
    pub member: MemberId,
    /// When it ended.
    pub removed: OffsetDateTime,
}

/// Which members to list.
#[derive(Clone, Default)]
pub struct MemberFilter {
    /// Only those in this state. Default: all.
    pub state: Option<MemberState>,
    /// Only those with this role. Default: all.
    pub role: Option<Role>,
    /// Only those whose address begins so, without regard to ASCII case. Default: all.
    pub email_prefix: Option<String>,
}

impl fmt::Debug for MemberFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberFilter")
            .field("state", &self.state)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "m.org, m.id, m.account, m.role, m.state, m.user_name, m.external_id, m.scim_linked, \
                       a.email, a.given_name, a.family_name, m.version, m.created, m.modified";
const FROM: &str = "FROM members m JOIN accounts a ON a.id = m.account";

pub(crate) fn role(row: &Row, column: usize) -> Result<Role, StoreError> {
    row.text(column)?
        .parse()
        .map_err(|_| StoreError::corrupt("an unknown role"))
}

fn member(row: &Row) -> Result<Member, StoreError> {
    Ok(Member {
        org: crate::ids::org(row, 0)?,
        id: MemberId::new(row.text(1)?),
        account: crate::ids::account(row, 2)?,
        role: role(row, 3)?,
        state: MemberState::parse(&row.text(4)?)?,
        user_name: row.text(5)?,
        external_id: row.get(6)?,
        scim_linked: row.flag(7)?,
        email: crate::ids::email(row, 8)?,
        given_name: row.text(9)?,
        family_name: row.text(10)?,
        version: row.get(11)?,
        created: row.instant(12)?,
        modified: row.instant(13)?,
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
        let sql = "SELECT member FROM tombstones WHERE account = $1 AND org = $2";
        Ok(self.row(sql, params![account, org]).await?.is_some())
    }

    /// The removed membership with this `externalId`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn tombstone(
        &self,
        org: &OrgId,
        external_id: &str,
    ) -> Result<Option<Tombstone>, StoreError> {
        let sql =
            "SELECT account, member, removed FROM tombstones WHERE org = $1 AND external_id = $2";
        let Some(row) = self.row(sql, params![org, external_id]).await? else {
            return Ok(None);
        };
        Ok(Some(Tombstone {
            account: crate::ids::account(&row, 0)?,
            member: MemberId::new(row.text(1)?),
            removed: row.instant(2)?,
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

    /// A page of an organisation's members, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn members(
        &self,
        org: &OrgId,
        filter: &MemberFilter,
        page: Page,
    ) -> Result<Vec<Member>, StoreError> {
        let (condition, mut values) = filter.condition(org);
        let (limit, offset) = (values.len() + 1, values.len() + 2);
        values.extend(params![i64::from(page.limit), i64::from(page.offset)]);
        let sql = format!(
            "SELECT {COLUMNS} {FROM} WHERE {condition} ORDER BY m.created, m.id LIMIT ${limit} OFFSET ${offset}"
        );
        self.rows(&sql, values).await?.iter().map(member).collect()
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
        let sql = format!("SELECT COUNT(*) {FROM} WHERE {condition}");
        let row = self.row(&sql, values).await?.ok_or(StoreError::Missing)?;
        Ok(row.get::<i64>(0)?.unsigned_abs())
    }
}

impl MemberFilter {
    fn condition(&self, org: &OrgId) -> (String, Vec<Value>) {
        let mut condition = String::from("m.org = $1");
        let mut values = params![org];
        let mut and = |text: &str, value: Value| {
            values.push(value);
            condition.push_str(&text.replace('?', &format!("${}", values.len())));
        };
        if let Some(state) = self.state {
            and(" AND m.state = ?", state.name().into());
        }
        if let Some(role) = self.role {
            and(" AND m.role = ?", role.as_str().into());
        }
        if let Some(prefix) = &self.email_prefix {
            let low = prefix.to_ascii_lowercase();
            // The highest code point closes the range of all texts that begin with the prefix.
            and(" AND a.email_key >= ?", low.clone().into());
            and(" AND a.email_key < ?", format!("{low}\u{10ffff}").into());
        }
        (condition, values)
    }
}

/// Refuses when no active Owner would be left but the one named; call with the organisation
/// locked.
pub(crate) async fn keep_an_owner(
    tx: &mut Tx,
    org: &OrgId,
    leaving: &MemberId,
) -> Result<(), StoreError> {
    let sql = "SELECT \
        SUM(CASE WHEN id = $2 THEN 1 ELSE 0 END), SUM(CASE WHEN id <> $2 THEN 1 ELSE 0 END) \
        FROM members WHERE org = $1 AND role = 'owner' AND state = 'active'";
    let Some(row) = tx.row(sql, params![org, leaving]).await? else {
        return Ok(());
    };
    let (leaves, stay) = (
        row.get::<Option<i64>>(0)?.unwrap_or(0),
        row.get::<Option<i64>>(1)?.unwrap_or(0),
    );
    if leaves > 0 && stay == 0 {
        Err(StoreError::Rule(Rule::LastOwner))
    } else {
        Ok(())
    }
}

impl Transaction {
    /// Makes an account a member, in state active.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for an unknown account, [`StoreError::Conflict`] when it is a
    /// member already.
    pub async fn add_member(
        &mut self,
        new: &NewMember,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "SELECT email, given_name, family_name FROM accounts WHERE id = $1";
        let account = self
            .row(sql, params![&new.account])
            .await?
            .ok_or(StoreError::Missing)?;
        let email = crate::ids::email(&account, 0)?;
        let resource = crate::scim::plain_user(&email, &account.text(1)?, &account.text(2)?);
        let mirror = Mirror::of(&resource)
            .ok_or_else(|| StoreError::corrupt("a member without an address"))?;
        let sql = "INSERT INTO members (org, id, account, role, state, user_name, user_name_key, domain, \
                   external_id, active, scim_linked, resource, version, created, modified) \
                   VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, NULL, 1, 0, $8, 1, $9, $9)";
        let values = params![
            &new.org,
            &new.id,
            &new.account,
            new.role.as_str(),
            mirror.user_name.as_str(),
            mirror.user_name_key.as_str(),
            mirror.domain.as_str(),
            mirror.resource.as_str(),
            now,
        ];
        self.execute(sql, values).await?;
        put_emails(&mut self.tx, &new.org, new.id.as_str(), &mirror).await
    }

    /// Changes what a member may do, if the member is still in the version one has read.
    ///
    /// # Errors
    /// [`StoreError::Rule`] with [`Rule::LastOwner`] when no active Owner would be left,
    /// [`StoreError::Stale`] when the member changed meanwhile or is gone.
    pub async fn set_role(
        &mut self,
        org: &OrgId,
        id: &MemberId,
        read: i64,
        role: Role,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.lock(org).await?;
        if role != Role::Owner {
            keep_an_owner(&mut self.tx, org, id).await?;
        }
        let sql = "UPDATE members SET role = $1, version = version + 1, modified = $2 \
                   WHERE org = $3 AND id = $4 AND version = $5";
        stale(
            self.execute(sql, params![role.as_str(), now, org, id, read])
                .await?,
        )
    }

    /// Locks a member out or lets the member in again, by an Admin's hand; the SCIM resource
    /// says the same afterwards. Ends the member's sessions in this organisation when locked.
    ///
    /// # Errors
    /// As [`set_role`](Self::set_role).
    pub async fn set_state(
        &mut self,
        org: &OrgId,
        id: &MemberId,
        read: i64,
        state: MemberState,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        lock(&mut self.tx, org).await?;
        if state != MemberState::Active {
            keep_an_owner(&mut self.tx, org, id).await?;
        }
        let sql =
            "SELECT account, resource FROM members WHERE org = $1 AND id = $2 AND version = $3";
        let row = self
            .row(sql, params![org, id, read])
            .await?
            .ok_or(StoreError::Stale)?;
        let resource = crate::scim::with_active(&row.text(1)?, state == MemberState::Active)?;
        let sql = "UPDATE members SET state = $1, resource = $2, active = $3, version = version + 1, modified = $4 \
                   WHERE org = $5 AND id = $6 AND version = $7";
        stale(
            self.execute(
                sql,
                params![
                    state.name(),
                    resource,
                    state == MemberState::Active,
                    now,
                    org,
                    id,
                    read
                ],
            )
            .await?,
        )?;
        if state != MemberState::Active {
            let sql = "DELETE FROM sessions WHERE account = $1 AND org = $2";
            self.execute(sql, params![row.text(0)?, org]).await?;
        }
        Ok(())
    }

    /// Ends a membership and its sessions; the account stays.
    ///
    /// # Errors
    /// [`StoreError::Rule`] with [`Rule::LastOwner`], [`StoreError::Missing`].
    pub async fn remove_member(&mut self, org: &OrgId, id: &MemberId) -> Result<(), StoreError> {
        self.lock(org).await?;
        keep_an_owner(&mut self.tx, org, id).await?;
        let sql = "SELECT account FROM members WHERE org = $1 AND id = $2";
        let account = self
            .row(sql, params![org, id])
            .await?
            .ok_or(StoreError::Missing)?
            .text(0)?;
        let sql = "DELETE FROM sessions WHERE account = $1 AND org = $2";
        self.execute(sql, params![account.as_str(), org]).await?;
        let sql = "DELETE FROM identity_links WHERE account = $1 AND org = $2";
        self.execute(sql, params![account, org]).await?;
        touched(
            self.execute(
                "DELETE FROM members WHERE org = $1 AND id = $2",
                params![org, id],
            )
            .await?,
        )
    }
}

fn stale(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::Stale)
    } else {
        Ok(())
    }
}
