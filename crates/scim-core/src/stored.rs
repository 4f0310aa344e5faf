//! A resource as it is stored, and how often it was written.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::id::{Kind, ResourceId};
use crate::resource::{Meta, Resource, Text};

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

    /// The number to keep. A database with signed integers of 64 bits can hold it: it counts from 1
    /// by one for each write, so that 2^63 is out of reach; `i64::try_from` says so where it is not.
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
