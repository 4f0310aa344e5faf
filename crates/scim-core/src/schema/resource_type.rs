//! One resource type: its schema and extensions, merged for use.

use std::borrow::Cow;

use super::{Attribute, Presence, Schema, Uniqueness, builtin};
use crate::id::Kind;
use crate::resource::Name;

/// A resource type (RFC 7643 section 6).
///
/// ```
/// use scim_core::id::Kind;
/// use scim_core::schema::{Attribute, ResourceType, Schema, Type};
///
/// let device = ResourceType::new(
///     Kind::new("Device"),
///     "/Devices",
///     Schema::new("urn:example:scim:device:1.0", "Device", vec![
///         Attribute::new("serial", Type::String).required().exact().unique(),
///     ]),
/// );
/// assert!(device.attribute(&"SERIAL".into()).is_some());
/// ```
#[derive(Debug, Clone)]
pub struct ResourceType {
    kind: Kind,
    endpoint: Cow<'static, str>,
    description: Cow<'static, str>,
    schema: Schema,
    extensions: Vec<Extension>,
    /// Common and core attributes in the order of names.
    attributes: Vec<Attribute>,
}

/// An extension of a resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    /// Its schema; the URN is the key in a resource.
    pub schema: Schema,
    /// Whether every resource must have it.
    pub presence: Presence,
}

impl ResourceType {
    /// A type of that kind under that endpoint, such as `/Users`.
    #[must_use]
    pub fn new(kind: Kind, endpoint: impl Into<Cow<'static, str>>, schema: Schema) -> Self {
        let mut attributes = builtin::common();
        attributes.retain(|common| schema.attribute(&common.name).is_none());
        attributes.extend(schema.attributes().iter().cloned());
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            kind,
            endpoint: endpoint.into(),
            description: Cow::Borrowed(""),
            schema,
            extensions: Vec::new(),
            attributes,
        }
    }

    /// The same with an extension.
    #[must_use]
    pub fn extended_by(mut self, schema: Schema, presence: Presence) -> Self {
        self.extensions.retain(|e| e.schema.id() != schema.id());
        self.extensions.push(Extension { schema, presence });
        self
    }

    /// The same with a core attribute whose values are unique among the resources
    /// of this type in each tenant, and published as such. An attribute it does not
    /// have is left out.
    ///
    /// ```
    /// use scim_core::id::Kind;
    /// use scim_core::resource::Name;
    /// use scim_core::schema::{Registry, Uniqueness};
    ///
    /// // The names of groups: no two of them may have one, whatever its case.
    /// let registry = Registry::standard();
    /// let groups = registry.by_kind(&Kind::GROUP).ok_or("no groups")?.as_ref().clone();
    /// let registry = registry.with(groups.with_unique(&Name::DISPLAY_NAME));
    /// let groups = registry.by_kind(&Kind::GROUP).ok_or("no groups")?;
    /// let name = groups.attribute(&Name::DISPLAY_NAME).ok_or("no names")?;
    /// assert_eq!(name.uniqueness, Uniqueness::Server);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn with_unique(mut self, name: &Name) -> Self {
        let own = self.schema.attributes.iter_mut();
        for attribute in own.chain(&mut self.attributes) {
            if attribute.name == *name {
                attribute.uniqueness = Uniqueness::Server;
            }
        }
        self
    }

    /// The same with a description.
    #[must_use]
    pub fn about(self, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            description: description.into(),
            ..self
        }
    }

    /// Its kind: `name` and `id` in the discovery answer.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Its endpoint below the base, with the slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What it is, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Its schema.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Its extensions.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The extension of that URN.
    #[must_use]
    pub fn extension(&self, urn: &Name) -> Option<&Extension> {
        self.extensions.iter().find(|e| e.schema.id() == urn)
    }

    /// Common and core attributes, in the order of names.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The definition of a common or core attribute.
    #[must_use]
    pub fn attribute(&self, name: &Name) -> Option<&Attribute> {
        let at = self
            .attributes
            .binary_search_by(|a| a.name.cmp(name))
            .ok()?;
        self.attributes.get(at)
    }
}
