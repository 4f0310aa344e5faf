//! What a transition asks the host to carry out.

use time::OffsetDateTime;

use crate::claim::state::StateName;
use crate::ident::OrgId;

/// One consequence of a transition. The host writes effects into an outbox in the transaction that
/// stores the claim, and carries each out at least once.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// The state changed; goes into the organisation's audit trail.
    Audit(ClaimChange),
    /// Mail or message to the organisation's Owners and Admins.
    Notify(Notice),
    /// Message to the service's own operators.
    Alarm(Alarm),
    /// Addresses at the domain now belong to the organisation: single sign-on, just-in-time
    /// membership and provisioning work for it.
    AccessBegins,
    /// They no longer do. No member is removed and no role changes.
    AccessEnds,
    /// Tell the people with accounts at the domain, members or not, that it is now managed.
    TellAffectedAccounts,
    /// Freeze the single sign-on links that the organisation has at this domain; they are never
    /// handed to another organisation.
    FreezeLinks,
    /// The organisation has the domain again: its own frozen links work again.
    ThawLinks,
    /// Apply [`crate::ClaimEvent::Superseded`] to every other claim to the domain that does not
    /// hold it.
    SupersedeRivals,
    /// Apply [`crate::ClaimEvent::Contested`] to the claim that holds the domain.
    ContestHolder,
    /// Apply [`crate::ClaimEvent::ContestDropped`] to the claim that holds the domain.
    DropContest,
    /// Tell the administrators of the organisation that holds the domain that somebody else
    /// published a proof there. Who is not said.
    TellHolder,
}

/// A change of state for the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClaimChange {
    /// The state before; nothing for a new claim.
    pub from: Option<StateName>,
    /// The state after.
    pub to: StateName,
}

/// What the organisation's Owners and Admins are told.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// Publish this claim's record.
    Instructions,
    /// The domain is yours.
    Verified,
    /// The record is gone; so many days remain.
    RecordMissing {
        /// Whole days until the claim lapses.
        days_left: i64,
    },
    /// The record is back.
    RecordBack,
    /// The claim lapsed.
    Lapsed,
    /// The record was not published in time.
    Expired,
    /// Someone else proved the domain first. Who is not said.
    Superseded,
    /// Your record was seen, and so was another organisation's. Who is not said.
    HeldElsewhere,
    /// Your record was seen, but a lock record in the domain's DNS lets only other organisations claim
    /// it. Whom it names is in the DNS.
    LockedForOthers,
    /// Another organisation proved your domain while your record is gone. Who is not said.
    Contested {
        /// When they may take over.
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// Your record was seen; the domain is yours when the other side's hold is over.
    WaitingForHold,
    /// The contest is over and the domain stays with you.
    ContestEnded,
    /// The claim ended.
    Released,
    /// The domain was offered to another organisation.
    TransferOffered {
        /// To whom; both sides know each other here.
        to: OrgId,
    },
    /// The offer ended without a hand-over.
    TransferEnded,
    /// The claim is being looked at by the service.
    InReview,
    /// The token was replaced.
    TokenRotated,
    /// The service's operator set the state.
    Overridden,
}

/// What the service's operators are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Alarm {
    /// A claim waits for review.
    Review,
    /// The DNS has said nothing for [`crate::claim::DOUBT_ALARM_AFTER`].
    Doubt,
    /// DNSSEC validation failed at the record's name.
    Bogus,
    /// Two organisations dispute a domain.
    Contest,
}
