//! What settings amount to at an instant.

use time::OffsetDateTime;

use crate::policy::{Fallback, OrgStanding, PlanStanding, Switch};
use crate::settings::{Capability, FallbackPolicy, PLAN_GRACE, Settings};

/// Whether single sign-on works, as far as the host can tell from recent logins and probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SsoHealth {
    /// It does, or nothing is known against it.
    Healthy,
    /// It does not.
    Unhealthy,
}

/// What a capability amounts to at an instant.
#[must_use]
pub fn plan_standing(capability: Capability, now: OffsetDateTime) -> PlanStanding {
    match capability {
        Capability::Held => PlanStanding::Covered,
        Capability::LapsedSince(since) if now - since < PLAN_GRACE => PlanStanding::Lapsed,
        Capability::LapsedSince(_) | Capability::NotHeld => PlanStanding::Ended,
    }
}

impl Settings {
    /// What the settings amount to now, for [`crate::decide_login`] and
    /// [`crate::decide_provision`].
    #[must_use]
    pub fn standing(&self, health: SsoHealth, now: OffsetDateTime) -> OrgStanding {
        OrgStanding {
            sso: if self.enabled.is_on() && self.connection.is_complete() {
                Switch::On
            } else {
                Switch::Off
            },
            sso_plan: plan_standing(self.capabilities.single_sign_on, now),
            require_sso: self.require_sso,
            idp_managed: self.idp_managed,
            join: self.join,
            idp_initiated: self.idp_initiated,
            fallback: self.fallback_now(health, now),
            scim_plan: plan_standing(self.capabilities.provisioning, now),
            scim_admin_addresses: self.scim_admin_addresses,
            deletion: self.deletion,
            suspended: self.suspended,
        }
    }

    /// Single sign-on is broken where it is off, where every certificate has run out, where the plan
    /// has ended, or where the host says so.
    fn is_sso_broken(&self, health: SsoHealth, now: OffsetDateTime) -> bool {
        health == SsoHealth::Unhealthy
            || !self.enabled.is_on()
            || !self.connection.has_valid_certificate(now)
            || plan_standing(self.capabilities.single_sign_on, now) == PlanStanding::Ended
    }

    fn fallback_now(&self, health: SsoHealth, now: OffsetDateTime) -> Fallback {
        let is_open = match self.fallback {
            FallbackPolicy::Always => true,
            FallbackPolicy::WhenUnhealthy => self.is_sso_broken(health, now),
            FallbackPolicy::Armed { until } => until.is_some_and(|until| now < until),
            FallbackPolicy::Off => false,
        };
        match (is_open, self.fallback_second_factor) {
            (false, _) => Fallback::Closed,
            (true, Switch::On) => Fallback::OpenWithSecondFactor,
            (true, Switch::Off) => Fallback::Open,
        }
    }
}
