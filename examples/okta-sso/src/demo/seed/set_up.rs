//! What an Owner would do by hand: single sign-on, and the claim of the domain.

use org_domain::{
    AccountId, Actor, Claim, ClaimAction, ClaimEvent, ClaimRules, ClaimStore as _, Domain, OrgId,
    Role, Settings, SettingsChange,
    claim::Elsewhere,
    permit_claim,
    policy::{ClaimCircumstances, JoinPolicy, LastDomain, Switch},
    proof::{LockStanding, Verdict},
    settings::{Capabilities, HostChange, Surroundings},
    store::ClaimWrite,
};
use sso_store::Database;
use time::OffsetDateTime;

use super::{SeedError, step};
use crate::{
    claims::{fresh_token, proof_style},
    demo::{DOMAIN, idp::Provider},
    sso::values,
};

/// Single sign-on by the test provider: entered, enabled, tested by the Owner, managed.
pub(super) fn settings(
    org: &OrgId,
    owner: &AccountId,
    provider: &Provider,
    now: OffsetDateTime,
) -> Result<Settings, SeedError> {
    let idp = provider.test_idp();
    let connection = values::from_texts(
        idp.certificate_pem().as_bytes(),
        idp.sign_in_url(),
        idp.issuer(),
        &provider.logout_url(),
    )
    .map_err(step)?;
    let actor = Actor {
        account: owner.clone(),
        role: Role::Owner,
        authenticated_at: now,
    };
    let around = Surroundings {
        held_domains: 1,
        fallback_owners: 2,
        linked_members: 0,
    };
    let changes = [
        SettingsChange::Connection(connection),
        SettingsChange::Enable(Switch::On),
        SettingsChange::IdpManaged(Switch::On),
        // Whoever has an account and is no member is invited by hand, as provisioning says too.
        SettingsChange::Join(JoinPolicy::InviteOnly),
    ];
    let mut settings = Settings::new(org.clone(), Capabilities::ENTERPRISE);
    for change in changes {
        settings = settings
            .apply(&change, &actor, around, settings.version(), now)
            .map_err(step)?
            .settings;
    }
    let tested = HostChange::LoginSucceeded {
        by: owner.clone(),
        role: Role::Owner,
        generation: settings.generation(),
    };
    Ok(settings.apply_host(&tested, now).settings)
}

/// Claims the domain and proves it with the demonstration's own answer.
pub(super) async fn claim(
    database: &Database,
    org: &OrgId,
    owner: &AccountId,
    now: OffsetDateTime,
) -> Result<(), SeedError> {
    let domain = Domain::parse(DOMAIN).map_err(step)?;
    let claimable = ClaimRules::default()
        .allow_top_level("example")
        .check(domain)
        .map_err(step)?;
    let actor = Actor {
        account: owner.clone(),
        role: Role::Owner,
        authenticated_at: now,
    };
    let first = ClaimCircumstances {
        pending_claims: 0,
        claims: 0,
        last_manual_check: None,
        manual_checks_last_hour: 0,
        last_domain_under_required_sso: LastDomain::No,
        // Nobody but the demonstration answers for its domain, and it publishes no lock.
        owner_lock: LockStanding::Absent,
    };
    let permit = permit_claim(ClaimAction::Start, org, &actor, &first, now).map_err(step)?;
    let started =
        Claim::start(&permit, claimable, fresh_token()?, &proof_style()?, now).map_err(step)?;
    let pending = started.claim.clone();
    database
        .commit(&[ClaimWrite::insert(started)])
        .await
        .map_err(step)?;
    let seen = ClaimEvent::Checked {
        token: pending.record().token(),
        verdict: Verdict::Proven,
        lock: LockStanding::Absent,
        elsewhere: Elsewhere::Nobody,
    };
    let proven = pending.apply(seen, now).map_err(step)?;
    database
        .commit(&[ClaimWrite::update(&pending, proven)])
        .await
        .map_err(step)
}
