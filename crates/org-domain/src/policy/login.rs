//! Who enters an organisation: the rows of tables L and S, in order. The first row whose condition
//! holds decides.
//!
//! Tables: [`crate::tables::login`] and [`crate::tables::sso`] hold the same rows as data, written
//! independently; a test enumerates the whole input space and compares.

use crate::decision::LoginEffect as E;
use crate::decision::Reason as R;
use crate::decision::{Decision, Entry, LoginEffects, Outcome};
use crate::policy::conditions as first_party;
use crate::policy::facts::{LoginFacts, Method, Person, SsoFacts};
use crate::policy::sso_conditions as sso;
use crate::role::Role;

/// Any way in but single sign-on. The proof itself (password, link, …) was checked before.
const FIRST_PARTY: [Row<LoginFacts>; 21] = [
    row(
        R::OrganizationSuspended,
        first_party::organization_suspended,
        Then::Refuse,
        &[],
    ),
    // 1. Nobody who is switched off, and nobody on a mailbox that changed hands.
    row(
        R::MembershipSuspended,
        first_party::suspended,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::MailboxChangedHands,
        first_party::mailbox_changed_hands,
        Then::Refuse,
        &[E::Audit],
    ),
    // 2. Sessions that go on.
    row(
        R::SsoSessionGoesOn,
        first_party::sso_session_stands,
        Then::Enter(Entry::Member),
        &[],
    ),
    row(
        R::SsoSessionEnds,
        first_party::sso_session,
        Then::Refuse,
        &[],
    ),
    row(
        R::GuestSessionGoesOn,
        first_party::guest_session_stands,
        Then::Enter(Entry::Guest),
        &[],
    ),
    // 3. Required single sign-on: the fallback of Owners and Admins.
    row(
        R::FallbackWithoutCredential,
        first_party::fallback_without_credential,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::FallbackClosed,
        first_party::fallback_closed,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::FallbackNeedsSecondFactor,
        first_party::fallback_lacks_second_factor,
        Then::Refuse,
        &[],
    ),
    row(
        R::FallbackTaken,
        first_party::fallback,
        Then::Enter(Entry::Fallback),
        &[E::MarkFallback, E::NotifyOwners, E::Audit],
    ),
    row(
        R::FallbackOtherMethod,
        first_party::administrator_under_required_sso,
        Then::Refuse,
        &[E::Audit],
    ),
    // 4. Required single sign-on: everybody else.
    row(
        R::GuestExempt,
        first_party::guest_exempt,
        Then::Enter(Entry::Guest),
        &[E::DemandSecondFactor, E::Audit],
    ),
    row(
        R::SsoRequired,
        first_party::member_under_required_sso,
        Then::Refuse,
        &[E::Audit],
    ),
    // 5. People who are not members.
    row(
        R::ManagedGoesToSso,
        first_party::managed_outsider,
        Then::GoToSso,
        &[],
    ),
    row(
        R::ManagedElsewhere,
        first_party::managed_elsewhere,
        Then::Refuse,
        &[],
    ),
    row(
        R::InvitationGoesToSso,
        first_party::invited_goes_to_sso,
        Then::GoToSso,
        &[],
    ),
    row(
        R::InvitationRequiresSso,
        first_party::invited_under_required_sso,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::InvitationAccepted,
        first_party::accepts_invitation,
        Then::AcceptInvitation,
        &[E::Audit],
    ),
    row(R::NotAMember, first_party::not_a_member, Then::Refuse, &[]),
    // 6. Members.
    row(
        R::InvitationSpent,
        first_party::spent_invitation,
        Then::Refuse,
        &[],
    ),
    row(
        R::SecondFactorRequired,
        first_party::lacks_second_factor,
        Then::Refuse,
        &[],
    ),
];

/// What remains: an active member where single sign-on is not required.
const MEMBER: [Row<LoginFacts>; 2] = [
    row(
        R::ManagedSsoFirst,
        first_party::managed_member,
        Then::Enter(Entry::Member),
        &[E::PreferSso],
    ),
    row(
        R::Member,
        first_party::active_member,
        Then::Enter(Entry::Member),
        &[],
    ),
];

/// An assertion that was verified for this organisation.
const SSO: [Row<(LoginFacts, SsoFacts)>; 25] = [
    row(
        R::OrganizationSuspended,
        sso::organization_suspended,
        Then::Refuse,
        &[],
    ),
    // 1. Does the assertion count here and now?
    row(R::SsoOff, sso::off, Then::Refuse, &[E::Audit]),
    row(R::SsoPlanEnded, sso::plan_ended, Then::Refuse, &[E::Audit]),
    row(
        R::SsoOtherOrganization,
        sso::other_organization,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::SsoConfigurationReplaced,
        sso::configuration_replaced,
        Then::Refuse,
        &[],
    ),
    row(
        R::EmailUnusable,
        sso::email_unusable,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::DomainNotClaimed,
        sso::domain_not_here,
        Then::Refuse,
        &[E::Audit],
    ),
    // 2. May this person, or this identity, enter at all? Nothing is written before that.
    row(R::Deprovisioned, sso::suspended, Then::Refuse, &[E::Audit]),
    row(
        R::RemovedByProvisioning,
        sso::removed_by_provisioning,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::IdentityConflict,
        sso::identity_conflict,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::IdentityFrozen,
        sso::identity_frozen,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::IdpInitiatedBounced,
        sso::idp_initiated_not_allowed,
        Then::GoToSso,
        &[],
    ),
    // 3. Known identities.
    row(
        R::SsoLinked,
        sso::linked_same_address,
        Then::Enter(Entry::Member),
        &[],
    ),
    row(
        R::SsoLinkedOtherAddress,
        sso::linked_other_address,
        Then::Enter(Entry::Member),
        &[E::NoteAddressDiffers, E::Audit],
    ),
    // 4. From here on something would be linked or created.
    row(
        R::AuthorityPaused,
        sso::authority_paused,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::PlanLapsedNoJoin,
        sso::plan_lapsed,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::LinkingStartsHere,
        sso::linking_from_idp_side,
        Then::GoToSso,
        &[],
    ),
    row(
        R::OwnerLinksSignedIn,
        sso::owner_without_session,
        Then::Refuse,
        &[E::NotifyOwners, E::Audit],
    ),
    row(R::OwnerLinked, sso::owner, Then::Enter(Entry::Member), LINK),
    row(
        R::MemberLinked,
        sso::member,
        Then::Enter(Entry::Member),
        LINK,
    ),
    row(
        R::SsoInvitationAccepted,
        sso::invited,
        Then::AcceptInvitation,
        LINK,
    ),
    row(
        R::OutsiderJoined,
        sso::outsider_may_join,
        Then::Enter(Entry::Joined),
        JOIN,
    ),
    row(
        R::OutsiderNeedsInvitation,
        sso::outsider_managed,
        Then::Refuse,
        &[E::Audit],
    ),
    row(
        R::StrangerJoined,
        sso::stranger_managed,
        Then::Enter(Entry::Joined),
        CREATE,
    ),
    row(R::SsoNotAMember, sso::anyone, Then::Refuse, &[E::Audit]),
];

/// A first link ends whatever a stranger may have prepared on the account.
const LINK: &[E] = &[
    E::LinkIdentity,
    E::DropUnverifiedLogins,
    E::EndEarlierSessions,
    E::Audit,
];
/// Somebody who had an account before the organisation knew them.
const JOIN: &[E] = &[
    E::AddMember,
    E::LinkIdentity,
    E::DropUnverifiedLogins,
    E::EndEarlierSessions,
    E::ResetPassword,
    E::Audit,
];
/// Somebody new.
const CREATE: &[E] = &[E::CreateAccount, E::AddMember, E::LinkIdentity, E::Audit];

/// Decides whether a person enters one organisation, for every way to sign in.
///
/// Call it after the proof (password, link, assertion) was checked and before any session or token
/// is made, once for each organisation that the session is for.
///
/// ```
/// # use org_domain::{policy::*, *};
/// # fn facts(method: Method, org: OrgStanding) -> LoginFacts {
/// #     LoginFacts { method, org, domain: DomainStanding::Here, history: AddressHistory::Steady,
/// #         person: Person::Member { role: Role::Member, state: MemberState::Active,
/// #             credential: Credential::SetByPerson, exemption: Exemption::None } } }
/// # let required = OrgStanding { require_sso: Switch::On, ..OrgStanding::CLOSED };
/// let decision = decide_login(&facts(Method::MagicLink, required));
/// assert_eq!(decision.outcome, Outcome::Refuse);
/// assert_eq!(decision.reason.row(), "L6");
/// assert_eq!(decision.reason.code(), "sso_required");
/// ```
pub fn decide_login(facts: &LoginFacts) -> Decision {
    let row = match facts.method {
        Method::Sso(assertion) => first(&SSO, &(*facts, assertion)),
        _ => first(&FIRST_PARTY, facts).or_else(|| first(&MEMBER, facts)),
    };
    row.unwrap_or(CLOSED).decision(facts)
}

/// The answer if no row applied. No input reaches it; a door without a rule stays shut.
const CLOSED: Answer = Answer {
    reason: R::NotAMember,
    then: Then::Refuse,
    effects: LoginEffects::NONE,
};

/// One line of a table.
struct Row<F: 'static> {
    answer: Answer,
    applies: fn(&F) -> bool,
}

#[derive(Clone, Copy)]
struct Answer {
    reason: R,
    then: Then,
    effects: LoginEffects,
}

#[derive(Clone, Copy)]
enum Then {
    Refuse,
    GoToSso,
    Enter(Entry),
    AcceptInvitation,
}

const fn row<F>(reason: R, applies: fn(&F) -> bool, then: Then, effects: &[E]) -> Row<F> {
    Row {
        answer: Answer {
            reason,
            then,
            effects: LoginEffects::of(effects),
        },
        applies,
    }
}

fn first<F>(rows: &[Row<F>], facts: &F) -> Option<Answer> {
    rows.iter()
        .find(|row| (row.applies)(facts))
        .map(|row| row.answer)
}

impl Answer {
    fn decision(self, facts: &LoginFacts) -> Decision {
        let (outcome, more) = match self.then {
            Then::Refuse => (Outcome::Refuse, LoginEffects::NONE),
            Then::GoToSso => (Outcome::GoToSso, LoginEffects::NONE),
            Then::Enter(entry) => (Outcome::Enter(entry), LoginEffects::NONE),
            Then::AcceptInvitation => invitation(facts.person),
        };
        Decision {
            outcome,
            reason: self.reason,
            effects: self.effects.and(more),
        }
    }
}

/// The role comes from the invitation; an account is made where there is none.
fn invitation(person: Person) -> (Outcome, LoginEffects) {
    const ACCEPT: LoginEffects = LoginEffects::of(&[E::AcceptInvitation]);
    const WITH_ACCOUNT: LoginEffects = LoginEffects::of(&[E::CreateAccount, E::AcceptInvitation]);
    use crate::policy::facts::Account;
    match person {
        Person::Invited {
            account: Account::None,
            role,
            ..
        } => (Outcome::Enter(Entry::Invited(role)), WITH_ACCOUNT),
        Person::Invited { role, .. } => (Outcome::Enter(Entry::Invited(role)), ACCEPT),
        _ => (Outcome::Enter(Entry::Invited(Role::Member)), ACCEPT),
    }
}
