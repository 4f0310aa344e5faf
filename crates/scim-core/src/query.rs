//! Queries as a store sees them: what matches, in which order, which page.

pub(crate) mod cursor;
mod params;
mod place;
mod sort;

pub use params::{Parameters, SortOrder};
pub use place::Place;
pub use sort::{Sort, SortKey};

use crate::filter::Bound;
use crate::id::{Kind, ResourceId};
use crate::resource::Name;
use crate::stored::Stored;

/// What a store is asked for (RFC 7644 section 3.4.2), every part checked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Query {
    /// Types to look through: one for `/Users`, all for a search at the root.
    pub targets: Vec<Target>,
    /// The order; `None` for the order of creation.
    pub sort: Option<Sort>,
    /// Which part of the result.
    pub page: PageRequest,
    /// Which attributes are needed.
    pub load: Load,
    /// How many resources, each member of a group counted as one, a store may look
    /// at one by one where no index decides filter or order: then it gives up with
    /// [`Fault::TooMany`](crate::store::Fault::TooMany). Default
    /// [`MOST_SEARCHED`]; the engine puts [`Limits::max_searched`](crate::config::Limits)
    /// here.
    pub most_searched: u64,
    /// How many members of groups a store may load for one page: then it gives a page of
    /// fewer groups. One group comes with all of its members, however many. Default
    /// [`MOST_MEMBERS`]; the engine puts
    /// [`Limits::max_members`](crate::config::Limits) here.
    pub most_members: u64,
    /// Whether the total is wanted. Default: it is.
    pub total: Total,
}

/// Whether a query wants to know how many resources match in all.
///
/// Counting takes time that grows with the tenant, while a page taken from a place on
/// does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Total {
    /// It does.
    #[default]
    Counted,
    /// It does not: the store need not count.
    NotAsked,
}

/// Default of [`Query::most_members`] and of the members of a group: 100,000, twice the
/// largest groups of companies that provision everybody into one. In whole it is read and
/// answered as some 25 MB.
pub const MOST_MEMBERS: u64 = 100_000;

/// Default of [`Query::most_searched`]: 50,000, which a store over SQL reads and
/// decides in about a second. Provisioning clients look people up by `userName`,
/// `externalId` and `id`, which no limit concerns; a larger organisation is better
/// listed page by page than searched so.
pub const MOST_SEARCHED: u64 = 50_000;

/// One type to look through, and what its resources have to satisfy.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The type.
    pub kind: Kind,
    /// The filter, bound to the type; `None` when everything matches.
    pub filter: Option<Bound>,
}

impl Query {
    /// Everything of these types, in the order of creation.
    #[must_use]
    pub fn new(kinds: impl IntoIterator<Item = Kind>, page: PageRequest) -> Self {
        let everything = |kind| Target { kind, filter: None };
        Self {
            targets: kinds.into_iter().map(everything).collect(),
            sort: None,
            page,
            load: Load::All,
            most_searched: MOST_SEARCHED,
            most_members: MOST_MEMBERS,
            total: Total::Counted,
        }
    }

    /// Whether filter or order look at an attribute: what they do not look at need
    /// not be loaded to decide them.
    #[must_use]
    pub fn concerns(&self, attribute: &Name) -> bool {
        let by_filter = |target: &Target| {
            let filter = target.filter.as_ref();
            filter.is_some_and(|filter| filter.concerns(attribute))
        };
        let by_order = |sort: &Sort| sort.attribute() == attribute;
        self.targets.iter().any(by_filter) || self.sort.as_ref().is_some_and(by_order)
    }

    /// Whether a resource belongs to the result: for stores that look at each.
    #[must_use]
    pub fn matches(&self, stored: &Stored) -> bool {
        let target = self
            .targets
            .iter()
            .find(|target| target.kind == *stored.kind());
        target.is_some_and(|target| {
            target
                .filter
                .as_ref()
                .is_none_or(|filter| filter.matches(stored.resource()))
        })
    }
}

/// Which part of an ordered result is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageRequest {
    /// By index (RFC 7644 section 3.4.2.4).
    Index {
        /// Number of the first resource, from 1.
        start: u64,
        /// How many at most; 0 asks for the total only.
        count: u32,
    },
    /// From a place on (RFC 9865): resources created or removed meanwhile
    /// neither skip nor repeat one.
    From {
        /// The place a former page ended at; `None` for the beginning.
        after: Option<Position>,
        /// How many at most.
        count: u32,
    },
}

/// A place in an ordered result, in the store's own words.
///
/// The engine hands it to the client inside a sealed cursor and back to the
/// store unseen and unaltered. It has to hold all that the order needs (the
/// sort key and the id), for the resource it was taken from may be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position(String);

impl Position {
    /// Takes the store's words.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The store's words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which attributes a read needs. Loading more than asked is always right.
///
/// A group of 50,000 members is not loaded to answer
/// `excludedAttributes=members`, nor to add one more.
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
    /// Every attribute, but of `members` only the entries with these values, in
    /// the order of the list. Asked of one group, before a change that concerns
    /// no other member.
    Members(Vec<ResourceId>),
}

impl Load {
    /// Whether this attribute may be left out.
    #[must_use]
    pub fn skips(&self, name: &Name) -> bool {
        matches!(self, Self::Without(names) if names.contains(name))
    }

    /// The only members that are needed, when not all are.
    #[must_use]
    pub fn members(&self) -> Option<&[ResourceId]> {
        match self {
            Self::Members(ids) => Some(ids),
            Self::All | Self::Without(_) => None,
        }
    }
}
