//! What decisions are made from: small enums, so that a fact cannot be forgotten or contradict
//! another, and so that the whole input space can be enumerated.

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
