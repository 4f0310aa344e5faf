//! The conditions of table S, one small function for each row.

use crate::policy::facts::{
    AddressHistory, AssertedEmail, Binding, DomainStanding, IdpInitiated, InvitedAddress,
    JoinPolicy, Link, LoginFacts, OwnSession, Past, Person, PlanStanding, Side, SsoFacts,
};
use crate::role::Role;

type Facts = (LoginFacts, SsoFacts);

pub(super) fn organization_suspended((f, _): &Facts) -> bool {
    f.org.suspended.is_on()
}

pub(super) fn off((f, _): &Facts) -> bool {
    !f.org.sso.is_on()
}

pub(super) fn plan_ended((f, _): &Facts) -> bool {
    f.org.sso_plan == PlanStanding::Ended
}

pub(super) fn other_organization((_, s): &Facts) -> bool {
    s.binding == Binding::OtherOrganization
}

pub(super) fn configuration_replaced((_, s): &Facts) -> bool {
    s.binding == Binding::StaleConfiguration
}

pub(super) fn email_unusable((_, s): &Facts) -> bool {
    s.email == AssertedEmail::Unusable
}

/// Also for known identities: the provider speaks only for the domains that the organisation holds.
pub(super) fn domain_not_here((f, _): &Facts) -> bool {
    !f.domain.is_here()
}

pub(super) fn suspended((f, _): &Facts) -> bool {
    f.person.is_suspended()
}

pub(super) fn removed_by_provisioning((f, _): &Facts) -> bool {
    f.person == Person::Outsider(Past::Deprovisioned)
}

/// Also a link that leads to nobody: it belongs to an account that is gone.
pub(super) fn identity_conflict((f, s): &Facts) -> bool {
    s.link == Link::Conflict || (s.link.is_found() && f.person == Person::Stranger)
}

pub(super) fn identity_frozen((f, _): &Facts) -> bool {
    f.history == AddressHistory::ChangedHands
}

pub(super) fn idp_initiated_not_allowed((f, s): &Facts) -> bool {
    s.side == Side::IdentityProvider && f.org.idp_initiated == IdpInitiated::Bounced
}

pub(super) fn linked_same_address((f, s): &Facts) -> bool {
    s.link == Link::SameAddress && f.person.active_role().is_some()
}

pub(super) fn linked_other_address((f, s): &Facts) -> bool {
    s.link == Link::OtherAddress && f.person.active_role().is_some()
}

pub(super) fn authority_paused((f, _): &Facts) -> bool {
    f.domain == DomainStanding::HereKnownOnly
}

pub(super) fn plan_lapsed((f, _): &Facts) -> bool {
    f.org.sso_plan == PlanStanding::Lapsed
}

/// A login that the provider started may be somebody else's browser: it links nothing to an account
/// that exists or is expected.
pub(super) fn linking_from_idp_side(facts: &Facts) -> bool {
    facts.1.side == Side::IdentityProvider
        && (member(facts) || invited(facts) || outsider_may_join(facts))
}

pub(super) fn owner((f, _): &Facts) -> bool {
    f.person.active_role() == Some(Role::Owner)
}

pub(super) fn owner_without_session(facts: &Facts) -> bool {
    owner(facts) && facts.1.session == OwnSession::None
}

pub(super) fn member((f, _): &Facts) -> bool {
    f.person.active_role().is_some()
}

pub(super) fn invited((f, _): &Facts) -> bool {
    matches!(
        f.person,
        Person::Invited {
            address: InvitedAddress::Same,
            ..
        }
    )
}

pub(super) fn outsider_managed((f, _): &Facts) -> bool {
    f.org.idp_managed.is_on() && matches!(f.person, Person::Outsider(_))
}

pub(super) fn outsider_may_join(facts: &Facts) -> bool {
    outsider_managed(facts) && facts.0.org.join == JoinPolicy::AutoJoin
}

pub(super) fn stranger_managed((f, _): &Facts) -> bool {
    f.org.idp_managed.is_on() && f.person == Person::Stranger
}

pub(super) fn anyone(_: &Facts) -> bool {
    true
}
