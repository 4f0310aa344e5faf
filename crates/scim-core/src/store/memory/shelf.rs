//! The resources of one tenant.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use time::OffsetDateTime;

use super::index::Indexes;
use super::paging;
use super::roster::Roster;
use super::unique::Holders;
use crate::id::{Kind, ResourceId};
use crate::query::{Load, Query, Target};
use crate::resource::{Attributes, Name, Value};
use crate::store::{
    Conflict, MemberDelta, Membership, Page, Stored, UniqueValue, Version, Written,
};

/// Place in the order of creation; grows and is never used twice.
pub(super) type Seat = u64;

/// All resources of one tenant.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The order of creation; groups are here without their members.
    seats: BTreeMap<Seat, Stored>,
    /// The members of each group that has any.
    rosters: HashMap<Seat, Roster>,
    /// An id is unique over all types (RFC 7643 section 3.1).
    by_id: HashMap<ResourceId, Seat>,
    indexes: Indexes,
    holders: Holders,
    last: Seat,
}

impl Shelf {
    /// One resource with what is asked for of it.
    pub(super) fn get(&self, kind: &Kind, id: &ResourceId, load: &Load) -> Option<Stored> {
        let (seat, stored) = self.at(kind, id)?;
        Some(self.filled(seat, stored, load).into_owned())
    }

    /// The type of a resource.
    pub(super) fn kind_of(&self, id: &ResourceId) -> Option<&Kind> {
        self.seats.get(self.by_id.get(id)?).map(Stored::kind)
    }

    fn at(&self, kind: &Kind, id: &ResourceId) -> Option<(Seat, &Stored)> {
        let seat = *self.by_id.get(id)?;
        let stored = self.seats.get(&seat)?;
        (stored.kind() == kind).then_some((seat, stored))
    }

    fn seat(&self, kind: &Kind, id: &ResourceId) -> Option<Seat> {
        self.at(kind, id).map(|(seat, _)| seat)
    }

    /// A resource with those members that are asked for.
    fn filled<'s>(&self, seat: Seat, stored: &'s Stored, load: &Load) -> Cow<'s, Stored> {
        let roster = self.rosters.get(&seat);
        let Some(roster) = roster.filter(|_| !load.skips(&Name::MEMBERS)) else {
            return Cow::Borrowed(stored);
        };
        let members = match load.members() {
            Some(ids) => roster.only(ids),
            None => roster.entries().cloned().collect(),
        };
        if members.is_empty() {
            return Cow::Borrowed(stored);
        }
        let members = Value::Array(members);
        Cow::Owned(changed(stored, |resource| {
            resource.insert(Name::MEMBERS, members);
        }))
    }

    pub(super) fn create(&mut self, new: &Stored, unique: Option<&[UniqueValue]>) -> Written {
        if let Some(conflict) = self.conflict(new, None, unique) {
            return Written::Conflict(conflict);
        }
        if self.by_id.contains_key(new.id()) {
            let attribute = "id".into();
            return Written::Conflict(Conflict { attribute });
        }
        self.last += 1;
        self.holders.hold(new.kind(), self.last, unique);
        self.by_id.insert(new.id().clone(), self.last);
        self.put(self.last, new.clone());
        Written::Done
    }

    pub(super) fn replace(
        &mut self,
        next: &Stored,
        expected: Version,
        unique: Option<&[UniqueValue]>,
    ) -> Written {
        let Some(seat) = self.seat(next.kind(), next.id()) else {
            return Written::Missing;
        };
        if self.version_at(seat) != Some(expected) {
            return Written::Stale;
        }
        if let Some(conflict) = self.conflict(next, Some(seat), unique) {
            return Written::Conflict(conflict);
        }
        self.holders.hold(next.kind(), seat, unique);
        let next = self.house(seat, next.clone());
        if let Some(old) = self.seats.insert(seat, next.clone()) {
            self.indexes.update(seat, &old, &next);
        }
        Written::Done
    }

    /// Writes a group of which only some members change.
    pub(super) fn change_members(
        &mut self,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        unique: Option<&[UniqueValue]>,
        most_members: u64,
    ) -> Written {
        let Some(seat) = self.seat(next.kind(), next.id()) else {
            return Written::Missing;
        };
        if self.version_at(seat) != Some(expected) {
            return Written::Stale;
        }
        if let Some(conflict) = self.conflict(next, Some(seat), unique) {
            return Written::Conflict(conflict);
        }
        let roster = self.rosters.get(&seat);
        let now = roster.map_or(0, Roster::len) as u64;
        let then =
            roster.map_or_else(|| delta.added().len(), |roster| roster.len_after(delta)) as u64;
        if then > most_members.max(now) {
            return Written::TooManyMembers;
        }
        self.holders.hold(next.kind(), seat, unique);
        let roster = self.rosters.entry(seat).or_default();
        roster.change(delta);
        if roster.is_empty() {
            self.rosters.remove(&seat);
        }
        for id in delta.removed() {
            self.indexes.part(seat, id.as_str());
        }
        let added = delta.added().iter().filter_map(|e| e.sub(&Name::VALUE));
        for id in added.filter_map(Value::as_str) {
            self.indexes.join(seat, id);
        }
        let next = bare(next);
        if let Some(old) = self.seats.insert(seat, next.clone()) {
            self.indexes.update(seat, &old, &next);
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
        // Members are put together for filters and orders that look at them only.
        let load = if query.concerns(&Name::MEMBERS) {
            Load::All
        } else {
            Load::Without(vec![Name::MEMBERS])
        };
        let looked = |(seat, stored)| (seat, self.filled(seat, stored, &load));
        let matches = |(_, stored): &(Seat, Cow<'_, Stored>)| query.matches(stored);
        let found: Vec<(Seat, Cow<'_, Stored>)> = match self.candidates(&query.targets) {
            Some(seats) => seats
                .into_iter()
                .filter_map(|seat| Some((seat, self.seats.get(&seat)?)))
                .map(looked)
                .filter(matches)
                .collect(),
            None => self
                .seats
                .iter()
                .map(|(seat, stored)| (*seat, stored))
                .map(looked)
                .filter(matches)
                .collect(),
        };
        let matching: Vec<(Seat, &Stored)> =
            found.iter().map(|(seat, s)| (*seat, s.as_ref())).collect();
        let mut page = match &query.sort {
            None => paging::by_seat(&matching, &query.page),
            Some(sort) => paging::sorted(&matching, sort, &query.page),
        };
        for stored in &mut page.resources {
            if let Some(seat) = self.by_id.get(stored.id())
                && let Cow::Owned(whole) = self.filled(*seat, stored, &query.load)
            {
                *stored = whole;
            }
        }
        page
    }

    /// The groups these are members of.
    pub(super) fn groups_of(&self, members: &[ResourceId]) -> Vec<Membership> {
        let seats = |member: &ResourceId| {
            let seats = self.indexes.groups_of(member.as_str());
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
        let stored = self.house(seat, stored);
        self.indexes.add(seat, &stored);
        self.seats.insert(seat, stored);
    }

    /// Takes a resource out of its seat and the indexes; its id stays known.
    fn take(&mut self, seat: Seat) -> Option<Stored> {
        let stored = self.seats.remove(&seat)?;
        self.indexes.remove(seat, &stored);
        self.disband(seat);
        self.holders.release(seat);
        Some(stored)
    }

    /// Which unique value another resource has, if any.
    fn conflict(
        &self,
        next: &Stored,
        own: Option<Seat>,
        unique: Option<&[UniqueValue]>,
    ) -> Option<Conflict> {
        let holder = self.indexes.holder(next);
        if holder.is_some_and(|holder| Some(holder) != own) {
            let attribute = "userName".into();
            return Some(Conflict { attribute });
        }
        self.holders.conflict(next.kind(), own, unique)
    }

    /// Keeps the members of a group apart and gives back the rest of it.
    fn house(&mut self, seat: Seat, stored: Stored) -> Stored {
        if *stored.kind() != Kind::GROUP {
            return stored;
        }
        self.disband(seat);
        let roster = Roster::of(stored.resource().get(&Name::MEMBERS));
        if roster.is_empty() {
            return stored;
        }
        for id in roster.ids() {
            self.indexes.join(seat, id);
        }
        self.rosters.insert(seat, roster);
        bare(&stored)
    }

    /// Forgets the members of a group.
    fn disband(&mut self, seat: Seat) {
        let roster = self.rosters.remove(&seat).unwrap_or_default();
        for id in roster.ids() {
            self.indexes.part(seat, id);
        }
    }

    /// Takes an id out of the members of every group; each group has changed.
    fn leave_groups(&mut self, id: &ResourceId, now: OffsetDateTime) {
        let seats = self.indexes.groups_of(id.as_str()).cloned();
        for seat in seats.unwrap_or_default() {
            self.indexes.part(seat, id.as_str());
            if let Some(roster) = self.rosters.get_mut(&seat) {
                roster.remove(id);
            }
            if let Some(group) = self.seats.get_mut(&seat) {
                let (kind, own) = (group.kind().clone(), group.id().clone());
                let resource = group.resource().clone();
                let version = group.version().next();
                *group = Stored::new(kind, own, resource, version, group.created(), now);
            }
        }
    }
}

/// The same resource with other attributes.
fn changed(stored: &Stored, change: impl FnOnce(&mut Attributes)) -> Stored {
    let mut resource = stored.resource().clone();
    change(resource.attributes_mut());
    let (kind, id) = (stored.kind().clone(), stored.id().clone());
    let (created, modified) = (stored.created(), stored.last_modified());
    Stored::new(kind, id, resource, stored.version(), created, modified)
}

/// A group without its members.
fn bare(group: &Stored) -> Stored {
    changed(group, |resource| {
        resource.remove(&Name::MEMBERS);
    })
}
