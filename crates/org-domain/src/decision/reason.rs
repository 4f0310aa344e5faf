//! Every reason a decision can have: one line each, the source of the codes, rows and texts.
//!
//! The rows are those of the decision tables in [`crate::tables`]; the code is the stable word for
//! programs; the operator's text may be shown to administrators of the organisation concerned.

/// Declares the reasons.
macro_rules! reasons {
    ($( $(#[$doc:meta])* $variant:ident, $row:literal, $code:literal, $text:literal; )*) => {
        /// Why a decision came out as it did.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Reason { $( $(#[$doc])* $variant, )* }

        impl Reason {
            /// Every reason, in the order of the tables.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The row of the decision tables.
            #[must_use]
            pub const fn row(self) -> &'static str {
                match self { $( Self::$variant => $row, )* }
            }

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )* }
            }

            /// What the organisation's administrators are told, and what mends it. Not for the
            /// person at the door: that one gets the decision's public text.
            #[must_use]
            pub const fn operator_text(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }
        }
    };
}

reasons! {
    /// O1: The service suspended the organisation.
    OrganizationSuspended, "O1", "organization_suspended",
        "The service suspended this organization. Contact its support.";
    /// L1: The membership is switched off, whoever did it.
    MembershipSuspended, "L1", "membership_suspended",
        "This member is deactivated. Reactivate them where they were deactivated: in Okta, or on the members page.";
    /// H1: The way in proves only the mailbox, and the domain has had another owner since.
    MailboxChangedHands, "H1", "mailbox_changed_hands",
        "The domain of this address has changed owners. Reading mail there no longer proves who the person is; let an Owner confirm them.";
    /// R1: A session that single sign-on began goes on.
    SsoSessionGoesOn, "R1", "sso_session_goes_on",
        "The session began by single sign-on and goes on.";
    /// R2: Single sign-on no longer stands behind a session that it began.
    SsoSessionEnds, "R2", "sso_session_ends",
        "Single sign-on, or the claim on the domain, no longer stands behind this session. The person signs in again.";
    /// R3: A named guest's session goes on.
    GuestSessionGoesOn, "R3", "guest_session_goes_on",
        "The guest is on the list of exemptions.";
    /// L3: An Owner or Admin whom single sign-on or provisioning made has nothing to fall back on.
    FallbackWithoutCredential, "L3", "fallback_without_credential",
        "This Owner or Admin has no password or passkey of their own, so the fallback cannot be theirs. Let them set one while single sign-on works.";
    /// L4: Single sign-on is required and the fallback is closed now.
    FallbackClosed, "L4", "fallback_closed",
        "Single sign-on is required and the password fallback is closed: it is off, not armed, or single sign-on is healthy.";
    /// L2a: The fallback needs the second factor first.
    FallbackNeedsSecondFactor, "L2a", "fallback_needs_second_factor",
        "The password fallback needs the second factor that is enrolled, or one that the organization demands.";
    /// L2: An Owner or Admin comes in by password or passkey although single sign-on is required.
    FallbackTaken, "L2", "fallback_taken",
        "An Owner or Admin signed in past required single sign-on. Owners are told each time.";
    /// L4a: The fallback is for passwords and passkeys only.
    FallbackOtherMethod, "L4a", "fallback_other_method",
        "Single sign-on is required. Owners and Admins may fall back on a password or passkey, not on links or other services.";
    /// L5: A named guest at an unclaimed domain is exempt from required single sign-on.
    GuestExempt, "L5", "guest_exempt",
        "The guest is on the list of exemptions and gives a second factor.";
    /// L6: Single sign-on is required.
    SsoRequired, "L6", "sso_required",
        "Single sign-on is required in this organization. Assign the person in Okta, or name them as a guest.";
    /// L7: Addresses at the domain belong to the identity provider, and the person is no member yet.
    ManagedGoesToSso, "L7", "managed_goes_to_sso",
        "Addresses at this domain are managed: people come in by single sign-on first.";
    /// L7a: Single sign-on is required, and the invited person's domain is held.
    InvitationGoesToSso, "L7a", "invitation_goes_to_sso",
        "Single sign-on is required: the invitation is accepted by signing in with it.";
    /// L9: The address belongs to another organisation's identity provider.
    ManagedElsewhere, "L9", "managed_elsewhere",
        "The address is at a domain that another organization manages. The person has to be a member here before they can sign in here.";
    /// L6a: Single sign-on is required, and the invited person cannot use it.
    InvitationRequiresSso, "L6a", "invitation_requires_sso",
        "Single sign-on is required and the invited address is at no domain of yours. Claim the domain, or name the person as a guest.";
    /// L11: An invitation is accepted by its link.
    InvitationAccepted, "L11", "invitation_accepted",
        "The person accepted the invitation.";
    /// L12: The person is no member of the organisation.
    NotAMember, "L12", "not_a_member",
        "The person is not a member. Invite them by hand on the members page.";
    /// L12a: A member used an invitation link that has nothing left to give.
    InvitationSpent, "L12a", "invitation_spent",
        "The invitation was used before. The person signs in as a member.";
    /// M1: The password needs the second factor that is enrolled.
    SecondFactorRequired, "M1", "second_factor_required",
        "The person has to give their second factor.";
    /// L8: Addresses at the domain are managed, single sign-on is not required: the member may choose.
    ManagedSsoFirst, "L8", "managed_sso_first",
        "The member signed in without single sign-on although their domain is managed. Require single sign-on to end that.";
    /// L10: A member signs in.
    Member, "L10", "member",
        "The member signed in.";
    /// S1a: Single sign-on is switched off or not completely configured.
    SsoOff, "S1a", "sso_off",
        "Single sign-on is off. Enter the certificate, the authentication URL and the issuer URL, then enable it.";
    /// S1b: The plan does not cover single sign-on, or its 30 days of grace are over.
    SsoPlanEnded, "S1b", "sso_plan_ended",
        "The plan no longer covers single sign-on. Owners and Admins can sign in by password; an Owner can stop requiring single sign-on.";
    /// S1c: URL, relay state, issuer and certificate do not all lead to this organisation.
    SsoOtherOrganization, "S1c", "sso_other_organization",
        "The response belongs to another organization's configuration. Check the single sign-on URL, with its org_id, in Okta.";
    /// S1d: The configuration was replaced while the login was under way.
    SsoConfigurationReplaced, "S1d", "sso_configuration_replaced",
        "The single sign-on settings changed during this login. The person tries again.";
    /// S2: No usable e-mail address was asserted.
    EmailUnusable, "S2", "email_unusable",
        "The assertion carries no single valid e-mail address. Add the attribute statement `email` = `user.email` in Okta.";
    /// S3: The organisation does not hold the domain of the asserted address.
    DomainNotClaimed, "S3", "domain_not_claimed",
        "Your organization has not claimed the domain of this address. Claim it, or invite the person by hand; they then sign in without single sign-on.";
    /// S4: The membership is switched off.
    Deprovisioned, "S4", "deprovisioned",
        "This member is deactivated. Nothing was created or changed. Assign the person again in Okta, or reactivate them.";
    /// S4a: Provisioning removed the membership; signing in does not bring it back.
    RemovedByProvisioning, "S4a", "removed_by_provisioning",
        "Provisioning removed this person. Assign them again in Okta or invite them by hand.";
    /// S11: The account is linked to another identity of the organisation.
    IdentityConflict, "S11", "identity_conflict",
        "The account of this address is linked to another Okta user. Unlink it on the members page if the person was recreated in Okta.";
    /// H2: The account or link stems from a former owner of the domain.
    IdentityFrozen, "H2", "identity_frozen",
        "The account or its link was made under a former owner of the domain and is frozen. Invite the person with a new account.";
    /// S13: The organisation takes no logins that the identity provider starts.
    IdpInitiatedBounced, "S13", "idp_initiated_bounced",
        "Logins started from the Okta tile are turned into logins started here.";
    /// S5: A known identity signs in.
    SsoLinked, "S5", "sso_linked",
        "The member signed in by single sign-on.";
    /// S5a: A known identity signs in with another address than the account has.
    SsoLinkedOtherAddress, "S5a", "sso_linked_other_address",
        "The member signed in; Okta asserts another address than the account has. The account's address stays; change it on purpose if that is right.";
    /// S0: The domain is contested or its last proof is older than 10 days: known identities only.
    AuthorityPaused, "S0", "authority_paused",
        "The proof of this domain is old or contested, so nobody new is let in. Check the TXT record.";
    /// S0b: The plan lapsed: known identities only.
    PlanLapsedNoJoin, "S0b", "plan_lapsed_no_join",
        "The plan lapsed, so nobody new is let in by single sign-on.";
    /// S6b: A first link is never made by a login that the identity provider started.
    LinkingStartsHere, "S6b", "linking_starts_here",
        "The first single sign-on of a person has to start here, not at the Okta tile. They were sent on.";
    /// S6a: An Owner's first link needs a session of that Owner.
    OwnerLinksSignedIn, "S6a", "owner_links_signed_in",
        "An Owner links single sign-on from their own signed-in session, so that nobody who controls the identity provider becomes an Owner.";
    /// S6c: An Owner linked their identity from their own session.
    OwnerLinked, "S6c", "owner_linked",
        "The Owner linked single sign-on from their own session.";
    /// S6: A member signs in by single sign-on for the first time.
    MemberLinked, "S6", "member_linked",
        "The member's first single sign-on linked their identity. Other unverified ways in and earlier sessions ended.";
    /// S8: An invited person signs in by single sign-on.
    SsoInvitationAccepted, "S8", "sso_invitation_accepted",
        "The person accepted the invitation by single sign-on.";
    /// S7: Somebody with an account joins by managed access.
    OutsiderJoined, "S7", "outsider_joined",
        "The person had an account and became a Member by managed access. Their password was reset.";
    /// S7a: Somebody with an account needs an invitation.
    OutsiderNeedsInvitation, "S7a", "outsider_needs_invitation",
        "A person with this address already has an account and is not a member. Invite them by hand on the members page.";
    /// S9: A new account is made by managed access.
    StrangerJoined, "S9", "stranger_joined",
        "A new Member was created by managed access.";
    /// S10: The person is no member, and managed access is off.
    SsoNotAMember, "S10", "sso_not_a_member",
        "The person is not a member and managed access is off. Invite them by hand on the members page, or provision them from Okta.";
    /// P1: The token is unknown, expired, revoked, or another organisation's.
    TokenInvalid, "P1", "token_invalid",
        "The token is not valid. Create a new one under Access Security, SCIM, and enter it in Okta.";
    /// P2a: The service suspended the organisation.
    ScimOrganizationSuspended, "P2a", "scim_organization_suspended",
        "The service suspended this organization; only deactivations are taken.";
    /// P2b: The plan does not cover provisioning.
    ScimPlanRequired, "P2b", "scim_plan_required",
        "Provisioning needs an Enterprise plan; only deactivations are taken.";
    /// P2c: Single sign-on is off.
    ScimSsoRequired, "P2c", "scim_sso_required",
        "Provisioning needs single sign-on to be set up; only deactivations are taken.";
    /// P3: The id leads to nobody, or to somebody of another organisation.
    NotInView, "P3", "not_in_view",
        "No such user.";
    /// U7: A guest whom provisioning does not own.
    GuestNotInView, "U7", "guest_not_in_view",
        "No such user.";
    /// P4: A list is read.
    Listed, "P4", "listed",
        "The list was read.";
    /// P5: A person in view is read.
    ReadAllowed, "P5", "read",
        "The user was read.";
    /// C1: The userName is no e-mail address.
    UserNameNotEmail, "C1", "user_name_not_email",
        "The Okta username must be an e-mail address.";
    /// C2: The organisation does not hold the domain of the userName.
    CreateDomainNotClaimed, "C2", "create_domain_not_claimed",
        "The domain of this username is not claimed by your organization. Invite the person by hand on the members page (they stay outside provisioning), or claim the domain and try again.";
    /// C2b: The primary e-mail address is at another domain.
    PrimaryEmailForeign, "C2b", "primary_email_foreign",
        "The primary e-mail address is not at a domain that your organization has claimed.";
    /// C2a: The domain is contested or its last proof is old.
    CreateAuthorityPaused, "C2a", "create_authority_paused",
        "The proof of this domain is old or contested, so nobody new is created. Check the TXT record and try again.";
    /// C9: No seat is free.
    SeatsFull, "C9", "seats_full",
        "No seat is free. Deactivate somebody or add seats, then try again.";
    /// C7: Somebody whom provisioning removed comes back with the same external id.
    Returned, "C7", "returned",
        "The person came back as a Member.";
    /// C7a: Somebody whom provisioning removed comes back, switched off.
    ReturnedInactive, "C7a", "returned_inactive",
        "The person came back as a deactivated Member.";
    /// C7b: Somebody whom an administrator had switched off comes back by provisioning.
    ReturnLocked, "C7b", "return_locked",
        "An administrator deactivated this person by hand before they were removed; only an administrator can bring them back. Invite them by hand.";
    /// C8: A person is created switched off.
    CreatedInactive, "C8", "created_inactive",
        "The person was created deactivated.";
    /// C3: A person is created.
    Created, "C3", "created",
        "The person was created with the role Member. Change the role on the members page.";
    /// C4: The address has an account that is no member.
    AccountExists, "C4", "account_exists",
        "An account with this address exists and is not a member of your organization. Invite the existing user by hand on the members page; after they accept, assign them again in Okta.";
    /// C5: The address has an open invitation.
    InvitationOpen, "C5", "invitation_open",
        "An invitation for this address is open. After it is accepted, assign the person again in Okta.";
    /// C6: The address is a member's.
    AlreadyMember, "C6", "already_member",
        "A member with this username exists. Okta finds it by username and links it.";
    /// D1: A member is switched off.
    OffDone, "D1", "off",
        "The member was deactivated; their sessions and keys ended.";
    /// D2: The member is off already.
    OffUnchanged, "D2", "off_unchanged",
        "The member was deactivated already.";
    /// D2a: An administrator switched the member off before; provisioning's tag is added.
    OffTagged, "D2a", "off_tagged",
        "The member was deactivated by hand before; now Okta has deactivated them too.";
    /// D3: The last active Owner cannot be switched off or removed by provisioning.
    OffLastOwner, "D3", "off_last_owner",
        "This is the last active Owner. Make somebody else an Owner first.";
    /// D4: A member is switched off although provisioning is otherwise closed.
    OffStillDone, "D4", "off_still_done",
        "The member was deactivated although plan, single sign-on or domain claim would not allow other changes.";
    /// A4: The member is active already.
    OnUnchanged, "A4", "on_unchanged",
        "The member is active.";
    /// A2: An administrator switched the member off.
    OnAdminLock, "A2", "on_admin_lock",
        "An administrator deactivated this member by hand; only an administrator can reactivate them.";
    /// A3: The organisation does not hold the domain of the member's address.
    OnDomainNotClaimed, "A3", "on_domain_not_claimed",
        "The domain of this member's address is no longer claimed by your organization. Claim it again before you reactivate them.";
    /// A3a: The domain is contested or its last proof is old.
    OnAuthorityPaused, "A3a", "on_authority_paused",
        "The proof of this domain is old or contested, so nobody is reactivated. Check the TXT record.";
    /// A5: No seat is free.
    OnSeatsFull, "A5", "on_seats_full",
        "No seat is free. Deactivate somebody or add seats, then try again.";
    /// A1: A member is switched on again.
    OnDone, "A1", "on",
        "The member was reactivated.";
    /// A1a: A former Owner or Admin is switched on again, as Member.
    OnAsMember, "A1a", "on_as_member",
        "The member was reactivated with the role Member. Change the role on the members page.";
    /// U8: The member's domain is no longer held: only off and delete are taken.
    UpdateDomainNotClaimed, "U8", "update_domain_not_claimed",
        "The domain of this member's address is no longer claimed by your organization; only deactivations are taken.";
    /// U4: Provisioning would adopt a member and change their address in one go.
    FirstContactAddress, "U4", "first_contact_address",
        "This member is not linked to Okta yet. The first update must keep the address.";
    /// U5: Provisioning may not change an Owner's or Admin's address.
    AdminAddress, "U5", "admin_address",
        "Addresses of Owners and Admins are not changed by provisioning. Let them change it, or allow it under Access Security.";
    /// U3: The new address is unusable or at a domain that is not held.
    AddressForeign, "U3", "address_foreign",
        "The new address is not at a domain that your organization has claimed. Nothing was changed.";
    /// U3a: The new address is in use.
    AddressTaken, "U3a", "address_taken",
        "The new address is in use. Nothing was changed.";
    /// U2a: The present domain is contested or its last proof is old.
    AddressPaused, "U2a", "address_paused",
        "The proof of this domain is old or contested, so addresses are not changed. Check the TXT record.";
    /// U2: The address changes within the held domains.
    AddressApplied, "U2", "address_applied",
        "The address was changed; the old one was told.";
    /// U0: Provisioning takes over a member whom it found by userName.
    Adopted, "U0", "adopted",
        "The member is now managed by Okta. Their role stays.";
    /// U1: Names change.
    NamesApplied, "U1", "names_applied",
        "The names were changed.";
    /// U6: Roles, entitlements or password were sent.
    ForbiddenIgnored, "U6", "forbidden_ignored",
        "Roles, entitlements and passwords are not taken from Okta. Change roles on the members page.";
    /// U9: The update changes nothing.
    NothingToDo, "U9", "nothing_to_do",
        "Nothing was changed.";
    /// X1: A member is removed.
    Deleted, "X1", "deleted",
        "The member was removed; the account stays.";
    /// X1a: A member is removed and the account deleted.
    DeletedAccount, "X1a", "deleted_account",
        "The member was removed and the account deleted, as the organization chose.";
}
