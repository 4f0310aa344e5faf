//! Who enters an organisation: the rows of tables L and S, in order. The first row whose condition
//! holds decides.
//!
//! [`crate::tables::login`] and [`crate::tables::sso`] hold the same rows as data, written
//! independently; a test enumerates the whole input space and compares.

use crate::decision::Decision;
use crate::decision::Entry::{Fallback, Guest, Joined, Member};
use crate::decision::LoginEffect as E;
use crate::decision::Reason as R;
use crate::policy::conditions as when;
use crate::policy::login_facts::{LoginFacts, Method, SsoFacts};
use crate::policy::rows::Then::{AcceptInvitation, Enter, GoToSso, Refuse};
use crate::policy::rows::{CLOSED, Row, first, row};
use crate::policy::sso_conditions as sso;

/// Any way in but single sign-on. The proof itself (password, link, …) was checked before.
#[rustfmt::skip]
const FIRST_PARTY: [Row<LoginFacts>; 23] = [
    // 1. Nobody who is switched off, and nobody on a mailbox that changed hands.
    row(R::OrganizationSuspended,     when::organization_suspended,            Refuse,           &[]),
    row(R::MembershipSuspended,       when::suspended,                         Refuse,           &[E::Audit]),
    row(R::MailboxChangedHands,       when::mailbox_changed_hands,             Refuse,           &[E::Audit]),
    // 2. Sessions that go on.
    row(R::SsoSessionGoesOn,          when::sso_session_stands,                Enter(Member),    &[]),
    row(R::SsoSessionEnds,            when::sso_session,                       Refuse,           &[]),
    row(R::GuestSessionGoesOn,        when::guest_session_stands,              Enter(Guest),     &[]),
    // 3. Required single sign-on: the fallback of Owners and Admins.
    row(R::FallbackWithoutCredential, when::fallback_without_credential,       Refuse,           &[E::Audit]),
    row(R::FallbackClosed,            when::fallback_closed,                   Refuse,           &[E::Audit]),
    row(R::FallbackNeedsSecondFactor, when::fallback_lacks_second_factor,      Refuse,           &[]),
    row(R::FallbackTaken,             when::fallback,                          Enter(Fallback),  FALLBACK),
    row(R::FallbackOtherMethod,       when::administrator_under_required_sso,  Refuse,           &[E::Audit]),
    // 4. Required single sign-on: everybody else.
    row(R::GuestExempt,               when::guest_exempt,                      Enter(Guest),     GUEST),
    row(R::SsoRequired,               when::member_under_required_sso,         Refuse,           &[E::Audit]),
    // 5. People who are not members.
    row(R::ManagedGoesToSso,          when::managed_outsider,                  GoToSso,          &[]),
    row(R::ManagedElsewhere,          when::managed_elsewhere,                 Refuse,           &[]),
    row(R::InvitationGoesToSso,       when::invited_goes_to_sso,               GoToSso,          &[]),
    row(R::InvitationRequiresSso,     when::invited_under_required_sso,        Refuse,           &[E::Audit]),
    row(R::InvitationAccepted,        when::accepts_invitation,                AcceptInvitation, &[E::Audit]),
    row(R::NotAMember,                when::not_a_member,                      Refuse,           &[]),
    // 6. Members, where single sign-on is not required.
    row(R::InvitationSpent,           when::spent_invitation,                  Refuse,           &[]),
    row(R::SecondFactorRequired,      when::lacks_second_factor,               Refuse,           &[]),
    row(R::ManagedSsoFirst,           when::managed_member,                    Enter(Member),    &[E::PreferSso]),
    row(R::Member,                    when::active_member,                     Enter(Member),    &[]),
];

/// An assertion that was verified for this organisation.
#[rustfmt::skip]
const SSO: [Row<(LoginFacts, SsoFacts)>; 25] = [
    // 1. Does the assertion count here and now?
    row(R::OrganizationSuspended,     sso::organization_suspended,             Refuse,           &[]),
    row(R::SsoOff,                    sso::off,                                Refuse,           &[E::Audit]),
    row(R::SsoPlanEnded,              sso::plan_ended,                         Refuse,           &[E::Audit]),
    row(R::SsoOtherOrganization,      sso::other_organization,                 Refuse,           &[E::Audit]),
    row(R::SsoConfigurationReplaced,  sso::configuration_replaced,             Refuse,           &[]),
    row(R::EmailUnusable,             sso::email_unusable,                     Refuse,           &[E::Audit]),
    row(R::DomainNotClaimed,          sso::domain_not_here,                    Refuse,           &[E::Audit]),
    // 2. May this person, or this identity, enter at all? Nothing is written before that.
    row(R::Deprovisioned,             sso::suspended,                          Refuse,           &[E::Audit]),
    row(R::RemovedByProvisioning,     sso::removed_by_provisioning,            Refuse,           &[E::Audit]),
    row(R::IdentityConflict,          sso::identity_conflict,                  Refuse,           &[E::Audit]),
    row(R::IdentityFrozen,            sso::identity_frozen,                    Refuse,           &[E::Audit]),
    row(R::IdpInitiatedBounced,       sso::idp_initiated_not_allowed,          GoToSso,          &[]),
    // 3. Known identities.
    row(R::SsoLinked,                 sso::linked_same_address,                Enter(Member),    &[]),
    row(R::SsoLinkedOtherAddress,     sso::linked_other_address,               Enter(Member),    DIFFERS),
    // 4. From here on something would be linked or created.
    row(R::AuthorityPaused,           sso::authority_paused,                   Refuse,           &[E::Audit]),
    row(R::PlanLapsedNoJoin,          sso::plan_lapsed,                        Refuse,           &[E::Audit]),
    row(R::LinkingStartsHere,         sso::linking_from_idp_side,              GoToSso,          &[]),
    row(R::OwnerLinksSignedIn,        sso::owner_without_session,              Refuse,           OWNER),
    row(R::OwnerLinked,               sso::owner,                              Enter(Member),    LINK),
    row(R::MemberLinked,              sso::member,                             Enter(Member),    LINK),
    row(R::SsoInvitationAccepted,     sso::invited,                            AcceptInvitation, LINK),
    row(R::OutsiderJoined,            sso::outsider_may_join,                  Enter(Joined),    JOIN),
    row(R::OutsiderNeedsInvitation,   sso::outsider_managed,                   Refuse,           &[E::Audit]),
    row(R::StrangerJoined,            sso::stranger_managed,                   Enter(Joined),    CREATE),
    row(R::SsoNotAMember,             sso::anyone,                             Refuse,           &[E::Audit]),
];

/// The fallback is loud.
const FALLBACK: &[E] = &[E::MarkFallback, E::NotifyOwners, E::Audit];
/// A guest gives a second factor of the service's own.
const GUEST: &[E] = &[E::DemandSecondFactor, E::Audit];
/// The account's address stays; administrators are told.
const DIFFERS: &[E] = &[E::NoteAddressDiffers, E::Audit];
/// Somebody who controls the identity provider may be trying to become an Owner.
const OWNER: &[E] = &[E::NotifyOwners, E::Audit];
/// A first link ends whatever a stranger may have prepared on the account.
const LINK: &[E] = &[
    E::LinkIdentity,
    E::DropUnverifiedLogins,
    E::EndEarlierSessions,
    E::Audit,
];
/// Somebody who had an account before the organisation knew them: their password goes too.
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
        _ => first(&FIRST_PARTY, facts),
    };
    row.unwrap_or(CLOSED).decision(facts)
}
