//! Queries as a store sees them: what matches, in which order, which page.

use crate::id::Kind;
use crate::store::Load;

/// What a store is asked for (RFC 7644 section 3.4.2), every part checked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Query {
    /// Types to look through: one for `/Users`, all for a search at the root.
    pub kinds: Vec<Kind>,
    /// Which part of the result.
    pub page: PageRequest,
    /// Which attributes are needed.
    pub load: Load,
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
