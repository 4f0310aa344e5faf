//! Sets of consequences, small enough to copy.

use core::fmt;

/// Declares an enum of consequences and the set of them, as bits of a `u32`.
macro_rules! effects {
    (
        $(#[$enum_doc:meta])* $name:ident,
        $(#[$set_doc:meta])* $set:ident,
        $( $(#[$doc:meta])* $variant:ident = $word:literal, )*
    ) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $( $(#[$doc])* $variant, )* }

        impl $name {
            /// Every consequence, in the order in which to carry them out.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The word in tables and audit trails.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        $(#[$set_doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $set(u32);

        impl $set {
            /// No consequence.
            pub const NONE: Self = Self(0);

            /// The consequences listed.
            #[must_use]
            pub(crate) const fn of(list: &[$name]) -> Self {
                let (mut bits, mut rest) = (0, list);
                while let [first, tail @ ..] = rest {
                    bits |= 1 << (*first as u32);
                    rest = tail;
                }
                Self(bits)
            }

            /// The consequences of both.
            #[must_use]
            pub const fn and(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Whether this consequence is among them.
            #[must_use]
            pub const fn contains(self, effect: $name) -> bool {
                self.0 & (1 << (effect as u32)) != 0
            }

            /// Whether there is none.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The consequences, in the order in which to carry them out.
            pub fn iter(self) -> impl Iterator<Item = $name> {
                $name::ALL.iter().copied().filter(move |effect| self.contains(*effect))
            }
        }

        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }
    };
}

effects! {
    /// What a login decision asks the host to carry out.
    LoginEffect,
    /// A set of [`LoginEffect`]s.
    LoginEffects,
    /// Create an account for the asserted address, without a password.
    CreateAccount = "create_account",
    /// Make the account a member with the role Member.
    AddMember = "add_member",
    /// Mark the invitation as accepted and make the account a member with its role.
    AcceptInvitation = "accept_invitation",
    /// Store the link (organisation, connection, issuer, NameID) -> account.
    LinkIdentity = "link_identity",
    /// Take away other ways to sign in that nobody verified (social, pending mail changes).
    DropUnverifiedLogins = "drop_unverified_logins",
    /// End sessions of the account that began before the link.
    EndEarlierSessions = "end_earlier_sessions",
    /// Take the password away, for it may be a stranger's.
    ResetPassword = "reset_password",
    /// The asserted address is not the account's: keep the account's, and tell the administrators.
    NoteAddressDiffers = "note_address_differs",
    /// Demand the service's own second factor before the session begins.
    DemandSecondFactor = "demand_second_factor",
    /// Mark the session as a fallback session: it is refreshed only while the fallback is open.
    MarkFallback = "mark_fallback",
    /// Tell every Owner.
    NotifyOwners = "notify_owners",
    /// Offer single sign-on first at the next sign-in.
    PreferSso = "prefer_sso",
    /// Write the decision into the organisation's audit trail.
    Audit = "audit",
}

effects! {
    /// What a provisioning decision asks the host to carry out.
    ProvisionEffect,
    /// A set of [`ProvisionEffect`]s.
    ProvisionEffects,
    /// Create an account for the address, without a password.
    CreateAccount = "create_account",
    /// Make the account a member with the role Member.
    AddMember = "add_member",
    /// Note on the membership that provisioning owns it (external id).
    LinkScim = "link_scim",
    /// Store the new names.
    ApplyNames = "apply_names",
    /// Store the new address as the account's; it is verified by the claim on its domain.
    ApplyAddress = "apply_address",
    /// Kill outstanding reset and magic links, and tell the old address.
    RevokeMailLinks = "revoke_mail_links",
    /// Suspend the membership with the tag of provisioning.
    Suspend = "suspend",
    /// Lift the suspension that carries the tag of provisioning.
    Reinstate = "reinstate",
    /// The member was Owner or Admin: come back as Member.
    DemoteToMember = "demote_to_member",
    /// End every session of the account in this organisation.
    EndSessions = "end_sessions",
    /// Suspend the member's tokens and keys of this organisation, tagged.
    SuspendKeys = "suspend_keys",
    /// Revoke invitations that are open for the address.
    RevokeInvitations = "revoke_invitations",
    /// Remove the membership; keep a tombstone with the external id.
    RemoveMembership = "remove_membership",
    /// Delete the account itself.
    DeleteAccount = "delete_account",
    /// Apply nothing of the request but the switching-off. Where the SCIM library can only take or
    /// refuse a request as a whole: switch off in a transaction of your own, then refuse the rest
    /// with the decision's text.
    DropOtherChanges = "drop_other_changes",
    /// Roles, entitlements or password were sent: they are not applied; say so.
    NoteIgnored = "note_ignored",
    /// Put the case into the queue of provisioning issues.
    QueueIssue = "queue_issue",
    /// Tell every Owner at once.
    AlarmOwners = "alarm_owners",
    /// Write the decision into the organisation's audit trail.
    Audit = "audit",
}
