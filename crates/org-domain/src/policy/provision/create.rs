//! Table C: who may be created.

use crate::decision::ProvisionDecision;
use crate::decision::ProvisionEffect as E;
use crate::decision::Reason as R;
use crate::policy::facts::DomainStanding;
use crate::policy::provision::{proceed, refuse, refuse_and_queue};
use crate::policy::provision_facts::{Create, Occupant, PrimaryEmail, Seats, UserName, Wanted};

/// First the name, then its domain, then room, and only then who is there already.
pub(super) fn decide(wanted: Create) -> ProvisionDecision {
    let domain = wanted.user_name.domain();
    if wanted.user_name == UserName::NotAnEmail {
        refuse_and_queue(R::UserNameNotEmail, 400, Some("invalidValue"))
    } else if !domain.is_here() {
        refuse_and_queue(R::CreateDomainNotClaimed, 400, Some("invalidValue"))
    } else if wanted.primary_email == PrimaryEmail::Foreign {
        refuse_and_queue(R::PrimaryEmailForeign, 400, Some("invalidValue"))
    } else if domain == DomainStanding::HereKnownOnly {
        refuse_and_queue(R::CreateAuthorityPaused, 400, Some("invalidValue"))
    } else if wanted.active == Wanted::Active && wanted.seats == Seats::Full {
        refuse_and_queue(R::SeatsFull, 403, None)
    } else {
        occupied(wanted.occupant, wanted.active)
    }
}

fn occupied(occupant: Occupant, active: Wanted) -> ProvisionDecision {
    match (occupant, active) {
        (Occupant::LockedTombstone, _) => refuse_and_queue(R::ReturnLocked, 403, None),
        (Occupant::Tombstone, Wanted::Active) => {
            proceed(R::Returned, &[E::AddMember, E::LinkScim, E::Audit])
        }
        (Occupant::Tombstone, Wanted::Inactive) => proceed(
            R::ReturnedInactive,
            &[E::AddMember, E::LinkScim, E::Suspend, E::Audit],
        ),
        (Occupant::Nobody, Wanted::Inactive) => proceed(
            R::CreatedInactive,
            &[
                E::CreateAccount,
                E::AddMember,
                E::LinkScim,
                E::Suspend,
                E::Audit,
            ],
        ),
        (Occupant::Nobody, Wanted::Active) => proceed(
            R::Created,
            &[E::CreateAccount, E::AddMember, E::LinkScim, E::Audit],
        ),
        (Occupant::Outsider, _) => refuse_and_queue(R::AccountExists, 409, Some("uniqueness")),
        (Occupant::Invited, _) => refuse_and_queue(R::InvitationOpen, 409, Some("uniqueness")),
        (Occupant::Member, _) => refuse(R::AlreadyMember, 409, Some("uniqueness")),
    }
}
