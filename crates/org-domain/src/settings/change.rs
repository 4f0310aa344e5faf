//! What can be changed, and what a change causes.

use time::{Duration, OffsetDateTime};

use crate::ident::{AccountId, TokenId};
use crate::policy::{Deletion, IdpInitiated, JoinPolicy, Switch};
use crate::role::Role;
use crate::settings::connection::{Certificate, Connection, Fingerprint};
use crate::settings::{Capabilities, FallbackPolicy, Settings};

/// One change that an administrator asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsChange {
    /// Enter all three values. Refused where people already sign in with others: stage them.
    Connection(Connection),
    /// Add a certificate beside the present ones.
    AddCertificate(Certificate),
    /// Remove a certificate.
    RemoveCertificate(Fingerprint),
    /// Try out another connection beside the present one.
    Stage(Connection),
    /// Put the tried connection in place.
    PromoteStaged,
    /// Forget the tried connection.
    DropStaged,
    /// Forget the connection. Only while single sign-on is off; cannot be undone.
    RemoveConnection,
    /// Switch single sign-on.
    Enable(Switch),
    /// Require single sign-on, or not.
    RequireSso(Switch),
    /// Let the identity provider manage everybody at the held domains, or not.
    IdpManaged(Switch),
    /// Whether the identity provider may start logins.
    IdpInitiated(IdpInitiated),
    /// How outsiders join.
    Join(JoinPolicy),
    /// When the fallback is open. `Off` is a proposal that a second Owner has to confirm.
    Fallback(FallbackPolicy),
    /// A second Owner agrees that the fallback is switched off.
    ConfirmFallbackOff,
    /// Open an armed fallback for a while, at most 24 hours.
    ArmFallback(Duration),
    /// Whether the fallback demands a second factor of everybody.
    FallbackSecondFactor(Switch),
    /// Exempt a guest from required single sign-on.
    AddGuest(AccountId),
    /// End an exemption.
    RemoveGuest(AccountId),
    /// Whether provisioning may change addresses of Owners and Admins.
    ScimAdminAddresses(Switch),
    /// What deletion by provisioning does.
    Deletion(Deletion),
    /// A new provisioning token.
    MintToken {
        /// Its public part; the host makes the secret and shows it once.
        id: TokenId,
        /// How long it lives; between one day and a year.
        life: Duration,
        /// How long the tokens before it go on; none by default, at most seven days.
        overlap: Duration,
    },
    /// End a token now.
    RevokeToken(TokenId),
}

/// What the host itself reports or decides; no administrator is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostChange {
    /// A member signed in by single sign-on under a configuration generation.
    LoginSucceeded {
        /// Who.
        by: AccountId,
        /// Their role.
        role: Role,
        /// The generation that the login carried.
        generation: u32,
    },
    /// The plan changed.
    Capabilities(Capabilities),
    /// The service suspends the organisation, or lets it go on.
    Suspended(Switch),
}

/// What has to be known about the organisation besides its settings. Read it in the transaction
/// that stores the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Domains that the organisation holds.
    pub held_domains: u32,
    /// Active Owners with a password or passkey that they set themselves. Admins use the fallback
    /// too, but do not count: once the plan has lapsed, only an Owner can stop requiring single
    /// sign-on, so one of them needs a way in.
    pub fallback_owners: u32,
    /// Members whose identity is linked under the present connection.
    pub linked_members: u32,
}

/// Something that follows from a change of settings.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SettingsEffect {
    /// Write into the organisation's audit trail: the stable name of the change.
    Audit(String),
    /// Tell every Owner and Admin.
    NotifyAdmins(String),
    /// Tell every Owner.
    NotifyOwners(String),
    /// Sessions that began before this instant have to sign in again.
    EndSessionsBefore(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
    /// Sessions begun by single sign-on end.
    EndSsoSessions,
    /// The token opens nothing from this instant on.
    TokenEnds {
        /// Which.
        id: TokenId,
        /// From when.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
}

/// Settings after a change, and what follows. Both belong in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the settings have to be stored and the effects carried out"]
pub struct SettingsTransition {
    /// The settings to store, one version on.
    pub settings: Settings,
    /// What follows, in order.
    pub effects: Vec<SettingsEffect>,
}

impl SettingsChange {
    /// The stable name of the change, for audit trails.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connection(_) => "connection",
            Self::AddCertificate(_) => "add_certificate",
            Self::RemoveCertificate(_) => "remove_certificate",
            Self::Stage(_) => "stage",
            Self::PromoteStaged => "promote_staged",
            Self::DropStaged => "drop_staged",
            Self::RemoveConnection => "remove_connection",
            Self::Enable(Switch::On) => "enable",
            Self::Enable(Switch::Off) => "disable",
            Self::RequireSso(Switch::On) => "require_sso",
            Self::RequireSso(Switch::Off) => "stop_requiring_sso",
            Self::IdpManaged(_) => "idp_managed",
            Self::IdpInitiated(_) => "idp_initiated",
            Self::Join(_) => "join",
            Self::Fallback(FallbackPolicy::Off) => "propose_fallback_off",
            Self::Fallback(_) => "fallback",
            Self::ConfirmFallbackOff => "confirm_fallback_off",
            Self::ArmFallback(_) => "arm_fallback",
            Self::FallbackSecondFactor(_) => "fallback_second_factor",
            Self::AddGuest(_) => "add_guest",
            Self::RemoveGuest(_) => "remove_guest",
            Self::ScimAdminAddresses(_) => "scim_admin_addresses",
            Self::Deletion(_) => "deletion",
            Self::MintToken { .. } => "mint_token",
            Self::RevokeToken(_) => "revoke_token",
        }
    }
}
