//! The seam to storage: resources of tenants, written on a condition.
//!
//! A store keeps what it is given and judges nothing. It owes five things, which
//! [`contract`] checks on any implementation: a value unique among a tenant's
//! resources stays unique under concurrent creates; a write on a condition
//! happens only when the condition holds; nothing crosses from one tenant to
//! another; pages keep one order; what is deleted is gone. The host's plan is
//! carried out in the same transaction as the write.

use std::borrow::Cow;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::events::ChangeRecord;
use crate::guard::Refusal;
use crate::id::{Kind, ResourceId, TenantId};
use crate::query::{Position, Query};
use crate::resource::{Meta, Name, Resource, Text};

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

    /// Whether the client should be told to try again (503, the default) or
    /// that the service is at fault (500).
    fn fault(_error: &Self::Error) -> Fault {
        Fault::Unavailable
    }
}

/// What belongs into the transaction of a write.
#[derive(Debug)]
pub struct Commit<'a, P> {
    /// What the guard wants done.
    pub plan: &'a P,
    /// The change log entry of the write.
    pub record: &'a ChangeRecord,
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
    /// The plan met facts that the guard had not seen (the last owner, a seat
    /// limit); nothing changed.
    Refused(Refusal),
}

/// Which unique attribute is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Name of the attribute, such as `userName`.
    pub attribute: Cow<'static, str>,
}

/// Whose turn it is after a store failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Passing: 503, the client retries.
    Unavailable,
    /// Lasting: 500.
    Internal,
}

/// Counts the writes of one resource, from 1; the weak `ETag` is `W/"n"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// The version of a resource just created.
    pub const FIRST: Self = Self(1);

    /// Takes a number as a store kept it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number to keep.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version after one more write.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Version {
    /// The weak entity tag (RFC 7644 section 3.14).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

/// Which attributes a read needs.
///
/// A group of 50,000 members is not loaded to answer
/// `excludedAttributes=members`.
///
/// ```
/// use scim_core::resource::Name;
/// use scim_core::store::Load;
///
/// let load = Load::Without(vec![Name::MEMBERS]);
/// assert!(load.skips(&Name::MEMBERS));
/// assert!(!Load::All.skips(&Name::MEMBERS));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Load {
    /// Every attribute; always so before a write.
    #[default]
    All,
    /// Every attribute but these, which nobody will look at.
    Without(Vec<Name>),
}

impl Load {
    /// Whether this attribute may be left out.
    #[must_use]
    pub fn skips(&self, name: &Name) -> bool {
        matches!(self, Self::Without(names) if names.contains(name))
    }
}

/// A resource as it is stored, with what the server knows of it.
///
/// Its attribute tree holds `id` and `meta` (without `location`, which depends
/// on the public address), so that filters see them. Copies share the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    kind: Kind,
    id: ResourceId,
    resource: Arc<Resource>,
    version: Version,
    created: OffsetDateTime,
    last_modified: OffsetDateTime,
}

impl Stored {
    /// Puts a stored resource together; a store does it on loading, the engine
    /// before writing. `id` and `meta` of the tree are set from the arguments.
    #[must_use]
    pub fn new(
        kind: Kind,
        id: ResourceId,
        mut resource: Resource,
        version: Version,
        created: OffsetDateTime,
        last_modified: OffsetDateTime,
    ) -> Self {
        resource.set_id(&id);
        resource.set_meta(&Meta {
            resource_type: Text::from(kind.as_str()),
            created,
            last_modified,
            location: None,
            version: Some(Text::from(version.to_string())),
        });
        let resource = Arc::new(resource);
        Self {
            kind,
            id,
            resource,
            version,
            created,
            last_modified,
        }
    }

    /// Type of the resource.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Its server-issued id.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.id
    }

    /// Its attributes, `id` and `meta` among them.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// How often it was written.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// When it was created.
    #[must_use]
    pub fn created(&self) -> OffsetDateTime {
        self.created
    }

    /// When its attributes last changed; creation counts.
    #[must_use]
    pub fn last_modified(&self) -> OffsetDateTime {
        self.last_modified
    }
}

/// One page of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many resources match in all.
    pub total: u64,
    /// Those of the page, in order.
    pub resources: Vec<Stored>,
    /// Where the next page begins; `None` on the last one, and for index pages.
    pub next: Option<Position>,
}
