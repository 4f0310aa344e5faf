//! Claims by organisation, by domain and by when they are due.
//!
//! A claim is kept once, in a slot; the indexes hold numbers only, so that a claim that rests costs
//! little more than itself.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hash, RandomState};

use time::OffsetDateTime;

use crate::claim::Claim;
use crate::domain::Domain;
use crate::ident::OrgId;

type Slot = u32;

#[derive(Debug, Default)]
pub(super) struct Claims {
    #[expect(
        clippy::vec_box,
        reason = "growing moves pointers, and reserves no room for claims"
    )]
    slots: Vec<Box<Claim>>,
    /// Hashes with a key of this store's own; equal hashes are told apart by the claim itself.
    hasher: RandomState,
    by_org: BTreeSet<(u64, Slot)>,
    by_domain: BTreeSet<(u64, Slot)>,
    due: BTreeSet<(OffsetDateTime, Slot)>,
    leases: BTreeMap<Slot, OffsetDateTime>,
}

impl Claims {
    fn hash(&self, value: &impl Hash) -> u64 {
        self.hasher.hash_one(value)
    }

    fn claim(&self, slot: Slot) -> Option<&Claim> {
        self.slots
            .get(usize::try_from(slot).ok()?)
            .map(|claim| &**claim)
    }

    fn slots_under(index: &BTreeSet<(u64, Slot)>, hash: u64) -> impl Iterator<Item = Slot> {
        index
            .range((hash, 0)..=(hash, Slot::MAX))
            .map(|(_, slot)| *slot)
    }

    fn slot_of(&self, org: &OrgId, domain: &Domain) -> Option<Slot> {
        Self::slots_under(&self.by_domain, self.hash(domain)).find(|slot| {
            self.claim(*slot)
                .is_some_and(|claim| claim.org() == org && claim.domain() == domain)
        })
    }

    /// The claim of one organisation to one domain.
    pub(super) fn get(&self, org: &OrgId, domain: &Domain) -> Option<&Claim> {
        self.slot_of(org, domain).and_then(|slot| self.claim(slot))
    }

    /// The claims of one organisation.
    pub(super) fn of(&self, org: &OrgId) -> impl Iterator<Item = &Claim> {
        let found =
            Self::slots_under(&self.by_org, self.hash(org)).filter_map(|slot| self.claim(slot));
        found.filter(move |claim| claim.org() == org)
    }

    /// Every claim to one domain.
    pub(super) fn to(&self, domain: &Domain) -> impl Iterator<Item = &Claim> {
        let found = Self::slots_under(&self.by_domain, self.hash(domain))
            .filter_map(|slot| self.claim(slot));
        found.filter(move |claim| claim.domain() == domain)
    }

    /// The claim that holds the domain.
    pub(super) fn holder(&self, domain: &Domain) -> Option<&Claim> {
        self.to(domain).find(|claim| claim.holds_domain())
    }

    /// Stores a claim in place of what was there, and ends its lease.
    pub(super) fn put(&mut self, claim: &Claim) {
        let slot = self
            .slot_of(claim.org(), claim.domain())
            .unwrap_or_else(|| self.add(claim));
        if let Some(due) = self.claim(slot).and_then(Claim::next_check) {
            self.due.remove(&(due, slot));
        }
        if let Some(due) = claim.next_check() {
            self.due.insert((due, slot));
        }
        self.leases.remove(&slot);
        if let Some(place) = usize::try_from(slot)
            .ok()
            .and_then(|at| self.slots.get_mut(at))
        {
            **place = claim.clone();
        }
    }

    /// A new slot. Four thousand million claims do not fit into memory anyway.
    fn add(&mut self, claim: &Claim) -> Slot {
        let slot = Slot::try_from(self.slots.len()).unwrap_or(Slot::MAX);
        self.by_org.insert((self.hash(claim.org()), slot));
        self.by_domain.insert((self.hash(claim.domain()), slot));
        self.slots.push(Box::new(claim.clone()));
        slot
    }

    /// The earliest due claims without a lease; each gets one.
    pub(super) fn lease_due(
        &mut self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Vec<Claim> {
        self.leases.retain(|_, end| *end > now);
        let due = self
            .due
            .iter()
            .take_while(|(due, _)| *due <= now)
            .map(|(_, slot)| *slot);
        let free: Vec<Slot> = due
            .filter(|slot| !self.leases.contains_key(slot))
            .take(limit)
            .collect();
        let claims = free
            .iter()
            .filter_map(|slot| self.claim(*slot).cloned())
            .collect();
        self.leases
            .extend(free.into_iter().map(|slot| (slot, until)));
        claims
    }
}
