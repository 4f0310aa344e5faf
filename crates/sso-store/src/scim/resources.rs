//! Groups, and resources of every other type but User.

use super::refusal::{Failed, Stop};
use super::user::{resource_of, text_of};
use super::users::number;
use crate::error::StoreError;
use crate::sql::{Row, Tx, Value as Sql, params};
use org_domain::OrgId;
use scim_core::fold::fold;
use scim_core::id::{Kind, ResourceId};
use scim_core::json;
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::store::{Stored, Version};
use time::OffsetDateTime;

/// One member of a group: its id and the whole entry as JSON.
#[derive(Clone, PartialEq, Eq)]
struct Entry {
    member: String,
    json: String,
}

/// One write of such a resource within its transaction.
pub(super) struct ResourceWrite<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) org: &'a OrgId,
}

/// Rows per INSERT: five values each stay far below SQLite's 32,766 parameters and
/// PostgreSQL's 65,535.
const ROWS: usize = 500;

impl ResourceWrite<'_> {
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
        self.tx.execute(sql, values).await?;
        Ok(self.add(new, 0, &entries).await?)
    }

    pub(super) async fn replace(&mut self, next: &Stored, expected: Version) -> Result<(), Failed> {
        self.check(next.kind(), next.id(), expected).await?;
        let (resource, entries) = split(next);
        let sql = "UPDATE scim_resources SET display_name = $1, display_key = $2, external_id = $3, resource = $4, \
                   version = $5, modified = $6 WHERE org = $7 AND kind = $8 AND id = $9";
        let mut values = columns(next, &resource);
        values.extend(params![self.org, next.kind().as_str(), next.id().as_str()]);
        self.tx.execute(sql, values).await?;
        Ok(self.replace_members(next, &entries).await?)
    }

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

    /// Writes only what differs, when what stays keeps its order and what is new comes last:
    /// adding or removing a few of many members is the usual change.
    async fn replace_members(&mut self, group: &Stored, next: &[Entry]) -> Result<(), StoreError> {
        let sql = "SELECT position, member, entry FROM scim_group_members \
                   WHERE org = $1 AND kind = $2 AND grp = $3 ORDER BY position";
        let rows = self
            .tx
            .rows(
                sql,
                params![self.org, group.kind().as_str(), group.id().as_str()],
            )
            .await?;
        let mut rest = next.iter().peekable();
        let (mut last, mut gone) = (-1, Vec::new());
        for row in &rows {
            last = row.get::<i64>(0)?;
            let entry = Entry {
                member: row.text(1)?,
                json: row.text(2)?,
            };
            if rest.next_if(|next| **next == entry).is_none() {
                gone.push(last);
            }
        }
        let added: Vec<Entry> = rest.cloned().collect();
        self.remove(group, &gone).await?;
        self.add(group, last + 1, &added).await
    }

    async fn remove(&mut self, group: &Stored, positions: &[i64]) -> Result<(), StoreError> {
        for some in positions.chunks(ROWS) {
            let mut values = params![self.org, group.kind().as_str(), group.id().as_str()];
            values.extend(some.iter().map(|position| Sql::from(*position)));
            let places: Vec<_> = (4..4 + some.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "DELETE FROM scim_group_members WHERE org = $1 AND kind = $2 AND grp = $3 AND position IN ({})",
                places.join(", ")
            );
            self.tx.execute(&sql, values).await?;
        }
        Ok(())
    }

    async fn add(
        &mut self,
        group: &Stored,
        first: i64,
        entries: &[Entry],
    ) -> Result<(), StoreError> {
        let mut position = first;
        for some in entries.chunks(ROWS) {
            let mut values = params![self.org, group.kind().as_str(), group.id().as_str()];
            let mut places = Vec::with_capacity(some.len());
            for entry in some {
                let n = values.len() + 1;
                places.push(format!("($1, $2, $3, ${n}, ${}, ${})", n + 1, n + 2));
                values.extend(params![
                    position,
                    entry.member.as_str(),
                    entry.json.as_str()
                ]);
                position += 1;
            }
            let sql = format!(
                "INSERT INTO scim_group_members (org, kind, grp, position, member, entry) VALUES {}",
                places.join(", ")
            );
            self.tx.execute(&sql, values).await?;
        }
        Ok(())
    }
}

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
        .map(entry)
        .collect();
    (text_of(resource), entries)
}

fn entry(value: &Value) -> Entry {
    let mut json = Vec::new();
    json::write_value(value, &mut json);
    Entry {
        member: value
            .sub(&Name::VALUE)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        json: String::from_utf8_lossy(&json).into_owned(),
    }
}

/// Puts members back into a group's tree.
pub(super) fn with_members(mut resource: Resource, rows: &[Row]) -> Result<Resource, StoreError> {
    if rows.is_empty() {
        return Ok(resource);
    }
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        members.push(Value::from(member(&row.text(1)?)?));
    }
    resource
        .attributes_mut()
        .insert(Name::MEMBERS, Value::Array(members));
    Ok(resource)
}

fn member(json: &str) -> Result<Attributes, StoreError> {
    Ok(resource_of(json)?.into_attributes())
}
