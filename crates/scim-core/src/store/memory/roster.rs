//! The members of one group, each found by its id however many there are.

use std::collections::{BTreeMap, HashMap};

use crate::id::ResourceId;
use crate::resource::{Name, Text, Value};
use crate::store::MemberDelta;

/// The members of one group in their order.
#[derive(Debug, Default, Clone)]
pub(super) struct Roster {
    /// Entries by place; places grow and are never used twice.
    entries: BTreeMap<u64, Value>,
    /// Where the entry of an id is.
    places: HashMap<Text, u64>,
    last: u64,
}

impl Roster {
    /// The entries of a list.
    pub(super) fn of(members: Option<&Value>) -> Self {
        let mut roster = Self::default();
        for entry in members.map_or(&[][..], Value::elements) {
            roster.push(entry.clone());
        }
        roster
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many there would be.
    pub(super) fn len_after(&self, delta: &MemberDelta) -> usize {
        let removed = delta.removed();
        let gone = removed.filter(|id| self.places.contains_key(id.as_str()));
        self.len() + delta.added().len() - gone.count()
    }

    /// All entries in their order.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Value> {
        self.entries.values()
    }

    /// The entries of these ids, in their order.
    pub(super) fn only(&self, ids: &[ResourceId]) -> Vec<Value> {
        let places = ids.iter().filter_map(|id| self.places.get(id.as_str()));
        let found: BTreeMap<u64, &Value> = places
            .filter_map(|place| Some((*place, self.entries.get(place)?)))
            .collect();
        found.into_values().cloned().collect()
    }

    /// The ids, in no order.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(Text::as_str)
    }

    /// Carries a difference out.
    pub(super) fn change(&mut self, delta: &MemberDelta) {
        for id in delta.removed() {
            self.remove(id);
        }
        for entry in delta.changed() {
            let place = id_of(entry).and_then(|id| self.places.get(id.as_str()));
            if let Some(old) = place.and_then(|place| self.entries.get_mut(place)) {
                *old = entry.clone();
            }
        }
        for entry in delta.added() {
            self.push(entry.clone());
        }
    }

    /// Takes a member out.
    pub(super) fn remove(&mut self, id: &ResourceId) {
        if let Some(place) = self.places.remove(id.as_str()) {
            self.entries.remove(&place);
        }
    }

    fn push(&mut self, entry: Value) {
        self.last += 1;
        if let Some(id) = id_of(&entry) {
            self.places.insert(id, self.last);
        }
        self.entries.insert(self.last, entry);
    }
}

fn id_of(entry: &Value) -> Option<Text> {
    match entry.sub(&Name::VALUE) {
        Some(Value::String(id)) => Some(id.clone()),
        _ => None,
    }
}
