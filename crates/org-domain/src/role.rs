//! Roles in an organisation, and the person who acts.

use time::{Duration, OffsetDateTime};

use crate::ident::AccountId;

/// What a member may do in the organisation, lowest first, so that `>` reads "stands above".
///
/// `BillingAdmin` stands above `Member` but is no administrator of access: it neither keeps the
/// password fallback under required single sign-on nor may change settings.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What single sign-on and provisioning give: no more than that, ever.
    Member,
    /// Pays the bills. Treated as `Member` wherever access is decided.
    BillingAdmin,
    /// Runs the organisation, short of what concerns Owners.
    Admin,
    /// May do everything; at least one must remain.
    Owner,
}

impl Role {
    /// Every role, lowest first.
    pub const ALL: [Self; 4] = [Self::Member, Self::BillingAdmin, Self::Admin, Self::Owner];

    /// Whether this role keeps the password fallback and may change access settings.
    #[must_use]
    pub const fn administers(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }

    /// The word kept in stores and shown in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::BillingAdmin => "billing_admin",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl core::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

/// The text is none of the four role words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the role is none of member, billing_admin, admin, owner")]
pub struct UnknownRole;

/// The member who asks for a change of settings, claims or roles.
///
/// `authenticated_at` is the instant at which the person last proved who they are (password,
/// passkey or single sign-on, not a session refresh); sensitive changes ask for a recent one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Actor {
    /// Whose hands these are; ends up in every audit event.
    pub account: AccountId,
    /// The role in the organisation that is being changed, read in the same transaction.
    pub role: Role,
    /// When the person last authenticated.
    #[serde(with = "time::serde::rfc3339")]
    pub authenticated_at: OffsetDateTime,
}

impl Actor {
    /// How long ago the person authenticated; a sign-in in the future counts as zero.
    #[must_use]
    pub fn authentication_age(&self, now: OffsetDateTime) -> Duration {
        (now - self.authenticated_at).max(Duration::ZERO)
    }
}
