//! Where claims are kept: a port with a contract, a memory store, and the suite that checks both.

#[cfg(feature = "contract-tests")]
pub mod contract;
mod memory;

use core::future::Future;

use time::OffsetDateTime;

pub use memory::MemoryClaimStore;

use crate::claim::{Claim, Effect, Transition};
use crate::domain::Domain;
use crate::ident::{OrgId, Version};

/// One claim to be written, and the version it was worked out from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimWrite {
    /// What has to be stored at this moment for the write to be taken.
    pub expected: Expected,
    /// What is to be stored.
    pub claim: Claim,
    /// What goes into the outbox along with it.
    pub effects: Vec<Effect>,
}

/// What a writer saw before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No claim of this organisation to this domain.
    Nothing,
    /// A claim at this version.
    Version(Version),
}

impl ClaimWrite {
    /// A claim that starts.
    #[must_use]
    pub fn insert(started: Transition) -> Self {
        Self {
            expected: Expected::Nothing,
            claim: started.claim,
            effects: started.effects,
        }
    }

    /// A claim that was worked out from `before`.
    #[must_use]
    pub fn update(before: &Claim, after: Transition) -> Self {
        Self {
            expected: Expected::Version(before.version()),
            claim: after.claim,
            effects: after.effects,
        }
    }
}

/// Why a commit was not taken. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError<E> {
    /// A claim has moved on (or appeared) since it was read: read again and work it out again.
    #[error("the claim of {org} to {domain} changed since it was read")]
    Conflict {
        /// Whose claim.
        org: OrgId,
        /// To which domain.
        domain: Domain,
    },
    /// The domain is held by another organisation's claim.
    #[error("{0} is held by another organisation")]
    DomainHeld(Domain),
    /// The store failed.
    #[error(transparent)]
    Store(E),
}

/// An effect waiting in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its place in the outbox; grows.
    pub sequence: i64,
    /// Whose claim caused it.
    pub org: OrgId,
    /// To which domain.
    pub domain: Domain,
    /// The version of the claim that caused it.
    pub version: Version,
    /// What to carry out.
    pub effect: Effect,
}

/// Storage of claims.
///
/// The contract, checked by `store::contract` (feature `contract-tests`):
/// - there is at most one claim for an organisation and a domain;
/// - [`ClaimStore::commit`] is one transaction: all writes and their effects, or nothing;
/// - a write is taken only at its expected version;
/// - after a commit at most one claim of each domain answers true to
///   [`Claim::holds_domain`]; in SQL a partial unique index. Writes are applied in the order given,
///   and a batch that moves a domain names the one who gives it up first;
/// - effects stay in the outbox, in order, until they are acknowledged;
/// - two callers of [`ClaimStore::lease_due`] never get the same claim within a lease.
pub trait ClaimStore: Send + Sync {
    /// What goes wrong below.
    type Error: core::error::Error + Send + Sync + 'static;

    /// The claim of one organisation to one domain.
    fn load(
        &self,
        org: &OrgId,
        domain: &Domain,
    ) -> impl Future<Output = Result<Option<Claim>, Self::Error>> + Send;

    /// The claims of one organisation, by domain.
    fn list(&self, org: &OrgId) -> impl Future<Output = Result<Vec<Claim>, Self::Error>> + Send;

    /// The claim that holds the domain, whoever's it is.
    fn holder(
        &self,
        domain: &Domain,
    ) -> impl Future<Output = Result<Option<Claim>, Self::Error>> + Send;

    /// Every organisation's claim to the domain, whatever its state.
    fn claims_to(
        &self,
        domain: &Domain,
    ) -> impl Future<Output = Result<Vec<Claim>, Self::Error>> + Send;

    /// Writes all claims and puts their effects into the outbox, or does nothing.
    fn commit(
        &self,
        writes: &[ClaimWrite],
    ) -> impl Future<Output = Result<(), CommitError<Self::Error>>> + Send;

    /// Up to `limit` claims whose next check is not after `now` and that nobody has leased, earliest
    /// first; they are leased to the caller until `until`. A commit of the claim ends its lease.
    fn lease_due(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Claim>, Self::Error>> + Send;

    /// The oldest `limit` effects that were not acknowledged.
    fn outbox(
        &self,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<OutboxEntry>, Self::Error>> + Send;

    /// Removes one effect that was carried out. Acknowledging twice is no error.
    fn acknowledge(&self, sequence: i64) -> impl Future<Output = Result<(), Self::Error>> + Send;
}
