//! What can happen to a claim.

use time::OffsetDateTime;

use crate::claim::state::StateName;
use crate::claimable::Unclaimable;
use crate::ident::OrgId;
use crate::permit::Permit;
use crate::proof::{LockStanding, Token, Verdict};

/// One thing that happened, applied by [`crate::Claim::apply`].
#[derive(Debug)]
pub enum ClaimEvent<'a> {
    /// The record was looked for, and where it would verify the claim the owner's lock too.
    Checked {
        /// The token that was looked for, so that an answer to an old question cannot decide.
        token: Token,
        /// What the resolvers said, taken together.
        verdict: Verdict,
        /// What the owner's lock at [`crate::Claim::lock_name`] looks like to the organisation; only
        /// matters for the proven record of a claim that does not hold its domain.
        lock: LockStanding,
        /// Whether another organisation holds the domain; only matters for a proven record.
        elsewhere: Elsewhere,
    },
    /// Nothing but time passed.
    Tick,
    /// Start the claim again with a new token. While a token is live this changes nothing: the
    /// record that was asked for stays valid.
    Restart(&'a Permit, Token),
    /// Replace the token of a pending claim.
    Rotate(&'a Permit, Token),
    /// An Owner gives the domain up.
    Release(&'a Permit),
    /// An Owner offers the domain to another organisation.
    OfferTransfer(&'a Permit, OrgId),
    /// An Owner takes the offer back.
    WithdrawTransfer(&'a Permit),
    /// An Owner of the other organisation accepts.
    AcceptTransfer(&'a Permit),
    /// The other organisation has proven the domain after accepting; applied in the commit that
    /// verifies its claim.
    HandOver,
    /// Another organisation proved the domain while this claim holds it without a record.
    Contested,
    /// The contest is void: the rival's record is gone, or its claim is.
    ContestDropped,
    /// The hold is over and the rival is verified in the same commit.
    Yield,
    /// Another organisation is now verified; for claims that do not hold the domain.
    Superseded,
    /// A person of the service approved the claim under review.
    ReviewApproved,
    /// A person of the service turned it down.
    ReviewRejected,
    /// The service's operator sets the state by hand.
    Override(OverrideTo, OperatorOverride),
}

/// Whether another organisation holds the domain that was just proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Elsewhere {
    /// Nobody does.
    Nobody,
    /// Somebody does, and this is what its own record looks like now.
    Held(HolderRecord),
    /// Somebody does and gives it up in the same commit (transfer accepted, or hold over).
    Yields,
}

/// The state of the holder's record at the moment a rival proves the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HolderRecord {
    /// It is there.
    Present,
    /// It is definitely gone.
    Absent,
    /// Nothing can be said.
    Indeterminate,
}

/// What the operator sets a claim to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideTo {
    /// Treat the domain as proven.
    Verified,
    /// Take the domain away.
    Released,
}

/// The service's operator decided by hand; who, why and until when are not optional.
///
/// While it lasts, DNS answers are recorded but move nothing. Afterwards they decide again.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OperatorOverride {
    /// The operator, as the host names its own staff.
    pub operator: String,
    /// Why, for the audit trail.
    pub reason: String,
    /// When DNS decides again.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
}

/// Why an event was refused. The claim is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The event has no meaning in this state.
    #[error("a claim that is {} cannot take this event", .0.as_str())]
    State(StateName),
    /// The permit is for another action.
    #[error("the permit is for another action")]
    WrongPermit,
    /// The permit is from another organisation.
    #[error("the permit is from another organisation")]
    WrongOrganization,
    /// The answer is for a token that is no longer this claim's.
    #[error("the answer is for a token that is no longer in use")]
    StaleToken,
    /// The record was seen and would verify the claim, but the owner's lock was not looked for.
    #[error("the domain's lock record has to be looked for before a claim is verified")]
    LockNotLooked,
    /// The hold or the offer is not over yet.
    #[error("the period that protects the holder is not over")]
    TooEarly,
    /// The offer, the hold or the reviving period is over.
    #[error("the period for this step is over")]
    TooLate,
    /// An override without operator, reason or a future end.
    #[error("an override needs an operator, a reason and an end in the future")]
    IncompleteOverride,
    /// The domain cannot be offered to its own holder.
    #[error("a domain cannot be handed to the organisation that has it")]
    SameOrganization,
    /// The names below the domain cannot be claimed.
    #[error(transparent)]
    Unclaimable(Unclaimable),
}

impl Refusal {
    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::State(_) => "claim_state",
            Self::WrongPermit => "claim_wrong_permit",
            Self::WrongOrganization => "claim_wrong_organization",
            Self::StaleToken => "claim_stale_token",
            Self::LockNotLooked => "claim_lock_not_looked",
            Self::TooEarly => "claim_too_early",
            Self::TooLate => "claim_too_late",
            Self::IncompleteOverride => "claim_incomplete_override",
            Self::SameOrganization => "claim_same_organization",
            Self::Unclaimable(cause) => cause.code(),
        }
    }
}
