//! A store of your own, from nothing: `cargo run -p scim-core --example own_store`.
//!
//! It keeps rows in one locked list and looks at each of them, as simple as a store can be
//! that keeps the whole contract; the suite at the end says so. Over a database the lock
//! becomes a transaction, each condition a `WHERE`, each uniqueness a constraint, and the
//! filter of a query SQL by `Bound::lower`.

use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scim_core::guard::Change;
use scim_core::id::{Kind, ResourceId, TenantId};
use scim_core::query::{PageRequest, Place, Query, SortKey};
use scim_core::resource::{Name, Value};
use scim_core::store::contract::{self, Fixture};
use scim_core::store::{
    Commit, Conflict, Load, Membership, Page, Store, Stored, UniqueValue, Version, Written,
};

/// One row: a resource of a tenant, and the values that only it may have.
struct Row {
    tenant: TenantId,
    stored: Stored,
    unique: Vec<UniqueValue>,
}

#[derive(Default)]
struct OwnStore(Mutex<Vec<Row>>);

impl OwnStore {
    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The unique value another row has: `userName` of users by its key, and those that the
/// engine hands over.
fn taken(
    rows: &[Row],
    tenant: &TenantId,
    next: &Stored,
    unique: &[UniqueValue],
) -> Option<Conflict> {
    let key = |stored: &Stored| stored.resource().user_name_key();
    let others = rows.iter().filter(|row| {
        row.tenant == *tenant && row.stored.kind() == next.kind() && row.stored.id() != next.id()
    });
    for row in others {
        if *next.kind() == Kind::USER && key(&row.stored) == key(next) {
            return Some(Conflict {
                attribute: "userName".into(),
            });
        }
        if let Some(value) = unique.iter().find(|value| row.unique.contains(value)) {
            return Some(Conflict {
                attribute: value.attribute.clone().into(),
            });
        }
    }
    None
}

/// The row of a resource, once the condition of a write holds.
fn expected<'r>(
    rows: &'r mut [Row],
    tenant: &TenantId,
    id: &ResourceId,
    version: Version,
) -> Result<&'r mut Row, Written> {
    let row = rows
        .iter_mut()
        .find(|row| row.tenant == *tenant && row.stored.id() == id);
    match row {
        None => Err(Written::Missing),
        Some(row) if row.stored.version() != version => Err(Written::Stale),
        Some(row) => Ok(row),
    }
}

/// Where a resource stands in the order of a query.
fn place(query: &Query, stored: &Stored) -> Place {
    let key = match &query.sort {
        Some(sort) => sort.key(stored.resource()),
        None => Some(SortKey::Date(stored.created())),
    };
    Place::new(key, stored.id().as_str())
}

fn member_ids(group: &Stored) -> impl Iterator<Item = &str> {
    group
        .resource()
        .as_group()
        .members()
        .filter_map(|member| member.value())
}

impl Store for OwnStore {
    // What your guard wants done in the transaction of a write: here, nothing.
    type Plan = ();
    type Error = Infallible;

    async fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        _: &Load,
    ) -> Result<Option<Stored>, Infallible> {
        let rows = self.rows();
        let found = rows.iter().find(|row| {
            row.tenant == *tenant && row.stored.kind() == kind && row.stored.id() == id
        });
        Ok(found.map(|row| row.stored.clone()))
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, Infallible> {
        let rows = self.rows();
        let own = rows.iter().filter(|row| row.tenant == *tenant);
        let matching = own
            .map(|row| &row.stored)
            .filter(|stored| query.matches(stored));
        let mut found: Vec<(Place, &Stored)> = matching.map(|s| (place(query, s), s)).collect();
        found.sort_by(|(a, _), (b, _)| a.order(query.sort.as_ref(), b));
        let total = found.len() as u64;
        let (skip, after, count) = match &query.page {
            PageRequest::Index { start, count } => (start.saturating_sub(1), None, *count),
            PageRequest::From { after, count } => (0, after.as_ref().and_then(Place::read), *count),
        };
        let mut rest = found
            .into_iter()
            .filter(|(place, _)| {
                after
                    .as_ref()
                    .is_none_or(|after| after.is_before(query.sort.as_ref(), place))
            })
            .skip(usize::try_from(skip).unwrap_or(usize::MAX));
        let page: Vec<_> = rest.by_ref().take(count as usize).collect();
        let walks = matches!(query.page, PageRequest::From { .. });
        let next = rest
            .next()
            .filter(|_| walks)
            .and_then(|_| page.last())
            .map(|(place, _)| place.write());
        let resources = page.into_iter().map(|(_, stored)| stored.clone()).collect();
        Ok(Page {
            total,
            resources,
            next,
        })
    }

    async fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, Infallible> {
        let mut rows = self.rows();
        let unique = commit.unique.unwrap_or_default().to_vec();
        if let Some(conflict) = taken(&rows, tenant, new, &unique) {
            return Ok(Written::Conflict(conflict));
        }
        let same_id = |row: &Row| row.tenant == *tenant && row.stored.id() == new.id();
        if rows.iter().any(same_id) {
            let attribute = "id".into();
            return Ok(Written::Conflict(Conflict { attribute }));
        }
        rows.push(Row {
            tenant: tenant.clone(),
            stored: new.clone(),
            unique,
        });
        Ok(Written::Done)
    }

    async fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        version: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, Infallible> {
        let mut rows = self.rows();
        if let Err(ended) = expected(&mut rows, tenant, next.id(), version) {
            return Ok(ended);
        }
        if let Some(conflict) = taken(&rows, tenant, next, commit.unique.unwrap_or_default()) {
            return Ok(Written::Conflict(conflict));
        }
        if let Ok(row) = expected(&mut rows, tenant, next.id(), version) {
            row.stored = next.clone();
            if let Some(unique) = commit.unique {
                row.unique = unique.to_vec();
            }
        }
        Ok(Written::Done)
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        _: &Kind,
        id: &ResourceId,
        version: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, Infallible> {
        let mut rows = self.rows();
        if let Err(ended) = expected(&mut rows, tenant, id, version) {
            return Ok(ended);
        }
        rows.retain(|row| row.tenant != *tenant || row.stored.id() != id);
        // Who is gone is in no group any more, and each group has changed by that.
        for row in rows.iter_mut().filter(|row| row.tenant == *tenant) {
            if member_ids(&row.stored).any(|member| member == id.as_str()) {
                let group = &row.stored;
                let mut resource = group.resource().clone();
                if let Some(Value::Array(members)) =
                    resource.attributes_mut().get_mut(&Name::MEMBERS)
                {
                    members.retain(|m| {
                        m.sub(&Name::VALUE).and_then(Value::as_str) != Some(id.as_str())
                    });
                }
                let (kind, own, version) = (
                    group.kind().clone(),
                    group.id().clone(),
                    group.version().next(),
                );
                row.stored = Stored::new(
                    kind,
                    own,
                    resource,
                    version,
                    group.created(),
                    commit.record.at,
                );
            }
        }
        Ok(Written::Done)
    }

    async fn groups_of(
        &self,
        tenant: &TenantId,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, Infallible> {
        let rows = self.rows();
        let groups = rows
            .iter()
            .filter(|row| row.tenant == *tenant && *row.stored.kind() == Kind::GROUP);
        let memberships = groups.flat_map(|row| {
            let group = &row.stored;
            let ours = members
                .iter()
                .filter(|id| member_ids(group).any(|m| m == id.as_str()));
            ours.map(|member| Membership {
                member: member.clone(),
                group: group.id().clone(),
                display: group.resource().display_name().map(str::to_owned),
            })
        });
        Ok(memberships.collect())
    }
}

/// What the contract suite needs: the empty store, two tenants, a plan for any change.
impl Fixture for OwnStore {
    type Store = Self;

    fn store(&self) -> &Self {
        self
    }

    fn tenants(&self) -> [TenantId; 2] {
        [TenantId::new("a"), TenantId::new("b")]
    }

    fn plan(&self, _: &TenantId, _: &Change<'_>) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), contract::Violation> {
    contract::check(async || OwnStore::default()).await?;
    eprintln!("the store keeps the contract");
    Ok(())
}

#[cfg(test)]
#[tokio::test]
async fn the_store_keeps_the_contract() {
    assert_eq!(contract::check(async || OwnStore::default()).await, Ok(()));
}
