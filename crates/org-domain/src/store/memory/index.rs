//! Claims by organisation, by domain and by when they are due.
//!
//! A claim is kept once, in a slot; the indexes hold numbers only, so that a claim that rests costs
//! little more than itself. Finding, storing and coming due take the same number of steps however
//! many claims there are.

mod due;
mod table;

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::claim::Claim;
use crate::domain::Domain;
use crate::ident::OrgId;
use due::Due;
use table::Table;

/// Where a claim is kept.
type Slot = u32;

#[derive(Debug, Default)]
pub(super) struct Claims {
    #[expect(
        clippy::vec_box,
        reason = "growing moves pointers, and reserves no room for claims"
    )]
    slots: Vec<Box<Claim>>,
    by_org: Table,
    by_domain: Table,
    due: Due,
    leases: BTreeMap<Slot, OffsetDateTime>,
}

fn at(slots: &[Box<Claim>], slot: Slot) -> Option<&Claim> {
    slots.get(usize::try_from(slot).ok()?).map(|claim| &**claim)
}

impl Claims {
    fn claim(&self, slot: Slot) -> Option<&Claim> {
        at(&self.slots, slot)
    }

    fn slot_of(&self, org: &OrgId, domain: &Domain) -> Option<Slot> {
        self.by_domain.under(domain).find(|slot| {
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
        let found = self.by_org.under(org).filter_map(|slot| self.claim(slot));
        found.filter(move |claim| claim.org() == org)
    }

    /// Every claim to one domain.
    pub(super) fn to(&self, domain: &Domain) -> impl Iterator<Item = &Claim> {
        let found = self
            .by_domain
            .under(domain)
            .filter_map(|slot| self.claim(slot));
        found.filter(move |claim| claim.domain() == domain)
    }

    /// The claim that holds the domain.
    pub(super) fn holder(&self, domain: &Domain) -> Option<&Claim> {
        self.to(domain).find(|claim| claim.holds_domain())
    }

    /// Stores a claim in place of what was there, and ends its lease.
    pub(super) fn put(&mut self, claim: &Claim) {
        let slot = self.slot_of(claim.org(), claim.domain());
        let slot = slot.unwrap_or_else(|| self.add(claim));
        self.leases.remove(&slot);
        let place = usize::try_from(slot)
            .ok()
            .and_then(|at| self.slots.get_mut(at));
        if let Some(place) = place {
            **place = claim.clone();
        }
        if let Some(due) = claim.next_check() {
            self.due.note(slot, due);
        }
    }

    /// A new slot. Four thousand million claims do not fit into memory anyway.
    fn add(&mut self, claim: &Claim) -> Slot {
        let slot = Slot::try_from(self.slots.len()).unwrap_or(Slot::MAX);
        self.by_org.add(claim.org(), slot);
        self.by_domain.add(claim.domain(), slot);
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
        let (slots, leases) = (&self.slots, &self.leases);
        let free = self.due.take(now, limit, |slot| {
            let due = at(slots, slot).and_then(Claim::next_check)?;
            Some((due, leases.contains_key(&slot)))
        });
        let claims = free
            .iter()
            .filter_map(|slot| self.claim(*slot).cloned())
            .collect();
        self.leases
            .extend(free.into_iter().map(|slot| (slot, until)));
        claims
    }
}
