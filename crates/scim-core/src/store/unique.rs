//! Values that a schema declares unique, as a store keeps them apart.

use std::collections::BTreeSet;

use crate::fold::fold;
use crate::id::Kind;
use crate::resource::{Attributes, Name, Resource, Value};
use crate::schema::{Attribute, Case, ResourceType, Uniqueness};

/// A value of one resource that no other of its type and tenant may have.
///
/// `userName` of users is not among them: every store knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueValue {
    /// The attribute, qualified by the URN of its extension and by the attribute it
    /// is a part of: `serial`, `urn:example:badge:number`, `locks.key`.
    pub attribute: String,
    /// The value; the key of it ([`fold`]) where case is ignored.
    pub key: String,
}

impl UniqueValue {
    /// The unique values of a resource, in a fixed order, each once.
    ///
    /// `server` and `global` (RFC 7643 section 2.2) both mean within the tenant:
    /// one tenant must not learn what another has. `id` is unique by being issued;
    /// members of groups belong to several groups by nature.
    #[must_use]
    pub fn all_of(resource_type: &ResourceType, resource: &Resource) -> Vec<Self> {
        let mut found = BTreeSet::new();
        let user = *resource_type.kind() == Kind::USER;
        let ours = |attribute: &&Attribute| {
            let known = user && attribute.name == Name::USER_NAME;
            !known && ![Name::ID, Name::MEMBERS].contains(&attribute.name)
        };
        let own = resource_type.attributes().iter().filter(ours);
        collect(own, resource.attributes(), "", &mut found);
        for extension in resource_type.extensions() {
            let urn = extension.schema.id();
            if let Some(fields) = resource.get(urn).and_then(Value::as_object) {
                let own = extension.schema.attributes().iter();
                collect(own, fields, &format!("{urn}:"), &mut found);
            }
        }
        found.into_iter().collect()
    }
}

/// The unique values among fields, and among the parts of complex ones.
fn collect<'a>(
    definitions: impl Iterator<Item = &'a Attribute>,
    fields: &Attributes,
    prefix: &str,
    found: &mut BTreeSet<UniqueValue>,
) {
    for definition in definitions {
        let Some(value) = fields.get(&definition.name) else {
            continue;
        };
        let path = format!("{prefix}{}", definition.name);
        for element in value.elements() {
            if let Some(parts) = element.as_object() {
                let subs = definition.sub_attributes.iter();
                collect(subs, parts, &format!("{path}."), found);
            } else if let Some(key) = key_of(definition, element) {
                let attribute = path.clone();
                found.insert(UniqueValue { attribute, key });
            }
        }
    }
}

/// The key of a value that its definition declares unique.
fn key_of(definition: &Attribute, value: &Value) -> Option<String> {
    if definition.uniqueness == Uniqueness::None {
        return None;
    }
    Some(match (value, definition.case) {
        (Value::String(text), Case::Ignored) => fold(text).into_owned(),
        (Value::String(text), Case::Exact) => text.as_str().to_owned(),
        (Value::Integer(number), _) => number.to_string(),
        (Value::Decimal(number), _) => number.to_string(),
        (Value::Boolean(flag), _) => flag.to_string(),
        (Value::Null | Value::Array(_) | Value::Object(_), _) => return None,
    })
}
