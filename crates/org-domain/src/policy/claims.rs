//! Who may do what with a claim.

use time::{Duration, OffsetDateTime};

use crate::claim::{MAX_CLAIMS, MAX_PENDING_CLAIMS};
use crate::ident::OrgId;
use crate::permit::{ClaimAction, Permit};
use crate::proof::{Doubt, LockStanding};
use crate::role::{Actor, Role};

/// Oldest sign-in with which a sensitive change may be made: 10 minutes, long enough to fill in a
/// form, short enough that an unlocked machine is no key.
pub const STEP_UP_AGE: Duration = Duration::minutes(10);
/// Shortest time between two looks at the DNS that a person asks for.
pub const MANUAL_CHECK_SPACING: Duration = Duration::seconds(30);
/// Looks at the DNS that people of one organisation may ask for in an hour.
pub const MANUAL_CHECKS_PER_HOUR: u32 = 20;

/// What the host counts before it lets someone act on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimCircumstances {
    /// Claims of the organisation that wait for their record.
    pub pending_claims: u32,
    /// Claims of the organisation in any state.
    pub claims: u32,
    /// When someone of the organisation last asked for a look at this domain.
    pub last_manual_check: Option<OffsetDateTime>,
    /// How many looks people of the organisation asked for in the last hour.
    pub manual_checks_last_hour: u32,
    /// Whether single sign-on is required and this is the last domain that the organisation holds.
    pub last_domain_under_required_sso: LastDomain,
    /// What the owner's lock at the domain looks like to the organisation. Look before an action
    /// that asks for it ([`ClaimAction::asks_owner_lock`]).
    pub owner_lock: LockStanding,
}

/// Whether giving up a domain would leave required single sign-on without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastDomain {
    /// Another domain remains, or single sign-on is not required.
    No,
    /// It is the last one: it has to stay.
    Yes,
}

/// Why someone may not act on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PermitRefusal {
    /// Owners and Admins only; handing a domain over or giving it up is for Owners.
    #[error("this needs a higher role")]
    Role,
    /// Sign in again first.
    #[error("sign in again before this change")]
    StepUp,
    /// Too many claims wait for their record.
    #[error("no more than {MAX_PENDING_CLAIMS} claims may wait for their record")]
    TooManyPending,
    /// Too many claims.
    #[error("no more than {MAX_CLAIMS} claims are allowed")]
    TooManyClaims,
    /// The DNS was looked at a moment ago.
    #[error("the DNS was looked at a moment ago; wait a little")]
    TooSoon,
    /// Single sign-on is required and would lose its last domain.
    #[error("the last domain has to stay while single sign-on is required")]
    LastDomain,
    /// The owner's lock names other organisations, or none.
    #[error("a lock record in the domain's DNS lets only other organizations claim it")]
    Locked,
    /// The owner's lock could not be read, and the action would take the domain at once. Starting a
    /// claim goes on: its proof asks the lock again.
    #[error("the domain's lock record could not be read ({0}); try again")]
    LockUnclear(Doubt),
    /// The owner's lock was not looked for.
    #[error("the domain's lock record has to be looked for first")]
    LockNotSeen,
}

impl PermitRefusal {
    /// The stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Role => "permit_role",
            Self::StepUp => "permit_step_up",
            Self::TooManyPending => "permit_too_many_pending",
            Self::TooManyClaims => "permit_too_many_claims",
            Self::TooSoon => "permit_too_soon",
            Self::LastDomain => "permit_last_domain",
            Self::Locked => "permit_locked",
            Self::LockUnclear(_) => "permit_lock_unclear",
            Self::LockNotSeen => "permit_lock_not_seen",
        }
    }
}

/// Decides whether a person may act on a claim; the only maker of a [`Permit`].
///
/// ```
/// # use org_domain::{AccountId, Actor, ClaimAction, OrgId, Role, policy::*, proof::LockStanding};
/// # let now = time::macros::datetime!(2026-01-05 12:00 UTC);
/// let admin = Actor { account: AccountId::new("ada")?, role: Role::Admin, authenticated_at: now };
/// let quiet = ClaimCircumstances {
///     pending_claims: 0,
///     claims: 0,
///     last_manual_check: None,
///     manual_checks_last_hour: 0,
///     last_domain_under_required_sso: LastDomain::No,
///     owner_lock: LockStanding::Absent,
/// };
/// let org = OrgId::new("o1")?;
/// assert!(permit_claim(ClaimAction::Start, &org, &admin, &quiet, now).is_ok());
/// let member = Actor { role: Role::Member, ..admin };
/// let refused = permit_claim(ClaimAction::Start, &org, &member, &quiet, now);
/// assert_eq!(refused, Err(PermitRefusal::Role));
///
/// // Whoever runs the DNS named another organisation.
/// let locked = ClaimCircumstances { owner_lock: LockStanding::ForOthers, ..quiet };
/// let owner = Actor { role: Role::Owner, ..member };
/// let refused = permit_claim(ClaimAction::Start, &org, &owner, &locked, now);
/// assert_eq!(refused, Err(PermitRefusal::Locked));
///
/// // The DNS says nothing: start and publish; the lock is asked again when the record is seen.
/// let silent = LockStanding::Indeterminate(org_domain::proof::Doubt::Timeout);
/// let unclear = ClaimCircumstances { owner_lock: silent, ..quiet };
/// assert!(permit_claim(ClaimAction::Start, &org, &owner, &unclear, now).is_ok());
/// # Ok::<(), org_domain::IdentifierError>(())
/// ```
///
/// # Errors
/// [`PermitRefusal`] with the first rule that forbids it.
pub fn permit_claim(
    action: ClaimAction,
    org: &OrgId,
    actor: &Actor,
    circumstances: &ClaimCircumstances,
    now: OffsetDateTime,
) -> Result<Permit, PermitRefusal> {
    if actor.role < least_role(action) {
        return Err(PermitRefusal::Role);
    }
    if action.needs_step_up() && actor.authentication_age(now) > STEP_UP_AGE {
        return Err(PermitRefusal::StepUp);
    }
    if action.asks_owner_lock() {
        unlocked(action, circumstances.owner_lock)?;
    }
    match action {
        ClaimAction::Start if circumstances.pending_claims >= MAX_PENDING_CLAIMS => {
            Err(PermitRefusal::TooManyPending)
        }
        ClaimAction::Start if circumstances.claims >= MAX_CLAIMS => {
            Err(PermitRefusal::TooManyClaims)
        }
        ClaimAction::CheckNow if is_too_soon(circumstances, now) => Err(PermitRefusal::TooSoon),
        ClaimAction::Release | ClaimAction::OfferTransfer
            if circumstances.last_domain_under_required_sso == LastDomain::Yes =>
        {
            Err(PermitRefusal::LastDomain)
        }
        _ => Ok(Permit::new(org.clone(), actor.account.clone(), action)),
    }
}

/// A pending claim blocks nobody and grants nothing, so a lock that cannot be read does not keep
/// anyone from seeing which record to publish: the proof asks the lock again.
const fn unlocked(action: ClaimAction, lock: LockStanding) -> Result<(), PermitRefusal> {
    match lock {
        LockStanding::Absent | LockStanding::ForUs => Ok(()),
        LockStanding::Indeterminate(_) if matches!(action, ClaimAction::Start) => Ok(()),
        LockStanding::ForOthers => Err(PermitRefusal::Locked),
        LockStanding::Indeterminate(doubt) => Err(PermitRefusal::LockUnclear(doubt)),
        LockStanding::NotLooked => Err(PermitRefusal::LockNotSeen),
    }
}

/// Claims are the work of administrators; letting a domain go, or taking one over, is the Owners'.
const fn least_role(action: ClaimAction) -> Role {
    match action {
        ClaimAction::Start | ClaimAction::CheckNow | ClaimAction::RotateToken => Role::Admin,
        ClaimAction::Release | ClaimAction::OfferTransfer | ClaimAction::AcceptTransfer => {
            Role::Owner
        }
    }
}

fn is_too_soon(circumstances: &ClaimCircumstances, now: OffsetDateTime) -> bool {
    circumstances.manual_checks_last_hour >= MANUAL_CHECKS_PER_HOUR
        || circumstances
            .last_manual_check
            .is_some_and(|last| now - last < MANUAL_CHECK_SPACING)
}
