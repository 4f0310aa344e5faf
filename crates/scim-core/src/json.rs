//! JSON in within limits, JSON out.
//!
//! A reader of its own, because what may come in is decided while reading:
//! beyond what is no JSON (RFC 8259), refused are two names of one object that
//! fold to one, nesting, NUL characters, numbers that cannot be held exactly,
//! and bodies whose tree would take many times their size. Escapes are left to
//! `serde_json`, which is also what the tests compare the reader with.
//!
//! # Numbers
//!
//! An integer has to fit 64 bits. A number with a fraction or exponent has to lie
//! below 2^53, where a double still tells neighbouring integers apart; digits
//! beyond its precision are rounded. A larger number is refused rather than
//! changed.
//!
//! # Memory
//!
//! All vectors of a tree are accounted before they are made, with both lives of
//! one that grows, so the heap stays under eight times the body at the peak.
//! A body of brackets and digits, which would take more, is refused as soon as
//! that shows. Long lists get room for as many elements as the rest of the body
//! is likely to hold, and give back what they do not use.
//!
//! # Errors
//!
//! A [`JsonError`] has the line and column where reading stopped and quotes no
//! value: bodies hold passwords and personal data, and Okta shows the text of an
//! error to its administrators.

mod budget;
mod read;
mod scan;
mod size;
mod write;

#[cfg(test)]
mod tests;

pub use read::{object, value};
pub use size::{octets_of, octets_of_object};
pub use write::{write_object, write_string, write_value};

use std::fmt;

use crate::error::{ScimError, ScimType, Status};

/// What a body may cost. Every number has its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest body in bytes. Default 1 MiB: a Group with 5,000 members has
    /// about 400 KiB.
    pub bytes: usize,
    /// Deepest nesting. Default 16: a bulk request that patches a group's
    /// members nests nine deep.
    pub depth: u8,
    /// Bytes of heap per byte of body, at the peak. Default 7; a resource needs
    /// two to five, a group with member ids of two letters six; only bodies made
    /// of nothing but brackets and digits need more. Trees under 8 KiB are never
    /// refused for it.
    pub growth: usize,
}

impl Limits {
    /// No limit but that of nesting, which lies far above what bodies may have: for
    /// what a store wrote itself, which grows by PATCH beyond the size of a body.
    ///
    /// ```
    /// use scim_core::json::Limits;
    /// use scim_core::resource::Resource;
    ///
    /// let group = format!(r#"{{"displayName":"{}"}}"#, "x".repeat(1 << 20));
    /// assert!(Resource::parse(group.as_bytes(), &Limits::default()).is_err());
    /// assert!(Resource::parse(group.as_bytes(), &Limits::STORED).is_ok());
    /// ```
    pub const STORED: Self = Self {
        bytes: usize::MAX,
        depth: 64,
        growth: usize::MAX,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 1 << 20,
            depth: 16,
            growth: 7,
        }
    }
}

/// Why a body was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Two fields of one object have one name; case does not tell names apart.
    DuplicateName(crate::resource::Name),
    /// The value is not an object.
    NotAnObject,
    /// Not JSON: why.
    Malformed(&'static str),
    /// A string holds U+0000, which not every store can keep.
    Nul,
    /// A number that an integer of 64 bits or a double cannot hold exactly.
    Number,
    /// More bytes than [`Limits::bytes`].
    TooLarge,
    /// More nesting than [`Limits::depth`].
    TooDeep,
    /// A tree of more than [`Limits::growth`] times the body.
    TooManyValues,
}

/// A body that was not read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    fault: Fault,
    line: usize,
    column: usize,
}

impl JsonError {
    pub(crate) const fn new(fault: Fault, line: usize, column: usize) -> Self {
        Self {
            fault,
            line,
            column,
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Line of the place, from 1; 0 when the whole body is meant.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Column of the place in bytes, from 1; 0 when the whole body is meant.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateName(name) => write!(f, "`{name}` occurs twice in one object"),
            Self::NotAnObject => f.write_str("the body must be a JSON object"),
            Self::Malformed(why) => write!(f, "this is not JSON: {why}"),
            Self::Nul => f.write_str("a string holds the character U+0000"),
            Self::Number => f.write_str("a number is too large to be held exactly"),
            Self::TooLarge => f.write_str("the body is larger than this server reads"),
            Self::TooDeep => f.write_str("the body is nested too deeply"),
            Self::TooManyValues => f.write_str("the body holds too many values for its size"),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        match self.line {
            0 => Ok(()),
            line => write!(f, " (line {line}, column {})", self.column),
        }
    }
}

impl std::error::Error for JsonError {}

impl From<JsonError> for ScimError {
    /// 413 for a body over the size limit, else 400 `invalidSyntax`.
    fn from(error: JsonError) -> Self {
        match error.fault {
            Fault::TooLarge => Self::new(Status::PayloadTooLarge, error.to_string()),
            _ => Self::bad_request(ScimType::InvalidSyntax, error.to_string()),
        }
    }
}
