//! Why a filter was refused.

use std::fmt;

use crate::error::{ScimError, ScimType};
use crate::path::PathError;
use crate::resource::Text;

/// A filter that cannot be read or cannot be asked, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    column: usize,
    fault: FilterFault,
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterFault {
    /// Something else has to stand here.
    Expected(&'static str),
    /// The operator cannot be applied to the attribute's type, or the value is
    /// of another type: attribute and reason.
    Incomparable(Text, &'static str),
    /// A value that is no JSON literal.
    Literal(&'static str),
    /// Brackets inside brackets, which no erratum allows.
    NestedBrackets,
    /// A path that cannot be read or names nothing.
    Path(PathError),
    /// More nesting than [`Limits::depth`](super::Limits::depth).
    TooDeep,
    /// More bytes than [`Limits::bytes`](super::Limits::bytes).
    TooLong,
    /// More comparisons than [`Limits::terms`](super::Limits::terms).
    TooManyTerms,
    /// Not an operator of the RFC.
    UnknownOperator(Text),
}

impl FilterError {
    pub(super) const fn new(column: usize, fault: FilterFault) -> Self {
        Self { column, fault }
    }

    /// The character where reading stopped, from 1; 0 when the filter reads
    /// well and names or compares what it cannot.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> &FilterFault {
        &self.fault
    }
}

impl fmt::Display for FilterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::Incomparable(path, why) => write!(f, "`{}`: {why}", path.as_str()),
            Self::Literal(why) => f.write_str(why),
            Self::NestedBrackets => f.write_str("brackets cannot stand inside brackets"),
            Self::Path(error) => error.fmt(f),
            Self::TooDeep => f.write_str("the filter is nested too deeply"),
            Self::TooLong => f.write_str("the filter is too long"),
            Self::TooManyTerms => f.write_str("the filter has too many comparisons"),
            Self::UnknownOperator(word) => write!(
                f,
                "`{}` is no operator; use eq, ne, co, sw, ew, pr, gt, ge, lt or le",
                word.as_str()
            ),
        }
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            0 => write!(f, "filter: {}", self.fault),
            column => write!(f, "filter, character {column}: {}", self.fault),
        }
    }
}

impl std::error::Error for FilterError {}

impl From<FilterError> for ScimError {
    /// 400 `invalidFilter`.
    fn from(error: FilterError) -> Self {
        Self::bad_request(ScimType::InvalidFilter, error.to_string())
    }
}
