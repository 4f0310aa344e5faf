//! Claims in memory, for tests and for services that need nothing more.

mod index;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use crate::claim::Claim;
use crate::domain::Domain;
use crate::ident::{OrgId, Version};
use crate::store::{ClaimStore, ClaimWrite, CommitError, Expected, OutboxEntry};
use index::Claims;

/// A [`ClaimStore`] that forgets everything when it is dropped.
///
/// ```
/// # use org_domain::{ClaimStore, MemoryClaimStore, OrgId};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryClaimStore::default();
/// assert!(store.list(&OrgId::new("o1")?).await?.is_empty());
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct MemoryClaimStore {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    claims: Claims,
    outbox: BTreeMap<i64, OutboxEntry>,
    sequence: i64,
}

impl MemoryClaimStore {
    /// Nothing under the lock can fail halfway: a batch is checked whole before it is written.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the writes before would leave of one domain, while a batch is being checked.
struct Draft<'a> {
    versions: BTreeMap<(&'a OrgId, &'a Domain), Version>,
    holders: BTreeMap<&'a Domain, Option<OrgId>>,
}

impl Inner {
    /// Checks every write in order against the state that the writes before it would leave.
    fn check(&self, writes: &[ClaimWrite]) -> Result<(), CommitError<Infallible>> {
        let mut draft = Draft {
            versions: BTreeMap::new(),
            holders: BTreeMap::new(),
        };
        writes
            .iter()
            .try_for_each(|write| self.check_one(write, &mut draft))
    }

    fn check_one<'a>(
        &self,
        write: &'a ClaimWrite,
        draft: &mut Draft<'a>,
    ) -> Result<(), CommitError<Infallible>> {
        let (org, domain) = (write.claim.org(), write.claim.domain());
        let drafted = draft.versions.get(&(org, domain)).copied();
        let stored = drafted.or_else(|| self.claims.get(org, domain).map(Claim::version));
        let expected = match write.expected {
            Expected::Nothing => None,
            Expected::Version(version) => Some(version),
        };
        if stored != expected {
            return Err(CommitError::Conflict {
                org: org.clone(),
                domain: domain.clone(),
            });
        }
        draft.versions.insert((org, domain), write.claim.version());
        let holder = draft
            .holders
            .entry(domain)
            .or_insert_with(|| self.claims.holder(domain).map(|held| held.org().clone()));
        match (write.claim.holds_domain(), &holder) {
            (true, Some(other)) if other != org => {
                return Err(CommitError::DomainHeld(domain.clone()));
            }
            (true, _) => *holder = Some(org.clone()),
            (false, Some(same)) if same == org => *holder = None,
            (false, _) => {}
        }
        Ok(())
    }

    fn put(&mut self, write: &ClaimWrite) {
        let claim = &write.claim;
        self.claims.put(claim);
        for effect in &write.effects {
            self.sequence += 1;
            let entry = OutboxEntry {
                sequence: self.sequence,
                org: claim.org().clone(),
                domain: claim.domain().clone(),
                version: claim.version(),
                effect: effect.clone(),
            };
            self.outbox.insert(self.sequence, entry);
        }
    }
}

impl ClaimStore for MemoryClaimStore {
    type Error = Infallible;

    async fn load(&self, org: &OrgId, domain: &Domain) -> Result<Option<Claim>, Infallible> {
        Ok(self.lock().claims.get(org, domain).cloned())
    }

    async fn list(&self, org: &OrgId) -> Result<Vec<Claim>, Infallible> {
        let mut claims: Vec<Claim> = self.lock().claims.of(org).cloned().collect();
        claims.sort_by(|a, b| a.domain().cmp(b.domain()));
        Ok(claims)
    }

    async fn holder(&self, domain: &Domain) -> Result<Option<Claim>, Infallible> {
        Ok(self.lock().claims.holder(domain).cloned())
    }

    async fn claims_to(&self, domain: &Domain) -> Result<Vec<Claim>, Infallible> {
        Ok(self.lock().claims.to(domain).cloned().collect())
    }

    async fn commit(&self, writes: &[ClaimWrite]) -> Result<(), CommitError<Infallible>> {
        let mut inner = self.lock();
        inner.check(writes)?;
        writes.iter().for_each(|write| inner.put(write));
        Ok(())
    }

    async fn lease_due(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Result<Vec<Claim>, Infallible> {
        Ok(self.lock().claims.lease_due(now, until, limit))
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxEntry>, Infallible> {
        Ok(self.lock().outbox.values().take(limit).cloned().collect())
    }

    async fn acknowledge(&self, sequence: i64) -> Result<(), Infallible> {
        self.lock().outbox.remove(&sequence);
        Ok(())
    }
}
