//! What provisioning may do: the rows of tables P, C, U, D, X and A, in order.
//!
//! The domain is judged before the account, so that a token of one organisation cannot find out who
//! has an account at a domain that is not its own. Switching somebody off is never refused, but for
//! the last Owner.

mod create;
mod update;

use crate::decision::ProvisionEffect as E;
use crate::decision::Reason as R;
use crate::decision::{ProvisionDecision, ProvisionEffects, ProvisionOutcome, Refused};
use crate::policy::facts::{Deletion, DomainStanding, OrgStanding, PlanStanding};
use crate::policy::provision_facts::{
    AccountTies, LastOwner, Operation, ProvisionFacts, ScimLink, Target, TargetMember,
    TokenStanding,
};

/// Decides about one provisioning operation.
///
/// Call it inside the transaction that would store the change, with facts read in it: two requests
/// that each remove one of the last two Owners must not both see the other. A host whose SCIM library
/// asks before the transaction begins (a guard) looks again inside it at what no version of the member
/// covers: [`LastOwner`](crate::policy::LastOwner), [`Seats`](crate::policy::Seats) and
/// [`Occupant`](crate::policy::Occupant).
///
/// [`ProvisionOutcome::Unchanged`](crate::ProvisionOutcome::Unchanged) is a success too: allow it, with
/// whatever effects there are.
///
/// ```
/// # use org_domain::{policy::*, *};
/// # let org = OrgStanding { sso: Switch::On, sso_plan: PlanStanding::Covered,
/// #     scim_plan: PlanStanding::Covered, ..OrgStanding::CLOSED };
/// let create = Create {
///     user_name: UserName::At(DomainStanding::Here),
///     primary_email: PrimaryEmail::Fits,
///     occupant: Occupant::Outsider,
///     seats: Seats::Free,
///     active: Wanted::Active,
/// };
/// let facts = ProvisionFacts { token: TokenStanding::Valid, org, operation: Operation::Create(create) };
/// let decision = decide_provision(&facts);
/// assert_eq!(decision.reason.row(), "C4");
/// assert!(decision.reason.operator_text().contains("Invite the existing user"));
/// ```
pub fn decide_provision(facts: &ProvisionFacts) -> ProvisionDecision {
    // 1. The token opens this organisation, or nothing.
    if facts.token == TokenStanding::Invalid {
        return refuse(R::TokenInvalid, 401, None);
    }
    // 2. Reading, creating, changing, removing.
    match facts.operation {
        Operation::List => proceed(R::Listed, &[]),
        Operation::Read(target) => read(target),
        Operation::Create(wanted) => closed(&facts.org).unwrap_or_else(|| create::decide(wanted)),
        Operation::Update(target, update) => update::decide(&facts.org, target, update),
        Operation::Delete(target) => delete(&facts.org, target),
    }
}

/// Whether provisioning sees a member: everybody at held domains, and those it owns.
///
/// ```
/// # use org_domain::policy::*;
/// assert!(is_visible(DomainStanding::Here, ScimLink::Unlinked));
/// assert!(!is_visible(DomainStanding::Unclaimed, ScimLink::Unlinked));
/// ```
#[must_use]
pub const fn is_visible(domain: DomainStanding, link: ScimLink) -> bool {
    domain.is_here() || matches!(link, ScimLink::Linked)
}

/// The refusal of every write but switching off and deleting, where the organisation's plan or
/// settings close provisioning.
fn closed(org: &OrgStanding) -> Option<ProvisionDecision> {
    if org.suspended.is_on() {
        Some(refuse(R::ScimOrganizationSuspended, 403, None))
    } else if org.scim_plan != PlanStanding::Covered {
        Some(refuse(R::ScimPlanRequired, 403, None))
    } else if !org.sso.is_on() || org.sso_plan != PlanStanding::Covered {
        Some(refuse(R::ScimSsoRequired, 403, None))
    } else {
        None
    }
}

/// The member that an id leads to, or the one 404 that all other ids get.
fn in_view(target: Target) -> Result<TargetMember, ProvisionDecision> {
    match target {
        Target::Unknown => Err(refuse(R::NotInView, 404, None)),
        Target::Member(member) if is_visible(member.domain, member.link) => Ok(member),
        Target::Member(_) => Err(refuse(R::GuestNotInView, 404, None)),
    }
}

fn read(target: Target) -> ProvisionDecision {
    match in_view(target) {
        Ok(_) => proceed(R::ReadAllowed, &[]),
        Err(refusal) => refusal,
    }
}

/// What ends with a membership, however it ends.
const ENDING: [E; 4] = [
    E::EndSessions,
    E::SuspendKeys,
    E::RevokeInvitations,
    E::Audit,
];

fn delete(org: &OrgStanding, target: Target) -> ProvisionDecision {
    const REMOVE: ProvisionEffects =
        ProvisionEffects::of(&[E::RemoveMembership]).and(ProvisionEffects::of(&ENDING));
    const WITH_ACCOUNT: ProvisionEffects = REMOVE.and(ProvisionEffects::of(&[E::DeleteAccount]));
    let member = match in_view(target) {
        Ok(member) => member,
        Err(refusal) => return refusal,
    };
    if member.last_owner == LastOwner::Yes {
        return last_owner();
    }
    let account_goes = org.deletion == Deletion::DeleteAccount
        && member.account == AccountTies::None
        && member.link == ScimLink::Linked
        && member.domain.is_here();
    if account_goes {
        proceed_with(R::DeletedAccount, WITH_ACCOUNT)
    } else {
        proceed_with(R::Deleted, REMOVE)
    }
}

fn last_owner() -> ProvisionDecision {
    let refusal = refuse(R::OffLastOwner, 403, None);
    ProvisionDecision {
        effects: ProvisionEffects::of(&[E::AlarmOwners, E::QueueIssue, E::Audit]),
        ..refusal
    }
}

const fn refuse(reason: R, status: u16, scim_type: Option<&'static str>) -> ProvisionDecision {
    ProvisionDecision {
        outcome: ProvisionOutcome::Refuse(Refused { status, scim_type }),
        reason,
        effects: ProvisionEffects::NONE,
    }
}

/// A refusal that an administrator of the organisation can mend: it goes into the queue.
const fn refuse_and_queue(
    reason: R,
    status: u16,
    scim_type: Option<&'static str>,
) -> ProvisionDecision {
    let refusal = refuse(reason, status, scim_type);
    ProvisionDecision {
        effects: ProvisionEffects::of(&[E::QueueIssue, E::Audit]),
        ..refusal
    }
}

const fn proceed(reason: R, effects: &[E]) -> ProvisionDecision {
    proceed_with(reason, ProvisionEffects::of(effects))
}

const fn proceed_with(reason: R, effects: ProvisionEffects) -> ProvisionDecision {
    ProvisionDecision {
        outcome: ProvisionOutcome::Proceed,
        reason,
        effects,
    }
}
