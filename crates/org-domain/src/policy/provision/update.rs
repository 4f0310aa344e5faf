//! Tables U, D and A: replacing and patching. One request may change several things; it is taken
//! as a whole or not at all, except that switching off goes through by itself.

use crate::decision::ProvisionEffect as E;
use crate::decision::Reason as R;
use crate::decision::{ProvisionDecision, ProvisionEffects, ProvisionOutcome};
use crate::policy::facts::{DomainStanding, OrgStanding};
use crate::policy::login_facts::MemberState;
use crate::policy::provision::{
    ENDING, closed, in_view, last_owner, proceed, proceed_with, refuse, refuse_and_queue,
};
use crate::policy::provision_facts::{
    ActiveChange, AddressChange, Changed, LastOwner, ScimLink, Seats, Target, TargetMember, Update,
};

/// Every change of the request, in the order in which the tables look at them.
pub(super) fn decide(org: &OrgStanding, target: Target, update: Update) -> ProvisionDecision {
    match in_view(target) {
        Err(refusal) => refusal,
        Ok(member) if update.active == ActiveChange::Off => switch_off(org, &member, update),
        Ok(member) => closed(org).unwrap_or_else(|| {
            let parts = [
                switch_on(&member, update),
                address(org, &member, update),
                profile(&member, update),
            ];
            together(parts)
        }),
    }
}

/// The first refusal, or all that goes through.
fn together<const N: usize>(parts: [Option<ProvisionDecision>; N]) -> ProvisionDecision {
    let mut whole: Option<ProvisionDecision> = None;
    for part in parts.into_iter().flatten() {
        whole = Some(match whole {
            _ if !part.succeeds() => return part,
            Some(before)
                if before.outcome == ProvisionOutcome::Proceed
                    || part.outcome == ProvisionOutcome::Unchanged =>
            {
                ProvisionDecision {
                    effects: before.effects.and(part.effects),
                    ..before
                }
            }
            Some(before) => ProvisionDecision {
                effects: before.effects.and(part.effects),
                ..part
            },
            None => part,
        });
    }
    whole.unwrap_or(ProvisionDecision {
        outcome: ProvisionOutcome::Unchanged,
        reason: R::NothingToDo,
        effects: ProvisionEffects::NONE,
    })
}

/// Table D. Only the last Owner is spared; whatever else the request wants must not stand in the way.
fn switch_off(org: &OrgStanding, member: &TargetMember, update: Update) -> ProvisionDecision {
    if member.last_owner == LastOwner::Yes && member.state == MemberState::Active {
        return last_owner();
    }
    let others = together([address(org, member, update), profile(member, update)]);
    let is_closed = closed(org).is_some() || !member.domain.is_here();
    let off = off(member.state, is_closed || !others.succeeds());
    if !is_closed && off.outcome == ProvisionOutcome::Unchanged {
        return together([Some(off), Some(others)]);
    }
    if is_closed || !others.succeeds() {
        let effects = off
            .effects
            .and(ProvisionEffects::of(&[E::DropOtherChanges]));
        return ProvisionDecision { effects, ..off };
    }
    together([Some(off), Some(others)])
}

fn off(state: MemberState, alone: bool) -> ProvisionDecision {
    const OFF: ProvisionEffects =
        ProvisionEffects::of(&[E::Suspend]).and(ProvisionEffects::of(&ENDING));
    match state {
        MemberState::Active if alone => proceed_with(R::OffStillDone, OFF),
        MemberState::Active => proceed_with(R::OffDone, OFF),
        MemberState::SuspendedByAdmin => proceed(R::OffTagged, &[E::Suspend, E::Audit]),
        MemberState::SuspendedByScim | MemberState::SuspendedByBoth => ProvisionDecision {
            outcome: ProvisionOutcome::Unchanged,
            reason: R::OffUnchanged,
            effects: ProvisionEffects::NONE,
        },
    }
}

/// Table A.
fn switch_on(member: &TargetMember, update: Update) -> Option<ProvisionDecision> {
    if update.active != ActiveChange::On {
        return None;
    }
    Some(match member.state {
        MemberState::Active => ProvisionDecision {
            outcome: ProvisionOutcome::Unchanged,
            reason: R::OnUnchanged,
            effects: ProvisionEffects::NONE,
        },
        MemberState::SuspendedByAdmin | MemberState::SuspendedByBoth => {
            refuse_and_queue(R::OnAdminLock, 403, None)
        }
        MemberState::SuspendedByScim => reinstate(member, update),
    })
}

fn reinstate(member: &TargetMember, update: Update) -> ProvisionDecision {
    if !member.domain.is_here() {
        refuse_and_queue(R::OnDomainNotClaimed, 400, Some("invalidValue"))
    } else if member.domain == DomainStanding::HereKnownOnly {
        refuse_and_queue(R::OnAuthorityPaused, 400, Some("invalidValue"))
    } else if update.seats == Seats::Full {
        refuse_and_queue(R::OnSeatsFull, 403, None)
    } else if member.role.administers() {
        proceed(R::OnAsMember, &[E::Reinstate, E::DemoteToMember, E::Audit])
    } else {
        proceed(R::OnDone, &[E::Reinstate, E::Audit])
    }
}

/// The address rows of table U.
fn address(org: &OrgStanding, member: &TargetMember, update: Update) -> Option<ProvisionDecision> {
    if update.address == AddressChange::Unchanged {
        return None;
    }
    Some(if !member.domain.is_here() {
        refuse_and_queue(R::UpdateDomainNotClaimed, 400, Some("invalidValue"))
    } else if member.link == ScimLink::Unlinked {
        refuse_and_queue(R::FirstContactAddress, 403, None)
    } else if member.role.administers() && !org.scim_admin_addresses.is_on() {
        refuse_and_queue(R::AdminAddress, 403, None)
    } else {
        new_address(member.domain, update.address)
    })
}

fn new_address(old: DomainStanding, change: AddressChange) -> ProvisionDecision {
    match change {
        AddressChange::ToForeign => refuse_and_queue(R::AddressForeign, 400, Some("invalidValue")),
        AddressChange::ToTaken => refuse(R::AddressTaken, 409, Some("uniqueness")),
        AddressChange::ToHeld if old == DomainStanding::HereKnownOnly => {
            refuse_and_queue(R::AddressPaused, 400, Some("invalidValue"))
        }
        AddressChange::ToHeld | AddressChange::Unchanged => proceed(
            R::AddressApplied,
            &[
                E::ApplyAddress,
                E::RevokeMailLinks,
                E::EndSessions,
                E::Audit,
            ],
        ),
    }
}

/// Adoption, names, and what is never taken.
fn profile(member: &TargetMember, update: Update) -> Option<ProvisionDecision> {
    let names = update.names == Changed::Yes;
    if names && !member.domain.is_here() {
        return Some(refuse_and_queue(
            R::UpdateDomainNotClaimed,
            400,
            Some("invalidValue"),
        ));
    }
    let adopted = (member.link == ScimLink::Unlinked)
        .then_some(proceed(R::Adopted, &[E::LinkScim, E::Audit]));
    let named = names.then_some(proceed(R::NamesApplied, &[E::ApplyNames]));
    let ignored = (update.forbidden == Changed::Yes).then_some(ProvisionDecision {
        outcome: ProvisionOutcome::Unchanged,
        reason: R::ForbiddenIgnored,
        effects: ProvisionEffects::of(&[E::NoteIgnored, E::Audit]),
    });
    let parts = [adopted, named, ignored];
    parts.iter().any(Option::is_some).then(|| together(parts))
}
