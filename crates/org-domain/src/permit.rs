//! Evidence that a person was allowed to act on a claim.

use crate::ident::{AccountId, OrgId};

/// What a person wants to do with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimAction {
    /// Start a claim, or start it again after it expired, lapsed or was released.
    Start,
    /// Ask for a look at the DNS now instead of at the next scheduled instant.
    CheckNow,
    /// Replace the token of a pending claim.
    RotateToken,
    /// Give the domain up.
    Release,
    /// Offer the domain to another organisation, or take the offer back.
    OfferTransfer,
    /// Take a domain that another organisation offered.
    AcceptTransfer,
}

impl ClaimAction {
    /// Every action.
    pub const ALL: [Self; 6] = [
        Self::Start,
        Self::CheckNow,
        Self::RotateToken,
        Self::Release,
        Self::OfferTransfer,
        Self::AcceptTransfer,
    ];

    /// Whether the domain's owner's lock has to be looked for first ([`crate::proof::OwnerLock`]):
    /// the action takes the domain, or begins to.
    #[must_use]
    pub const fn asks_owner_lock(self) -> bool {
        matches!(self, Self::Start | Self::AcceptTransfer)
    }

    /// Whether the person must have authenticated a short while ago.
    #[must_use]
    pub const fn needs_step_up(self) -> bool {
        !matches!(self, Self::CheckNow)
    }
}

/// Proof that [`crate::policy::permit_claim`] allowed one action of one person in one organisation.
///
/// It has no public constructor, cannot be stored, and every claim event that a person can cause
/// asks for one.
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    org: OrgId,
    by: AccountId,
    action: ClaimAction,
}

impl Permit {
    /// Made in `policy::claims` and nowhere else.
    pub(crate) fn new(org: OrgId, by: AccountId, action: ClaimAction) -> Self {
        Self { org, by, action }
    }

    /// The organisation in which the person acts.
    #[must_use]
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// The person.
    #[must_use]
    pub fn by(&self) -> &AccountId {
        &self.by
    }

    /// The one action that was allowed.
    #[must_use]
    pub fn action(&self) -> ClaimAction {
        self.action
    }
}
