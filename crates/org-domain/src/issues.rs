//! The queue of provisioning issues: every person whom provisioning could not serve, why, and the
//! one action that mends it. It spares an administrator from reading the identity provider's log.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::decision::{ProvisionDecision, ProvisionEffect, Reason};

/// Most issues kept for one organisation; the newest are dropped, for the oldest explain them.
pub const MAX_ISSUES: usize = 1_000;

/// The one action that mends an issue.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Remedy {
    /// Invite the person by hand.
    Invite,
    /// Claim the domain (or invite by hand; the person then stays outside provisioning).
    ClaimOrInvite,
    /// Publish the domain's record again, or settle the contest.
    CheckRecord,
    /// Free a seat or add some.
    AddSeats,
    /// Reactivate the member by hand.
    ReactivateByHand,
    /// Make somebody else an Owner.
    AppointOwner,
    /// Correct the profile in the identity provider.
    CorrectProfile,
    /// Let the Owner or Admin change it, or allow it in the settings.
    ChangeByHand,
}

impl Remedy {
    /// What mends a refusal; nothing where the queue is not concerned.
    #[must_use]
    pub const fn of(reason: Reason) -> Option<Self> {
        Some(match reason {
            Reason::AccountExists | Reason::InvitationOpen | Reason::ReturnLocked => Self::Invite,
            Reason::CreateDomainNotClaimed
            | Reason::OnDomainNotClaimed
            | Reason::UpdateDomainNotClaimed => Self::ClaimOrInvite,
            Reason::CreateAuthorityPaused | Reason::OnAuthorityPaused | Reason::AddressPaused => {
                Self::CheckRecord
            }
            Reason::SeatsFull | Reason::OnSeatsFull => Self::AddSeats,
            Reason::OnAdminLock => Self::ReactivateByHand,
            Reason::OffLastOwner => Self::AppointOwner,
            Reason::UserNameNotEmail
            | Reason::PrimaryEmailForeign
            | Reason::AddressForeign
            | Reason::FirstContactAddress => Self::CorrectProfile,
            Reason::AdminAddress => Self::ChangeByHand,
            _ => return None,
        })
    }

    /// The label of the button.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invite => "Invite",
            Self::ClaimOrInvite => "Claim the domain",
            Self::CheckRecord => "Check the TXT record",
            Self::AddSeats => "Manage seats",
            Self::ReactivateByHand => "Reactivate",
            Self::AppointOwner => "Appoint an Owner",
            Self::CorrectProfile => "Correct in Okta",
            Self::ChangeByHand => "Change by hand",
        }
    }
}

/// One person whom provisioning could not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Why the last attempt was refused.
    pub reason: Reason,
    /// What mends it.
    pub remedy: Remedy,
    /// When it was first refused.
    pub first_seen: OffsetDateTime,
    /// When it was last refused; identity providers try again by themselves.
    pub last_seen: OffsetDateTime,
    /// How often.
    pub attempts: u32,
}

/// The open issues of one organisation, by the `userName` as it was sent.
///
/// ```
/// # use org_domain::{issues::*, policy::*, *};
/// # let now = time::macros::datetime!(2026-01-05 12:00 UTC);
/// # let org = OrgStanding { sso: Switch::On, sso_plan: PlanStanding::Covered,
/// #     scim_plan: PlanStanding::Covered, ..OrgStanding::CLOSED };
/// # let create = Create { user_name: UserName::At(DomainStanding::Here), primary_email: PrimaryEmail::Fits,
/// #     occupant: Occupant::Outsider, seats: Seats::Free, active: Wanted::Active };
/// # let facts = ProvisionFacts { token: TokenStanding::Valid, org, operation: Operation::Create(create) };
/// let mut queue = IssueQueue::default();
/// queue.note("ada@acme.com", &decide_provision(&facts), now);
/// let (name, issue) = queue.iter().next().ok_or("an issue")?;
/// assert_eq!((name, issue.remedy), ("ada@acme.com", Remedy::Invite));
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IssueQueue {
    issues: BTreeMap<Box<str>, Issue>,
}

/// Counts only: the keys are people's addresses.
impl core::fmt::Debug for IssueQueue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "IssueQueue({} issues)", self.issues.len())
    }
}

impl IssueQueue {
    /// Takes a decision in: a refusal that somebody can mend opens or renews an issue, a success
    /// closes the person's issue.
    pub fn note(&mut self, user_name: &str, decision: &ProvisionDecision, now: OffsetDateTime) {
        if decision.succeeds() {
            self.issues.remove(user_name);
        } else if let (true, Some(remedy)) = (
            decision.effects.contains(ProvisionEffect::QueueIssue),
            Remedy::of(decision.reason),
        ) {
            self.open(user_name, decision.reason, remedy, now);
        }
    }

    fn open(&mut self, user_name: &str, reason: Reason, remedy: Remedy, now: OffsetDateTime) {
        if let Some(issue) = self.issues.get_mut(user_name) {
            *issue = Issue {
                reason,
                remedy,
                last_seen: now,
                attempts: issue.attempts.saturating_add(1),
                ..*issue
            };
        } else if self.issues.len() < MAX_ISSUES {
            let issue = Issue {
                reason,
                remedy,
                first_seen: now,
                last_seen: now,
                attempts: 1,
            };
            self.issues.insert(user_name.into(), issue);
        }
    }

    /// Closes an issue by hand.
    pub fn close(&mut self, user_name: &str) {
        self.issues.remove(user_name);
    }

    /// The open issues by `userName`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Issue)> {
        self.issues.iter().map(|(name, issue)| (&**name, issue))
    }
}
