//! Groups, and resources of every other type but User.

use super::members::Entry;
use super::refusal::{Failed, Stop, same_id};
use super::user::text_of;
use super::users::number;
use crate::error::StoreError;
use crate::sql::{Tx, Value as Sql, params};
use org_domain::OrgId;
use scim_core::fold::fold;
use scim_core::id::{Kind, ResourceId};
use scim_core::resource::{Name, Value};
use scim_core::store::{MemberDelta, Stored, Version};
use time::OffsetDateTime;

/// One write of such a resource within its transaction.
pub(super) struct ResourceWrite<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) org: &'a OrgId,
}

impl ResourceWrite<'_> {
    /// Writes a new row, and rows for its members.
    pub(super) async fn create(&mut self, new: &Stored) -> Result<(), Failed> {
        let (resource, entries) = split(new);
        let sql = "INSERT INTO scim_resources (display_name, display_key, external_id, resource, version, \
                   modified, created, org, kind, id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let mut values = columns(new, &resource);
        values.extend(params![
            new.created(),
            self.org,
            new.kind().as_str(),
            new.id().as_str()
        ]);
        self.tx.execute(sql, values).await.map_err(same_id)?;
        Ok(self.add(new, 0, &entries).await?)
    }

    /// Writes over a row on the condition of its version.
    pub(super) async fn replace(&mut self, next: &Stored, expected: Version) -> Result<(), Failed> {
        self.check(next.kind(), next.id(), expected).await?;
        let (resource, entries) = split(next);
        self.update(next, &resource).await?;
        Ok(self.replace_members(next, &entries).await?)
    }

    /// Writes a group of which only some members change, as `next` has the others not.
    pub(super) async fn change_members(
        &mut self,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        most: u64,
    ) -> Result<(), Failed> {
        self.check(next.kind(), next.id(), expected).await?;
        self.update(next, &split(next).0).await?;
        self.carry_out(next, delta, most).await
    }

    /// Writes the columns of a row, its members apart.
    async fn update(&mut self, next: &Stored, resource: &str) -> Result<(), StoreError> {
        let sql = "UPDATE scim_resources SET display_name = $1, display_key = $2, external_id = $3, resource = $4, \
                   version = $5, modified = $6 WHERE org = $7 AND kind = $8 AND id = $9";
        let mut values = columns(next, resource);
        values.extend(params![self.org, next.kind().as_str(), next.id().as_str()]);
        self.tx.execute(sql, values).await.map(drop)
    }

    /// Removes a row on the condition of its version; its members and unique values go with it.
    pub(super) async fn delete(
        &mut self,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
    ) -> Result<(), Failed> {
        self.check(kind, id, expected).await?;
        let sql = "DELETE FROM scim_resources WHERE org = $1 AND kind = $2 AND id = $3";
        self.tx
            .execute(sql, params![self.org, kind.as_str(), id.as_str()])
            .await?;
        Ok(())
    }

    /// Stops the write unless the row has this version, and locks it until the end.
    async fn check(
        &mut self,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
    ) -> Result<(), Failed> {
        let sql = format!(
            "SELECT version FROM scim_resources WHERE org = $1 AND kind = $2 AND id = $3{}",
            self.tx.for_update()
        );
        let values = params![self.org, kind.as_str(), id.as_str()];
        let row = self
            .tx
            .row(&sql, values)
            .await?
            .ok_or(Failed::Stop(Stop::Missing))?;
        if row.get::<i64>(0)? == number(expected) {
            Ok(())
        } else {
            Err(Failed::Stop(Stop::Stale))
        }
    }

    /// Takes an id out of every group; each of them has changed.
    pub(super) async fn leave_groups(
        &mut self,
        member: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE scim_resources SET version = version + 1, modified = $1 WHERE org = $2 AND (kind, id) IN \
                   (SELECT kind, grp FROM scim_group_members WHERE org = $2 AND member = $3)";
        self.tx.execute(sql, params![now, self.org, member]).await?;
        let sql = "DELETE FROM scim_group_members WHERE org = $1 AND member = $2";
        self.tx
            .execute(sql, params![self.org, member])
            .await
            .map(drop)
    }
}

/// The values of the columns that follow from the resource, in the order of the statements.
fn columns(stored: &Stored, resource: &str) -> Vec<Sql> {
    let display = stored.resource().display_name();
    params![
        display,
        display.map(|name| fold(name).into_owned()),
        stored.resource().external_id(),
        resource,
        number(stored.version()),
        stored.last_modified(),
    ]
}

/// The tree without its members, and the members.
fn split(stored: &Stored) -> (String, Vec<Entry>) {
    let mut resource = stored.resource().clone();
    let members = (*stored.kind() == Kind::GROUP)
        .then(|| resource.attributes_mut().remove(&Name::MEMBERS))
        .flatten();
    let entries = members
        .as_ref()
        .map_or(&[][..], Value::elements)
        .iter()
        .map(Entry::of)
        .collect();
    (text_of(resource), entries)
}
