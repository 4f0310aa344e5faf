//! The memory store against the contract, and the contract against broken stores.

use std::convert::Infallible;

use org_domain::store::*;
use org_domain::*;
use time::OffsetDateTime;

#[cfg(feature = "contract-tests")]
#[tokio::test]
async fn the_memory_store_keeps_the_contract() {
    contract::run(async || MemoryClaimStore::default())
        .await
        .unwrap();
}

/// What is wrong with a [`Broken`] store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    ForgetsEffects,
    WritesBatchesOneByOne,
    HidesThatADomainIsHeld,
    HidesConflicts,
    NeverLeases,
    LeasesEarly,
    IgnoresTheLimit,
    IgnoresAcknowledgements,
    HasNoHolder,
    ListsEverybody,
}

const FAULTS: [Fault; 10] = [
    Fault::ForgetsEffects,
    Fault::WritesBatchesOneByOne,
    Fault::HidesThatADomainIsHeld,
    Fault::HidesConflicts,
    Fault::NeverLeases,
    Fault::LeasesEarly,
    Fault::IgnoresTheLimit,
    Fault::IgnoresAcknowledgements,
    Fault::HasNoHolder,
    Fault::ListsEverybody,
];

struct Broken {
    inner: MemoryClaimStore,
    fault: Fault,
}

impl Broken {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

impl ClaimStore for Broken {
    type Error = Infallible;

    async fn load(&self, org: &OrgId, domain: &Domain) -> Result<Option<Claim>, Infallible> {
        self.inner.load(org, domain).await
    }

    async fn list(&self, org: &OrgId) -> Result<Vec<Claim>, Infallible> {
        let mut claims = self.inner.list(org).await?;
        if self.is(Fault::ListsEverybody) {
            claims.extend(self.inner.list(&OrgId::new("o2").unwrap()).await?);
        }
        Ok(claims)
    }

    async fn holder(&self, domain: &Domain) -> Result<Option<Claim>, Infallible> {
        if self.is(Fault::HasNoHolder) {
            Ok(None)
        } else {
            self.inner.holder(domain).await
        }
    }

    async fn claims_to(&self, domain: &Domain) -> Result<Vec<Claim>, Infallible> {
        self.inner.claims_to(domain).await
    }

    async fn commit(&self, writes: &[ClaimWrite]) -> Result<(), CommitError<Infallible>> {
        if self.is(Fault::WritesBatchesOneByOne) {
            for write in writes {
                self.inner.commit(std::slice::from_ref(write)).await?;
            }
            return Ok(());
        }
        let mut writes = writes.to_vec();
        if self.is(Fault::ForgetsEffects) {
            writes.iter_mut().for_each(|write| write.effects.clear());
        }
        match self.inner.commit(&writes).await {
            Err(CommitError::DomainHeld(_)) if self.is(Fault::HidesThatADomainIsHeld) => Ok(()),
            Err(CommitError::Conflict { .. }) if self.is(Fault::HidesConflicts) => Ok(()),
            result => result,
        }
    }

    async fn lease_due(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> Result<Vec<Claim>, Infallible> {
        match self.fault {
            Fault::NeverLeases => self.inner.lease_due(now, now, limit).await,
            Fault::LeasesEarly => {
                self.inner
                    .lease_due(now + time::Duration::hours(2), until, limit)
                    .await
            }
            Fault::IgnoresTheLimit => self.inner.lease_due(now, until, 1000).await,
            _ => self.inner.lease_due(now, until, limit).await,
        }
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxEntry>, Infallible> {
        self.inner.outbox(limit).await
    }

    async fn acknowledge(&self, sequence: i64) -> Result<(), Infallible> {
        if self.is(Fault::IgnoresAcknowledgements) {
            Ok(())
        } else {
            self.inner.acknowledge(sequence).await
        }
    }
}

#[cfg(feature = "contract-tests")]
#[tokio::test]
async fn the_contract_notices_every_broken_store() {
    for fault in FAULTS {
        let make = async || Broken {
            inner: MemoryClaimStore::default(),
            fault,
        };
        let breach = contract::run(make)
            .await
            .expect_err(&format!("{fault:?} went unnoticed"));
        assert_ne!(breach.case, "samples", "{fault:?}: {breach}");
    }
}

/// Without the suite at hand, at least the faults are what they say.
#[cfg(not(feature = "contract-tests"))]
#[tokio::test]
async fn broken_stores_are_broken() {
    for fault in FAULTS {
        let store = Broken {
            inner: MemoryClaimStore::default(),
            fault,
        };
        assert!(store.is(fault) && store.outbox(1).await.unwrap().is_empty());
    }
}
