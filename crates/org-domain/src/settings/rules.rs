//! `decide_settings`: rules 26 to 31, in order.

use time::{Duration, OffsetDateTime};

use crate::policy::{Deletion, PlanStanding, STEP_UP_AGE, Switch};
use crate::role::{Actor, Role};
use crate::settings::change::{SettingsChange, Surroundings};
use crate::settings::connection::{Connection, Fingerprint, MAX_CERTIFICATES};
use crate::settings::refusal::SettingsRefusal;
use crate::settings::token::{MAX_TOKEN_LIFE, MAX_TOKEN_OVERLAP, MIN_TOKEN_LIFE};
use crate::settings::{FallbackPolicy, Settings, plan_standing};

/// Longest time for which an armed fallback opens.
pub(crate) const MAX_ARMED: Duration = Duration::hours(24);

/// Everything that decides about a change of settings.
#[derive(Clone, Copy, Debug)]
pub struct SettingsFacts<'a> {
    /// The settings as they are.
    pub settings: &'a Settings,
    /// What is asked for.
    pub change: &'a SettingsChange,
    /// Who asks.
    pub actor: &'a Actor,
    /// What else has to be known.
    pub around: Surroundings,
    /// The present instant.
    pub now: OffsetDateTime,
}

type Verdict = Result<(), SettingsRefusal>;

/// Decides whether a change may be made; [`Settings::apply`] asks it first.
///
/// # Errors
/// [`SettingsRefusal`] with the first rule that forbids it.
pub fn decide_settings(facts: &SettingsFacts<'_>) -> Verdict {
    // 29. Who, and how recently they proved it.
    role(facts)?;
    step_up(facts)?;
    // 31. Frozen, but for what closes doors or opens them to Owners.
    frozen(facts)?;
    // 26 to 28. What each change needs.
    preconditions(facts)
}

fn role(facts: &SettingsFacts<'_>) -> Verdict {
    if !facts.actor.role.administers() {
        return Err(SettingsRefusal::Role);
    }
    let owner_only = matches!(
        facts.change,
        SettingsChange::Fallback(FallbackPolicy::Off)
            | SettingsChange::ConfirmFallbackOff
            | SettingsChange::Deletion(Deletion::DeleteAccount)
            | SettingsChange::ScimAdminAddresses(Switch::On)
    ) || is_lifting_after_lapse(facts);
    if owner_only && facts.actor.role != Role::Owner {
        Err(SettingsRefusal::OwnerOnly)
    } else {
        Ok(())
    }
}

/// Without a plan, only an Owner stops requiring single sign-on.
fn is_lifting_after_lapse(facts: &SettingsFacts<'_>) -> bool {
    *facts.change == SettingsChange::RequireSso(Switch::Off)
        && sso_plan(facts) != PlanStanding::Covered
}

/// What can only close something needs no fresh sign-in: an alarmed administrator must not wait.
fn step_up(facts: &SettingsFacts<'_>) -> Verdict {
    let closes = matches!(
        facts.change,
        SettingsChange::RevokeToken(_)
            | SettingsChange::DropStaged
            | SettingsChange::RemoveGuest(_)
    );
    if !closes && facts.actor.authentication_age(facts.now) > STEP_UP_AGE {
        return Err(SettingsRefusal::StepUp);
    }
    Ok(())
}

fn sso_plan(facts: &SettingsFacts<'_>) -> PlanStanding {
    plan_standing(facts.settings.capabilities.single_sign_on, facts.now)
}

fn frozen(facts: &SettingsFacts<'_>) -> Verdict {
    let always = matches!(
        facts.change,
        SettingsChange::RequireSso(Switch::Off)
            | SettingsChange::Enable(Switch::Off)
            | SettingsChange::IdpManaged(Switch::Off)
            | SettingsChange::RemoveCertificate(_)
            | SettingsChange::DropStaged
            | SettingsChange::RevokeToken(_)
            | SettingsChange::RemoveGuest(_)
            | SettingsChange::ArmFallback(_)
            | SettingsChange::Fallback(FallbackPolicy::Always)
            | SettingsChange::RemoveConnection
            | SettingsChange::Deletion(Deletion::RemoveMembership)
            | SettingsChange::ScimAdminAddresses(Switch::Off)
    );
    if facts.settings.suspended.is_on() && !matches!(facts.change, SettingsChange::RevokeToken(_)) {
        Err(SettingsRefusal::Suspended)
    } else if !always && sso_plan(facts) != PlanStanding::Covered {
        Err(SettingsRefusal::Plan)
    } else {
        Ok(())
    }
}

fn preconditions(facts: &SettingsFacts<'_>) -> Verdict {
    let settings = facts.settings;
    match facts.change {
        SettingsChange::Connection(connection) => replace(facts, connection),
        SettingsChange::AddCertificate(certificate) => {
            add_certificate(settings, certificate.fingerprint())
        }
        SettingsChange::RemoveCertificate(fingerprint) => remove_certificate(facts, fingerprint),
        SettingsChange::Stage(connection) => fits(connection),
        SettingsChange::PromoteStaged => promote(facts),
        SettingsChange::DropStaged => {
            need(settings.staged.is_some(), SettingsRefusal::NothingStaged)
        }
        SettingsChange::RemoveConnection => need(!settings.enabled.is_on(), SettingsRefusal::SsoOn),
        SettingsChange::Enable(Switch::On) => enable(facts),
        SettingsChange::Enable(Switch::Off) => {
            need(!settings.require_sso.is_on(), SettingsRefusal::SsoRequired)
        }
        SettingsChange::RequireSso(Switch::On) => require(facts),
        SettingsChange::IdpManaged(Switch::On) => {
            need(settings.enabled.is_on(), SettingsRefusal::SsoOff)
        }
        SettingsChange::Fallback(policy) => fallback(*policy),
        SettingsChange::ConfirmFallbackOff => confirm_off(facts),
        SettingsChange::ArmFallback(period) => arm(settings, *period),
        SettingsChange::RemoveGuest(guest) => {
            need(settings.is_guest(guest), SettingsRefusal::NoSuchEntry)
        }
        SettingsChange::MintToken { id, life, overlap } => {
            mint(facts)?;
            need(
                !settings.tokens.iter().any(|token| token.id == *id),
                SettingsRefusal::DuplicateToken,
            )?;
            let in_limits = (MIN_TOKEN_LIFE..=MAX_TOKEN_LIFE).contains(life)
                && (Duration::ZERO..=MAX_TOKEN_OVERLAP).contains(overlap);
            need(in_limits, SettingsRefusal::Period)
        }
        SettingsChange::RevokeToken(id) => need(
            settings.tokens.iter().any(|token| token.id == *id),
            SettingsRefusal::NoSuchEntry,
        ),
        SettingsChange::RequireSso(Switch::Off)
        | SettingsChange::IdpManaged(Switch::Off)
        | SettingsChange::IdpInitiated(_)
        | SettingsChange::Join(_)
        | SettingsChange::FallbackSecondFactor(_)
        | SettingsChange::AddGuest(_)
        | SettingsChange::ScimAdminAddresses(_)
        | SettingsChange::Deletion(_) => Ok(()),
    }
}

const fn need(holds: bool, refusal: SettingsRefusal) -> Verdict {
    if holds { Ok(()) } else { Err(refusal) }
}

/// At most three certificates, each once.
fn fits(connection: &Connection) -> Verdict {
    let prints: std::collections::BTreeSet<_> = connection
        .certificates
        .iter()
        .map(|c| c.fingerprint())
        .collect();
    need(
        connection.certificates.len() <= MAX_CERTIFICATES,
        SettingsRefusal::TooManyCertificates,
    )?;
    need(
        prints.len() == connection.certificates.len(),
        SettingsRefusal::DuplicateCertificate,
    )
}

/// Values that nobody depends on yet may be replaced at once; others go through a stage.
fn replace(facts: &SettingsFacts<'_>, connection: &Connection) -> Verdict {
    let settings = facts.settings;
    fits(connection)?;
    if settings.enabled.is_on() {
        complete(facts, connection)?;
    }
    let depended_on = settings.require_sso.is_on()
        || (settings.enabled.is_on() && facts.around.linked_members > 0);
    need(
        !depended_on || connection.has_same_identity(&settings.connection),
        SettingsRefusal::StageInstead,
    )
}

fn complete(facts: &SettingsFacts<'_>, connection: &Connection) -> Verdict {
    need(
        connection.has_valid_certificate(facts.now),
        SettingsRefusal::NoCertificate,
    )?;
    need(connection.is_complete(), SettingsRefusal::Incomplete)
}

fn add_certificate(settings: &Settings, fingerprint: &Fingerprint) -> Verdict {
    let present = &settings.connection.certificates;
    need(
        !present.iter().any(|c| c.fingerprint() == fingerprint),
        SettingsRefusal::DuplicateCertificate,
    )?;
    need(
        present.len() < MAX_CERTIFICATES,
        SettingsRefusal::TooManyCertificates,
    )
}

/// A certificate may go while another valid one remains, or while single sign-on is off.
fn remove_certificate(facts: &SettingsFacts<'_>, fingerprint: &Fingerprint) -> Verdict {
    let present = &facts.settings.connection.certificates;
    need(
        present.iter().any(|c| c.fingerprint() == fingerprint),
        SettingsRefusal::NoSuchEntry,
    )?;
    let mut others = present.iter().filter(|c| c.fingerprint() != fingerprint);
    need(
        !facts.settings.enabled.is_on() || others.any(|c| c.is_valid_at(facts.now)),
        SettingsRefusal::LastCertificate,
    )
}

/// A staged connection takes over once it is complete and, where people depend on single sign-on,
/// was tested.
fn promote(facts: &SettingsFacts<'_>) -> Verdict {
    let staged = facts
        .settings
        .staged
        .as_ref()
        .ok_or(SettingsRefusal::NothingStaged)?;
    complete(facts, &staged.connection)?;
    need(
        !facts.settings.enabled.is_on() || staged.tested.is_some(),
        SettingsRefusal::NotTested,
    )
}

fn enable(facts: &SettingsFacts<'_>) -> Verdict {
    need(facts.around.held_domains > 0, SettingsRefusal::NoDomain)?;
    complete(facts, &facts.settings.connection)
}

fn require(facts: &SettingsFacts<'_>) -> Verdict {
    let settings = facts.settings;
    need(settings.enabled.is_on(), SettingsRefusal::SsoOff)?;
    enable(facts)?;
    let tested = settings
        .tested
        .as_ref()
        .is_some_and(|test| test.generation == settings.generation);
    need(tested, SettingsRefusal::NotTested)?;
    let has_way_back = settings.fallback == FallbackPolicy::Off || facts.around.fallback_owners > 0;
    need(has_way_back, SettingsRefusal::NoFallbackHolder)
}

/// An armed fallback starts unarmed: [`SettingsChange::ArmFallback`] has the limit.
fn fallback(policy: FallbackPolicy) -> Verdict {
    need(
        !matches!(policy, FallbackPolicy::Armed { until: Some(_) }),
        SettingsRefusal::Period,
    )
}

fn confirm_off(facts: &SettingsFacts<'_>) -> Verdict {
    let proposer = facts
        .settings
        .fallback_off_proposed_by
        .as_ref()
        .ok_or(SettingsRefusal::NotProposed)?;
    need(*proposer != facts.actor.account, SettingsRefusal::SameOwner)
}

fn arm(settings: &Settings, period: Duration) -> Verdict {
    need(
        matches!(settings.fallback, FallbackPolicy::Armed { .. }),
        SettingsRefusal::NotArmable,
    )?;
    need(
        period > Duration::ZERO && period <= MAX_ARMED,
        SettingsRefusal::Period,
    )
}

fn mint(facts: &SettingsFacts<'_>) -> Verdict {
    let plan = plan_standing(facts.settings.capabilities.provisioning, facts.now);
    need(plan == PlanStanding::Covered, SettingsRefusal::Plan)?;
    need(facts.settings.enabled.is_on(), SettingsRefusal::SsoOff)?;
    need(facts.around.held_domains > 0, SettingsRefusal::NoDomain)
}
