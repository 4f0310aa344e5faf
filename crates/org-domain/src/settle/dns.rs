//! How the DNS is asked about claims.

use time::OffsetDateTime;

use crate::claim::{Claim, HolderRecord};
use crate::proof::{HandleKey, LockStanding, OwnerLock, ProofRecord, Quorum, TxtLookup, Verdict};

/// How the DNS is asked: through whom, how many have to agree, and by which names the owners of
/// domains know organisations.
#[derive(Debug)]
pub struct Dns<'a, L> {
    /// Asks the resolvers.
    pub lookup: &'a L,
    /// How many of them have to agree.
    pub quorum: Quorum,
    /// Makes the names that an [`OwnerLock`] is compared with. Required: a record that is seen
    /// verifies a claim only after the lock was asked.
    pub handles: &'a HandleKey,
}

impl<L> Clone for Dns<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Dns<'_, L> {}

impl<L: TxtLookup> Dns<'_, L> {
    pub(super) async fn verdict(self, record: &ProofRecord) -> Verdict {
        let seen = self.lookup.look(record.name()).await;
        seen.verdict(record, self.quorum)
    }

    /// What the owner's lock at a claim's domain looks like to the claim's organisation.
    pub async fn lock(self, claim: &Claim) -> LockStanding {
        let seen = self.lookup.look(&claim.lock_name()).await;
        OwnerLock::standing(&seen, self.quorum, &self.handles.handle(claim.org()))
    }

    /// What the present holder's own record looks like. An operator's override counts as a record.
    pub(super) async fn holder_record(self, holder: &Claim, now: OffsetDateTime) -> HolderRecord {
        if holder.pinned().is_some_and(|pin| now < pin.until) {
            return HolderRecord::Present;
        }
        match self.verdict(&holder.record()).await {
            Verdict::Proven => HolderRecord::Present,
            Verdict::Absent => HolderRecord::Absent,
            Verdict::Indeterminate(_) | Verdict::Bogus => HolderRecord::Indeterminate,
        }
    }
}
