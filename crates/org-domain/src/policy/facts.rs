//! What decisions are made from: small enums, so that a fact cannot be forgotten or contradict
//! another, and so that the whole input space can be enumerated.

use crate::role::Role;

/// Declares an enum of a few alternatives with the list of all of them and their words.
macro_rules! fact {
    ($(#[$enum_doc:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal, )* }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $( $(#[$doc])* $variant, )* }

        impl $name {
            /// Every alternative.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The word in the decision tables.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }
    };
}
pub(crate) use fact;

fact! {
    /// A switch of the organisation.
    Switch {
        /// Off.
        Off = "off",
        /// On.
        On = "on",
    }
}

impl Switch {
    /// Whether it is on.
    #[must_use]
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

fact! {
    /// Whether the organisation's plan covers a capability.
    PlanStanding {
        /// It does.
        Covered = "covered",
        /// It did until less than 30 days ago: known members go on, nothing new begins.
        Lapsed = "lapsed",
        /// It does not, or not any more for longer than that.
        Ended = "ended",
    }
}

fact! {
    /// Whether the password fallback of Owners and Admins is open at this instant.
    Fallback {
        /// It is.
        Open = "open",
        /// It is, and whoever uses it needs a second factor.
        OpenWithSecondFactor = "second_factor",
        /// It is not: not armed, single sign-on is healthy, or switched off.
        Closed = "closed",
    }
}

fact! {
    /// How someone at a held domain who has an account but no membership gets in by single sign-on.
    JoinPolicy {
        /// Becomes a Member, after hygiene.
        AutoJoin = "auto_join",
        /// Needs an invitation.
        InviteOnly = "invite_only",
    }
}

fact! {
    /// Whether the identity provider may start a login by itself.
    IdpInitiated {
        /// It may (Okta's tile).
        Allowed = "allowed",
        /// Such a login is turned into one that the service starts.
        Bounced = "bounced",
    }
}

fact! {
    /// What the organisation has to do with a domain, as [`crate::policy::domain_standing`] finds it.
    DomainStanding {
        /// Holds it, fully.
        Here = "here",
        /// Holds it, but the last proof is old or another organisation contests it: known members
        /// only.
        HereKnownOnly = "here_known_only",
        /// Another organisation holds it and manages access to it.
        ElsewhereManaged = "elsewhere_managed",
        /// Another organisation holds it.
        Elsewhere = "elsewhere",
        /// Nobody holds it.
        Unclaimed = "unclaimed",
    }
}

impl DomainStanding {
    /// Whether the organisation holds the domain, fully or not.
    #[must_use]
    pub const fn is_here(self) -> bool {
        matches!(self, Self::Here | Self::HereKnownOnly)
    }
}

/// What the settings of an organisation amount to at one instant; made by
/// [`crate::Settings::standing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrgStanding {
    /// Whether single sign-on is switched on and completely configured.
    pub sso: Switch,
    /// Whether the plan covers single sign-on.
    pub sso_plan: PlanStanding,
    /// Whether single sign-on is required.
    pub require_sso: Switch,
    /// Whether addresses at held domains belong to the identity provider.
    pub idp_managed: Switch,
    /// How outsiders at held domains join.
    pub join: JoinPolicy,
    /// Whether the identity provider may start logins.
    pub idp_initiated: IdpInitiated,
    /// Whether the password fallback is open now.
    pub fallback: Fallback,
    /// Whether the plan covers provisioning.
    pub scim_plan: PlanStanding,
    /// Whether provisioning may change addresses of Owners and Admins. Off by default.
    pub scim_admin_addresses: Switch,
    /// What deletion by provisioning does.
    pub deletion: Deletion,
    /// Whether the organisation itself is suspended by the service.
    pub suspended: Switch,
}

impl OrgStanding {
    /// Nothing is switched on and nothing is open: a base for tests and examples that is safe to
    /// forget something in. Services use [`crate::Settings::standing`].
    pub const CLOSED: Self = Self {
        sso: Switch::Off,
        sso_plan: PlanStanding::Ended,
        require_sso: Switch::On,
        idp_managed: Switch::Off,
        join: JoinPolicy::InviteOnly,
        idp_initiated: IdpInitiated::Bounced,
        fallback: Fallback::Closed,
        scim_plan: PlanStanding::Ended,
        scim_admin_addresses: Switch::Off,
        deletion: Deletion::RemoveMembership,
        suspended: Switch::Off,
    };
}

fact! {
    /// What DELETE by provisioning does to a person.
    Deletion {
        /// Removes the membership; the account stays. The default.
        RemoveMembership = "remove_membership",
        /// Deletes the account too, where nothing else hangs on it.
        DeleteAccount = "delete_account",
    }
}

fact! {
    /// Whether and by whom a membership is switched off.
    MemberState {
        /// It is not.
        Active = "active",
        /// By provisioning.
        SuspendedByScim = "suspended_scim",
        /// By an administrator.
        SuspendedByAdmin = "suspended_admin",
        /// By both; each lifts only their own.
        SuspendedByBoth = "suspended_both",
    }
}

impl MemberState {
    /// Whether the membership is switched off.
    #[must_use]
    pub const fn is_suspended(self) -> bool {
        !matches!(self, Self::Active)
    }
}

fact! {
    /// Whether the account has a way in of its own.
    Credential {
        /// A password or passkey that the person set.
        SetByPerson = "set_by_person",
        /// None: the account was born by single sign-on or provisioning.
        None = "none",
    }
}

fact! {
    /// Whether a guest is on the organisation's list of exemptions from required single sign-on.
    Exemption {
        /// On the list.
        Named = "named",
        /// Not on it.
        None = "none",
    }
}

fact! {
    /// Whether an account exists.
    Account {
        /// It does.
        Exists = "exists",
        /// It does not.
        None = "none",
    }
}

fact! {
    /// Whether the address at hand is the one an invitation was sent to.
    InvitedAddress {
        /// It is.
        Same = "same",
        /// It is another one.
        Different = "different",
    }
}

fact! {
    /// Why somebody with an account is not a member.
    Past {
        /// Never was, or left, or was removed by hand.
        None = "none",
        /// Provisioning removed the membership (there is a tombstone).
        Deprovisioned = "deprovisioned",
    }
}

fact! {
    /// Whether the address, or the link, stems from a former owner of the domain.
    AddressHistory {
        /// It does not.
        Steady = "steady",
        /// The account, or its link, was made while another organisation held the domain, or the
        /// domain changed hands since the person last proved the mailbox.
        ChangedHands = "changed_hands",
    }
}

/// Who stands at the door, as seen from one organisation.
///
/// For single sign-on with a link, the linked account; otherwise whoever has the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// No account and no invitation.
    Stranger,
    /// An account that is no member and has no open invitation.
    Outsider(Past),
    /// Someone with an open invitation.
    Invited {
        /// Whether there is an account already.
        account: Account,
        /// Whether the address is the invited one.
        address: InvitedAddress,
        /// The role that the invitation names.
        role: Role,
    },
    /// A member.
    Member {
        /// Their role.
        role: Role,
        /// Whether the membership is switched off.
        state: MemberState,
        /// Whether they have a password or passkey of their own.
        credential: Credential,
        /// Whether they are a named guest.
        exemption: Exemption,
    },
}

impl Person {
    /// The role of an active member.
    #[must_use]
    pub const fn active_role(self) -> Option<Role> {
        match self {
            Self::Member {
                role,
                state: MemberState::Active,
                ..
            } => Some(role),
            _ => None,
        }
    }

    /// Whether the person is a member whose membership is switched off.
    #[must_use]
    pub const fn is_suspended(self) -> bool {
        matches!(self, Self::Member { state, .. } if state.is_suspended())
    }

    /// Whether the person is a member, switched off or not.
    #[must_use]
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Member { .. })
    }
}

/// Everything that decides whether somebody enters one organisation.
///
/// There is no default and no optional field: a fact that is left out would be a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LoginFacts {
    /// How the person proved who they are. The proof itself was checked before.
    pub method: Method,
    /// What the organisation's settings amount to.
    pub org: OrgStanding,
    /// What the organisation has to do with the domain of the address (for single sign-on: of the
    /// asserted address).
    pub domain: DomainStanding,
    /// Who it is.
    pub person: Person,
    /// Whether the address or link stems from a former owner of the domain.
    pub history: AddressHistory,
}

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A password.
    Password(SecondFactor),
    /// A passkey with user verification; a second factor by itself.
    Passkey,
    /// A link sent by mail.
    MagicLink,
    /// Another service's account, such as Google or GitHub.
    Social,
    /// A link to set a new password.
    PasswordReset,
    /// A link to accept an invitation.
    InviteLink,
    /// A session that wants to go on.
    Refresh(SessionOrigin),
    /// An assertion that was verified for this organisation.
    Sso(SsoFacts),
}

impl Method {
    /// Whether all it proves is that someone reads the mailbox.
    #[must_use]
    pub const fn proves_only_mailbox(self) -> bool {
        matches!(
            self,
            Self::MagicLink | Self::PasswordReset | Self::InviteLink
        )
    }
}

fact! {
    /// The second factor that goes with a password.
    SecondFactor {
        /// The account has none.
        NotEnrolled = "not_enrolled",
        /// The account has one, and it was given.
        Passed = "passed",
        /// The account has one, and it was not given yet.
        Missing = "missing",
    }
}

fact! {
    /// How a session began.
    SessionOrigin {
        /// By single sign-on of this organisation under its present configuration.
        Sso = "sso",
        /// By the fallback.
        Fallback = "fallback",
        /// As a named guest, with the service's own second factor.
        Guest = "guest",
        /// By any other way, or by single sign-on of an earlier configuration.
        Other = "other",
    }
}

/// What is particular to single sign-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SsoFacts {
    /// Who started it.
    pub side: Side,
    /// Whether the assertion belongs to this organisation's present configuration.
    pub binding: Binding,
    /// The asserted address.
    pub email: AssertedEmail,
    /// The link of the asserted identity.
    pub link: Link,
    /// Whether the browser was signed in to the account in question when it started the login.
    pub session: OwnSession,
}

fact! {
    /// Who started the login.
    Side {
        /// The service.
        ServiceProvider = "sp",
        /// The identity provider.
        IdentityProvider = "idp",
    }
}

fact! {
    /// Whether an assertion belongs to the organisation's present configuration.
    Binding {
        /// It does.
        Current = "current",
        /// URL, relay state, issuer and certificate do not all lead to this organisation.
        OtherOrganization = "other_organization",
        /// The configuration was replaced while the login was under way.
        StaleConfiguration = "stale_configuration",
    }
}

fact! {
    /// The asserted address, as [`crate::policy::read_asserted_email`] finds it.
    AssertedEmail {
        /// Exactly one, and it parses.
        Usable = "usable",
        /// None, several different ones, or one that does not parse.
        Unusable = "unusable",
    }
}

fact! {
    /// Whether the asserted identity (issuer, NameID) is known in the organisation.
    Link {
        /// It is not, and the account with the address has no other identity.
        None = "none",
        /// It leads to the person, whose account has the asserted address.
        SameAddress = "same_address",
        /// It leads to the person, whose account has another address.
        OtherAddress = "other_address",
        /// It is not, and the account with the address is linked to another identity.
        Conflict = "conflict",
    }
}

impl Link {
    /// Whether the identity is known.
    #[must_use]
    pub const fn is_found(self) -> bool {
        matches!(self, Self::SameAddress | Self::OtherAddress)
    }
}

fact! {
    /// Whether the browser was signed in when it started the login.
    OwnSession {
        /// To the very account that would be linked.
        OfThisAccount = "own",
        /// Not, or to another one.
        None = "none",
    }
}
