//! Changing memberships outside of provisioning: added, given a role, locked out, removed.

use super::account::touched;
use super::invitation::REVOKE_OF_ACCOUNT;
use super::member::{MemberState, NewMember};
use crate::error::{Rule, StoreError};
use crate::ids::MemberId;
use crate::scim::{Mirror, put_emails};
use crate::sql::{Tx, params};
use crate::transaction::{Transaction, lock};
use org_domain::{AccountId, OrgId, Role};
use time::OffsetDateTime;

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

/// Forgets how a former membership ended, for one begins again.
pub(crate) async fn unbury(
    tx: &mut Tx,
    org: &OrgId,
    account: &AccountId,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM tombstones WHERE org = $1 AND account = $2";
    tx.execute(sql, params![org, account]).await.map(drop)
}

impl Transaction {
    /// Makes an account a member, in state active. How a membership of before had ended is
    /// forgotten, a lock by an Admin too: it is the Admin's side that adds people here.
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
        unbury(&mut self.tx, &new.org, &new.account).await?;
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
    /// says the same afterwards. When locked, the member's sessions in this organisation end and open
    /// invitations of the address into it are revoked.
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
            self.execute(REVOKE_OF_ACCOUNT, params![org, row.text(0)?])
                .await?;
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
