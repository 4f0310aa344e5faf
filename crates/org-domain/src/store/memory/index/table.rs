//! Slots by what they are found by.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

use super::Slot;

/// Slots under a hash of 32 bits with a key of this table's own. Slots whose hashes are equal hang
/// on a chain; whoever asks tells them apart by the claim itself. Nothing is ever taken out.
#[derive(Debug, Default)]
pub(super) struct Table {
    hasher: RandomState,
    heads: HashMap<u32, Slot, BuildHasherDefault<AsItIs>>,
    /// For each slot the one that was under its hash before it; itself where there was none.
    before: Vec<Slot>,
}

/// The keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    /// The table looks at the low bits and at the top seven: all of them have to differ.
    fn write_u32(&mut self, hash: u32) {
        self.0 = u64::from(hash) << 32 | u64::from(hash);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Table {
    fn hash(&self, value: &impl Hash) -> u32 {
        let [a, b, c, d, ..] = self.hasher.hash_one(value).to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// Adds the next slot; slots come in order, without a gap.
    pub(super) fn add(&mut self, value: &impl Hash, slot: Slot) {
        let before = match self.heads.entry(self.hash(value)) {
            Entry::Occupied(mut head) => head.insert(slot),
            Entry::Vacant(place) => *place.insert(slot),
        };
        self.before.push(before);
    }

    /// The slots under the value's hash, the newest first.
    pub(super) fn under(&self, value: &impl Hash) -> impl Iterator<Item = Slot> {
        let head = self.heads.get(&self.hash(value)).copied();
        std::iter::successors(head, |slot| {
            let before = *self.before.get(usize::try_from(*slot).ok()?)?;
            (before != *slot).then_some(before)
        })
    }
}
