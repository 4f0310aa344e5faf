//! What provisioning decisions are made from.

use crate::policy::facts::{DomainStanding, OrgStanding, fact};
use crate::policy::login_facts::MemberState;
use crate::role::Role;

fact! {
    /// Whether the bearer token opens this organisation.
    TokenStanding {
        /// It does.
        Valid = "valid",
        /// Unknown, expired, revoked, or another organisation's.
        Invalid = "invalid",
    }
}

/// Everything that decides about one provisioning operation.
///
/// There is no default and no optional field: a fact that is left out would be a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProvisionFacts {
    /// The token that came with the request.
    pub token: TokenStanding,
    /// What the organisation's settings amount to.
    pub org: OrgStanding,
    /// What is asked for.
    pub operation: Operation,
}

/// A provisioning operation with the facts that belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// List or look up by filter. What is listed is [`crate::policy::is_visible`] one by one.
    List,
    /// Read one by id.
    Read(Target),
    /// Create a person.
    Create(Create),
    /// Replace or patch a person.
    Update(Target, Update),
    /// Delete a person.
    Delete(Target),
}

/// The person that an id leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Nobody, or somebody of another organisation.
    Unknown,
    /// A member of this organisation.
    Member(TargetMember),
}

/// A member as provisioning sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TargetMember {
    /// Their role.
    pub role: Role,
    /// Whether the membership is switched off.
    pub state: MemberState,
    /// Whether provisioning owns the membership.
    pub link: ScimLink,
    /// What the organisation has to do with the domain of their present address.
    pub domain: DomainStanding,
    /// Whether they are the last active Owner; read in the same transaction.
    pub last_owner: LastOwner,
    /// Whether deleting the account would take anything else along.
    pub account: AccountTies,
}

fact! {
    /// Whether provisioning owns a membership.
    ScimLink {
        /// It created or adopted it.
        Linked = "linked",
        /// It never touched it.
        Unlinked = "unlinked",
    }
}

fact! {
    /// Whether a member is the last active Owner.
    LastOwner {
        /// Another active Owner remains, or they are no Owner.
        No = "no",
        /// Nobody else could run the organisation.
        Yes = "yes",
    }
}

fact! {
    /// What hangs on an account besides this membership.
    AccountTies {
        /// Nothing: provisioning made it, and it has no other organisation.
        None = "none",
        /// Another organisation, or a person made it.
        Others = "others",
    }
}

/// The facts of a creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Create {
    /// The `userName` as an address, and what the organisation has to do with its domain.
    pub user_name: UserName,
    /// The primary e-mail address, where it differs.
    pub primary_email: PrimaryEmail,
    /// Who has the address already.
    pub occupant: Occupant,
    /// Whether there is room for one more active member.
    pub seats: Seats,
    /// Whether the person is to be active.
    pub active: Wanted,
}

/// The `userName` of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserName {
    /// Not an address that [`crate::Email::parse`] takes.
    NotAnEmail,
    /// An address at a domain of this standing.
    At(DomainStanding),
}

impl UserName {
    /// The standing of its domain; an unusable name has that of a domain nobody holds.
    #[must_use]
    pub const fn domain(self) -> DomainStanding {
        match self {
            Self::NotAnEmail => DomainStanding::Unclaimed,
            Self::At(domain) => domain,
        }
    }
}

fact! {
    /// The primary e-mail address beside the `userName`.
    PrimaryEmail {
        /// Absent, equal, or at a domain that the organisation holds.
        Fits = "fits",
        /// Unusable, or at another domain.
        Foreign = "foreign",
    }
}

fact! {
    /// Who has an address already.
    Occupant {
        /// Nobody.
        Nobody = "nobody",
        /// An account that is no member.
        Outsider = "outsider",
        /// An account that provisioning removed before, with the same external id.
        Tombstone = "tombstone",
        /// An account that provisioning removed after an administrator had switched the member
        /// off, whatever its external id is now.
        LockedTombstone = "locked_tombstone",
        /// Someone with an open invitation.
        Invited = "invited",
        /// A member, active or not.
        Member = "member",
    }
}

fact! {
    /// Whether there is room for one more active member.
    Seats {
        /// There is.
        Free = "free",
        /// There is not.
        Full = "full",
    }
}

fact! {
    /// Whether a person is to be active.
    Wanted {
        /// Yes.
        Active = "active",
        /// No.
        Inactive = "inactive",
    }
}

/// What a replacement or patch changes. Everything it does not change is `Unchanged`, whether it
/// was sent again or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Update {
    /// The `active` attribute.
    pub active: ActiveChange,
    /// The address (`userName` or primary e-mail).
    pub address: AddressChange,
    /// Given, family or display name.
    pub names: Changed,
    /// Roles, entitlements or password: never taken.
    pub forbidden: Changed,
    /// Whether there is room for one more active member.
    pub seats: Seats,
}

fact! {
    /// What happens to `active`.
    ActiveChange {
        /// It stays, and nobody asked.
        Unchanged = "unchanged",
        /// It is to be false.
        Off = "off",
        /// It is to be true.
        On = "on",
    }
}

fact! {
    /// What happens to the address.
    AddressChange {
        /// It stays.
        Unchanged = "unchanged",
        /// To an unused one at a domain that the organisation holds.
        ToHeld = "to_held",
        /// To one that is in use, at a domain that the organisation holds.
        ToTaken = "to_taken",
        /// To one that does not parse, or at a domain that the organisation does not (fully) hold.
        ToForeign = "to_foreign",
    }
}

fact! {
    /// Whether something changes.
    Changed {
        /// It does not.
        No = "no",
        /// It does.
        Yes = "yes",
    }
}
