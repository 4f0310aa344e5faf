//! What login decisions are made from: the person, the method, the assertion.

use crate::policy::facts::{DomainStanding, OrgStanding, fact};
use crate::role::Role;

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
