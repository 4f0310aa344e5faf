//! A bounded store in memory: for tests, demonstrations and small services that
//! keep nothing across a restart.
//!
//! One lock over all tenants; reads share it. Look-ups by id, `userName`,
//! `externalId` and group member take the same time however many resources
//! there are.

mod index;
mod paging;
mod roster;
mod shelf;
mod unique;

use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use time::OffsetDateTime;

use super::{Commit, Fault, Load, MemberDelta, Membership, Page, Store, Stored, Version, Written};
use crate::auth::{TokenId, TokenRecord, TokenStore};
use crate::events::ChangeRecord;
use crate::id::{Kind, ResourceId, TenantId};
use crate::query::Query;
use shelf::Shelf;

/// Resources, tokens and change log of every tenant, in memory.
///
/// ```
/// use scim_core::store::memory::MemoryStore;
///
/// let store = MemoryStore::new(100_000);
/// assert!(store.changes().is_empty());
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    capacity: usize,
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    shelves: HashMap<TenantId, Shelf>,
    tokens: HashMap<TokenId, TokenRecord>,
    log: VecDeque<ChangeRecord>,
    resources: usize,
}

/// The store holds as much as it was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryFull;

impl fmt::Display for MemoryFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store in memory is full")
    }
}

impl Error for MemoryFull {}

impl MemoryStore {
    /// A store for at most `capacity` resources over all tenants; a create
    /// beyond that fails with [`MemoryFull`] and changes nothing. The change
    /// log keeps the last `capacity` entries.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            inner: RwLock::default(),
        }
    }

    /// Keeps a token, in place of the one that had its slot.
    pub fn put_token(&self, record: TokenRecord) {
        let mut inner = self.write();
        inner
            .tokens
            .retain(|_, kept| kept.tenant != record.tenant || kept.slot != record.slot);
        inner.tokens.insert(record.id.clone(), record);
    }

    /// Forgets a token.
    pub fn revoke(&self, id: &TokenId) {
        self.write().tokens.remove(id);
    }

    /// The change log, oldest first.
    #[must_use]
    pub fn changes(&self) -> Vec<ChangeRecord> {
        self.read().log.iter().cloned().collect()
    }

    /// A writer that panicked left every shelf as it was or complete: each
    /// write changes its maps only after all conditions hold.
    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Appends to the log, which keeps as many entries as there may be
    /// resources.
    fn note(&mut self, record: &ChangeRecord, capacity: usize) {
        if self.log.len() >= capacity.max(1) {
            self.log.pop_front();
        }
        self.log.push_back(record.clone());
    }
}

impl Store for MemoryStore {
    type Plan = ();
    type Error = MemoryFull;

    async fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> Result<Option<Stored>, MemoryFull> {
        let inner = self.read();
        let shelf = inner.shelves.get(tenant);
        Ok(shelf.and_then(|shelf| shelf.get(kind, id, load)))
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, MemoryFull> {
        let inner = self.read();
        let empty = Page {
            total: 0,
            resources: Vec::new(),
            next: None,
        };
        Ok(inner
            .shelves
            .get(tenant)
            .map_or(empty, |shelf| shelf.query(query)))
    }

    async fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        let mut inner = self.write();
        if inner.resources >= self.capacity {
            return Err(MemoryFull);
        }
        let shelf = inner.shelves.entry(tenant.clone()).or_default();
        let written = shelf.create(new, commit.unique);
        if written == Written::Done {
            inner.resources += 1;
            inner.note(commit.record, self.capacity);
        }
        Ok(written)
    }

    async fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        let mut inner = self.write();
        let Some(shelf) = inner.shelves.get_mut(tenant) else {
            return Ok(Written::Missing);
        };
        let written = shelf.replace(next, expected, commit.unique);
        if written == Written::Done {
            inner.note(commit.record, self.capacity);
        }
        Ok(written)
    }

    async fn change_members(
        &self,
        tenant: &TenantId,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        let mut inner = self.write();
        let Some(shelf) = inner.shelves.get_mut(tenant) else {
            return Ok(Written::Missing);
        };
        let written =
            shelf.change_members(next, delta, expected, commit.unique, commit.most_members);
        if written == Written::Done {
            inner.note(commit.record, self.capacity);
        }
        Ok(written)
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        let mut inner = self.write();
        let Some(shelf) = inner.shelves.get_mut(tenant) else {
            return Ok(Written::Missing);
        };
        let written = shelf.delete(kind, id, expected, commit.record.at);
        if written == Written::Done {
            inner.resources -= 1;
            inner.note(commit.record, self.capacity);
        }
        Ok(written)
    }

    async fn kinds_of(
        &self,
        tenant: &TenantId,
        ids: &[ResourceId],
    ) -> Result<Vec<Option<Kind>>, MemoryFull> {
        let inner = self.read();
        let shelf = inner.shelves.get(tenant);
        let kind_of = |id| {
            let kind = shelf?.kind_of(id)?;
            [Kind::USER, Kind::GROUP]
                .contains(kind)
                .then(|| kind.clone())
        };
        Ok(ids.iter().map(kind_of).collect())
    }

    async fn groups_of(
        &self,
        tenant: &TenantId,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, MemoryFull> {
        let inner = self.read();
        let shelf = inner.shelves.get(tenant);
        Ok(shelf.map_or_else(Vec::new, |shelf| shelf.groups_of(members)))
    }

    /// More of the same will not fit either: 500.
    fn fault(_: &MemoryFull) -> Fault {
        Fault::Internal
    }
}

impl TokenStore for MemoryStore {
    type Error = MemoryFull;

    async fn find(&self, id: &TokenId) -> Result<Option<TokenRecord>, MemoryFull> {
        Ok(self.read().tokens.get(id).cloned())
    }

    async fn touch(&self, id: &TokenId, now: OffsetDateTime) -> Result<(), MemoryFull> {
        if let Some(record) = self.write().tokens.get_mut(id) {
            record.last_used = Some(now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
