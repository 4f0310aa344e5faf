//! Rules over a whole resource, once its values are in form.

use std::collections::HashSet;

use super::{Attribute, Mutability, Presence, ResourceType, SchemaError, SchemaFault};
use crate::dialect::{Reading, Tolerance};
use crate::resource::{Attributes, Name, Resource, Text, Value};

/// Sets `schemas` to what is in use.
pub(crate) fn schemas(resource_type: &ResourceType, next: &mut Attributes) {
    let core = std::iter::once(resource_type.schema().id());
    let extensions = resource_type.extensions().iter().map(|e| e.schema.id());
    let used = core.chain(extensions.filter(|urn| next.contains(urn)));
    let urns = used.map(|urn| Value::from(urn.as_str())).collect();
    next.insert(Name::SCHEMAS, Value::Array(urns));
}

/// Every required attribute has a value that is not blank.
pub(crate) fn required(resource_type: &ResourceType, next: &Attributes) -> Result<(), SchemaError> {
    required_of(resource_type.attributes(), next, None)?;
    for extension in resource_type.extensions() {
        let urn = extension.schema.id();
        match next.get(urn).and_then(Value::as_object) {
            Some(fields) => required_of(extension.schema.attributes(), fields, Some(urn))?,
            None if extension.presence == Presence::Required => {
                return Err(SchemaError::new(urn.as_str(), SchemaFault::Required));
            }
            None => {}
        }
    }
    Ok(())
}

/// The required attributes of one schema, and required parts of their values.
fn required_of(
    definitions: &[Attribute],
    fields: &Attributes,
    urn: Option<&Name>,
) -> Result<(), SchemaError> {
    let path = |name: &Name| match urn {
        Some(urn) => format!("{urn}:{name}"),
        None => name.to_string(),
    };
    let missing = |path: &str| Err(SchemaError::new(path, SchemaFault::Required));
    for definition in definitions {
        let value = fields.get(&definition.name);
        let blank = value.is_none_or(is_blank);
        if blank && definition.presence == Presence::Required {
            return missing(&path(&definition.name));
        }
        let required_subs = definition.sub_attributes.iter();
        for sub in required_subs.filter(|sub| sub.presence == Presence::Required) {
            let elements = value.map_or(&[][..], Value::elements);
            if elements
                .iter()
                .any(|e| e.sub(&sub.name).is_none_or(is_blank))
            {
                return missing(&format!("{}.{}", path(&definition.name), sub.name));
            }
        }
    }
    Ok(())
}

/// Whether a value is none, or text of nothing but blanks.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        other => other.is_absent(),
    }
}

/// No immutable attribute differs from the value it has.
pub(crate) fn immutable(
    resource_type: &ResourceType,
    next: &Attributes,
    current: Option<&Resource>,
) -> Result<(), SchemaError> {
    let Some(current) = current else {
        return Ok(());
    };
    let current = current.attributes();
    immutable_of(resource_type.attributes(), next, current, None)?;
    for extension in resource_type.extensions() {
        let urn = extension.schema.id();
        if let Some(old) = current.get(urn).and_then(Value::as_object) {
            let none = Attributes::new();
            let new = next.get(urn).and_then(Value::as_object).unwrap_or(&none);
            immutable_of(extension.schema.attributes(), new, old, Some(urn))?;
        }
    }
    Ok(())
}

/// The immutable attributes of one schema.
fn immutable_of(
    definitions: &[Attribute],
    next: &Attributes,
    current: &Attributes,
    urn: Option<&Name>,
) -> Result<(), SchemaError> {
    let prefix = urn.map_or_else(String::new, |urn| format!("{urn}:"));
    for definition in definitions {
        let name = &definition.name;
        let (Some(old), new) = (current.get(name), next.get(name)) else {
            continue;
        };
        if definition.mutability == Mutability::Immutable && new != Some(old) {
            return Err(SchemaError::new(
                &format!("{prefix}{name}"),
                SchemaFault::Immutable,
            ));
        }
        if definition.is_multi() {
            // Elements come and go whole; their immutable parts are new with them.
            continue;
        }
        for sub in &definition.sub_attributes {
            let (was, is) = (old.sub(&sub.name), new.and_then(|n| n.sub(&sub.name)));
            let changed = was.is_some() && is.is_some() && was != is;
            if sub.mutability == Mutability::Immutable && changed {
                let path = format!("{prefix}{name}.{}", sub.name);
                return Err(SchemaError::new(&path, SchemaFault::Immutable));
            }
        }
    }
    Ok(())
}

/// At most one entry of a list is primary (RFC 7643 section 2.4).
pub(crate) fn primaries(
    resource_type: &ResourceType,
    next: &mut Attributes,
    reading: &mut Reading,
) -> Result<(), SchemaError> {
    let lists = resource_type.attributes().iter();
    for list in lists.filter(|a| a.is_multi() && a.sub(&Name::PRIMARY).is_some()) {
        let Some(Value::Array(values)) = next.get_mut(&list.name) else {
            continue;
        };
        let primary = |v: &Value| v.sub(&Name::PRIMARY) == Some(&Value::Boolean(true));
        if values.iter().filter(|v| primary(v)).count() < 2 {
            continue;
        }
        if !reading.allows(Tolerance::RepeatedPrimary) {
            return Err(SchemaError::new(
                list.name.as_str(),
                SchemaFault::RepeatedPrimary,
            ));
        }
        let later = values.iter_mut().filter(|v| primary(v)).skip(1);
        for value in later {
            demote(value);
        }
    }
    Ok(())
}

/// Makes an entry not primary.
pub(crate) fn demote(value: &mut Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(Name::PRIMARY, Value::Boolean(false));
    }
}

/// Drops entries that repeat the value and type of an earlier one (RFC 7643
/// section 2.4), in time linear in the list.
pub(crate) fn distinct(values: &mut Vec<Value>) {
    if values.len() < 2 {
        return;
    }
    let mut seen: HashSet<(Text, Text)> = HashSet::with_capacity(values.len());
    values.retain(|value| match identity(value) {
        Some(identity) => seen.insert(identity),
        None => true,
    });
}

/// What makes two entries the same: value and type.
pub(crate) fn identity(value: &Value) -> Option<(Text, Text)> {
    match value {
        Value::String(text) => Some((text.clone(), Text::default())),
        Value::Object(fields) => {
            let Some(Value::String(text)) = fields.get(&Name::VALUE) else {
                return None;
            };
            let kind = match fields.get(&Name::TYPE) {
                Some(Value::String(kind)) => Text::from(kind.to_ascii_lowercase()),
                _ => Text::default(),
            };
            Some((text.clone(), kind))
        }
        _ => None,
    }
}
