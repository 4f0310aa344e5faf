//! The life of a domain claim: pure transitions from (claim, event, now) to (claim, effects).

mod checked;
mod effect;
mod event;
mod moves;
mod schedule;
mod standing;
mod state;
mod terms;
mod transition;

use time::OffsetDateTime;

pub use effect::{Alarm, ClaimChange, Effect, Notice};
pub use event::{ClaimEvent, Elsewhere, HolderRecord, OperatorOverride, OverrideTo, Refusal};
pub use standing::{Authority, Hold};
pub use state::{
    ClaimState, Doubting, LapseCause, PendingProof, ReleaseCause, ReviewCause, StateName, Watch,
};
pub use terms::*;

use crate::claimable::{ClaimableDomain, Unclaimable};
use crate::domain::Domain;
use crate::ident::{OrgId, Version};
use crate::permit::{ClaimAction, Permit};
use crate::proof::{AppLabel, OwnerLock, Placement, ProofRecord, ProofStyle, Scope, Token};

/// One organisation's claim to one domain.
///
/// There is at most one claim for an organisation and a domain; it lives through
/// attempts, each with its own token. Every change makes the next [`Version`], and a store takes a
/// change only from the version that was read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Claim {
    org: OrgId,
    domain: Domain,
    scope: Scope,
    app: AppLabel,
    placement: Placement,
    pending_seconds: u32,
    token: Token,
    attempt: u32,
    version: Version,
    checks: u32,
    state: ClaimState,
    pinned: Option<Box<OperatorOverride>>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    next_check: Option<OffsetDateTime>,
}

/// A claim after an event, and what the host has to carry out for it.
///
/// Both belong in one transaction: the claim by compare-and-set, the effects into an outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the effects have to be carried out and the claim stored"]
pub struct Transition {
    /// The claim as it is to be stored.
    pub claim: Claim,
    /// What follows from the change, in order.
    pub effects: Vec<Effect>,
}

impl Claim {
    /// Starts a claim over exactly one domain.
    ///
    /// The claim is pending: it blocks nobody, and it turns into a verified one only when its
    /// record is seen, the owner's lock lets it and no other organisation holds the domain.
    ///
    /// # Errors
    /// [`Refusal::WrongPermit`] when the permit is for another action.
    pub fn start(
        permit: &Permit,
        domain: ClaimableDomain,
        token: Token,
        style: &ProofStyle,
        now: OffsetDateTime,
    ) -> Result<Transition, Refusal> {
        Self::begin(permit, domain, Scope::Exact, None, token, style, now)
    }

    /// Starts a claim over a domain and the names below it. More specific claims win over it.
    ///
    /// # Errors
    /// [`Refusal::WrongPermit`], and [`Refusal::Unclaimable`] for domains whose sub-domains belong
    /// to a provider's customers.
    pub fn start_subtree(
        permit: &Permit,
        domain: ClaimableDomain,
        token: Token,
        style: &ProofStyle,
        now: OffsetDateTime,
    ) -> Result<Transition, Refusal> {
        domain.check_subtree().map_err(Refusal::Unclaimable)?;
        Self::begin(permit, domain, Scope::Subtree, None, token, style, now)
    }

    /// Starts a claim that a person of the service has to look at before it may be proven.
    ///
    /// # Errors
    /// [`Refusal::WrongPermit`] when the permit is for another action.
    pub fn start_in_review(
        permit: &Permit,
        domain: ClaimableDomain,
        cause: ReviewCause,
        token: Token,
        style: &ProofStyle,
        now: OffsetDateTime,
    ) -> Result<Transition, Refusal> {
        Self::begin(permit, domain, Scope::Exact, Some(cause), token, style, now)
    }

    fn begin(
        permit: &Permit,
        domain: ClaimableDomain,
        scope: Scope,
        review: Option<ReviewCause>,
        token: Token,
        style: &ProofStyle,
        now: OffsetDateTime,
    ) -> Result<Transition, Refusal> {
        if permit.action() != ClaimAction::Start {
            return Err(Refusal::WrongPermit);
        }
        let mut claim = Self {
            org: permit.org().clone(),
            domain: domain.into_domain(),
            scope,
            app: style.app().clone(),
            placement: style.placement(),
            pending_seconds: u32::try_from(style.pending_for().whole_seconds()).unwrap_or(u32::MAX),
            token,
            attempt: 1,
            version: Version::FIRST,
            checks: 0,
            state: ClaimState::Expired { since: now },
            pinned: None,
            created_at: now,
            next_check: None,
        };
        claim.state = review.map_or_else(
            || claim.pending_from(now),
            |cause| ClaimState::ReviewNeeded { cause, since: now },
        );
        claim.reschedule(now);
        let effects = claim.opening_effects();
        Ok(Transition { claim, effects })
    }

    /// The organisation that claims.
    #[must_use]
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// The claimed domain.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether names below the domain are meant too.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The state, with the instants that belong to it.
    #[must_use]
    pub const fn state(&self) -> &ClaimState {
        &self.state
    }

    /// The version that a store compares.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// How often the claim was started, counted from 1; each attempt has its own token.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When the claim was first started.
    #[must_use]
    pub fn created_at(&self) -> OffsetDateTime {
        self.created_at
    }

    /// When to look at the DNS again, or to send a [`ClaimEvent::Tick`]; nothing for resting states.
    #[must_use]
    pub fn next_check(&self) -> Option<OffsetDateTime> {
        self.next_check
    }

    /// The operator's decision that holds the state in place, if there is one.
    #[must_use]
    pub fn pinned(&self) -> Option<&OperatorOverride> {
        self.pinned.as_deref()
    }

    /// The record to publish, and to look for. Stable until the claim is started anew or rotated.
    #[must_use]
    pub fn record(&self) -> ProofRecord {
        ProofRecord::new(
            &self.app,
            self.placement,
            self.scope,
            &self.domain,
            self.token,
        )
    }

    /// The name at which whoever runs the DNS may say who is to have the domain
    /// ([`OwnerLock::name`]); looked at when the record is seen.
    #[must_use]
    pub fn lock_name(&self) -> String {
        OwnerLock::name(&self.app, &self.domain)
    }

    /// Whether this claim occupies the one slot of its domain. A store keeps that unique over all
    /// organisations: in SQL by a partial unique index.
    #[must_use]
    pub fn holds_domain(&self) -> bool {
        self.state.holds_domain()
    }
}

impl From<Unclaimable> for Refusal {
    fn from(cause: Unclaimable) -> Self {
        Self::Unclaimable(cause)
    }
}
