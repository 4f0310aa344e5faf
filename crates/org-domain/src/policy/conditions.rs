//! The conditions of table L, one small function for each row.

use crate::policy::facts::{DomainStanding, Fallback, PlanStanding};
use crate::policy::login_facts::{
    AddressHistory, Credential, Exemption, InvitedAddress, LoginFacts, Method, Person,
    SecondFactor, SessionOrigin,
};

/// The service suspended the organisation.
pub(super) fn organization_suspended(f: &LoginFacts) -> bool {
    f.org.suspended.is_on()
}

/// The membership is switched off.
pub(super) fn suspended(f: &LoginFacts) -> bool {
    f.person.is_suspended()
}

/// All that was proven is a mailbox whose domain has had another owner since.
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

/// A member's session that single sign-on began.
pub(super) fn sso_session(f: &LoginFacts) -> bool {
    f.method == Method::Refresh(SessionOrigin::Sso) && f.person.active_role().is_some()
}

/// A session of somebody who is still a named guest.
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

/// Nothing that the person set themselves to fall back on.
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

/// The fallback is off, not armed, or single sign-on is healthy.
pub(super) fn fallback_closed(f: &LoginFacts) -> bool {
    asks_for_fallback(f) && f.org.fallback == Fallback::Closed
}

/// The factor is enrolled and missing, or demanded of everybody.
pub(super) fn fallback_lacks_second_factor(f: &LoginFacts) -> bool {
    let demanded = f.org.fallback == Fallback::OpenWithSecondFactor;
    asks_for_fallback(f)
        && match f.method {
            Method::Password(SecondFactor::Missing) => true,
            Method::Password(SecondFactor::NotEnrolled) => demanded,
            _ => false,
        }
}

/// What the three rows before left over: the fallback is open for this person.
pub(super) fn fallback(f: &LoginFacts) -> bool {
    asks_for_fallback(f)
}

/// An active member at a domain that nobody holds, named in the list of exemptions.
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

/// Any active member; Owners and Admins were decided before.
pub(super) fn member_under_required_sso(f: &LoginFacts) -> bool {
    f.org.require_sso.is_on() && f.person.active_role().is_some()
}

/// Single sign-on can be used by somebody at this domain.
fn sso_is_open(f: &LoginFacts) -> bool {
    f.org.sso.is_on() && f.domain.is_here()
}

/// The identity provider manages the domain, and the person is no member.
pub(super) fn managed_outsider(f: &LoginFacts) -> bool {
    f.org.idp_managed.is_on() && sso_is_open(f) && !f.person.is_member()
}

/// Another organisation manages the domain, and the person is no member here.
pub(super) fn managed_elsewhere(f: &LoginFacts) -> bool {
    f.domain == DomainStanding::ElsewhereManaged && !f.person.is_member()
}

/// Invited, where single sign-on is required.
pub(super) fn invited_under_required_sso(f: &LoginFacts) -> bool {
    f.org.require_sso.is_on() && matches!(f.person, Person::Invited { .. })
}

/// And their domain can use it.
pub(super) fn invited_goes_to_sso(f: &LoginFacts) -> bool {
    invited_under_required_sso(f) && sso_is_open(f)
}

/// By the link, at the address that was invited.
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

/// Everybody else without a membership.
pub(super) fn not_a_member(f: &LoginFacts) -> bool {
    !f.person.is_member()
}

/// A member has no invitation left to accept.
pub(super) fn spent_invitation(f: &LoginFacts) -> bool {
    f.method == Method::InviteLink
}

/// A password whose second factor is still missing.
pub(super) fn lacks_second_factor(f: &LoginFacts) -> bool {
    f.method == Method::Password(SecondFactor::Missing)
}

/// A member whose domain the identity provider manages.
pub(super) fn managed_member(f: &LoginFacts) -> bool {
    f.org.idp_managed.is_on() && sso_is_open(f) && active_member(f)
}

/// Whoever is left.
pub(super) fn active_member(f: &LoginFacts) -> bool {
    f.person.active_role().is_some()
}
