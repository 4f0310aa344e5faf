//! The members of groups, a row each, so that a large group is not rewritten for a few.

use super::refusal::Failed;
use super::resources::ResourceWrite;
use super::user::resource_of;
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, Value as Sql, params};
use org_domain::OrgId;
use scim_core::id::ResourceId;
use scim_core::json;
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::store::{Load, MemberDelta, Stored};

/// One member of a group: its id and the whole entry as JSON.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    member: String,
    json: String,
}

impl Entry {
    /// An entry of the list.
    pub(super) fn of(value: &Value) -> Self {
        let mut json = Vec::new();
        json::write_value(value, &mut json);
        Self {
            member: value
                .sub(&Name::VALUE)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            json: String::from_utf8_lossy(&json).into_owned(),
        }
    }
}

/// Rows per INSERT: five values each stay far below SQLite's 32,766 parameters and
/// PostgreSQL's 65,535.
const ROWS: usize = 500;

impl ResourceWrite<'_> {
    /// Carries a difference out: neither the other members nor their number matter.
    ///
    /// An id is that of one resource of any kind, so that the statements on single members name
    /// no kind: with it, a planner without statistics would take the index of positions and walk
    /// along the whole group.
    pub(super) async fn carry_out(
        &mut self,
        group: &Stored,
        delta: &MemberDelta,
        most: u64,
    ) -> Result<(), Failed> {
        let removed: Vec<&ResourceId> = delta.removed().collect();
        let mut gone = 0;
        for some in removed.chunks(ROWS) {
            let mut values = params![self.org, group.id().as_str()];
            values.extend(some.iter().map(|id| Sql::from(id.as_str())));
            let sql = format!(
                "DELETE FROM scim_group_members WHERE org = $1 AND grp = $2 AND member IN ({})",
                places(3, some.len())
            );
            gone += self.tx.execute(&sql, values).await?;
        }
        for entry in delta.changed().iter().map(Entry::of) {
            let sql = "UPDATE scim_group_members SET entry = $1 WHERE org = $2 AND grp = $3 AND member = $4";
            let values = params![entry.json, self.org, group.id().as_str(), entry.member];
            self.tx.execute(sql, values).await?;
        }
        let added: Vec<Entry> = delta.added().iter().map(Entry::of).collect();
        if added.is_empty() {
            return Ok(());
        }
        let sql = "SELECT COALESCE(MAX(position), -1) FROM scim_group_members WHERE org = $1 AND kind = $2 AND grp = $3";
        let values = params![self.org, group.kind().as_str(), group.id().as_str()];
        let row = self.tx.row(sql, values).await?.ok_or(StoreError::Missing)?;
        let first = row.get::<i64>(0)? + 1;
        let many = added.len() as u64;
        // Positions have gaps and never fewer than members: far below the limit, nobody counts.
        if many > gone && first.unsigned_abs() + many > most {
            self.leave_room(group, many, most).await?;
        }
        Ok(self.add(group, first, &added).await?)
    }

    /// Refuses so many more members than there may be.
    async fn leave_room(&mut self, group: &Stored, many: u64, most: u64) -> Result<(), Failed> {
        let (sql, values) = count(self.org, &[group.id().as_str()], most.saturating_add(1));
        let row = self
            .tx
            .row(&sql, values)
            .await?
            .ok_or(StoreError::Missing)?;
        if row.get::<i64>(0)?.unsigned_abs() + many > most {
            return Err(Failed::TooManyMembers);
        }
        Ok(())
    }

    /// Writes only what differs, when what stays keeps its order and what is new comes last:
    /// adding or removing a few of many members is the usual change.
    pub(super) async fn replace_members(
        &mut self,
        group: &Stored,
        next: &[Entry],
    ) -> Result<(), StoreError> {
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

    /// Removes the entries at these positions.
    async fn remove(&mut self, group: &Stored, positions: &[i64]) -> Result<(), StoreError> {
        for some in positions.chunks(ROWS) {
            let mut values = params![self.org, group.kind().as_str(), group.id().as_str()];
            values.extend(some.iter().map(|position| Sql::from(*position)));
            let sql = format!(
                "DELETE FROM scim_group_members WHERE org = $1 AND kind = $2 AND grp = $3 AND position IN ({})",
                places(4, some.len())
            );
            self.tx.execute(&sql, values).await?;
        }
        Ok(())
    }

    /// Puts entries behind all others, beginning at this position.
    pub(super) async fn add(
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

impl Database {
    /// The members of groups, or those of them that are asked for.
    pub(super) async fn member_rows(
        &self,
        org: &OrgId,
        groups: &[&str],
        load: &Load,
    ) -> Result<Vec<Row>, StoreError> {
        let Some(ids) = load.members() else {
            return self.rows_of(org, groups, &[]).await;
        };
        // No id of ours holds a NUL, which PostgreSQL would take for an error.
        let ids: Vec<&ResourceId> = ids
            .iter()
            .filter(|id| !id.as_str().contains('\0'))
            .collect();
        let mut rows = Vec::new();
        for some in ids.chunks(ROWS) {
            rows.extend(self.rows_of(org, groups, some).await?);
        }
        if ids.len() > ROWS {
            let mut placed = Vec::with_capacity(rows.len());
            for row in rows {
                placed.push((row.text(0)?, row.get::<i64>(2)?, row));
            }
            placed.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
            rows = placed.into_iter().map(|(_, _, row)| row).collect();
        }
        Ok(rows)
    }

    /// Group, entry and position of members; of all when no id is given.
    async fn rows_of(
        &self,
        org: &OrgId,
        groups: &[&str],
        ids: &[&ResourceId],
    ) -> Result<Vec<Row>, StoreError> {
        let mut values = params![org];
        values.extend(groups.iter().map(|group| Sql::from(*group)));
        values.extend(ids.iter().map(|id| Sql::from(id.as_str())));
        let sql = select(groups.len(), ids.len());
        self.rows(&sql, values).await
    }
}

/// The statement for the members of so many groups; for so many of them, or for all.
pub(super) fn select(groups: usize, ids: usize) -> String {
    let condition = match ids {
        0 => "kind = 'Group'".to_owned(),
        some => format!("member IN ({})", places(2 + groups, some)),
    };
    format!(
        "SELECT grp, entry, position FROM scim_group_members \
         WHERE org = $1 AND grp IN ({}) AND {condition} ORDER BY grp, position",
        places(2, groups)
    )
}

/// Counts the members of groups, but not beyond a limit.
pub(super) fn count(org: &OrgId, groups: &[&str], limit: u64) -> (String, Vec<Sql>) {
    let mut values = params![org, i64::try_from(limit).unwrap_or(i64::MAX)];
    values.extend(groups.iter().map(|group| Sql::from(*group)));
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM scim_group_members \
         WHERE org = $1 AND kind = 'Group' AND grp IN ({}) LIMIT $2) AS counted",
        places(3, groups.len())
    );
    (sql, values)
}

/// Counts the members of each of these groups.
pub(super) fn count_each(org: &OrgId, groups: &[&str]) -> (String, Vec<Sql>) {
    let mut values = params![org];
    values.extend(groups.iter().map(|group| Sql::from(*group)));
    let sql = format!(
        "SELECT grp, COUNT(*) FROM scim_group_members \
         WHERE org = $1 AND kind = 'Group' AND grp IN ({}) GROUP BY grp",
        places(2, groups.len())
    );
    (sql, values)
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

/// So many parameters, the first of this number.
fn places(first: usize, many: usize) -> String {
    let all: Vec<String> = (first..first + many).map(|n| format!("${n}")).collect();
    all.join(", ")
}
