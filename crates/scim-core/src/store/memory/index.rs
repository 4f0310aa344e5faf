//! Indexes over the attributes clients look resources up by.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::shelf::Seat;
use crate::filter::Equality;
use crate::fold::fold;
use crate::id::Kind;
use crate::resource::{Name, Value};
use crate::schema::Case;
use crate::stored::Stored;

/// An attribute that is indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    UserName,
    ExternalId,
    DisplayName,
    Email,
}

impl Field {
    const ALL: [Self; 4] = [
        Self::UserName,
        Self::ExternalId,
        Self::DisplayName,
        Self::Email,
    ];

    /// The indexed attribute an equality is about, if its case rule is the
    /// index's.
    fn of(equality: &Equality<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|field| {
            let (attribute, sub) = field.path();
            *equality.attribute == attribute
                && equality.sub == sub.as_ref()
                && equality.case == field.case()
        })
    }

    fn path(self) -> (Name, Option<Name>) {
        match self {
            Self::UserName => (Name::USER_NAME, None),
            Self::ExternalId => (Name::EXTERNAL_ID, None),
            Self::DisplayName => (Name::DISPLAY_NAME, None),
            Self::Email => (Name::EMAILS, Some(Name::VALUE)),
        }
    }

    /// As the standard schemas have it.
    fn case(self) -> Case {
        match self {
            Self::UserName | Self::DisplayName | Self::Email => Case::Ignored,
            Self::ExternalId => Case::Exact,
        }
    }

    /// The values of a resource, as they are looked up.
    fn keys(self, stored: &Stored) -> Vec<Cow<'_, str>> {
        let (attribute, sub) = self.path();
        let elements = stored
            .resource()
            .get(&attribute)
            .map_or(&[][..], Value::elements);
        let texts = elements.iter().filter_map(|element| match &sub {
            Some(sub) => element.sub(sub)?.as_str(),
            None => element.as_str(),
        });
        match self.case() {
            Case::Ignored => texts.map(fold).collect(),
            Case::Exact => texts.map(Cow::Borrowed).collect(),
        }
    }
}

/// Where the resources with a value sit.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// By type, attribute and value.
    values: HashMap<(Kind, Field), Seats>,
    /// Groups by member.
    groups: Seats,
}

/// Seats by value.
type Seats = HashMap<Box<str>, BTreeSet<Seat>>;

impl Indexes {
    pub(super) fn add(&mut self, seat: Seat, stored: &Stored) {
        for field in Field::ALL {
            self.enter(seat, stored.kind(), field, field.keys(stored));
        }
    }

    pub(super) fn remove(&mut self, seat: Seat, stored: &Stored) {
        for field in Field::ALL {
            self.strike(seat, stored.kind(), field, field.keys(stored));
        }
    }

    /// Replaces a resource in its seat; what did not change is left alone.
    pub(super) fn update(&mut self, seat: Seat, old: &Stored, new: &Stored) {
        for field in Field::ALL {
            let (before, after) = (field.keys(old), field.keys(new));
            if before != after {
                self.strike(seat, old.kind(), field, before);
                self.enter(seat, new.kind(), field, after);
            }
        }
    }

    fn enter(&mut self, seat: Seat, kind: &Kind, field: Field, keys: Vec<Cow<'_, str>>) {
        let index = self.values.entry((kind.clone(), field)).or_default();
        for key in keys {
            index.entry(key.into()).or_default().insert(seat);
        }
    }

    fn strike(&mut self, seat: Seat, kind: &Kind, field: Field, keys: Vec<Cow<'_, str>>) {
        let Some(index) = self.values.get_mut(&(kind.clone(), field)) else {
            return;
        };
        for key in keys {
            vacate(index, &key, seat);
        }
    }

    /// A group has this member from now on.
    pub(super) fn join(&mut self, group: Seat, member: &str) {
        self.groups.entry(member.into()).or_default().insert(group);
    }

    /// A group has this member no more.
    pub(super) fn part(&mut self, group: Seat, member: &str) {
        vacate(&mut self.groups, member, group);
    }

    /// Seats of the groups with this member.
    pub(super) fn groups_of(&self, member: &str) -> Option<&BTreeSet<Seat>> {
        self.groups.get(member)
    }

    /// Seats of the resources of a type with this value.
    fn find(&self, kind: &Kind, field: Field, key: &str) -> Option<&BTreeSet<Seat>> {
        self.values.get(&(kind.clone(), field))?.get(key)
    }

    /// Seats that an equality leaves, when its attribute is indexed.
    pub(super) fn candidates(&self, kind: &Kind, equality: &Equality<'_>) -> Option<Vec<Seat>> {
        let seats = if *kind == Kind::GROUP && is_member(equality) {
            self.groups_of(equality.value)
        } else {
            self.find(kind, Field::of(equality)?, equality.value)
        };
        Some(seats.into_iter().flatten().copied().collect())
    }

    /// The seat of the user with the same `userName` key as this one.
    pub(super) fn holder(&self, user: &Stored) -> Option<Seat> {
        if *user.kind() != Kind::USER {
            return None;
        }
        let keys = Field::UserName.keys(user);
        let seats = self.find(&Kind::USER, Field::UserName, keys.first()?)?;
        seats.first().copied()
    }
}

/// Whether an equality is about one member of a group.
fn is_member(equality: &Equality<'_>) -> bool {
    *equality.attribute == Name::MEMBERS
        && equality.sub == Some(&Name::VALUE)
        && equality.case == Case::Exact
}

/// Takes a seat out of those with a value.
fn vacate(index: &mut Seats, key: &str, seat: Seat) {
    if let Some(seats) = index.get_mut(key) {
        seats.remove(&seat);
        if seats.is_empty() {
            index.remove(key);
        }
    }
}
