//! Writing User resources: the membership row, its account, and what else the plan says.

use super::plan::{
    AccessChange, AccountFate, Admission, AdmittedAccount, MemberChange, MemberPlan,
};
use super::refusal::{Failed, Stop, same_id};
use super::user::Mirror;
use crate::directory::invitation::REVOKE_OF_ACCOUNT;
use crate::directory::log::audit;
use crate::directory::{NewAuditEntry, account, keep_an_owner, touched, unbury};
use crate::error::{Rule, StoreError};
use crate::ids::MemberId;
use crate::sql::{Row, Tx, Value, params};
use crate::transaction::{Run, lock};
use org_domain::{AccountId, OrgId};
use scim_core::store::{Stored, Version};
use time::OffsetDateTime;

/// One write of a User resource within its transaction.
pub(super) struct UserWrite<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) org: &'a OrgId,
    pub(super) now: OffsetDateTime,
}

/// What a membership row says before a write.
struct Current {
    account: AccountId,
    state: String,
    external_id: Option<String>,
}

fn current(row: &Row) -> Result<Current, StoreError> {
    Ok(Current {
        account: crate::ids::account(row, 1)?,
        state: row.text(2)?,
        external_id: row.get(3)?,
    })
}

impl UserWrite<'_> {
    /// Begins the membership, its account first.
    pub(super) async fn create(&mut self, new: &Stored, plan: &MemberPlan) -> Result<(), Failed> {
        let (plan, entries) = plan.parts();
        let MemberPlan::Admit(admission) = plan else {
            return Err(
                StoreError::corrupt("a guard that allows a create without an admission").into(),
            );
        };
        let mirror = mirror(new)?;
        let account = self.admitted(admission).await?;
        self.insert(new, &mirror, &account, admission).await?;
        self.put_emails(new.id().as_str(), &mirror).await?;
        unbury(self.tx, self.org, &account).await?;
        let sql = "DELETE FROM provisioning_issues WHERE org = $1 AND user_name_key = $2";
        self.tx
            .execute(sql, params![self.org, mirror.user_name_key])
            .await?;
        self.note(&entries).await?;
        Ok(())
    }

    /// Writes the plan's lines of the audit log.
    async fn note(&mut self, entries: &[&NewAuditEntry]) -> Result<(), StoreError> {
        for entry in entries {
            audit(&mut Run::Within(self.tx), entry, self.now).await?;
        }
        Ok(())
    }

    async fn admitted(&mut self, admission: &Admission) -> Result<AccountId, Failed> {
        match &admission.account {
            AdmittedAccount::New(account) => {
                account::create(self.tx, account, self.now).await?;
                Ok(account.id.clone())
            }
            AdmittedAccount::Existing(id) => {
                let found = self
                    .tx
                    .row("SELECT id FROM accounts WHERE id = $1", params![id])
                    .await?;
                // Deleted since the guard looked: the next try of the client finds none.
                found.map(|_| id.clone()).ok_or(Failed::Stop(Stop::Stale))
            }
        }
    }

    async fn insert(
        &mut self,
        new: &Stored,
        mirror: &Mirror,
        account: &AccountId,
        admission: &Admission,
    ) -> Result<(), Failed> {
        let state = if mirror.active == Some(true) {
            "active"
        } else {
            "suspended_scim"
        };
        let sql = "INSERT INTO members (org, id, account, role, state, user_name, user_name_key, domain, \
                   external_id, active, scim_linked, resource, version, created, modified) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13, $14)";
        let values = params![
            self.org,
            new.id().as_str(),
            account,
            admission.role.as_str(),
            state,
            mirror.user_name.as_str(),
            mirror.user_name_key.as_str(),
            mirror.domain.as_str(),
            mirror.external_id.as_deref(),
            mirror.active.map(i64::from),
            mirror.resource.as_str(),
            number(new.version()),
            new.created(),
            new.last_modified(),
        ];
        self.tx
            .execute(sql, values)
            .await
            .map(drop)
            .map_err(same_id)
    }

    /// Replaces the resource and carries the plan out.
    pub(super) async fn replace(
        &mut self,
        next: &Stored,
        expected: Version,
        plan: &MemberPlan,
    ) -> Result<(), Failed> {
        let (plan, entries) = plan.parts();
        let change = match plan {
            MemberPlan::Change(change) => change.clone(),
            MemberPlan::Nothing => MemberChange::default(),
            _ => return Err(StoreError::corrupt("a guard's plan of another kind of write").into()),
        };
        if change.access == Some(AccessChange::Suspend) {
            lock(self.tx, self.org).await?;
        }
        let member = MemberId::new(next.id().as_str());
        let current = self.current(&member, expected).await?;
        let mirror = mirror(next)?;
        self.change_account(&current.account, &change).await?;
        let state = self.access(&member, &current, change.access).await?;
        self.update(next, &mirror, &state, &change).await?;
        self.put_emails(next.id().as_str(), &mirror).await?;
        self.note(&entries).await?;
        Ok(())
    }

    async fn current(&mut self, member: &MemberId, expected: Version) -> Result<Current, Failed> {
        let sql = format!(
            "SELECT version, account, state, external_id FROM members WHERE org = $1 AND id = $2{}",
            self.tx.for_update()
        );
        let row = self
            .tx
            .row(&sql, params![self.org, member])
            .await?
            .ok_or(Failed::Stop(Stop::Missing))?;
        if row.get::<i64>(0)? != number(expected) {
            return Err(Failed::Stop(Stop::Stale));
        }
        Ok(current(&row)?)
    }

    async fn change_account(
        &mut self,
        account: &AccountId,
        change: &MemberChange,
    ) -> Result<(), StoreError> {
        if let Some((given, family)) = &change.names {
            account::rename(self.tx, account, given, family, self.now).await?;
        }
        if let Some(email) = &change.email {
            account::change_email(self.tx, account, email, self.now).await?;
            self.tx
                .execute("DELETE FROM sessions WHERE account = $1", params![account])
                .await?;
        }
        Ok(())
    }

    /// Carries a switch of access out and gives the state the row will have.
    async fn access(
        &mut self,
        member: &MemberId,
        current: &Current,
        access: Option<AccessChange>,
    ) -> Result<String, Failed> {
        match access {
            None => Ok(current.state.clone()),
            Some(AccessChange::Reactivate(_)) if current.state == "suspended_admin" => {
                Err(StoreError::Rule(Rule::SuspendedByAdmin).into())
            }
            Some(AccessChange::Reactivate(_)) => Ok("active".to_owned()),
            Some(AccessChange::Suspend) => {
                keep_an_owner(self.tx, self.org, member).await?;
                self.end_sessions(&current.account).await?;
                self.tx
                    .execute(REVOKE_OF_ACCOUNT, params![self.org, &current.account])
                    .await?;
                let by_admin = current.state == "suspended_admin";
                Ok(if by_admin {
                    "suspended_admin"
                } else {
                    "suspended_scim"
                }
                .to_owned())
            }
        }
    }

    async fn update(
        &mut self,
        next: &Stored,
        mirror: &Mirror,
        state: &str,
        change: &MemberChange,
    ) -> Result<(), StoreError> {
        let role = match change.access {
            Some(AccessChange::Reactivate(role)) => Some(role.as_str()),
            _ => None,
        };
        let sql = "UPDATE members SET state = $1, role = COALESCE($2, role), user_name = $3, user_name_key = $4, \
                   domain = $5, external_id = $6, active = $7, scim_linked = 1, resource = $8, version = $9, \
                   modified = $10 WHERE org = $11 AND id = $12";
        let values = params![
            state,
            role,
            mirror.user_name.as_str(),
            mirror.user_name_key.as_str(),
            mirror.domain.as_str(),
            mirror.external_id.as_deref(),
            mirror.active.map(i64::from),
            mirror.resource.as_str(),
            number(next.version()),
            next.last_modified(),
            self.org,
            next.id().as_str(),
        ];
        touched(self.tx.execute(sql, values).await?)
    }

    /// Ends the membership.
    pub(super) async fn delete(
        &mut self,
        member: &MemberId,
        expected: Version,
        plan: &MemberPlan,
    ) -> Result<(), Failed> {
        let (plan, entries) = plan.parts();
        let MemberPlan::Remove(fate) = plan else {
            return Err(
                StoreError::corrupt("a guard that allows a delete without a removal").into(),
            );
        };
        lock(self.tx, self.org).await?;
        let current = self.current(member, expected).await?;
        keep_an_owner(self.tx, self.org, member).await?;
        self.end_sessions(&current.account).await?;
        let sql = "DELETE FROM identity_links WHERE account = $1 AND org = $2";
        self.tx
            .execute(sql, params![&current.account, self.org])
            .await?;
        let sql = "DELETE FROM members WHERE org = $1 AND id = $2";
        touched(self.tx.execute(sql, params![self.org, member]).await?)?;
        match fate {
            AccountFate::Keep => self.bury(member, &current).await?,
            AccountFate::DeleteIfUnused => self.delete_account(member, &current).await?,
        }
        self.note(&entries).await?;
        Ok(())
    }

    /// Remembers whose membership it was and how it ended, for an assignment later on.
    async fn bury(&mut self, member: &MemberId, current: &Current) -> Result<(), StoreError> {
        let sql = "INSERT INTO tombstones (org, account, external_id, member, removed, state) \
                   VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (org, account) DO UPDATE SET external_id = excluded.external_id, \
                   member = excluded.member, removed = excluded.removed, state = excluded.state";
        let values = params![
            self.org,
            &current.account,
            current.external_id.as_deref(),
            member,
            self.now,
            current.state.as_str(),
        ];
        self.tx.execute(sql, values).await.map(drop)
    }

    /// An account whose holder was locked out by an Admin stays: deleting and creating anew would
    /// lift the lock.
    async fn delete_account(
        &mut self,
        member: &MemberId,
        current: &Current,
    ) -> Result<(), StoreError> {
        if current.state == "suspended_admin" {
            return self.bury(member, current).await;
        }
        let sql = "DELETE FROM accounts WHERE id = $1 AND origin = 'scim' \
                   AND NOT EXISTS (SELECT 1 FROM members WHERE account = $1)";
        match self.tx.execute(sql, params![&current.account]).await? {
            0 => self.bury(member, current).await,
            _ => Ok(()),
        }
    }

    async fn end_sessions(&mut self, account: &AccountId) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE account = $1 AND org = $2";
        self.tx
            .execute(sql, params![account, self.org])
            .await
            .map(drop)
    }

    async fn put_emails(&mut self, member: &str, mirror: &Mirror) -> Result<(), StoreError> {
        put_emails(self.tx, self.org, member, mirror).await
    }
}

/// Replaces the look-up rows of a member's e-mail addresses.
pub(crate) async fn put_emails(
    tx: &mut Tx,
    org: &OrgId,
    member: &str,
    mirror: &Mirror,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM member_emails WHERE org = $1 AND member = $2",
        params![org, member],
    )
    .await?;
    for (position, (value, kind)) in (0_i64..).zip(&mirror.emails) {
        let sql = "INSERT INTO member_emails (org, member, position, value_key, type_key) VALUES ($1, $2, $3, $4, $5)";
        let values: Vec<Value> = params![org, member, position, value.as_str(), kind.as_deref()];
        tx.execute(sql, values).await?;
    }
    Ok(())
}

fn mirror(stored: &Stored) -> Result<Mirror, StoreError> {
    Mirror::of(stored.resource()).ok_or_else(|| StoreError::corrupt("a User without a userName"))
}

pub(super) fn number(version: Version) -> i64 {
    i64::try_from(version.number()).unwrap_or(i64::MAX)
}
