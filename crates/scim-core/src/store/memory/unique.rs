//! Who holds which unique value.

use std::collections::HashMap;

use super::shelf::Seat;
use crate::id::Kind;
use crate::store::{Conflict, UniqueValue};

/// The unique values of one tenant's resources, by value and by resource.
#[derive(Debug, Default)]
pub(super) struct Holders {
    by_value: HashMap<(Kind, UniqueValue), Seat>,
    by_seat: HashMap<Seat, (Kind, Vec<UniqueValue>)>,
}

impl Holders {
    /// The first of these values that another resource of the type has.
    pub(super) fn conflict(
        &self,
        kind: &Kind,
        own: Option<Seat>,
        values: Option<&[UniqueValue]>,
    ) -> Option<Conflict> {
        let holder = |value: &&UniqueValue| {
            let holder = self.by_value.get(&(kind.clone(), (*value).clone()));
            holder.is_some_and(|seat| Some(*seat) != own)
        };
        let taken = values.into_iter().flatten().find(holder)?;
        Some(Conflict {
            attribute: taken.attribute.clone().into(),
        })
    }

    /// Gives a resource these values in place of those it had; `None` leaves them.
    pub(super) fn hold(&mut self, kind: &Kind, seat: Seat, values: Option<&[UniqueValue]>) {
        let Some(values) = values else { return };
        self.release(seat);
        if values.is_empty() {
            return;
        }
        let keys = values.iter().map(|value| (kind.clone(), value.clone()));
        self.by_value.extend(keys.map(|key| (key, seat)));
        self.by_seat.insert(seat, (kind.clone(), values.to_vec()));
    }

    /// Frees the values of a resource.
    pub(super) fn release(&mut self, seat: Seat) {
        let Some((kind, values)) = self.by_seat.remove(&seat) else {
            return;
        };
        for value in values {
            self.by_value.remove(&(kind.clone(), value));
        }
    }
}
