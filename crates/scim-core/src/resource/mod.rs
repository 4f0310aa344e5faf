//! Resources: one tree of attributes, and typed views over it.
//!
//! A [`Resource`] is what RFC 7643 section 3 describes: common attributes,
//! attributes of its type, and extensions under their URN. It is one tree
//! ([`Attributes`] of [`Value`]), because schemas decide what may be in it and
//! PATCH and filters name parts of it by path. [`User`] and [`Group`] read the
//! well-known parts by type.

mod attributes;
mod group;
mod meta;
mod name;
mod text;
mod user;
mod value;

#[cfg(test)]
mod tests;

pub use attributes::{Attributes, DuplicateName};
pub use group::{Group, Member};
pub use meta::Meta;
pub use name::Name;
pub use text::Text;
pub use user::{Activity, PersonName, Plural, User};
pub use value::Value;

use std::fmt;

use crate::fold::Key;
use crate::id::{Kind, ResourceId};
use crate::json;

/// A SCIM resource: the tree of its attributes.
///
/// Nothing is proven about it beyond well-formed JSON within limits; what
/// conforms to a schema is a [`Checked`](crate::schema::Checked). `Debug` shows
/// names and shapes, never values.
///
/// ```
/// use scim_core::json::Limits;
/// use scim_core::resource::Resource;
///
/// let body = br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann@acme.example"}"#;
/// let resource = Resource::parse(body, &Limits::default())?;
/// assert_eq!(resource.as_user().user_name(), Some("ann@acme.example"));
/// # Ok::<(), scim_core::json::JsonError>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct Resource(Attributes);

impl Resource {
    /// A resource of these attributes.
    #[must_use]
    pub const fn new(attributes: Attributes) -> Self {
        Self(attributes)
    }

    /// Reads a body: JSON within `limits`, an object, no name twice.
    ///
    /// # Errors
    /// [`json::JsonError`] with line and column.
    pub fn parse(body: &[u8], limits: &json::Limits) -> Result<Self, json::JsonError> {
        json::object(body, limits).map(Self)
    }

    /// All attributes.
    #[must_use]
    pub const fn attributes(&self) -> &Attributes {
        &self.0
    }

    /// All attributes, to change.
    #[must_use]
    pub const fn attributes_mut(&mut self) -> &mut Attributes {
        &mut self.0
    }

    /// The tree itself.
    #[must_use]
    pub fn into_attributes(self) -> Attributes {
        self.0
    }

    /// The attribute of that name.
    #[must_use]
    pub fn get(&self, name: &Name) -> Option<&Value> {
        self.0.get(name)
    }

    /// `id`, once the store has issued it (RFC 7643 section 3.1).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.get(&Name::ID)?.as_str()
    }

    /// Sets `id`: for the engine or store that issued it.
    pub fn set_id(&mut self, id: &ResourceId) {
        self.0.insert(Name::ID, Value::from(id.as_str()));
    }

    /// `externalId`, the client's own identifier (RFC 7643 section 3.1).
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.get(&Name::EXTERNAL_ID)?.as_str()
    }

    /// `displayName`.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.get(&Name::DISPLAY_NAME)?.as_str()
    }

    /// The URNs of `schemas`.
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        self.get(&Name::SCHEMAS)
            .map_or(&[][..], Value::elements)
            .iter()
            .filter_map(Value::as_str)
    }

    /// `meta`, as far as it is there and well-formed.
    #[must_use]
    pub fn meta(&self) -> Option<Meta> {
        Meta::read(self.get(&Name::META)?)
    }

    /// Sets `meta`: for the engine that keeps it (RFC 7643 section 3.1).
    pub fn set_meta(&mut self, meta: &Meta) {
        self.0.insert(Name::META, meta.to_value());
    }

    /// `meta.resourceType`.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let name = self.get(&Name::META)?.sub(&Name::RESOURCE_TYPE)?.as_str()?;
        Some(match name {
            "User" => Kind::USER,
            "Group" => Kind::GROUP,
            other => Kind::new(other.to_owned()),
        })
    }

    /// The key of `userName`: uniqueness, filters and sorting use this one.
    #[must_use]
    pub fn user_name_key(&self) -> Option<Key> {
        self.as_user().user_name().map(Key::of)
    }

    /// The view of a User over the tree.
    #[must_use]
    pub const fn as_user(&self) -> User<'_> {
        User::over(&self.0)
    }

    /// The view of a Group over the tree.
    #[must_use]
    pub const fn as_group(&self) -> Group<'_> {
        Group::over(&self.0)
    }

    /// The compact JSON of the whole tree, as stored; a store reads it back by
    /// [`Resource::parse`] with [`json::Limits::STORED`], for many small changes make
    /// a resource larger than one body may be. For a response use
    /// [`Projection::write`](crate::schema::Projection::write), which leaves
    /// out what may not be returned.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        json::write_object(&self.0, &mut out);
        out
    }
}

impl From<Attributes> for Resource {
    fn from(attributes: Attributes) -> Self {
        Self(attributes)
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resource").field(&self.0).finish()
    }
}
