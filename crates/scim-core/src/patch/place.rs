//! Where an attribute lives, and how a complex value is merged.

use crate::path::Path;
use crate::resource::{Attributes, Name, Value};
use crate::schema::Attribute;
use crate::schema::coerce::Place;

/// An attribute, and where it lives.
#[derive(Clone, Copy)]
pub(super) struct Where<'a> {
    pub(super) extension: Option<&'a Name>,
    pub(super) attribute: &'a Attribute,
    pub(super) sub: Option<&'a Attribute>,
}

impl<'a> Where<'a> {
    /// An attribute at the top of a resource.
    pub(super) const fn top(attribute: &'a Attribute) -> Self {
        Self {
            extension: None,
            attribute,
            sub: None,
        }
    }

    /// For error texts about values; extensions are left out there.
    pub(super) const fn place(&self) -> Place<'a> {
        Place::top(&self.attribute.name)
    }

    /// For error texts about the path.
    pub(super) fn path(&self) -> Path {
        let name = self.attribute.name.clone();
        match (self.extension, self.sub) {
            (Some(urn), Some(sub)) => Path::from(Name::new(&format!("{urn}:{name}.{}", sub.name))),
            (Some(urn), None) => Path::from(Name::new(&format!("{urn}:{name}"))),
            (None, Some(sub)) => Path::of_sub(name, sub.name.clone()),
            (None, None) => Path::from(name),
        }
    }

    /// The object the attribute is a field of; made when missing.
    pub(super) fn home<'t>(&self, next: &'t mut Attributes) -> &'t mut Attributes {
        match self.extension {
            Some(urn) => next.object_mut(urn),
            None => next,
        }
    }

    /// Takes the attribute out, and its extension with the last one.
    pub(super) fn clear(&self, next: &mut Attributes) {
        self.home(next).remove(&self.attribute.name);
        self.prune_extension(next);
    }

    /// Takes the attribute out when nothing is left in it.
    pub(super) fn prune(&self, next: &mut Attributes) {
        let home = self.home(next);
        if home.get(&self.attribute.name).is_some_and(Value::is_absent) {
            home.remove(&self.attribute.name);
        }
        self.prune_extension(next);
    }

    /// Takes the extension out when nothing is left in it, so that `schemas` no
    /// longer names it.
    fn prune_extension(&self, next: &mut Attributes) {
        if let Some(urn) = self.extension
            && next.get(urn).is_some_and(Value::is_absent)
        {
            next.remove(urn);
        }
    }
}

/// Sub-attributes that a value sets to `null`: they are cleared.
pub(super) fn cleared_parts(attribute: &Attribute, value: &Value) -> Vec<Name> {
    let Some(fields) = value.as_object() else {
        return Vec::new();
    };
    let nulls = fields.iter().filter(|(_, value)| value.is_absent());
    let defined = nulls.filter_map(|(name, _)| attribute.sub(name));
    let writable = defined.filter(|sub| !sub.is_read_only());
    writable.map(|sub| sub.name.clone()).collect()
}

/// Sets the parts of a complex value that are named and keeps the others
/// (RFC 7644 section 3.5.2.3). When a reference comes to point elsewhere, what
/// described the former target goes.
pub(super) fn merge(attribute: &Attribute, old: &mut Value, new: Attributes, nulls: &[Name]) {
    let fields = old.make_object();
    let moved = new
        .get(&Name::VALUE)
        .is_some_and(|v| fields.get(&Name::VALUE) != Some(v));
    if moved && attribute.sub(&Name::REF).is_some() {
        fields.retain(|name, _| ![Name::REF, Name::DISPLAY, Name::DISPLAY_NAME].contains(name));
    }
    for (name, value) in new {
        fields.insert(name, value);
    }
    for name in nulls {
        fields.remove(name);
    }
}
