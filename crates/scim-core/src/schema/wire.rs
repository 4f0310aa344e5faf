//! Schemas and resource types as resources: discovery, and custom schemas read
//! from their published form (RFC 7643 sections 6 and 7).

use std::borrow::Cow;
use std::fmt;

use super::{
    Attribute, Canonical, Cardinality, Case, Mutability, Presence, ResourceType, Returned,
};
use super::{Schema, Type, Uniqueness};
use crate::resource::{Attributes, Name, Text, Value};

/// URN of a Schema resource.
const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
/// URN of a `ResourceType` resource.
const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

/// A schema definition that cannot be used; carries the place and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionError {
    place: Text,
    why: &'static str,
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "schema definition, `{}`: {}",
            self.place.as_str(),
            self.why
        )
    }
}

impl std::error::Error for DefinitionError {}

impl Schema {
    /// The Schema resource of discovery, without `meta`.
    #[must_use]
    pub fn to_attributes(&self) -> Attributes {
        let attributes = self.attributes.iter().map(Attribute::to_attributes);
        Attributes::new()
            .with(Name::SCHEMAS, Value::from_iter([SCHEMA_URN]))
            .with(Name::ID, self.id.as_str())
            .with(Name::NAME, self.name())
            .with(Name::DESCRIPTION, self.description())
            .with(Name::ATTRIBUTES, Value::from_iter(attributes))
    }

    /// Reads a Schema resource: how a custom type or extension is declared.
    ///
    /// # Errors
    /// [`DefinitionError`] naming the attribute and what is wrong with it.
    ///
    /// ```
    /// use scim_core::json::{self, Limits};
    /// use scim_core::schema::Schema;
    ///
    /// let text = br#"{"id":"urn:example:scim:badge:1.0","name":"Badge","attributes":[
    ///     {"name":"number","type":"string","multiValued":false,"required":true}]}"#;
    /// let schema = Schema::from_attributes(&json::object(text, &Limits::default())?)?;
    /// assert_eq!(schema.name(), "Badge");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_attributes(tree: &Attributes) -> Result<Self, DefinitionError> {
        let id = tree.get(&Name::ID).and_then(Value::as_str).unwrap_or("");
        let id = Name::new(id);
        if !id.is_urn() {
            return Err(bad("id", "must be a URN"));
        }
        let text = |name| tree.get(name).and_then(Value::as_str).unwrap_or("");
        let attributes = definitions(tree.get(&Name::ATTRIBUTES), "attributes", Level::Top)?;
        Ok(Self::new(id, text(&Name::NAME).to_owned(), attributes)
            .about(text(&Name::DESCRIPTION).to_owned()))
    }
}

impl ResourceType {
    /// The `ResourceType` resource of discovery, without `meta`.
    #[must_use]
    pub fn to_attributes(&self) -> Attributes {
        let extensions: Vec<Value> = self
            .extensions()
            .iter()
            .map(|extension| {
                let required = extension.presence == Presence::Required;
                Value::Object(
                    Attributes::new()
                        .with(Name::SCHEMA, extension.schema.id().as_str())
                        .with(Name::REQUIRED, required),
                )
            })
            .collect();
        let mut out = Attributes::new()
            .with(Name::SCHEMAS, Value::from_iter([RESOURCE_TYPE_URN]))
            .with(Name::ID, self.kind().as_str())
            .with(Name::NAME, self.kind().as_str())
            .with(Name::DESCRIPTION, self.description())
            .with(Name::ENDPOINT, self.endpoint())
            .with(Name::SCHEMA, self.schema().id().as_str());
        if !extensions.is_empty() {
            out.insert(Name::SCHEMA_EXTENSIONS, Value::Array(extensions));
        }
        out
    }
}

impl Attribute {
    /// One definition in its published form.
    fn to_attributes(&self) -> Attributes {
        let words = |list: &[Cow<'static, str>]| Value::from_iter(list.iter().map(AsRef::as_ref));
        let mut out = Attributes::new()
            .with(Name::NAME, self.name.as_str())
            .with(Name::TYPE, self.kind.as_str())
            .with(Name::MULTI_VALUED, self.is_multi())
            .with(Name::DESCRIPTION, self.description.as_ref())
            .with(Name::REQUIRED, self.presence == Presence::Required)
            .with(Name::CASE_EXACT, self.case == Case::Exact)
            .with(Name::MUTABILITY, self.mutability.as_str())
            .with(Name::RETURNED, self.returned.as_str())
            .with(Name::UNIQUENESS, self.uniqueness.as_str());
        if !self.canonical_values.is_empty() {
            out.insert(Name::CANONICAL_VALUES, words(&self.canonical_values));
        }
        if self.kind == Type::Reference {
            out.insert(Name::REFERENCE_TYPES, words(&self.reference_types));
        }
        if self.kind == Type::Complex {
            let subs = self.sub_attributes.iter().map(Self::to_attributes);
            out.insert(Name::SUB_ATTRIBUTES, Value::from_iter(subs));
        }
        out
    }

    /// Reads one definition; what it leaves out has the default of RFC 7643.
    fn from_attributes(tree: &Attributes, level: Level) -> Result<Self, DefinitionError> {
        let text = |name| tree.get(name).and_then(Value::as_str);
        let name = text(&Name::NAME).unwrap_or("");
        if !Name::is_attribute_name(name) {
            return Err(bad(name, "is no attribute name"));
        }
        let flag = |key: &Name| tree.get(key) == Some(&Value::Boolean(true));
        let words = |key: &Name| -> Vec<Cow<'static, str>> {
            let values = tree.get(key).map_or(&[][..], Value::elements).iter();
            values
                .filter_map(Value::as_str)
                .map(|w| Cow::Owned(w.to_owned()))
                .collect()
        };
        let kind = word(name, text(&Name::TYPE).unwrap_or("string"), Type::from_word)?;
        let mut out = Self::new(name, kind);
        if kind == Type::Complex {
            if level == Level::Sub {
                return Err(bad(
                    name,
                    "a complex attribute cannot be inside a complex one",
                ));
            }
            out.sub_attributes = definitions(tree.get(&Name::SUB_ATTRIBUTES), name, Level::Sub)?;
        }
        if flag(&Name::MULTI_VALUED) {
            out.cardinality = Cardinality::Multiple;
        }
        if flag(&Name::REQUIRED) {
            out.presence = Presence::Required;
        }
        match tree.get(&Name::CASE_EXACT) {
            Some(Value::Boolean(true)) => out.case = Case::Exact,
            Some(Value::Boolean(false)) => out.case = Case::Ignored,
            _ => {}
        }
        out.mutability = characteristic(name, text(&Name::MUTABILITY), Mutability::from_word)?
            .unwrap_or(out.mutability);
        out.returned = characteristic(name, text(&Name::RETURNED), Returned::from_word)?
            .unwrap_or(out.returned);
        out.uniqueness = characteristic(name, text(&Name::UNIQUENESS), Uniqueness::from_word)?
            .unwrap_or(out.uniqueness);
        out.canonical_values = words(&Name::CANONICAL_VALUES);
        out.canonical = Canonical::Suggested;
        out.reference_types = words(&Name::REFERENCE_TYPES);
        out.description = Cow::Owned(text(&Name::DESCRIPTION).unwrap_or("").to_owned());
        Ok(out)
    }
}

/// Where a definition stands: complex attributes do not nest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Sub,
}

/// Reads a list of definitions, each name once.
fn definitions(
    list: Option<&Value>,
    place: &str,
    level: Level,
) -> Result<Vec<Attribute>, DefinitionError> {
    let mut out: Vec<Attribute> = Vec::new();
    for definition in list.map_or(&[][..], Value::elements) {
        let tree = definition
            .as_object()
            .ok_or_else(|| bad(place, "must list objects"))?;
        let attribute = Attribute::from_attributes(tree, level)?;
        if out.iter().any(|seen| seen.name == attribute.name) {
            return Err(bad(attribute.name.as_str(), "is defined twice"));
        }
        out.push(attribute);
    }
    Ok(out)
}

/// A characteristic by its word.
fn word<T>(place: &str, text: &str, parse: fn(&str) -> Option<T>) -> Result<T, DefinitionError> {
    parse(text).ok_or_else(|| bad(place, "has a characteristic of an unknown word"))
}

/// A characteristic that may be left out.
fn characteristic<T>(
    place: &str,
    text: Option<&str>,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, DefinitionError> {
    text.map(|text| word(place, text, parse)).transpose()
}

/// An error at a place.
fn bad(place: &str, why: &'static str) -> DefinitionError {
    DefinitionError {
        place: place.into(),
        why,
    }
}
