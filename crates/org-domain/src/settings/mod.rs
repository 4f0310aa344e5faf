//! An organisation's access-security settings: Okta's three values, the switches, the tokens.

mod apply;
mod change;
mod connection;
mod refusal;
mod rules;
mod service;
mod standing;
mod token;

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

pub use change::{HostChange, SettingsChange, SettingsEffect, SettingsTransition, Surroundings};
pub use connection::{
    Certificate, Connection, ConnectionError, Fingerprint, Issuer, LogoutBinding, LogoutUrl,
    MAX_CERTIFICATES, SignInUrl, SingleLogout,
};
pub use refusal::SettingsRefusal;
pub use rules::{SettingsFacts, decide_settings};
pub use service::{AttributeStatement, ServiceValues};
pub use standing::{SsoHealth, plan_standing};
pub use token::{MAX_TOKEN_LIFE, MAX_TOKEN_OVERLAP, MAX_TOKENS, MIN_TOKEN_LIFE, ScimToken};

use crate::ident::{AccountId, OrgId, Version};
use crate::policy::{Deletion, IdpInitiated, JoinPolicy, Switch};

/// How long known members keep single sign-on after the plan lapsed: 30 days, a billing cycle to
/// mend a failed payment without locking people out.
pub const PLAN_GRACE: Duration = Duration::days(30);

/// Everything an organisation sets about access. Serialise it whole; the version is part of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    pub(crate) org: OrgId,
    pub(crate) version: Version,
    pub(crate) generation: u32,
    /// The highest generation ever given out, to a stage that was dropped too: none is used twice.
    #[serde(default)]
    pub(crate) newest_generation: u32,
    pub(crate) connection: Connection,
    pub(crate) staged: Option<Staged>,
    pub(crate) tested: Option<TestedLogin>,
    pub(crate) enabled: Switch,
    pub(crate) require_sso: Switch,
    pub(crate) idp_managed: Switch,
    pub(crate) idp_initiated: IdpInitiated,
    pub(crate) join: JoinPolicy,
    pub(crate) fallback: FallbackPolicy,
    pub(crate) fallback_off_proposed_by: Option<AccountId>,
    pub(crate) fallback_second_factor: Switch,
    pub(crate) scim_admin_addresses: Switch,
    pub(crate) deletion: Deletion,
    pub(crate) guests: BTreeSet<AccountId>,
    pub(crate) tokens: Vec<ScimToken>,
    pub(crate) capabilities: Capabilities,
    pub(crate) suspended: Switch,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(crate) sessions_since: Option<OffsetDateTime>,
}

/// A replacement for the connection that is being tried out beside the present one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Staged {
    /// The new three values.
    pub connection: Connection,
    /// The configuration generation that a test login of it carries.
    pub generation: u32,
    /// A successful login by an Owner or Admin with it.
    pub tested: Option<TestedLogin>,
}

/// A successful single sign-on by an Owner or Admin, and the configuration that it proves.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TestedLogin {
    /// The configuration generation.
    pub generation: u32,
    /// Who signed in.
    pub by: AccountId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// When Owners and Admins may use their password although single sign-on is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum FallbackPolicy {
    /// Always. The default: it is what the service's documentation promises.
    #[default]
    Always,
    /// Only while single sign-on is not healthy.
    WhenUnhealthy,
    /// Only until an instant, after an Owner or Admin armed it.
    Armed {
        /// Until when; nothing while it is not armed.
        #[serde(with = "time::serde::rfc3339::option")]
        until: Option<OffsetDateTime>,
    },
    /// Never. Two Owners have to agree.
    Off,
}

/// Whether the plan covers something, and since when no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// It does not and did not.
    NotHeld,
    /// It does.
    Held,
    /// It did until then.
    LapsedSince(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
}

/// What the organisation's plan covers. Plans have names and change; capabilities do not.
///
/// ```
/// # use org_domain::settings::{Capabilities, Capability};
/// // Mixpanel, whose page this crate models, sells single sign-on with Growth and provisioning with Enterprise.
/// assert_eq!(Capabilities::ENTERPRISE.provisioning, Capability::Held);
/// assert_eq!(Capabilities::GROWTH.provisioning, Capability::NotHeld);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Capabilities {
    /// Single sign-on.
    pub single_sign_on: Capability,
    /// Provisioning over SCIM.
    pub provisioning: Capability,
}

impl Capabilities {
    /// Neither.
    pub const NONE: Self = Self {
        single_sign_on: Capability::NotHeld,
        provisioning: Capability::NotHeld,
    };
    /// Single sign-on only.
    pub const GROWTH: Self = Self {
        single_sign_on: Capability::Held,
        ..Self::NONE
    };
    /// Both.
    pub const ENTERPRISE: Self = Self {
        provisioning: Capability::Held,
        ..Self::GROWTH
    };
}

impl Settings {
    /// The settings of a new organisation: everything off, the fallback always open, provisioning
    /// allowed to remove memberships but no accounts.
    ///
    /// Outsiders at managed domains join by themselves and the identity provider may start logins,
    /// because that is what Mixpanel documents; both matter only once single sign-on and
    /// managed access are on.
    #[must_use]
    pub fn new(org: OrgId, capabilities: Capabilities) -> Self {
        Self {
            org,
            version: Version::FIRST,
            generation: 1,
            newest_generation: 1,
            connection: Connection::default(),
            staged: None,
            tested: None,
            enabled: Switch::Off,
            require_sso: Switch::Off,
            idp_managed: Switch::Off,
            idp_initiated: IdpInitiated::Allowed,
            join: JoinPolicy::AutoJoin,
            fallback: FallbackPolicy::Always,
            fallback_off_proposed_by: None,
            fallback_second_factor: Switch::Off,
            scim_admin_addresses: Switch::Off,
            deletion: Deletion::RemoveMembership,
            guests: BTreeSet::new(),
            tokens: Vec::new(),
            capabilities,
            suspended: Switch::Off,
            sessions_since: None,
        }
    }

    /// The organisation.
    #[must_use]
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// The version that a store compares.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Grows with every change that makes an assertion under way meaningless. Keep it with each
    /// login that was started, and compare when the assertion comes back.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Okta's three values, as they stand.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The replacement that is being tried out.
    #[must_use]
    pub fn staged(&self) -> Option<&Staged> {
        self.staged.as_ref()
    }

    /// The last successful login by an Owner or Admin under a known configuration.
    #[must_use]
    pub fn tested(&self) -> Option<&TestedLogin> {
        self.tested.as_ref()
    }

    /// Whether single sign-on is switched on.
    #[must_use]
    pub fn enabled(&self) -> Switch {
        self.enabled
    }

    /// Whether single sign-on is required.
    #[must_use]
    pub fn require_sso(&self) -> Switch {
        self.require_sso
    }

    /// Whether addresses at held domains belong to the identity provider.
    #[must_use]
    pub fn idp_managed(&self) -> Switch {
        self.idp_managed
    }

    /// Whether the identity provider may start logins.
    #[must_use]
    pub fn idp_initiated(&self) -> IdpInitiated {
        self.idp_initiated
    }

    /// How outsiders at managed domains join.
    #[must_use]
    pub fn join(&self) -> JoinPolicy {
        self.join
    }

    /// When the password fallback is open.
    #[must_use]
    pub fn fallback(&self) -> FallbackPolicy {
        self.fallback
    }

    /// The Owner who wants the fallback off and waits for a second Owner.
    #[must_use]
    pub fn fallback_off_proposed_by(&self) -> Option<&AccountId> {
        self.fallback_off_proposed_by.as_ref()
    }

    /// Whether the fallback demands a second factor even of those who have not enrolled one.
    #[must_use]
    pub fn fallback_second_factor(&self) -> Switch {
        self.fallback_second_factor
    }

    /// Whether provisioning may change addresses of Owners and Admins.
    #[must_use]
    pub fn scim_admin_addresses(&self) -> Switch {
        self.scim_admin_addresses
    }

    /// What deletion by provisioning does.
    #[must_use]
    pub fn deletion(&self) -> Deletion {
        self.deletion
    }

    /// Whether the account is a named guest.
    #[must_use]
    pub fn is_guest(&self, account: &AccountId) -> bool {
        self.guests.contains(account)
    }

    /// The named guests.
    pub fn guests(&self) -> impl Iterator<Item = &AccountId> {
        self.guests.iter()
    }

    /// The provisioning tokens: public parts only, at most [`MAX_TOKENS`] that are live.
    #[must_use]
    pub fn tokens(&self) -> &[ScimToken] {
        &self.tokens
    }

    /// What the plan covers.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// Whether the service suspended the organisation.
    #[must_use]
    pub fn suspended(&self) -> Switch {
        self.suspended
    }

    /// Sessions in this organisation that began before this instant have to sign in again.
    #[must_use]
    pub fn sessions_since(&self) -> Option<OffsetDateTime> {
        self.sessions_since
    }
}
