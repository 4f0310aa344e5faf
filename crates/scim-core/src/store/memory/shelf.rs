//! The resources of one tenant.

use std::collections::{BTreeMap, HashMap};

use time::OffsetDateTime;

use super::index::{Field, Indexes};
use super::paging;
use crate::id::{Kind, ResourceId};
use crate::query::{Query, Target};
use crate::resource::{Name, Value};
use crate::store::{Conflict, Membership, Page, Stored, Version, Written};

/// Place in the order of creation; grows and is never used twice.
pub(super) type Seat = u64;

/// All resources of one tenant.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The order of creation.
    seats: BTreeMap<Seat, Stored>,
    /// An id is unique over all types (RFC 7643 section 3.1).
    by_id: HashMap<ResourceId, Seat>,
    indexes: Indexes,
    last: Seat,
}

impl Shelf {
    pub(super) fn get(&self, kind: &Kind, id: &ResourceId) -> Option<&Stored> {
        let stored = self.seats.get(self.by_id.get(id)?)?;
        (stored.kind() == kind).then_some(stored)
    }

    fn seat(&self, kind: &Kind, id: &ResourceId) -> Option<Seat> {
        self.get(kind, id).and_then(|_| self.by_id.get(id).copied())
    }

    pub(super) fn create(&mut self, new: &Stored) -> Written {
        if self.indexes.holder(new).is_some() {
            return taken();
        }
        self.last += 1;
        self.by_id.insert(new.id().clone(), self.last);
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
        if self
            .indexes
            .holder(next)
            .is_some_and(|holder| holder != seat)
        {
            return taken();
        }
        if let Some(old) = self.seats.insert(seat, next.clone()) {
            self.indexes.update(seat, &old, next);
        }
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
        self.by_id.remove(id);
        self.leave_groups(id, now);
        Written::Done
    }

    /// One page of what matches.
    pub(super) fn query(&self, query: &Query) -> Page {
        let mut matching: Vec<(Seat, &Stored)> = match self.candidates(&query.targets) {
            Some(seats) => seats
                .into_iter()
                .filter_map(|seat| Some((seat, self.seats.get(&seat)?)))
                .filter(|(_, stored)| query.matches(stored))
                .collect(),
            None => self
                .seats
                .iter()
                .filter(|(_, stored)| query.matches(stored))
                .map(|(seat, stored)| (*seat, stored))
                .collect(),
        };
        match &query.sort {
            None => paging::by_seat(&matching, &query.page),
            Some(sort) => paging::sorted(&mut matching, sort, &query.page),
        }
    }

    /// The groups these are members of.
    pub(super) fn groups_of(&self, members: &[ResourceId]) -> Vec<Membership> {
        let seats = |member: &ResourceId| {
            let seats = self
                .indexes
                .find(&Kind::GROUP, Field::Member, member.as_str());
            seats
                .into_iter()
                .flatten()
                .filter_map(|seat| self.seats.get(seat))
                .collect::<Vec<_>>()
        };
        let of = |member: &ResourceId, group: &Stored| Membership {
            member: member.clone(),
            group: group.id().clone(),
            display: group.resource().display_name().map(str::to_owned),
        };
        let groups = members.iter().map(|member| (member, seats(member)));
        groups
            .flat_map(|(member, groups)| groups.into_iter().map(move |g| of(member, g)))
            .collect()
    }

    /// Seats worth looking at, when an index knows them: for one type, by an
    /// equality every match satisfies.
    fn candidates(&self, targets: &[Target]) -> Option<Vec<Seat>> {
        let [
            Target {
                kind,
                filter: Some(filter),
            },
        ] = targets
        else {
            return None;
        };
        filter.equalities().find_map(|equality| {
            if *equality.attribute == Name::ID {
                return Some(
                    self.seat(kind, &ResourceId::new(equality.value))
                        .into_iter()
                        .collect(),
                );
            }
            self.indexes.candidates(kind, &equality)
        })
    }

    fn version_at(&self, seat: Seat) -> Option<Version> {
        self.seats.get(&seat).map(Stored::version)
    }

    /// Puts a resource into its seat and the indexes.
    fn put(&mut self, seat: Seat, stored: Stored) {
        self.indexes.add(seat, &stored);
        self.seats.insert(seat, stored);
    }

    /// Takes a resource out of its seat and the indexes; its id stays known.
    fn take(&mut self, seat: Seat) -> Option<Stored> {
        let stored = self.seats.remove(&seat)?;
        self.indexes.remove(seat, &stored);
        Some(stored)
    }

    /// Takes an id out of the members of every group; each group has changed.
    fn leave_groups(&mut self, id: &ResourceId, now: OffsetDateTime) {
        let seats = self
            .indexes
            .find(&Kind::GROUP, Field::Member, id.as_str())
            .cloned();
        for seat in seats.unwrap_or_default() {
            if let Some(group) = self.take(seat) {
                self.put(seat, without_member(&group, id, now));
            }
        }
    }
}

/// The next version of a group, without this member.
fn without_member(group: &Stored, id: &ResourceId, now: OffsetDateTime) -> Stored {
    let mut resource = group.resource().clone();
    let value =
        |member: &Value| member.sub(&Name::VALUE).and_then(Value::as_str) == Some(id.as_str());
    if let Some(Value::Array(members)) = resource.attributes_mut().get_mut(&Name::MEMBERS) {
        members.retain(|member| !value(member));
    }
    if resource.get(&Name::MEMBERS).is_some_and(Value::is_absent) {
        resource.attributes_mut().remove(&Name::MEMBERS);
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

fn taken() -> Written {
    Written::Conflict(Conflict {
        attribute: "userName".into(),
    })
}
