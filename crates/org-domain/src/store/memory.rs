//! Claims in memory, for tests and for services that need nothing more.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use crate::claim::Claim;
use crate::domain::Domain;
use crate::ident::{OrgId, Version};
use crate::store::{ClaimStore, ClaimWrite, CommitError, Expected, OutboxEntry};

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

type Key = (Domain, OrgId);

#[derive(Clone, Debug, Default)]
struct Inner {
    claims: BTreeMap<Key, Claim>,
    holders: BTreeMap<Domain, OrgId>,
    due: BTreeSet<(OffsetDateTime, Key)>,
    leases: BTreeMap<Key, OffsetDateTime>,
    outbox: BTreeMap<i64, OutboxEntry>,
    sequence: i64,
}

impl MemoryClaimStore {
    /// A writer that panicked cannot have left a half-made change: changes are made on a copy of
    /// what they touch and put in place at the end.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn version_of(&self, key: &Key) -> Option<Version> {
        self.claims.get(key).map(Claim::version)
    }

    /// Checks every write in order against the state that the writes before it would leave.
    fn check(&self, writes: &[ClaimWrite]) -> Result<(), CommitError<Infallible>> {
        let mut versions: BTreeMap<Key, Version> = BTreeMap::new();
        let mut holders: BTreeMap<&Domain, Option<&OrgId>> = BTreeMap::new();
        for write in writes {
            let (org, domain) = (write.claim.org(), write.claim.domain());
            let key = (domain.clone(), org.clone());
            let stored = versions
                .get(&key)
                .copied()
                .or_else(|| self.version_of(&key));
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
            let holder = holders
                .entry(domain)
                .or_insert_with(|| self.holders.get(domain));
            match (write.claim.holds_domain(), *holder) {
                (true, Some(other)) if other != org => {
                    return Err(CommitError::DomainHeld(domain.clone()));
                }
                (true, _) => *holder = Some(org),
                (false, Some(same)) if same == org => *holder = None,
                (false, _) => {}
            }
            versions.insert(key, write.claim.version());
        }
        Ok(())
    }

    fn put(&mut self, write: &ClaimWrite) {
        let claim = &write.claim;
        let key: Key = (claim.domain().clone(), claim.org().clone());
        if let Some(due) = self.claims.get(&key).and_then(Claim::next_check) {
            self.due.remove(&(due, key.clone()));
        }
        if let Some(due) = claim.next_check() {
            self.due.insert((due, key.clone()));
        }
        if claim.holds_domain() {
            self.holders
                .insert(claim.domain().clone(), claim.org().clone());
        } else if self.holders.get(claim.domain()) == Some(claim.org()) {
            self.holders.remove(claim.domain());
        }
        self.leases.remove(&key);
        self.claims.insert(key, claim.clone());
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

    fn lease_due(
        &mut self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Vec<Claim> {
        self.leases.retain(|_, end| *end > now);
        let keys: Vec<Key> = self
            .due
            .iter()
            .take_while(|(due, _)| *due <= now)
            .filter(|(_, key)| !self.leases.contains_key(key))
            .take(limit)
            .map(|(_, key)| key.clone())
            .collect();
        let claims = keys
            .iter()
            .filter_map(|key| self.claims.get(key).cloned())
            .collect();
        self.leases.extend(keys.into_iter().map(|key| (key, until)));
        claims
    }
}

impl ClaimStore for MemoryClaimStore {
    type Error = Infallible;

    async fn load(&self, org: &OrgId, domain: &Domain) -> Result<Option<Claim>, Infallible> {
        Ok(self
            .lock()
            .claims
            .get(&(domain.clone(), org.clone()))
            .cloned())
    }

    async fn list(&self, org: &OrgId) -> Result<Vec<Claim>, Infallible> {
        Ok(self
            .lock()
            .claims
            .values()
            .filter(|claim| claim.org() == org)
            .cloned()
            .collect())
    }

    async fn holder(&self, domain: &Domain) -> Result<Option<Claim>, Infallible> {
        let inner = self.lock();
        let org = inner.holders.get(domain).cloned();
        Ok(org.and_then(|org| inner.claims.get(&(domain.clone(), org)).cloned()))
    }

    async fn claims_to(&self, domain: &Domain) -> Result<Vec<Claim>, Infallible> {
        let inner = self.lock();
        let claims = inner
            .claims
            .values()
            .filter(|claim| claim.domain() == domain);
        Ok(claims.cloned().collect())
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
        Ok(self.lock().lease_due(now, until, limit))
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxEntry>, Infallible> {
        Ok(self.lock().outbox.values().take(limit).cloned().collect())
    }

    async fn acknowledge(&self, sequence: i64) -> Result<(), Infallible> {
        self.lock().outbox.remove(&sequence);
        Ok(())
    }
}
