//! Which parts of a resource a replacement touches.

use std::collections::BTreeSet;

use super::Facet;
use crate::resource::{Activity, Attributes, Name, Resource, Value};

/// The parts of a resource that a replacement touches.
///
/// `schemas`, `id` and `meta` follow from the rest and do not count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    parts: BTreeSet<Facet>,
    attributes: Vec<String>,
}

impl Facets {
    /// Compares two states; an absent, a null and an empty value are one
    /// (RFC 7643 section 2.5).
    #[must_use]
    pub fn between(current: &Resource, next: &Resource) -> Self {
        let mut facets = Self::default();
        for name in differing(current.attributes(), next.attributes()) {
            if name.is_urn() {
                facets.add_extension(name, current, next);
            } else {
                facets.parts.insert(facet_of(name, current, next));
                facets.attributes.push(name.as_str().to_owned());
            }
        }
        facets
    }

    /// Whether this part is touched.
    #[must_use]
    pub fn contains(&self, facet: Facet) -> bool {
        self.parts.contains(&facet)
    }

    /// The touched parts, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Facet> + '_ {
        self.parts.iter().copied()
    }

    /// Names of the top-level attributes that differ; attributes of an
    /// extension are qualified by its URN.
    #[must_use]
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// Adds the attributes of one extension that differ.
    fn add_extension(&mut self, urn: &Name, current: &Resource, next: &Resource) {
        let empty = Attributes::new();
        let of = |resource: &Resource| {
            resource
                .get(urn)
                .and_then(Value::as_object)
                .unwrap_or(&empty)
                .clone()
        };
        let (before, after) = (of(current), of(next));
        for name in differing(&before, &after) {
            self.attributes.push(format!("{urn}:{name}"));
        }
        self.parts.insert(Facet::Other);
    }
}

/// Names whose value differs between two sets of fields, in the order of names.
fn differing<'a>(before: &'a Attributes, after: &'a Attributes) -> BTreeSet<&'a Name> {
    let names = before.iter().chain(after.iter()).map(|(name, _)| name);
    names
        .filter(|name| ![Name::SCHEMAS, Name::ID, Name::META].contains(name))
        .filter(|name| !same(before.get(name), after.get(name)))
        .collect()
}

fn same(before: Option<&Value>, after: Option<&Value>) -> bool {
    let before = before.filter(|value| !value.is_absent());
    before == after.filter(|value| !value.is_absent())
}

/// The facet a changed attribute belongs to. A missing `active` counts as
/// inactive, as [`User::activity`](crate::resource::User::activity) has it.
fn facet_of(name: &Name, current: &Resource, next: &Resource) -> Facet {
    if *name == Name::ACTIVE {
        match (current.as_user().activity(), next.as_user().activity()) {
            (Activity::Inactive, Activity::Active) => Facet::Reactivate,
            (Activity::Active, Activity::Inactive) => Facet::Deactivate,
            _ => Facet::Other,
        }
    } else if *name == Name::USER_NAME {
        Facet::UserName
    } else if *name == Name::EMAILS {
        Facet::Emails
    } else if *name == Name::NAME || *name == Name::DISPLAY_NAME {
        Facet::Names
    } else if *name == Name::EXTERNAL_ID {
        Facet::ExternalId
    } else if *name == Name::MEMBERS {
        Facet::Members
    } else {
        Facet::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(fields: &[(&str, Value)]) -> Resource {
        let fields = fields
            .iter()
            .map(|(name, value)| (Name::new(name), value.clone()));
        Resource::new(Attributes::from_fields(fields.collect()).unwrap())
    }

    fn parts(before: &Resource, after: &Resource) -> Vec<Facet> {
        Facets::between(before, after).iter().collect()
    }

    #[test]
    fn activation_is_told_by_direction() {
        let on = user(&[("active", Value::from(true))]);
        let off = user(&[("active", Value::from(false))]);
        assert_eq!(parts(&on, &off), [Facet::Deactivate]);
        assert_eq!(parts(&off, &on), [Facet::Reactivate]);
        assert_eq!(parts(&on, &user(&[])), [Facet::Deactivate]);
        assert_eq!(parts(&off, &user(&[])), [Facet::Other]);
        assert!(parts(&on, &on).is_empty());
    }

    #[test]
    fn spellings_of_nothing_do_not_differ() {
        let bare = user(&[]);
        let empty = user(&[("emails", Value::Array(vec![])), ("title", Value::Null)]);
        assert!(Facets::between(&bare, &empty).is_empty());
        assert_eq!(
            parts(&bare, &user(&[("title", Value::from(""))])),
            [Facet::Other]
        );
    }

    #[test]
    fn extension_attributes_are_qualified() {
        let urn = Name::ENTERPRISE_USER;
        let extension = Attributes::new().with(Name::DEPARTMENT, "R&D");
        let after = user(&[(urn.as_str(), Value::from(extension))]);
        let facets = Facets::between(&user(&[]), &after);
        assert_eq!(facets.attributes(), [format!("{urn}:department")]);
        assert!(facets.contains(Facet::Other));
    }
}
