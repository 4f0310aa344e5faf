//! Schemas: what may be in a resource, who may write it, what is given back.
//!
//! A [`Registry`] holds the resource types a service offers; a [`ResourceType`]
//! is its schema and extensions merged for use. [`ResourceType::check`] is the
//! only maker of a [`Checked`] resource; a [`Projection`] decides what a
//! response shows of one.
//!
//! # What is enforced where
//!
//! | characteristic | create | replace | patch | query | response |
//! | --- | --- | --- | --- | --- | --- |
//! | type, multi-valued | value refused | value refused | value refused | comparison refused | held by tests |
//! | required | missing or blank refused | the same | removal refused | | |
//! | readOnly | left out | kept as it is | refused in a path, left out of a value | | shown |
//! | immutable | taken | must match, may be left out | taken while empty | | shown |
//! | writeOnly, returned never | taken | taken | taken | counts as unknown | not shown |
//! | returned request | | | | may be asked | shown when named |
//! | caseExact | | | picks entries | compares | |
//! | canonicalValues | suggestions, unless [`Canonical::Enforced`] | the same | the same | | |
//! | uniqueness | by the store, on the same key | the same | the same | | |
//!
//! # Decisions
//!
//! - **PUT** clears what it leaves out, members and extensions too, except
//!   attributes that say [`Omitted::Keep`]. `active` does: a profile update must
//!   not reactivate anybody by the way.
//! - **POST** stores the default of what it leaves out: `active` is true.
//! - **`schemas`** of a stored resource names what is in use, whatever the body
//!   named beyond that. A body that uses an extension without naming it needs a
//!   tolerance.
//! - **User names** are refused when two that look alike could be two: control
//!   and invisible characters, blanks at the ends ([`Preparation::UserName`]).
//! - **Canonical values** are suggestions (RFC 7643 section 7), unless a
//!   definition says otherwise.
//! - **Repeated values** of a list, by value and type, are one (section 2.4).

mod attribute;
mod builtin;
mod check;
pub(crate) mod coerce;
mod error;
pub(crate) mod finish;
mod order;
mod project;
mod registry;
mod resolve;
mod resource_type;
mod wire;

#[cfg(test)]
mod tests;

pub use attribute::{
    Attribute, Canonical, Cardinality, Case, Mutability, Omitted, Preparation, Presence, Returned,
    Type, Uniqueness,
};
pub use builtin::{enterprise_user, group, user};
pub use check::{Checked, Context};
pub use error::{SchemaError, SchemaFault};
pub use order::{Sort, SortKey, SortOrder};
pub use project::Projection;
pub use registry::Registry;
pub use resolve::Resolved;
pub use resource_type::{Extension, ResourceType};
pub use wire::DefinitionError;

use std::borrow::Cow;

use crate::resource::Name;

/// URN of the User schema (RFC 7643 section 8.7.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// URN of the Group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// URN of the Enterprise User extension.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A schema: a URN and its attributes (RFC 7643 section 7).
///
/// ```
/// use scim_core::schema::{Attribute, Schema, Type};
///
/// let badge = Schema::new("urn:example:scim:badge:1.0", "Badge", vec![
///     Attribute::new("number", Type::String).required(),
/// ]);
/// assert_eq!(badge.attributes().len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    id: Name,
    name: Cow<'static, str>,
    description: Cow<'static, str>,
    attributes: Vec<Attribute>,
}

impl Schema {
    /// A schema of these attributes.
    #[must_use]
    pub fn new(
        id: impl Into<Name>,
        name: impl Into<Cow<'static, str>>,
        attributes: Vec<Attribute>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: Cow::Borrowed(""),
            attributes,
        }
    }

    /// The same with a description.
    #[must_use]
    pub fn about(self, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            description: description.into(),
            ..self
        }
    }

    /// Its URN, which is also the key of an extension.
    #[must_use]
    pub const fn id(&self) -> &Name {
        &self.id
    }

    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Its attributes.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The definition of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &Name) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == *name)
    }

    /// The same without an attribute, so that it is neither taken nor shown.
    #[must_use]
    pub fn without(mut self, name: &Name) -> Self {
        self.attributes.retain(|a| a.name != *name);
        self
    }

    /// The same with one attribute more, or another in its place.
    #[must_use]
    pub fn with(self, attribute: Attribute) -> Self {
        let mut out = self.without(&attribute.name);
        out.attributes.push(attribute);
        out
    }
}
