//! Lists that are walked from a place to the next.
//!
//! A list has an order of two columns, an instant and an identifier (that of members by address one,
//! the address), and a page begins behind the place another ended at. Whoever comes or goes meanwhile
//! neither repeats a row nor hides one, and a page in the depth of a long list costs what the first one
//! does.

use crate::error::StoreError;
use crate::sql::{Row, Value};
use std::fmt;
use std::str::FromStr;
use time::OffsetDateTime;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where the page before it ended. Default `None`: the beginning.
    pub after: Option<Cursor>,
    /// How many rows at most. Default 50: a screenful.
    pub limit: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self::first(50)
    }
}

impl Page {
    /// The first rows of a list.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}

/// A place in a list, to go on from: from the end of a page, or from the link to the next.
///
/// It holds the instant and the identifier of a row, also when that row is gone by then. It is
/// neither secret nor sealed: it says where to go on in a list that somebody may see anyway, and a
/// made-up one is a place like any other.
///
/// ```
/// use sso_store::directory::{BadCursor, Cursor};
///
/// let cursor: Cursor = "1800000000000000.0198c0de".parse()?;
/// assert_eq!(cursor.to_string(), "1800000000000000.0198c0de");
/// assert_eq!("50".parse::<Cursor>(), Err(BadCursor));
/// # Ok::<(), BadCursor>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Microseconds since 1970.
    at: i64,
    id: String,
}

/// The identifier may be that of a person.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// A text that is no [`Cursor`]: answer with the first page, or with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place in a list")]
pub struct BadCursor;

impl Cursor {
    pub(crate) fn new(at: OffsetDateTime, id: impl Into<String>) -> Self {
        Self {
            at: crate::instant::micros(at),
            id: id.into(),
        }
    }
}

/// Lists whose order is that of a text alone.
impl Cursor {
    pub(super) fn of_text(text: impl Into<String>) -> Self {
        Self {
            at: 0,
            id: text.into(),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (at, id) = text.split_once('.').ok_or(BadCursor)?;
        // Longer than any identifier here; and PostgreSQL would take a NUL for an error.
        if id.is_empty() || id.len() > 2_048 || id.contains('\0') {
            return Err(BadCursor);
        }
        let read: i64 = at.parse().map_err(|_| BadCursor)?;
        // One spelling for each place: no plus sign, no leading zeros.
        if read.to_string() != at {
            return Err(BadCursor);
        }
        let id = id.to_owned();
        Ok(Self { at: read, id })
    }
}

/// Rows of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The rows, in the order of the list.
    pub entries: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

/// Which end of a list comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
    Newest,
    Oldest,
}

/// The order of a list: a column with an instant, one with an identifier, and which comes first.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    pub(crate) at: &'static str,
    pub(crate) id: &'static str,
    pub(crate) first: First,
}

impl Order {
    /// What follows the condition of a list's SELECT: the place, the order, and one row more than
    /// asked for, which tells whether there is a next page. Its values are added to those there.
    pub(crate) fn clause(self, page: &Page, values: &mut Vec<Value>) -> String {
        let Self { at, id, first } = self;
        let (behind, direction) = match first {
            First::Newest => ("<", "DESC"),
            First::Oldest => (">", "ASC"),
        };
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let place = page.after.as_ref().map(|after| {
            let (instant, key) = (bind(after.at.into()), bind(after.id.as_str().into()));
            format!(" AND ({at}, {id}) {behind} ({instant}, {key})")
        });
        let limit = bind((i64::from(page.limit) + 1).into());
        format!(
            "{} ORDER BY {at} {direction}, {id} {direction} LIMIT {limit}",
            place.unwrap_or_default()
        )
    }
}

/// A page of what a list's SELECT gave.
pub(crate) fn listed<T>(
    page: &Page,
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
    place: impl Fn(&T) -> Cursor,
) -> Result<Listed<T>, StoreError> {
    let limit = page.limit as usize;
    let entries = rows
        .iter()
        .take(limit)
        .map(read)
        .collect::<Result<Vec<_>, _>>()?;
    let last = entries.last().filter(|_| rows.len() > limit);
    let next = last.map(place);
    Ok(Listed { entries, next })
}
