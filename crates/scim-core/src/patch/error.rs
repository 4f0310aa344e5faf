//! Why a PATCH was refused.

use std::fmt;

use crate::error::{ScimError, ScimType, Status};
use crate::filter::FilterError;
use crate::path::{Path, PathError};
use crate::schema::SchemaError;

/// A PATCH request that cannot be read or applied; nothing of it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchError {
    operation: usize,
    fault: PatchFault,
}

/// What is wrong with a PATCH request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchFault {
    /// A path of `value` or `$ref` that means several entries.
    Ambiguous(Path),
    /// A value filter in a path that cannot be read or bound.
    Filter(FilterError),
    /// The attribute is immutable and has another value.
    Immutable(Path),
    /// `Operations` is missing, no array, or empty.
    NoOperations,
    /// `add` or `replace` without a value.
    NoValue,
    /// An operation is no object with `op`, or its `path` is no string.
    NotAnOperation,
    /// `schemas` does not name the PATCH message.
    NotAPatch,
    /// The value filter of the path matches no entry (RFC 7644 section 3.5.2.3).
    NoTarget,
    /// A path that cannot be read or names nothing.
    Path(PathError),
    /// `add` or `replace` without a path, which the dialect does not allow.
    PathMissing,
    /// The attribute is read-only.
    ReadOnly(Path),
    /// `remove` without a path (RFC 7644 section 3.5.2.2).
    RemoveWithoutPath,
    /// `remove` with a value, which the dialect does not allow. Ignoring the
    /// value would remove all entries.
    RemoveWithValue,
    /// `remove` of a required attribute.
    Required(Path),
    /// The value or the outcome does not conform to the schema.
    Schema(SchemaError),
    /// The value filter matches several entries, which the dialect does not
    /// allow.
    SeveralEntries,
    /// More operations than [`Limits::operations`](super::Limits::operations).
    TooManyOperations,
    /// More work than [`MOST_STEPS`](super::MOST_STEPS): many operations that each walk a long list.
    TooMuchWork,
    /// `op` is none of `add`, `remove`, `replace`.
    UnknownOp,
    /// Without a path the value must be an object of attributes.
    ValueNotAnObject,
    /// A value filter without a sub-attribute, which the dialect does not allow.
    WholeEntry,
}

impl PatchError {
    pub(super) const fn new(operation: usize, fault: PatchFault) -> Self {
        Self { operation, fault }
    }

    /// The number of the operation, from 1; 0 when the request as a whole is
    /// meant.
    #[must_use]
    pub const fn operation(&self) -> usize {
        self.operation
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> &PatchFault {
        &self.fault
    }

    /// The keyword of RFC 7644 table 9.
    #[must_use]
    pub const fn scim_type(&self) -> ScimType {
        match &self.fault {
            PatchFault::NoTarget | PatchFault::RemoveWithoutPath => ScimType::NoTarget,
            PatchFault::Immutable(_) | PatchFault::ReadOnly(_) | PatchFault::Required(_) => {
                ScimType::Mutability
            }
            PatchFault::Ambiguous(_)
            | PatchFault::Path(_)
            | PatchFault::PathMissing
            | PatchFault::WholeEntry => ScimType::InvalidPath,
            PatchFault::Filter(_) | PatchFault::SeveralEntries => ScimType::InvalidFilter,
            PatchFault::NoValue | PatchFault::ValueNotAnObject => ScimType::InvalidValue,
            PatchFault::Schema(error) => error.scim_type(),
            PatchFault::NoOperations
            | PatchFault::NotAnOperation
            | PatchFault::NotAPatch
            | PatchFault::RemoveWithValue
            | PatchFault::TooManyOperations
            | PatchFault::TooMuchWork
            | PatchFault::UnknownOp => ScimType::InvalidSyntax,
        }
    }
}

impl fmt::Display for PatchFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous(path) => write!(
                f,
                "`{path}` means several entries; choose one with a filter in brackets"
            ),
            Self::Filter(error) => error.fmt(f),
            Self::Immutable(path) => write!(f, "`{path}` cannot be changed once it is set"),
            Self::NoOperations => f.write_str("`Operations` must be an array of operations"),
            Self::NoValue => f.write_str("add and replace need a `value`"),
            Self::NotAnOperation => {
                f.write_str("an operation is an object with `op` and a string `path`")
            }
            Self::NotAPatch => write!(f, "`schemas` must name {}", super::PATCH_URN),
            Self::NoTarget => f.write_str("no entry matches the filter of the path"),
            Self::Path(error) => error.fmt(f),
            Self::PathMissing => f.write_str("the operation needs a `path`"),
            Self::ReadOnly(path) => write!(f, "`{path}` is read-only"),
            Self::RemoveWithoutPath => f.write_str("remove needs a `path`"),
            Self::RemoveWithValue => {
                f.write_str("remove takes no `value`; choose entries with a filter in the path")
            }
            Self::Required(path) => write!(f, "`{path}` is required and cannot be removed"),
            Self::Schema(error) => error.fmt(f),
            Self::SeveralEntries => f.write_str("the filter of the path must match one entry only"),
            Self::TooManyOperations => f.write_str("too many operations in one request"),
            Self::TooMuchWork => f.write_str(
                "too many operations on a list as long as this; name entries by `value eq`, or send fewer",
            ),
            Self::UnknownOp => f.write_str("`op` must be add, remove or replace"),
            Self::ValueNotAnObject => {
                f.write_str("without a `path` the value must be an object of attributes")
            }
            Self::WholeEntry => {
                f.write_str("name the sub-attribute to set behind the filter of the path")
            }
        }
    }
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            0 => self.fault.fmt(f),
            number => write!(f, "operation {number}: {}", self.fault),
        }
    }
}

impl std::error::Error for PatchError {}

impl From<FilterError> for PatchFault {
    fn from(error: FilterError) -> Self {
        match error.fault() {
            crate::filter::FilterFault::Path(path) => Self::Path(path.clone()),
            _ => Self::Filter(error),
        }
    }
}

impl From<PathError> for PatchFault {
    fn from(error: PathError) -> Self {
        Self::Path(error)
    }
}

impl From<SchemaError> for PatchFault {
    fn from(error: SchemaError) -> Self {
        Self::Schema(error)
    }
}

impl From<PatchError> for ScimError {
    /// 400 with the keyword; 413 for too many operations, or too much work.
    fn from(error: PatchError) -> Self {
        match error.fault {
            PatchFault::TooManyOperations | PatchFault::TooMuchWork => {
                Self::new(Status::PayloadTooLarge, error.to_string())
            }
            _ => Self::bad_request(error.scim_type(), error.to_string()),
        }
    }
}
