//! The states of a claim.

use time::OffsetDateTime;

use crate::ident::{AccountId, OrgId};

/// Where a claim stands, with the instants that its next transition is measured from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum ClaimState {
    /// A person of the service has to look at it first.
    ReviewNeeded {
        /// Why.
        cause: ReviewCause,
        /// Since when.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// Waiting for the record.
    Pending {
        /// When the token dies.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
        /// What is known about the record.
        proof: PendingProof,
    },
    /// Proven; addresses at the domain belong to the organisation.
    Verified {
        /// When the record was last seen.
        #[serde(with = "time::serde::rfc3339")]
        proof_at: OffsetDateTime,
        /// What has gone wrong since.
        watch: Watch,
    },
    /// The record is definitely gone, the grace period runs, everything still works.
    Failing {
        /// When the record was last seen.
        #[serde(with = "time::serde::rfc3339")]
        proof_at: OffsetDateTime,
        /// When the grace period began.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
        /// How many of the warnings (day 0, 3, 6) went out.
        warned: u8,
    },
    /// Another organisation proved the domain while this one's record is gone. Members still sign
    /// in; nobody new is let in until the hold is over.
    Contested {
        /// When the record was last seen.
        #[serde(with = "time::serde::rfc3339")]
        proof_at: OffsetDateTime,
        /// When the hold began.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
        /// When the rival may take over.
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// Offered to another organisation; works as before until that one has accepted and proven.
    Transferring {
        /// When the record was last seen.
        #[serde(with = "time::serde::rfc3339")]
        proof_at: OffsetDateTime,
        /// Who is to have it.
        to: OrgId,
        /// The Owner who offered it.
        offered_by: AccountId,
        /// The Owner of the other side who accepted, once that happened.
        accepted_by: Option<AccountId>,
        /// When the offer ends.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
        /// What has gone wrong since.
        watch: Watch,
    },
    /// Not proven any more. The same token revives it for 30 days, unless another organisation
    /// proves the domain first.
    Lapsed {
        /// When the record was last seen.
        #[serde(with = "time::serde::rfc3339")]
        proof_at: OffsetDateTime,
        /// When it lapsed.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
        /// Why.
        cause: LapseCause,
    },
    /// The record was not published in time; the token is dead.
    Expired {
        /// Since when.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// Another organisation proved the domain while this claim was pending.
    Superseded {
        /// Since when.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// Given up or lost for good; the token is dead.
    Released {
        /// Since when.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
        /// How.
        cause: ReleaseCause,
    },
}

/// Why a claim waits for a person of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewCause {
    /// It looks like a domain that another organisation holds (UTS 39).
    Confusable,
    /// It contains a name that the host guards.
    Brand,
    /// The name is on the private section of the suffix list, which the host allowed by hand.
    PrivateSuffix,
}

/// What is known about the record of a pending claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingProof {
    /// Not seen yet.
    Missing,
    /// Seen, but another organisation's record is there as well (or could not be ruled out).
    HeldElsewhere,
    /// Seen, and the other organisation's hold period runs.
    WaitingForHold,
    /// Seen, but a lock record in the domain's DNS lets only other organisations claim it.
    LockedForOthers,
}

/// What has gone wrong with a proven claim since its record was last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Watch {
    /// Definite absences in a row, counted at most once a day.
    pub misses: u8,
    /// When the last of them was counted.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_miss: Option<OffsetDateTime>,
    /// Whether the answers say nothing.
    pub doubt: Doubting,
}

/// How long the DNS has given no statement about a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubting {
    /// The last answer was a statement.
    #[default]
    No,
    /// No statement since then.
    Since(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
    /// No statement since then, and the alarm went out.
    Alarmed(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
}

/// Why a claim lapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LapseCause {
    /// The record was gone and the grace period ran out.
    RecordRemoved,
    /// Nothing could be said about the record for 30 days.
    NoProof,
}

/// How a claim ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseCause {
    /// An Owner gave it up.
    ByOwner,
    /// The other organisation proved it after a lapse or when the hold was over.
    Overtaken,
    /// It was handed over.
    Transferred,
    /// The service's operator took it.
    ByOperator,
    /// A review turned it down.
    ReviewRejected,
}

/// A state without its instants, for audit and for the store's columns.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// [`ClaimState::ReviewNeeded`]
    ReviewNeeded,
    /// [`ClaimState::Pending`]
    Pending,
    /// [`ClaimState::Verified`]
    Verified,
    /// [`ClaimState::Failing`]
    Failing,
    /// [`ClaimState::Contested`]
    Contested,
    /// [`ClaimState::Transferring`]
    Transferring,
    /// [`ClaimState::Lapsed`]
    Lapsed,
    /// [`ClaimState::Expired`]
    Expired,
    /// [`ClaimState::Superseded`]
    Superseded,
    /// [`ClaimState::Released`]
    Released,
}

impl StateName {
    /// The word kept in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReviewNeeded => "review_needed",
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Failing => "failing",
            Self::Contested => "contested",
            Self::Transferring => "transferring",
            Self::Lapsed => "lapsed",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Released => "released",
        }
    }

    /// Whether a claim in this state occupies the one slot of its domain.
    #[must_use]
    pub const fn holds_domain(self) -> bool {
        matches!(
            self,
            Self::Verified | Self::Failing | Self::Contested | Self::Transferring
        )
    }
}

impl ClaimState {
    /// The state without its instants.
    #[must_use]
    pub const fn name(&self) -> StateName {
        match self {
            Self::ReviewNeeded { .. } => StateName::ReviewNeeded,
            Self::Pending { .. } => StateName::Pending,
            Self::Verified { .. } => StateName::Verified,
            Self::Failing { .. } => StateName::Failing,
            Self::Contested { .. } => StateName::Contested,
            Self::Transferring { .. } => StateName::Transferring,
            Self::Lapsed { .. } => StateName::Lapsed,
            Self::Expired { .. } => StateName::Expired,
            Self::Superseded { .. } => StateName::Superseded,
            Self::Released { .. } => StateName::Released,
        }
    }

    /// Whether a claim in this state occupies the one slot of its domain.
    #[must_use]
    pub const fn holds_domain(&self) -> bool {
        self.name().holds_domain()
    }

    /// When the record was last seen, for states that were proven once.
    #[must_use]
    pub const fn proof_at(&self) -> Option<OffsetDateTime> {
        match self {
            Self::Verified { proof_at, .. }
            | Self::Failing { proof_at, .. }
            | Self::Contested { proof_at, .. }
            | Self::Transferring { proof_at, .. }
            | Self::Lapsed { proof_at, .. } => Some(*proof_at),
            _ => None,
        }
    }
}
