//! What a write changes in a group's list of members.

use std::collections::{HashMap, HashSet};

use crate::id::ResourceId;
use crate::resource::{Name, Resource, Value};
use crate::stored::Stored;

/// The difference between two states of a group's members.
///
/// ```
/// use scim_core::json::Limits;
/// use scim_core::resource::Resource;
/// use scim_core::store::MemberDelta;
///
/// let group = |members: &str| {
///     Resource::parse(format!(r#"{{"members":[{members}]}}"#).as_bytes(), &Limits::default())
/// };
/// let before = group(r#"{"value":"u1"},{"value":"u2"}"#)?;
/// let after = group(r#"{"value":"u2"},{"value":"u3"}"#)?;
/// let delta = MemberDelta::between(&before, &after);
/// assert_eq!(delta.removed().count(), 1);
/// assert_eq!(delta.added().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberDelta {
    removed: Vec<ResourceId>,
    changed: Vec<Value>,
    added: Vec<Value>,
}

impl MemberDelta {
    /// Compares the members of two states, told apart by their `value`.
    #[must_use]
    pub fn between(before: &Resource, after: &Resource) -> Self {
        let (before, after) = (members(before), members(after));
        let old: HashMap<&str, &Value> = before.iter().filter_map(with_id).collect();
        let new: HashSet<&str> = after.iter().filter_map(id_of).collect();
        let mut delta = Self::default();
        let gone = before.iter().filter_map(id_of);
        let gone = gone.filter(|id| !new.contains(id));
        delta.removed.extend(gone.map(ResourceId::new));
        for (id, entry) in after.iter().filter_map(with_id) {
            match old.get(id) {
                None => delta.added.push(entry.clone()),
                Some(was) if *was != entry => delta.changed.push(entry.clone()),
                Some(_) => {}
            }
        }
        delta
    }

    /// Who is a member no more.
    pub fn removed(&self) -> impl ExactSizeIterator<Item = &ResourceId> {
        self.removed.iter()
    }

    /// Whole entries that take the place of those with the same `value`.
    #[must_use]
    pub fn changed(&self) -> &[Value] {
        &self.changed
    }

    /// Whole entries to come behind all others, in this order.
    #[must_use]
    pub fn added(&self) -> &[Value] {
        &self.added
    }

    /// Whether it concerns none but these.
    pub(crate) fn is_about(&self, ids: &[ResourceId]) -> bool {
        let known: HashSet<&str> = ids.iter().map(ResourceId::as_str).collect();
        let entries = self.added.iter().chain(&self.changed);
        let removed = self.removed.iter().map(ResourceId::as_str);
        entries
            .map(|entry| id_of(entry).unwrap_or_default())
            .chain(removed)
            .all(|id| known.contains(id))
    }

    /// The whole next state of a group: its members as they are in `whole`, with
    /// this difference; everything else as it is in `next`.
    ///
    /// For stores that keep a group in one piece.
    #[must_use]
    pub fn over(&self, whole: &Stored, next: &Stored) -> Stored {
        let entries = self.apply(members(whole.resource()).to_vec());
        let mut resource = next.resource().clone();
        if entries.is_empty() {
            resource.attributes_mut().remove(&Name::MEMBERS);
        } else {
            let entries = Value::Array(entries);
            resource.attributes_mut().insert(Name::MEMBERS, entries);
        }
        let (kind, id) = (next.kind().clone(), next.id().clone());
        let (created, modified) = (next.created(), next.last_modified());
        Stored::new(kind, id, resource, next.version(), created, modified)
    }

    /// The list after the change.
    #[must_use]
    pub fn apply(&self, mut members: Vec<Value>) -> Vec<Value> {
        let gone: HashSet<&str> = self.removed.iter().map(ResourceId::as_str).collect();
        let changed: HashMap<&str, &Value> = self.changed.iter().filter_map(with_id).collect();
        members.retain(|entry| id_of(entry).is_none_or(|id| !gone.contains(id)));
        for entry in &mut members {
            if let Some(new) = id_of(entry).and_then(|id| changed.get(id)) {
                *entry = (*new).clone();
            }
        }
        members.extend(self.added.iter().cloned());
        members
    }
}

fn members(group: &Resource) -> &[Value] {
    group.get(&Name::MEMBERS).map_or(&[][..], Value::elements)
}

fn id_of(entry: &Value) -> Option<&str> {
    entry.sub(&Name::VALUE)?.as_str()
}

fn with_id(entry: &Value) -> Option<(&str, &Value)> {
    Some((id_of(entry)?, entry))
}
