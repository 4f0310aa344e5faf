//! When claims are due: a calendar with a page for each minute.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::Slot;

/// Seconds that a page covers.
const PAGE: i64 = 60;

/// A claim that moves is entered on its new page and struck from the old one only when that page is
/// read: the claim itself says when it is due, so an entry that disagrees is an old one.
#[derive(Debug, Default)]
pub(super) struct Due {
    pages: BTreeMap<i64, Vec<Slot>>,
}

const fn page(instant: OffsetDateTime) -> i64 {
    instant.unix_timestamp().div_euclid(PAGE)
}

impl Due {
    /// Enters a claim.
    pub(super) fn note(&mut self, slot: Slot, due: OffsetDateTime) {
        self.pages.entry(page(due)).or_default().push(slot);
    }

    /// The first slots that are due and free, in the order in which they came due. `ask` gives when a
    /// claim is due, if at all, and whether it is taken.
    pub(super) fn take(
        &mut self,
        now: OffsetDateTime,
        limit: usize,
        ask: impl Fn(Slot) -> Option<(OffsetDateTime, bool)>,
    ) -> Vec<Slot> {
        let mut found = Vec::new();
        let mut read_out = Vec::new();
        for (number, slots) in self.pages.range_mut(..=page(now)) {
            if found.len() >= limit {
                break;
            }
            strike(slots, |slot| {
                ask(slot).is_some_and(|(due, _)| page(due) == *number)
            });
            let mut due: Vec<(OffsetDateTime, Slot)> = slots
                .iter()
                .filter_map(|slot| match ask(*slot)? {
                    (due, false) if due <= now => Some((due, *slot)),
                    _ => None,
                })
                .collect();
            due.sort_unstable();
            found.extend(due.into_iter().map(|(_, slot)| slot));
            if slots.is_empty() {
                read_out.push(*number);
            }
        }
        for number in read_out {
            self.pages.remove(&number);
        }
        found.truncate(limit);
        found
    }
}

/// Drops old entries, and the second of a claim that left the page and came back.
fn strike(slots: &mut Vec<Slot>, stays: impl Fn(Slot) -> bool) {
    slots.retain(|slot| stays(*slot));
    slots.sort_unstable();
    slots.dedup();
    slots.shrink_to_fit();
}
