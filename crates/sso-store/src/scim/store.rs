//! The store of scim-core: a write, its plan and its log entry in one transaction.

use super::changes::note;
use super::length;
use super::plan::MemberPlan;
use super::refusal::{Failed, written};
use super::resources::ResourceWrite;
use super::unique::Holder;
use super::users::UserWrite;
use crate::database::Database;
use crate::error::StoreError;
use crate::ids::MemberId;
use crate::sql::Tx;
use org_domain::OrgId;
use scim_core::events::ChangeRecord;
use scim_core::id::{Kind, ResourceId, TenantId};
use scim_core::query::Query;
use scim_core::store::{
    Commit, Fault, Load, MemberDelta, Membership, Page, Store, Stored, Version, Written,
};

/// A transaction that writes for one organisation, and the log entry that ends it.
struct Write<'a> {
    tx: Tx,
    org: OrgId,
    record: &'a ChangeRecord,
}

impl Write<'_> {
    /// For writes of User resources, which are membership rows.
    fn user(&mut self) -> UserWrite<'_> {
        UserWrite {
            now: self.record.at,
            org: &self.org,
            tx: &mut self.tx,
        }
    }

    /// For writes of every other resource.
    fn resource(&mut self) -> ResourceWrite<'_> {
        ResourceWrite {
            org: &self.org,
            tx: &mut self.tx,
        }
    }

    /// For the unique values of what has just been written.
    fn holder<'w>(&'w mut self, stored: &'w Stored) -> Holder<'w> {
        Holder {
            tx: &mut self.tx,
            org: &self.org,
            stored,
        }
    }

    /// Writes the log entry and ends the transaction: what was written, what the plan wanted
    /// and the entry are there together or not at all.
    async fn commit(mut self) -> Result<(), Failed> {
        note(&mut self.tx, &self.org, self.record).await?;
        Ok(self.tx.commit().await?)
    }
}

/// The organisation a token speaks for; tokens are made for organisations only.
fn organisation(tenant: &TenantId) -> Result<OrgId, StoreError> {
    OrgId::new(tenant.as_str()).map_err(|_| StoreError::corrupt("a tenant that is no organisation"))
}

impl Database {
    /// Begins a transaction for the organisation that a token speaks for.
    async fn begin_write<'a>(
        &self,
        tenant: &TenantId,
        record: &'a ChangeRecord,
    ) -> Result<Write<'a>, StoreError> {
        Ok(Write {
            org: organisation(tenant)?,
            tx: self.begin_tx().await?,
            record,
        })
    }

    /// The row, the account and membership of a person, and the unique values. A conflict leaves
    /// nothing of them, for the transaction is dropped.
    async fn try_create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<(), Failed> {
        length::check(new)?;
        let mut write = self.begin_write(tenant, commit.record).await?;
        if *new.kind() == Kind::USER {
            write.user().create(new, commit.plan).await?;
        } else {
            write.resource().create(new).await?;
        }
        write.holder(new).take(commit.unique).await?;
        write.commit().await
    }

    /// The row on the condition of its version, what the plan says, and the unique values.
    async fn try_replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<(), Failed> {
        length::check(next)?;
        let mut write = self.begin_write(tenant, commit.record).await?;
        if *next.kind() == Kind::USER {
            write.user().replace(next, expected, commit.plan).await?;
        } else {
            write.resource().replace(next, expected).await?;
        }
        write.holder(next).hold(commit.unique).await?;
        write.commit().await
    }

    /// The row and some rows of members, on the condition of the group's version.
    async fn try_change_members(
        &self,
        tenant: &TenantId,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<(), Failed> {
        length::check(next)?;
        let mut write = self.begin_write(tenant, commit.record).await?;
        write
            .resource()
            .change_members(next, delta, expected, commit.most_members)
            .await?;
        write.holder(next).hold(commit.unique).await?;
        write.commit().await
    }

    /// The row with all that hangs on it, and the places the id had in groups.
    async fn try_delete(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<(), Failed> {
        let mut write = self.begin_write(tenant, commit.record).await?;
        if *kind == Kind::USER {
            write
                .user()
                .delete(&MemberId::new(id.as_str()), expected, commit.plan)
                .await?;
        } else {
            write.resource().delete(kind, id, expected).await?;
        }
        write
            .resource()
            .leave_groups(id.as_str(), commit.record.at)
            .await?;
        write.commit().await
    }
}

impl Store for Database {
    type Plan = MemberPlan;
    type Error = StoreError;

    async fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> Result<Option<Stored>, StoreError> {
        // No id of ours holds a NUL, which PostgreSQL would take for an error.
        if id.as_str().contains('\0') {
            return Ok(None);
        }
        self.resource(&organisation(tenant)?, kind, id, load).await
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError> {
        self.page(&organisation(tenant)?, query).await
    }

    async fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<Written, StoreError> {
        let done = written(self.try_create(tenant, new, commit).await);
        self.writing.note(done)
    }

    async fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<Written, StoreError> {
        let done = written(self.try_replace(tenant, next, expected, commit).await);
        self.writing.note(done)
    }

    async fn change_members(
        &self,
        tenant: &TenantId,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<Written, StoreError> {
        let done = self.try_change_members(tenant, next, delta, expected, commit);
        self.writing.note(written(done.await))
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        commit: &Commit<'_, MemberPlan>,
    ) -> Result<Written, StoreError> {
        let done = self.try_delete(tenant, kind, id, expected, commit);
        self.writing.note(written(done.await))
    }

    async fn kinds_of(
        &self,
        tenant: &TenantId,
        ids: &[ResourceId],
    ) -> Result<Vec<Option<Kind>>, StoreError> {
        let found = self.kinds(&organisation(tenant)?, ids).await?;
        Ok(ids
            .iter()
            .map(|id| found.get(id.as_str()).cloned())
            .collect())
    }

    async fn groups_of(
        &self,
        tenant: &TenantId,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, StoreError> {
        self.groups(&organisation(tenant)?, members).await
    }

    fn fault(error: &StoreError) -> Fault {
        match error {
            StoreError::Unavailable(_) | StoreError::Unsettled(_) => Fault::Unavailable,
            StoreError::TooMany => Fault::TooMany,
            _ => Fault::Internal,
        }
    }
}
