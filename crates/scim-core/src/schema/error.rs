//! Why a resource does not conform.

use std::fmt;

use crate::error::{ScimError, ScimType};
use crate::resource::Text;

/// A value that a schema does not allow, with the path of its attribute. Never
/// carries the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    path: Text,
    fault: SchemaFault,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaFault {
    /// An immutable attribute would change.
    Immutable,
    /// Not one of the canonical values, which are enforced here.
    NotCanonical,
    /// Text that is not what its type says: a date, base64, a URI.
    NotOfFormat(&'static str),
    /// Attributes asked for and excluded at once (RFC 7644 section 3.9).
    BothProjections,
    /// A user name with characters that cannot be seen, or blanks at its ends.
    NotPrepared,
    /// More than one entry is marked primary.
    RepeatedPrimary,
    /// A required value is missing or blank.
    Required,
    /// `schemas` is missing or lacks the schema the path names.
    SchemaMissing,
    /// `schemas` names one this resource type does not have.
    SchemaUnknown,
    /// No schema of the resource type defines it.
    Unknown,
    /// Another JSON type than the schema's: what is expected, what came.
    WrongType(&'static str, &'static str),
}

impl SchemaError {
    pub(crate) fn new(path: &str, fault: SchemaFault) -> Self {
        let cut = path
            .char_indices()
            .nth(120)
            .map_or(path.len(), |(at, _)| at);
        Self {
            path: path.get(..cut).unwrap_or_default().into(),
            fault,
        }
    }

    /// The attribute, `emails.value` or with its URN.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> SchemaFault {
        self.fault
    }

    /// The keyword of RFC 7644 table 9.
    #[must_use]
    pub const fn scim_type(&self) -> ScimType {
        match self.fault {
            SchemaFault::Immutable => ScimType::Mutability,
            SchemaFault::Unknown | SchemaFault::SchemaUnknown | SchemaFault::SchemaMissing => {
                ScimType::InvalidSyntax
            }
            _ => ScimType::InvalidValue,
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_str();
        match self.fault {
            SchemaFault::Immutable => write!(f, "`{path}` cannot be changed once it is set"),
            SchemaFault::NotCanonical => write!(f, "`{path}` must be one of its canonical values"),
            SchemaFault::NotOfFormat(format) => write!(f, "`{path}` must be {format}"),
            SchemaFault::BothProjections => {
                f.write_str("send `attributes` or `excludedAttributes`, not both")
            }
            SchemaFault::NotPrepared => write!(
                f,
                "`{path}` must not hold control or invisible characters, or begin or end with a blank"
            ),
            SchemaFault::RepeatedPrimary => write!(f, "`{path}` has more than one primary entry"),
            SchemaFault::Required => write!(f, "`{path}` is required and must not be blank"),
            SchemaFault::SchemaMissing => write!(f, "`schemas` must name `{path}`"),
            SchemaFault::SchemaUnknown => {
                write!(
                    f,
                    "`schemas` names `{path}`, which this resource type does not have"
                )
            }
            SchemaFault::Unknown => write!(f, "`{path}` is no attribute of this resource type"),
            SchemaFault::WrongType(expected, seen) => {
                write!(f, "`{path}` must be {expected}, not {seen}")
            }
        }
    }
}

impl std::error::Error for SchemaError {}

impl From<SchemaError> for ScimError {
    fn from(error: SchemaError) -> Self {
        Self::bad_request(error.scim_type(), error.to_string())
    }
}
