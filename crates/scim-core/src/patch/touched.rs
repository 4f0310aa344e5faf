//! Which members of a group the outcome of a PATCH depends on.
//!
//! Clients change large groups a few members at a time. Such a request reads and
//! writes only the members it names, so that neither the group's other members nor
//! their number matter.

use std::collections::BTreeSet;

use super::entries::Named;
use super::members::is_reference_list;
use super::{Limits, Op, Operation, Patch, Target};
use crate::dialect::{Dialect, Vendor};
use crate::filter::{Filter, Literal, Operator};
use crate::id::ResourceId;
use crate::path::Parts;
use crate::resource::{Name, Value};
use crate::schema::{Attribute, ResourceType};

impl Patch {
    /// The members that the operations name, when the outcome depends on no other:
    /// applied to a group with just these members (or more of them), the request
    /// does to them what it does in the whole group, and fails where it fails there.
    ///
    /// `None` when it depends on all: the list is replaced or emptied, chosen by
    /// something other than `value`, or a member is both removed and added, which
    /// moves it to the end.
    ///
    /// ```
    /// use scim_core::dialect::Dialect;
    /// use scim_core::id::{Kind, ResourceId};
    /// use scim_core::json::{self, Limits};
    /// use scim_core::patch::Patch;
    /// use scim_core::schema::Registry;
    ///
    /// let registry = Registry::standard();
    /// let groups = registry.by_kind(&Kind::GROUP).ok_or("no groups")?;
    /// let body = br#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    ///     "Operations":[{"op":"remove","path":"members[value eq \"u1\"]"},
    ///                   {"op":"add","path":"members","value":[{"value":"u2"}]}]}"#;
    /// let body = json::object(body, &Limits::default())?;
    /// let patch = Patch::parse(body, &mut Dialect::default().reading())?;
    /// let named = patch.touched_members(groups);
    /// assert_eq!(named, Some(vec![ResourceId::new("u1"), ResourceId::new("u2")]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn touched_members(&self, resource_type: &ResourceType) -> Option<Vec<ResourceId>> {
        let list = resource_type.attribute(&Name::MEMBERS)?;
        if !is_reference_list(list) {
            return None;
        }
        let mut touched = Touched::default();
        for operation in &self.operations {
            touched.operation(operation, resource_type)?;
        }
        touched.names()
    }
}

/// The members named so far, by what becomes of their place in the list.
#[derive(Default)]
struct Touched<'p> {
    /// Put at the end, unless they are there.
    added: BTreeSet<&'p str>,
    /// Taken out.
    removed: BTreeSet<&'p str>,
    /// Changed where they are.
    changed: BTreeSet<&'p str>,
}

impl<'p> Touched<'p> {
    /// Every member named; `None` when one would move.
    fn names(self) -> Option<Vec<ResourceId>> {
        if !self.added.is_disjoint(&self.removed) {
            return None;
        }
        let mut all: BTreeSet<&str> = &self.added | &self.removed;
        all.extend(self.changed);
        Some(all.into_iter().map(ResourceId::new).collect())
    }

    /// Notes the members of one operation; `None` when it depends on all.
    fn operation(&mut self, operation: &'p Operation, types: &ResourceType) -> Option<()> {
        let Operation { op, target, value } = operation;
        match target {
            Some(target) => match part_of(target, types) {
                Part::Elsewhere => Some(()),
                Part::Members(sub) => self.members(*op, target.filter.as_ref(), sub, value),
            },
            None => self.pathless(*op, value, types),
        }
    }

    /// A value that names the attributes.
    fn pathless(&mut self, op: Op, value: &'p Value, types: &ResourceType) -> Option<()> {
        let fields = value.as_object().into_iter().flat_map(|o| o.iter());
        for (name, value) in fields {
            if *name == Name::MEMBERS {
                self.members(op, None, None, value)?;
            } else if types.attribute(name).is_none() && types.extension(name).is_none() {
                is_elsewhere(name, types)?;
            }
        }
        Some(())
    }

    /// An operation on the list, on entries of it, or on a part of them.
    fn members(
        &mut self,
        op: Op,
        filter: Option<&'p Filter>,
        sub: Option<&Attribute>,
        value: &'p Value,
    ) -> Option<()> {
        match (op, filter, sub) {
            (Op::Add, None, None) => self.added.extend(named(value)?),
            (Op::Remove, None, None) if *value != Value::Null => self.removed.extend(named(value)?),
            (Op::Remove, Some(filter), None) => self.removed.extend(values_of(filter)?),
            (Op::Remove, Some(filter), Some(_)) => self.changed.extend(values_of(filter)?),
            // Where nothing matches, an entry may be made.
            (Op::Add | Op::Replace, Some(filter), _) => self.added.extend(values_of(filter)?),
            _ => return None,
        }
        Some(())
    }
}

/// What a path is about.
enum Part<'s> {
    Elsewhere,
    Members(Option<&'s Attribute>),
}

/// Whether a path is about the members; one that names nothing is not.
fn part_of<'s>(target: &Target, types: &'s ResourceType) -> Part<'s> {
    let Ok(resolved) = types.resolve(&target.path) else {
        return Part::Elsewhere;
    };
    match resolved.attribute {
        Some(attribute) if resolved.extension.is_none() && attribute.name == Name::MEMBERS => {
            let sub = target.sub.as_ref().and_then(|sub| attribute.sub(sub));
            Part::Members(sub.or(resolved.sub))
        }
        _ => Part::Elsewhere,
    }
}

/// A key that is no plain attribute: `None` when it may be about the members.
fn is_elsewhere(name: &Name, types: &ResourceType) -> Option<()> {
    let mut reading = Dialect::of(Vendor::Strict).reading();
    let target = Target::parse_in(name.as_str(), &Limits::default().filter, &mut reading).ok()?;
    matches!(part_of(&target, types), Part::Elsewhere).then_some(())
}

/// The ids that a value names, when each of its entries has one. Text that may be
/// an entry written as JSON is not taken for an id.
fn named(value: &Value) -> Option<Vec<&str>> {
    let is_id = |id: &&str| !id.contains(['{', '[']);
    let entries = value.elements().iter();
    entries
        .map(|entry| Named::of(entry).map(|named| named.value).filter(is_id))
        .collect()
}

/// The values that a filter is content with, when it says so.
fn values_of(filter: &Filter) -> Option<Vec<&str>> {
    match filter {
        Filter::Compare {
            path,
            operator: Operator::Eq,
            value: Literal::String(value),
        } if path.parts() == Parts::Plain(&Name::VALUE, None) => Some(vec![value]),
        Filter::Or(parts) => {
            let values: Option<Vec<_>> = parts.iter().map(values_of).collect();
            values.map(|values| values.concat())
        }
        Filter::And(parts) => parts.iter().find_map(values_of),
        _ => None,
    }
}
