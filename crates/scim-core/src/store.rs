//! The seam to storage: resources of tenants, written on a condition.
//!
//! A store keeps what it is given and judges nothing. It owes five things, which
//! [`contract`] checks on any implementation: a value unique among a tenant's
//! resources stays unique under concurrent writes; a write on a condition
//! happens only when the condition holds; nothing crosses from one tenant to
//! another; pages keep one order; what is deleted is gone. The host's plan is
//! carried out in the same transaction as the write.

pub mod contract;
mod delta;
pub mod memory;
mod shared;
mod unique;

pub use crate::query::Load;
pub use crate::stored::{Stored, Version};
pub use delta::MemberDelta;
pub use unique::UniqueValue;

use std::borrow::Cow;
use std::error::Error;
use std::future::Future;

use crate::events::ChangeRecord;
use crate::guard::Refusal;
use crate::id::{Kind, ResourceId, TenantId};
use crate::query::{Position, Query};
use crate::resource::Name;

/// Keeps the resources of every tenant.
pub trait Store: Send + Sync {
    /// What the host's guard wants done together with a write; `()` when
    /// nothing.
    type Plan: Send + Sync;
    /// What can go wrong with the medium; never shown to a client.
    type Error: Error + Send + Sync + 'static;

    /// One resource, or `None` when this tenant has none of that type and id.
    ///
    /// `load` says what may be left out; leaving out nothing is always right.
    fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> impl Future<Output = Result<Option<Stored>, Self::Error>> + Send;

    /// The resources of a tenant that match, one page of them, in the order
    /// asked for; without one, in the order of creation, ties by id.
    fn query(
        &self,
        tenant: &TenantId,
        query: &Query,
    ) -> impl Future<Output = Result<Page, Self::Error>> + Send;

    /// Writes a new resource unless a unique value is taken.
    ///
    /// The engine mints ids at random, so that one which exists already is a fault
    /// of its random source, or somebody's who calls the store directly: the
    /// answer is a [`Written::Conflict`] that names `id`, and the resource that
    /// has it stays as it is. Ids of another tenant do not count; whether one of another
    /// type does is left to the store.
    fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, Self::Plan>,
    ) -> impl Future<Output = Result<Written, Self::Error>> + Send;

    /// Writes `next` over the resource of its id if that still has version
    /// `expected`.
    fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, Self::Plan>,
    ) -> impl Future<Output = Result<Written, Self::Error>> + Send;

    /// Writes the next version of a group of which, beside other attributes, only
    /// some members change, if the group still has version `expected`.
    ///
    /// `next` has of the members only what was read with [`Load::Members`]; the
    /// others stay. The default reads the whole group and replaces it, which is
    /// right for every store; one that keeps members apart writes just the
    /// difference, so that the size of the group does not matter.
    fn change_members(
        &self,
        tenant: &TenantId,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        commit: &Commit<'_, Self::Plan>,
    ) -> impl Future<Output = Result<Written, Self::Error>> + Send {
        async move {
            let whole = self.get(tenant, next.kind(), next.id(), &Load::All).await?;
            let Some(whole) = whole else {
                return Ok(Written::Missing);
            };
            let next = delta.over(&whole, next);
            let count = |group: &Stored| group.resource().as_group().members().len() as u64;
            if count(&next) > commit.most_members.max(count(&whole)) {
                return Ok(Written::TooManyMembers);
            }
            self.replace(tenant, &next, expected, commit).await
        }
    }

    /// Removes a resource if it still has version `expected`, and its id from
    /// the members of every group of the tenant.
    fn delete(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        commit: &Commit<'_, Self::Plan>,
    ) -> impl Future<Output = Result<Written, Self::Error>> + Send;

    /// Of which type each of these resources is; `None` for an id this tenant
    /// has neither user nor group under.
    ///
    /// Asked about the new members of a group. The default looks each up.
    fn kinds_of(
        &self,
        tenant: &TenantId,
        ids: &[ResourceId],
    ) -> impl Future<Output = Result<Vec<Option<Kind>>, Self::Error>> + Send {
        async move {
            let load = Load::Without(vec![Name::MEMBERS]);
            let mut kinds = Vec::with_capacity(ids.len());
            for id in ids {
                let mut found = None;
                for kind in [Kind::USER, Kind::GROUP] {
                    if found.is_none() && self.get(tenant, &kind, id, &load).await?.is_some() {
                        found = Some(kind);
                    }
                }
                kinds.push(found);
            }
            Ok(kinds)
        }
    }

    /// The groups that have one of these as a member, in any order.
    ///
    /// Asked to show the `groups` of users. There is no sound default over
    /// filters alone, so that a store without groups says so: none.
    fn groups_of(
        &self,
        _tenant: &TenantId,
        _members: &[ResourceId],
    ) -> impl Future<Output = Result<Vec<Membership>, Self::Error>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Whether the client should be told to try again (503, the default) or
    /// that the service is at fault (500).
    fn fault(_error: &Self::Error) -> Fault {
        Fault::Unavailable
    }
}

/// What belongs into the transaction of a write.
#[derive(Debug)]
#[non_exhaustive]
pub struct Commit<'a, P> {
    /// What the guard wants done.
    pub plan: &'a P,
    /// The change log entry of the write.
    pub record: &'a ChangeRecord,
    /// The values that only this resource of its type may have from now on, in
    /// place of those it had: the write is a [`Written::Conflict`] when another has
    /// one of them, also when both are written at once. `None` when they are as
    /// before; a deletion frees them all.
    pub unique: Option<&'a [UniqueValue]>,
    /// How many members a group may have after [`Store::change_members`]; one that
    /// would have more, and more than it had, is a [`Written::TooManyMembers`]. For
    /// every other write the engine has counted them. Default: no limit; the engine
    /// puts [`Limits::max_members`](crate::config::Limits) here.
    pub most_members: u64,
}

impl<'a, P> Commit<'a, P> {
    /// A write that leaves unique values as they are.
    #[must_use]
    pub const fn new(plan: &'a P, record: &'a ChangeRecord) -> Self {
        Self {
            plan,
            record,
            unique: None,
            most_members: u64::MAX,
        }
    }

    /// The same with the unique values from now on.
    #[must_use]
    pub const fn with_unique(self, unique: Option<&'a [UniqueValue]>) -> Self {
        Self { unique, ..self }
    }

    /// The same with a limit to the members of a group.
    #[must_use]
    pub const fn with_most_members(self, most_members: u64) -> Self {
        Self {
            most_members,
            ..self
        }
    }
}

/// That a resource is a member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The member.
    pub member: ResourceId,
    /// The group.
    pub group: ResourceId,
    /// `displayName` of the group.
    pub display: Option<String>,
}

/// How a write ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Done, plan and record with it.
    Done,
    /// Another resource of the tenant holds a unique value; nothing changed.
    Conflict(Conflict),
    /// The resource has another version by now; nothing changed.
    Stale,
    /// The resource is not there any more; nothing changed.
    Missing,
    /// The group would have more members than [`Commit::most_members`]; nothing
    /// changed.
    TooManyMembers,
    /// The plan met facts that the guard had not seen (the last owner, a seat
    /// limit); nothing changed.
    Refused(Refusal),
}

/// Which unique attribute is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Name of the attribute: `userName`, that of a [`UniqueValue`], or `id`.
    pub attribute: Cow<'static, str>,
}

/// Whose turn it is after a store failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Passing: 503, the client retries.
    Unavailable,
    /// Lasting: 500.
    Internal,
    /// Neither: a query would look at more resources than
    /// [`Query::most_searched`]: 400 `tooMany` (RFC 7644 section 3.12).
    TooMany,
}

/// One page of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many resources match in all; any number when the query says
    /// [`Total::NotAsked`](crate::query::Total).
    pub total: u64,
    /// Those of the page, in order. There may be fewer than asked for, but at least one
    /// where there is one: what is left out comes on the next page.
    pub resources: Vec<Stored>,
    /// Where the next page begins; `None` on the last one, and for index pages.
    pub next: Option<Position>,
}
