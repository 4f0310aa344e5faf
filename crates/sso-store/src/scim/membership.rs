//! Which resources ids belong to, and which groups they are in; many ids in one statement.

use super::columns::VISIBLE;
use super::read::kind_of;
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Value, params};
use org_domain::OrgId;
use scim_core::id::{Kind, ResourceId};
use scim_core::store::Membership;
use std::collections::HashMap;

/// Ids per statement, far below both engines' limits on parameters.
const IDS: usize = 500;

/// `$1` is the organisation, the ids follow; ids with a NUL, which no row has, are left out.
fn ids(org: &OrgId, some: &[ResourceId]) -> (String, Vec<Value>) {
    let mut values = params![org];
    values.extend(
        some.iter()
            .map(ResourceId::as_str)
            .filter(|id| !id.contains('\0'))
            .map(Value::from),
    );
    let places: Vec<_> = (2..=values.len()).map(|n| format!("${n}")).collect();
    (
        if places.is_empty() {
            "NULL".to_owned()
        } else {
            places.join(", ")
        },
        values,
    )
}

impl Database {
    /// Of which kind each of these ids is; those that provisioning may not see are not there.
    pub(super) async fn kinds(
        &self,
        org: &OrgId,
        all: &[ResourceId],
    ) -> Result<HashMap<String, Kind>, StoreError> {
        let mut found = HashMap::with_capacity(all.len());
        for some in all.chunks(IDS) {
            let (places, values) = ids(org, some);
            // The version is read for SQLite's planner: without it an index that begins with the
            // organisation has all columns, and it would rather walk along everybody.
            let sql = format!(
                "SELECT r.id, r.kind, r.version FROM scim_resources r WHERE r.org = $1 AND r.kind = 'Group' \
                 AND r.id IN ({places}) UNION ALL \
                 SELECT m.id, 'User', m.version FROM members m WHERE m.org = $1 AND m.id IN ({places}) AND {VISIBLE}"
            );
            for row in self.rows(&sql, values).await? {
                found.insert(row.text(0)?, kind_of(&row.text(1)?));
            }
        }
        Ok(found)
    }

    /// The groups that have one of these as a member.
    pub(super) async fn groups(
        &self,
        org: &OrgId,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, StoreError> {
        let mut found = Vec::new();
        for some in members.chunks(IDS) {
            let (places, values) = ids(org, some);
            let sql = format!(
                "SELECT g.member, g.grp, r.display_name FROM scim_group_members g \
                 JOIN scim_resources r ON r.org = g.org AND r.kind = g.kind AND r.id = g.grp \
                 WHERE g.org = $1 AND g.kind = 'Group' AND g.member IN ({places}) ORDER BY g.member, g.grp"
            );
            for row in self.rows(&sql, values).await? {
                found.push(Membership {
                    member: ResourceId::new(row.text(0)?),
                    group: ResourceId::new(row.text(1)?),
                    display: row.get(2)?,
                });
            }
        }
        Ok(found)
    }
}
