//! The resources of one tenant, with the indexes that keep look-ups constant.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use time::OffsetDateTime;

use crate::fold::Key;
use crate::id::{Kind, ResourceId};
use crate::query::{PageRequest, Position, Query};
use crate::resource::{Name, Value};
use crate::store::{Conflict, Page, Stored, Version, Written};

/// Place in the order of creation; grows and is never used twice.
type Seat = u64;

/// All resources of one tenant.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The order of creation.
    seats: BTreeMap<Seat, Stored>,
    by_id: HashMap<(Kind, ResourceId), Seat>,
    by_user_name: HashMap<Key, Seat>,
    by_external_id: HashMap<String, BTreeSet<Seat>>,
    /// Groups by the id of a member.
    by_member: HashMap<String, BTreeSet<Seat>>,
    last: Seat,
}

impl Shelf {
    pub(super) fn get(&self, kind: &Kind, id: &ResourceId) -> Option<&Stored> {
        self.seats.get(&self.seat(kind, id)?)
    }

    fn seat(&self, kind: &Kind, id: &ResourceId) -> Option<Seat> {
        self.by_id.get(&(kind.clone(), id.clone())).copied()
    }

    pub(super) fn create(&mut self, new: &Stored) -> Written {
        if self.is_taken(new, None) {
            return taken();
        }
        self.last += 1;
        self.by_id
            .insert((new.kind().clone(), new.id().clone()), self.last);
        self.put(self.last, new.clone());
        Written::Done
    }

    pub(super) fn replace(&mut self, next: &Stored, expected: Version) -> Written {
        let Some(seat) = self.seat(next.kind(), next.id()) else {
            return Written::Missing;
        };
        if self.version_at(seat) != Some(expected) {
            return Written::Stale;
        }
        if self.is_taken(next, Some(seat)) {
            return taken();
        }
        self.take(seat);
        self.put(seat, next.clone());
        Written::Done
    }

    pub(super) fn delete(
        &mut self,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        now: OffsetDateTime,
    ) -> Written {
        let Some(seat) = self.seat(kind, id) else {
            return Written::Missing;
        };
        if self.version_at(seat) != Some(expected) {
            return Written::Stale;
        }
        self.take(seat);
        self.by_id.remove(&(kind.clone(), id.clone()));
        self.leave_groups(id, now);
        Written::Done
    }

    /// One page of what matches, in the order of creation.
    pub(super) fn query(&self, query: &Query) -> Page {
        let matching = || {
            self.seats
                .iter()
                .filter(|(_, stored)| query.matches(stored))
        };
        let total = matching().count() as u64;
        let cloned = |(_, stored): (&Seat, &Stored)| stored.clone();
        match &query.page {
            PageRequest::Index { start, count } => {
                let skip = usize::try_from(start.saturating_sub(1)).unwrap_or(usize::MAX);
                let resources = matching()
                    .skip(skip)
                    .take(*count as usize)
                    .map(cloned)
                    .collect();
                Page {
                    total,
                    resources,
                    next: None,
                }
            }
            PageRequest::From { after, count } => {
                let after = after.as_ref().map_or(0, seat_of);
                let mut rest = matching().filter(|(seat, _)| **seat > after);
                let page: Vec<_> = rest.by_ref().take(*count as usize).collect();
                let next = rest
                    .next()
                    .and(page.last())
                    .map(|(seat, _)| position(**seat));
                Page {
                    total,
                    resources: page.into_iter().map(cloned).collect(),
                    next,
                }
            }
        }
    }

    fn version_at(&self, seat: Seat) -> Option<Version> {
        self.seats.get(&seat).map(Stored::version)
    }

    /// Whether another user has this one's folded `userName`.
    fn is_taken(&self, stored: &Stored, own: Option<Seat>) -> bool {
        let key = user_name_of(stored);
        let holder = key.and_then(|key| self.by_user_name.get(&key).copied());
        holder.is_some() && holder != own
    }

    /// Puts a resource into its seat and the indexes.
    fn put(&mut self, seat: Seat, stored: Stored) {
        if let Some(key) = user_name_of(&stored) {
            self.by_user_name.insert(key, seat);
        }
        if let Some(external) = stored.resource().external_id() {
            self.by_external_id
                .entry(external.to_owned())
                .or_default()
                .insert(seat);
        }
        for member in members_of(&stored) {
            self.by_member
                .entry(member.to_owned())
                .or_default()
                .insert(seat);
        }
        self.seats.insert(seat, stored);
    }

    /// Takes a resource out of its seat and the indexes; its id stays known.
    fn take(&mut self, seat: Seat) -> Option<Stored> {
        let stored = self.seats.remove(&seat)?;
        if let Some(key) = user_name_of(&stored) {
            self.by_user_name.remove(&key);
        }
        if let Some(external) = stored.resource().external_id() {
            forget(&mut self.by_external_id, external, seat);
        }
        for member in members_of(&stored) {
            forget(&mut self.by_member, member, seat);
        }
        Some(stored)
    }

    /// Takes an id out of the members of every group; each group has changed.
    fn leave_groups(&mut self, id: &ResourceId, now: OffsetDateTime) {
        for seat in self.by_member.get(id.as_str()).cloned().unwrap_or_default() {
            if let Some(group) = self.take(seat) {
                self.put(seat, without_member(&group, id, now));
            }
        }
    }
}

/// The next version of a group, without this member.
fn without_member(group: &Stored, id: &ResourceId, now: OffsetDateTime) -> Stored {
    let mut resource = group.resource().clone();
    if let Some(Value::Array(members)) = resource.attributes_mut().get_mut(&Name::MEMBERS) {
        members
            .retain(|member| member.sub(&Name::VALUE).and_then(Value::as_str) != Some(id.as_str()));
    }
    let (kind, own) = (group.kind().clone(), group.id().clone());
    Stored::new(
        kind,
        own,
        resource,
        group.version().next(),
        group.created(),
        now,
    )
}

fn forget(index: &mut HashMap<String, BTreeSet<Seat>>, key: &str, seat: Seat) {
    if let Some(seats) = index.get_mut(key) {
        seats.remove(&seat);
        if seats.is_empty() {
            index.remove(key);
        }
    }
}

fn user_name_of(stored: &Stored) -> Option<Key> {
    (*stored.kind() == Kind::USER)
        .then(|| stored.resource().user_name_key())
        .flatten()
}

fn members_of(stored: &Stored) -> impl Iterator<Item = &str> {
    let group = (*stored.kind() == Kind::GROUP).then(|| stored.resource().as_group());
    group
        .into_iter()
        .flat_map(|group| group.members())
        .filter_map(|member| member.value())
}

fn taken() -> Written {
    Written::Conflict(Conflict {
        attribute: "userName".into(),
    })
}

fn position(seat: Seat) -> Position {
    Position::new(seat.to_string())
}

/// A place this store did not name is before everything.
fn seat_of(position: &Position) -> Seat {
    position.as_str().parse().unwrap_or(0)
}
