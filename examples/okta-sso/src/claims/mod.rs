//! Domain claims: what people and time do to them. The rules and the order of steps are
//! org-domain's; here they are given a person, the DNS and the store.

pub mod dns;
mod jobs;
pub mod lock;

pub use jobs::{carry_out_effects, check_due, forget, keep_working, keep_working_every};

use org_domain::{
    Claim, ClaimAction, ClaimEvent, ClaimRules, ClaimStore as _, Domain, OrgId, Permit,
    claim::{Hold, Refusal, StateName},
    policy::{ClaimCircumstances, LastDomain, PermitRefusal, permit_claim},
    proof::{AppLabel, LockStanding, ProofStyle, RandomError, Token, doctor::Diagnosis},
    settle::{self, SettleError},
    store::{ClaimWrite, CommitError},
};
use sso_store::StoreError;

use crate::{
    App, facts,
    pages::advice::about_domain,
    security::{
        rate::{Action, Who},
        session::Viewer,
    },
    web::Failure,
};

/// The label in the record's name, `_okta-sso-challenge.<domain>`.
const LABEL: &str = "okta-sso";

/// Where the domains are shown.
const HERE: &str = "/settings/access/domains";

/// Starts a claim, or starts an old one again, for a person. A DNS that says nothing about the
/// owner's lock keeps nobody from it: the claim waits, and its proof asks the lock again.
///
/// # Errors
/// [`Failure::Bad`] with what is wrong with the domain, or what the policy answers.
pub async fn start(app: &App, viewer: &Viewer, text: &str) -> Result<Domain, Failure> {
    let domain = Domain::parse(text).map_err(|error| Failure::Bad(about_domain(&error)))?;
    let claimable = rules(app)
        .check(domain.clone())
        .map_err(|error| Failure::Bad(format!("The domain {domain} cannot be claimed: {error}")))?;
    let permit = permit(app, viewer, ClaimAction::Start, &domain).await?;
    let token = fresh_token()?;
    if app
        .database()
        .load(viewer.org_id(), &domain)
        .await?
        .is_some()
    {
        let again = ClaimEvent::Restart(&permit, token);
        settle::act(app.database(), viewer.org_id(), &domain, again, app.now())
            .await
            .map_err(unsettled)?;
        return Ok(domain);
    }
    let started =
        Claim::start(&permit, claimable, token, &proof_style()?, app.now()).map_err(refusal)?;
    app.database()
        .commit(&[ClaimWrite::insert(started)])
        .await
        .map_err(|error| match error {
            CommitError::Conflict { .. } => Failure::Stale,
            CommitError::DomainHeld(_) => held(),
            CommitError::Store(error) => error.into(),
        })?;
    Ok(domain)
}

/// Whether a person may look for a claim's record now: who they are, and how often it was looked for.
///
/// # Errors
/// [`Failure::TooMany`] when it was looked for a moment ago, or what the policy answers.
pub async fn may_check(app: &App, viewer: &Viewer, domain: &Domain) -> Result<(), Failure> {
    let who = Who::Named(format!("{} {domain}", viewer.org_id()));
    app.rates().spend(Action::CheckClaim, who, app.now())?;
    permit(app, viewer, ClaimAction::CheckNow, domain).await?;
    let known = app.database().load(viewer.org_id(), domain).await?;
    known.map(drop).ok_or(Failure::Missing)
}

/// Looks for a claim's record, which takes as long as the DNS does. Gives the claim afterwards and,
/// unless it is verified, what is in the way.
///
/// # Errors
/// What the database or the rules of claims answer.
pub async fn check(
    app: &App,
    org: &OrgId,
    domain: &Domain,
) -> Result<(Claim, Option<Diagnosis>), Failure> {
    let dns = app.dns();
    let asked = dns.asked(app.handles());
    let checked = settle::check(app.database(), asked, org, domain, app.now()).await;
    let claim = checked.map_err(unsettled)?;
    if claim.state().name() == StateName::Verified {
        return Ok((claim, None));
    }
    let diagnosis = dns.examine(&claim, app.handles(), app.now()).await?;
    Ok((claim, Some(diagnosis)))
}

/// Gives a domain up, for an Owner.
///
/// # Errors
/// What the policy answers.
pub async fn release(app: &App, viewer: &Viewer, domain: &Domain) -> Result<(), Failure> {
    let permit = permit(app, viewer, ClaimAction::Release, domain).await?;
    let event = ClaimEvent::Release(&permit);
    settle::act(app.database(), viewer.org_id(), domain, event, app.now())
        .await
        .map_err(unsettled)?;
    Ok(())
}

/// May this person do this to a claim?
async fn permit(
    app: &App,
    viewer: &Viewer,
    action: ClaimAction,
    domain: &Domain,
) -> Result<Permit, Failure> {
    let claims = app.database().list(viewer.org_id()).await?;
    let context = facts::organisation(app, viewer.org_id())
        .await?
        .ok_or(Failure::Missing)?;
    let mut held = claims
        .iter()
        .filter(|claim| claim.hold(app.now()) != Hold::None);
    let last = context.standing.require_sso.is_on() && held.all(|claim| claim.domain() == domain);
    let pending = claims
        .iter()
        .filter(|claim| claim.state().name() == StateName::Pending)
        .count();
    let circumstances = ClaimCircumstances {
        pending_claims: u32::try_from(pending).unwrap_or(u32::MAX),
        claims: u32::try_from(claims.len()).unwrap_or(u32::MAX),
        // The rate limits of this application count looks and their spacing.
        last_manual_check: None,
        manual_checks_last_hour: 0,
        last_domain_under_required_sso: if last {
            LastDomain::Yes
        } else {
            LastDomain::No
        },
        owner_lock: if action.asks_owner_lock() {
            lock::look(app, viewer.org_id(), domain).await?
        } else {
            LockStanding::NotLooked
        },
    };
    permit_claim(
        action,
        viewer.org_id(),
        &viewer.actor(),
        &circumstances,
        app.now(),
    )
    .map_err(|refused| match refused {
        PermitRefusal::StepUp => Failure::StepUp(HERE.to_owned()),
        other => Failure::Bad(other.to_string()),
    })
}

/// Which domains can be claimed: those of the public suffix list, and in the demonstration its
/// own, which is below a reserved top level.
fn rules(app: &App) -> ClaimRules {
    let rules = ClaimRules::default();
    if app.demo().is_some() {
        rules.allow_top_level("example")
    } else {
        rules
    }
}

/// How the record looks.
///
/// # Errors
/// [`Failure::Internal`] if the label were none.
pub fn proof_style() -> Result<ProofStyle, Failure> {
    AppLabel::new(LABEL)
        .map(ProofStyle::new)
        .map_err(|error| Failure::Internal(error.to_string()))
}

/// A new random token.
///
/// # Errors
/// [`Failure::Internal`] when the system gives no random bytes.
pub fn fresh_token() -> Result<Token, Failure> {
    let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
    Token::generate(&mut random).map_err(|error| Failure::Internal(error.to_string()))
}

fn unsettled(error: SettleError<StoreError>) -> Failure {
    match error {
        SettleError::Busy => Failure::Stale,
        SettleError::Held => held(),
        SettleError::NoClaim => Failure::Missing,
        SettleError::Refused(refused) => refusal(refused),
        SettleError::Store(error) => error.into(),
        other => Failure::Internal(other.to_string()),
    }
}

fn held() -> Failure {
    Failure::Bad(
        "Another organization holds this domain. Its administrators have been told.".to_owned(),
    )
}

fn refusal(refusal: Refusal) -> Failure {
    Failure::Bad(refusal.to_string())
}
