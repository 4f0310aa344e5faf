//! From a path as written to the definitions it names.

use super::{Attribute, ResourceType};
use crate::path::{Parts, Path, PathError, PathFault};
use crate::resource::{Attributes, Name, Value};

/// What a path names in a resource type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolved<'s> {
    /// The extension it is in, if any.
    pub extension: Option<&'s Name>,
    /// The attribute; `None` when the path is an extension's URN alone.
    pub attribute: Option<&'s Attribute>,
    /// The sub-attribute.
    pub sub: Option<&'s Attribute>,
}

impl<'s> Resolved<'s> {
    /// The innermost definition.
    #[must_use]
    pub fn leaf(&self) -> Option<&'s Attribute> {
        self.sub.or(self.attribute)
    }

    /// The value of the attribute (not of the sub-attribute) in a resource.
    #[must_use]
    pub fn find<'r>(&self, tree: &'r Attributes) -> Option<&'r Value> {
        let home = match self.extension {
            Some(urn) => tree.get(urn)?.as_object()?,
            None => tree,
        };
        match self.attribute {
            Some(attribute) => home.get(&attribute.name),
            None => tree.get(self.extension?),
        }
    }
}

impl ResourceType {
    /// Takes a path apart by the schemas of this type.
    ///
    /// # Errors
    /// [`PathError`]: unknown attribute, or no such sub-attribute.
    pub fn resolve(&self, path: &Path) -> Result<Resolved<'_>, PathError> {
        match path.parts() {
            Parts::Plain(attribute, sub) => {
                let fault = |fault| PathError::new(&path.to_string(), fault);
                let attribute = self
                    .attribute(attribute)
                    .ok_or_else(|| fault(PathFault::Unknown))?;
                resolved(None, attribute, sub).map_err(fault)
            }
            Parts::Urn(urn) => self.resolve_urn(urn),
        }
    }

    /// Longest schema URN first: one URN may begin another.
    fn resolve_urn(&self, urn: &str) -> Result<Resolved<'_>, PathError> {
        let fault = |fault| PathError::new(urn, fault);
        let extensions = self.extensions().iter().map(|e| &e.schema);
        let (schema, rest) = std::iter::once(self.schema())
            .chain(extensions)
            .filter_map(|schema| Some((schema, behind(urn, schema.id().as_str())?)))
            .max_by_key(|(schema, _)| schema.id().as_str().len())
            .ok_or_else(|| fault(PathFault::Unknown))?;
        let is_core = schema.id() == self.schema().id();
        if rest.is_empty() {
            return if is_core {
                Err(fault(PathFault::Unknown))
            } else {
                Ok(Resolved {
                    extension: Some(schema.id()),
                    attribute: None,
                    sub: None,
                })
            };
        }
        let (attribute, sub) = match rest.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(Name::new(sub))),
            None => (rest, None),
        };
        let name = Name::new(attribute);
        let found = if is_core {
            self.attribute(&name)
        } else {
            schema.attribute(&name)
        };
        let found = found.ok_or_else(|| fault(PathFault::Unknown))?;
        let extension = (!is_core).then(|| schema.id());
        resolved(extension, found, sub.as_ref()).map_err(fault)
    }
}

/// An attribute found, and its sub-attribute looked up.
fn resolved<'s>(
    extension: Option<&'s Name>,
    attribute: &'s Attribute,
    sub: Option<&Name>,
) -> Result<Resolved<'s>, PathFault> {
    let sub = match sub {
        Some(name) => Some(attribute.sub(name).ok_or(PathFault::NoSubAttribute)?),
        None => None,
    };
    Ok(Resolved {
        extension,
        attribute: Some(attribute),
        sub,
    })
}

/// What follows a URN and its colon in a path; empty when nothing does.
fn behind<'p>(path: &'p str, urn: &str) -> Option<&'p str> {
    let (start, rest) = path.split_at_checked(urn.len())?;
    if !start.eq_ignore_ascii_case(urn) {
        return None;
    }
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(':')
}
