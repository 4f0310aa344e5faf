//! What a claim is worth at an instant.

use time::OffsetDateTime;

use crate::claim::Claim;
use crate::claim::state::{ClaimState, PendingProof};
use crate::claim::terms::{GRANT_PROOF_AGE, PROOF_LIFE};

/// How much a held domain allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Authority {
    /// Known members sign in and are switched off; nobody new is let in or linked, because the
    /// last proof is older than [`GRANT_PROOF_AGE`] or the domain is contested.
    SignInOnly,
    /// Everything.
    Full,
}

/// Whether a claim holds its domain at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// It does not.
    None,
    /// It does.
    Here(Authority),
}

impl Claim {
    /// What the claim is worth now.
    ///
    /// Computed from the last proof and `now`, not from the stored state alone: a service whose
    /// checks have stood still for a month does not go on trusting what it once saw.
    #[must_use]
    pub fn hold(&self, now: OffsetDateTime) -> Hold {
        if self.is_pinned(now) {
            return if self.holds_domain() {
                Hold::Here(Authority::Full)
            } else {
                Hold::None
            };
        }
        let (Some(proof_at), true) = (self.state.proof_at(), self.holds_domain()) else {
            return Hold::None;
        };
        let age = now - proof_at;
        if age > PROOF_LIFE {
            Hold::None
        } else if age > GRANT_PROOF_AGE || matches!(self.state, ClaimState::Contested { .. }) {
            Hold::Here(Authority::SignInOnly)
        } else {
            Hold::Here(Authority::Full)
        }
    }

    /// Whether the record was seen and only another organisation's hold is in the way.
    #[must_use]
    pub fn waits_for_hold(&self) -> bool {
        matches!(
            self.state,
            ClaimState::Pending {
                proof: PendingProof::WaitingForHold,
                ..
            }
        )
    }

    /// Whether an operator's override is in force.
    pub(crate) fn is_pinned(&self, now: OffsetDateTime) -> bool {
        self.pinned.as_ref().is_some_and(|pin| now < pin.until)
    }
}
