//! Filters: read, bound to a resource type, evaluated in memory, lowered to SQL.
//!
//! ```text
//! text --parse--> Filter --bind(resource type)--> Bound --matches(resource)--> bool
//!                                                   \---lower(columns)-------> SQL and binds
//! ```
//!
//! A [`Filter`] is the tree of RFC 7644 section 3.4.2.2 with its errata, checked
//! for grammar only. [`Filter::bind`] checks names, types and operators against
//! a resource type and fixes how values compare; what is [`Bound`] cannot fail.
//!
//! # Decisions where the RFC leaves room
//!
//! - **No value.** An attribute without a value behaves like one `null`: `ne` is
//!   true, every other comparison is false. `eq null` is the opposite of `pr`,
//!   and the empty string is not present.
//! - **Lists.** A comparison of a multi-valued attribute is true when any of its
//!   values satisfies it, for `ne` too. An empty list has no value, see above.
//!   Two comparisons joined by `and` may be satisfied by two entries; in brackets
//!   one entry has to satisfy both.
//! - **Complex attributes.** Without a sub-attribute they stand for their
//!   `value`: `emails eq "x"`, `manager eq "id"`. One that has none can be asked
//!   for presence only.
//! - **Text.** Where case is ignored, both sides are compared by their
//!   [key](crate::fold); `gt` and its like order by code point. `co ""`, `sw ""`
//!   and `ew ""` are true wherever there is a text.
//! - **Dates** compare as instants, whatever their offset and fraction; one
//!   without an offset is taken as UTC.
//! - **Numbers** compare by value: `1` equals `1.0`.
//! - **Booleans and binary values** have no order; asking for it is refused with
//!   `invalidFilter`, as section 3.4.2.2 demands.
//! - **Unknown attributes** are refused at the endpoint of a type and have no
//!   value at the root ([`Unknown`]). Attributes that are never returned count as
//!   unknown, so that neither a result nor its time tells anything about them.
//! - **Nesting.** Brackets do not nest (errata 4690 and 7322), and a filter of
//!   100,000 parentheses is refused at the 33rd.
//!
//! # What SQL adds
//!
//! Lowering keeps all of this: a condition is never NULL, so `NOT` means not, and
//! PostgreSQL compares text in the order of code points whatever its collation.
//! An attribute that the store has no column for makes the condition weaker, not
//! wrong; see [`Exactness`].

mod bind;
mod bound;
mod error;
mod eval;
mod lower;
mod operator;
mod parse;
mod sql;

#[cfg(test)]
mod tests;

pub use bind::Unknown;
pub use bound::{Bound, Equality};
pub use error::{FilterError, FilterFault};
pub use lower::{Bind, Column, Columns, Engine, Exactness, Form, Lowered};
pub use operator::Operator;
pub(crate) use parse::value_path;

use std::fmt;

use crate::dialect::{Dialect, Reading, Vendor};
use crate::json;
use crate::path::Path;
use crate::resource::Text;

/// What a filter may cost; checked before anything is allocated for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest text in bytes. Default 64 KiB: a thousand comparisons.
    pub bytes: usize,
    /// Deepest nesting of parentheses and brackets. Default 32: no known client
    /// nests more than three.
    pub depth: u8,
    /// Most comparisons. Default 1,024.
    pub terms: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 1 << 16,
            depth: 32,
            terms: 1024,
        }
    }
}

/// A filter expression.
///
/// `Display` writes it so that it reads back as the same tree.
///
/// ```
/// use scim_core::filter::Filter;
///
/// let filter = Filter::parse(r#"userName Eq "ann" and not(active eq false)"#)?;
/// assert_eq!(filter.to_string(), r#"userName eq "ann" and not (active eq false)"#);
///
/// let error = Filter::parse("userName eq").unwrap_err();
/// assert_eq!(error.column(), 12);
/// # Ok::<(), scim_core::filter::FilterError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them.
    And(Vec<Self>),
    /// A comparison.
    Compare {
        /// The attribute.
        path: Path,
        /// The operator.
        operator: Operator,
        /// What it is compared with.
        value: Literal,
    },
    /// `path[filter]`: one element of a multi-valued attribute satisfies all of
    /// `filter`, whose paths are sub-attributes. The form `path[filter].sub op
    /// value`, which Entra sends, reads as `path[filter and sub op value]`.
    Elements {
        /// The multi-valued attribute.
        path: Path,
        /// What an element must satisfy.
        filter: Box<Self>,
    },
    /// Not this.
    Not(Box<Self>),
    /// Any of them.
    Or(Vec<Self>),
    /// `pr`: has a value that is not empty.
    Present(Path),
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A number with fraction or exponent.
    Decimal(f64),
    /// A number without.
    Integer(i64),
    /// `null`.
    Null,
    /// A JSON string.
    String(Text),
}

impl Filter {
    /// Reads a filter by the grammar of the RFC, within the default limits.
    ///
    /// # Errors
    /// [`FilterError`] with the column.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut reading = Dialect::of(Vendor::Strict).reading();
        Self::parse_in(text, &Limits::default(), &mut reading)
    }

    /// Reads a filter within limits, in a client's dialect.
    ///
    /// Names, operators and keywords are read without case (RFC 7644 section
    /// 3.4.2.2); a blank may be missing before a quote or a parenthesis, as in
    /// the RFC's own examples.
    ///
    /// # Errors
    /// [`FilterError`] with the column.
    pub fn parse_in(
        text: &str,
        limits: &Limits,
        reading: &mut Reading,
    ) -> Result<Self, FilterError> {
        parse::filter(text, limits, reading)
    }

    /// Writes a child that binds less tightly than its parent in parentheses.
    fn write_child(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(_) | Self::Or(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = |filters: &[Self], word: &str| {
            for (at, filter) in filters.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                match (filter, word) {
                    (Self::And(_), "or") => write!(f, "{filter}")?,
                    _ => filter.write_child(f)?,
                }
            }
            Ok(())
        };
        match self {
            Self::And(filters) => list(filters, "and"),
            Self::Or(filters) => list(filters, "or"),
            Self::Not(filter) => write!(f, "not ({filter})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Elements { path, filter } => write!(f, "{path}[{filter}]"),
            Self::Compare {
                path,
                operator,
                value,
            } => write!(f, "{path} {operator} {value}"),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(flag) => write!(f, "{flag}"),
            Self::Decimal(number) => write!(f, "{number:?}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Null => f.write_str("null"),
            Self::String(text) => {
                let mut out = Vec::with_capacity(text.len() + 2);
                json::write_string(text, &mut out);
                f.write_str(&String::from_utf8_lossy(&out))
            }
        }
    }
}
