//! The conditions of table L, one small function for each row.

use crate::policy::facts::{
    AddressHistory, Credential, DomainStanding, Exemption, Fallback, InvitedAddress, LoginFacts,
    Method, Person, PlanStanding, SecondFactor, SessionOrigin,
};

pub(super) fn organization_suspended(f: &LoginFacts) -> bool {
    f.org.suspended.is_on()
}

pub(super) fn suspended(f: &LoginFacts) -> bool {
    f.person.is_suspended()
}

pub(super) fn mailbox_changed_hands(f: &LoginFacts) -> bool {
    f.method.proves_only_mailbox() && f.history == AddressHistory::ChangedHands
}

/// The session lives as long as a new single sign-on of the same person would be let in.
pub(super) fn sso_session_stands(f: &LoginFacts) -> bool {
    sso_session(f)
        && f.org.sso.is_on()
        && f.org.sso_plan != PlanStanding::Ended
        && f.domain.is_here()
        && f.history == AddressHistory::Steady
}

pub(super) fn sso_session(f: &LoginFacts) -> bool {
    f.method == Method::Refresh(SessionOrigin::Sso) && f.person.active_role().is_some()
}

pub(super) fn guest_session_stands(f: &LoginFacts) -> bool {
    f.method == Method::Refresh(SessionOrigin::Guest) && is_guest(f)
}

/// Owner or Admin, active, where single sign-on is required.
pub(super) fn administrator_under_required_sso(f: &LoginFacts) -> bool {
    f.org.require_sso.is_on()
        && f.person
            .active_role()
            .is_some_and(|role| role.administers())
}

/// By one of the ways that the fallback knows.
fn asks_for_fallback(f: &LoginFacts) -> bool {
    administrator_under_required_sso(f)
        && matches!(
            f.method,
            Method::Password(_) | Method::Passkey | Method::Refresh(SessionOrigin::Fallback)
        )
}

pub(super) fn fallback_without_credential(f: &LoginFacts) -> bool {
    asks_for_fallback(f)
        && matches!(
            f.person,
            Person::Member {
                credential: Credential::None,
                ..
            }
        )
}

pub(super) fn fallback_closed(f: &LoginFacts) -> bool {
    asks_for_fallback(f) && f.org.fallback == Fallback::Closed
}

pub(super) fn fallback_lacks_second_factor(f: &LoginFacts) -> bool {
    let demanded = f.org.fallback == Fallback::OpenWithSecondFactor;
    asks_for_fallback(f)
        && match f.method {
            Method::Password(SecondFactor::Missing) => true,
            Method::Password(SecondFactor::NotEnrolled) => demanded,
            _ => false,
        }
}

pub(super) fn fallback(f: &LoginFacts) -> bool {
    asks_for_fallback(f)
}

fn is_guest(f: &LoginFacts) -> bool {
    f.domain == DomainStanding::Unclaimed
        && f.person.active_role().is_some()
        && matches!(
            f.person,
            Person::Member {
                exemption: Exemption::Named,
                ..
            }
        )
}

/// A session that began before it had to give a second factor does not go on as a guest's.
pub(super) fn guest_exempt(f: &LoginFacts) -> bool {
    f.org.require_sso.is_on()
        && is_guest(f)
        && !matches!(f.method, Method::Refresh(_) | Method::InviteLink)
}

pub(super) fn member_under_required_sso(f: &LoginFacts) -> bool {
    f.org.require_sso.is_on() && f.person.active_role().is_some()
}

/// Single sign-on can be used by somebody at this domain.
fn sso_is_open(f: &LoginFacts) -> bool {
    f.org.sso.is_on() && f.domain.is_here()
}

pub(super) fn managed_outsider(f: &LoginFacts) -> bool {
    f.org.idp_managed.is_on() && sso_is_open(f) && !f.person.is_member()
}

pub(super) fn managed_elsewhere(f: &LoginFacts) -> bool {
    f.domain == DomainStanding::ElsewhereManaged && !f.person.is_member()
}

pub(super) fn invited_under_required_sso(f: &LoginFacts) -> bool {
    f.org.require_sso.is_on() && matches!(f.person, Person::Invited { .. })
}

pub(super) fn invited_goes_to_sso(f: &LoginFacts) -> bool {
    invited_under_required_sso(f) && sso_is_open(f)
}

pub(super) fn accepts_invitation(f: &LoginFacts) -> bool {
    f.method == Method::InviteLink
        && matches!(
            f.person,
            Person::Invited {
                address: InvitedAddress::Same,
                ..
            }
        )
}

pub(super) fn not_a_member(f: &LoginFacts) -> bool {
    !f.person.is_member()
}

pub(super) fn spent_invitation(f: &LoginFacts) -> bool {
    f.method == Method::InviteLink
}

pub(super) fn lacks_second_factor(f: &LoginFacts) -> bool {
    f.method == Method::Password(SecondFactor::Missing)
}

pub(super) fn managed_member(f: &LoginFacts) -> bool {
    f.org.idp_managed.is_on() && sso_is_open(f) && active_member(f)
}

pub(super) fn active_member(f: &LoginFacts) -> bool {
    f.person.active_role().is_some()
}
