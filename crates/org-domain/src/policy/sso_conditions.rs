//! The conditions of table S, one small function for each row.

use crate::policy::facts::{DomainStanding, IdpInitiated, JoinPolicy, PlanStanding};
use crate::policy::login_facts::{
    AddressHistory, AssertedEmail, Binding, InvitedAddress, Link, LoginFacts, OwnSession, Past,
    Person, Side, SsoFacts,
};
use crate::role::Role;

type Facts = (LoginFacts, SsoFacts);

/// The service suspended the organisation.
pub(super) fn organization_suspended((f, _): &Facts) -> bool {
    f.org.suspended.is_on()
}

/// Single sign-on is off or incomplete.
pub(super) fn off((f, _): &Facts) -> bool {
    !f.org.sso.is_on()
}

/// The plan does not cover it any more, grace included.
pub(super) fn plan_ended((f, _): &Facts) -> bool {
    f.org.sso_plan == PlanStanding::Ended
}

/// Some part of the response leads elsewhere.
pub(super) fn other_organization((_, s): &Facts) -> bool {
    s.binding == Binding::OtherOrganization
}

/// The values changed while the login was under way.
pub(super) fn configuration_replaced((_, s): &Facts) -> bool {
    s.binding == Binding::StaleConfiguration
}

/// No address, several, or one that does not parse.
pub(super) fn email_unusable((_, s): &Facts) -> bool {
    s.email == AssertedEmail::Unusable
}

/// Also for known identities: the provider speaks only for the domains that the organisation holds.
pub(super) fn domain_not_here((f, _): &Facts) -> bool {
    !f.domain.is_here()
}

/// The membership is switched off, however the person was found.
pub(super) fn suspended((f, _): &Facts) -> bool {
    f.person.is_suspended()
}

/// There is a tombstone; signing in does not lift it.
pub(super) fn removed_by_provisioning((f, _): &Facts) -> bool {
    f.person == Person::Outsider(Past::Deprovisioned)
}

/// Also a link that leads to nobody: it belongs to an account that is gone.
pub(super) fn identity_conflict((f, s): &Facts) -> bool {
    s.link == Link::Conflict || (s.link.is_found() && f.person == Person::Stranger)
}

/// Account or link stem from a former owner of the domain.
pub(super) fn identity_frozen((f, _): &Facts) -> bool {
    f.history == AddressHistory::ChangedHands
}

/// The organisation takes logins that the service started only.
pub(super) fn idp_initiated_not_allowed((f, s): &Facts) -> bool {
    s.side == Side::IdentityProvider && f.org.idp_initiated == IdpInitiated::Bounced
}

/// A known identity with its own address.
pub(super) fn linked_same_address((f, s): &Facts) -> bool {
    s.link == Link::SameAddress && f.person.active_role().is_some()
}

/// A known identity with an address that is not its account's.
pub(super) fn linked_other_address((f, s): &Facts) -> bool {
    s.link == Link::OtherAddress && f.person.active_role().is_some()
}

/// The domain is contested, or its last proof is old.
pub(super) fn authority_paused((f, _): &Facts) -> bool {
    f.domain == DomainStanding::HereKnownOnly
}

/// The plan lapsed; its days of grace are for known identities.
pub(super) fn plan_lapsed((f, _): &Facts) -> bool {
    f.org.sso_plan == PlanStanding::Lapsed
}

/// A login that the provider started may be somebody else's browser: it links nothing to an account
/// that exists or is expected.
pub(super) fn linking_from_idp_side(facts: &Facts) -> bool {
    facts.1.side == Side::IdentityProvider
        && (member(facts) || invited(facts) || outsider_may_join(facts))
}

/// An active Owner without a link.
pub(super) fn owner((f, _): &Facts) -> bool {
    f.person.active_role() == Some(Role::Owner)
}

/// And not signed in to that account.
pub(super) fn owner_without_session(facts: &Facts) -> bool {
    owner(facts) && facts.1.session == OwnSession::None
}

/// Any other active member without a link.
pub(super) fn member((f, _): &Facts) -> bool {
    f.person.active_role().is_some()
}

/// Invited at exactly this address.
pub(super) fn invited((f, _): &Facts) -> bool {
    matches!(
        f.person,
        Person::Invited {
            address: InvitedAddress::Same,
            ..
        }
    )
}

/// An account without membership, at a managed domain.
pub(super) fn outsider_managed((f, _): &Facts) -> bool {
    f.org.idp_managed.is_on() && matches!(f.person, Person::Outsider(_))
}

/// And the organisation lets such people join.
pub(super) fn outsider_may_join(facts: &Facts) -> bool {
    outsider_managed(facts) && facts.0.org.join == JoinPolicy::AutoJoin
}

/// No account at all, at a managed domain.
pub(super) fn stranger_managed((f, _): &Facts) -> bool {
    f.org.idp_managed.is_on() && f.person == Person::Stranger
}

/// Everybody else.
pub(super) fn anyone(_: &Facts) -> bool {
    true
}
