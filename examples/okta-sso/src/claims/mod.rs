//! Domain claims: what people and time do to them. The rules are org-domain's; here they are
//! given answers from the DNS and the store.

pub mod dns;
mod jobs;

pub use jobs::{carry_out_effects, check_due, keep_working};

use org_domain::{
    Claim, ClaimAction, ClaimEvent, ClaimRules, ClaimStore as _, Domain, Permit, Transition,
    claim::{ClaimState, Elsewhere, Hold, HolderRecord, Refusal, StateName},
    policy::{ClaimCircumstances, LastDomain, permit_claim},
    proof::{AppLabel, ProofStyle, RandomError, Token, Verdict},
    store::{ClaimWrite, CommitError},
};

use crate::{
    App,
    demo::DOMAIN as DEMO_DOMAIN,
    facts,
    security::{
        rate::{Action, Who},
        session::Viewer,
    },
    web::Failure,
};

/// The label in the record's name, `_okta-sso-challenge.<domain>`.
const LABEL: &str = "okta-sso";

/// Starts a claim, or starts an old one again, for a person.
///
/// # Errors
/// [`Failure::Bad`] with what is wrong with the domain, or what the policy answers.
pub async fn start(app: &App, viewer: &Viewer, text: &str) -> Result<Domain, Failure> {
    let domain = Domain::parse(text).map_err(|error| Failure::Bad(error.to_string()))?;
    let claimable = rules(app)
        .check(domain.clone())
        .map_err(|error| Failure::Bad(error.to_string()))?;
    let permit = permit(app, viewer, ClaimAction::Start, &domain).await?;
    let token = fresh_token()?;
    let existing = app.database().load(viewer.org_id(), &domain).await?;
    let write = match &existing {
        None => {
            let style = proof_style()?;
            ClaimWrite::insert(
                Claim::start(&permit, claimable, token, &style, app.now()).map_err(refusal)?,
            )
        }
        Some(claim) => step(claim, ClaimEvent::Restart(&permit, token), app)?,
    };
    commit(app, &[write]).await?;
    Ok(domain)
}

/// Looks for a claim's record now, for a person, and gives what was seen.
///
/// # Errors
/// [`Failure::TooMany`] when it was looked for a moment ago, or what the policy answers.
pub async fn check_now(app: &App, viewer: &Viewer, domain: &Domain) -> Result<Verdict, Failure> {
    let claim = own(app, viewer, domain).await?;
    let who = Who::Named(format!("{} {domain}", viewer.org_id()));
    app.rates().spend(Action::CheckClaim, who, app.now())?;
    permit(app, viewer, ClaimAction::CheckNow, domain).await?;
    check(app, &claim).await
}

/// Gives a domain up, for an Owner.
///
/// # Errors
/// What the policy answers.
pub async fn release(app: &App, viewer: &Viewer, domain: &Domain) -> Result<(), Failure> {
    let claim = own(app, viewer, domain).await?;
    let permit = permit(app, viewer, ClaimAction::Release, domain).await?;
    let write = step(&claim, ClaimEvent::Release(&permit), app)?;
    commit(app, &[write]).await
}

/// Looks for a claim's record and stores what follows.
///
/// # Errors
/// [`Failure::Stale`] when the claim changed meanwhile, or what the database answers.
pub async fn check(app: &App, claim: &Claim) -> Result<Verdict, Failure> {
    let verdict = look(app, claim).await;
    let elsewhere = match verdict {
        Verdict::Proven => elsewhere(app, claim).await?,
        _ => Elsewhere::Nobody,
    };
    let event = ClaimEvent::Checked {
        token: claim.record().token(),
        verdict,
        elsewhere,
    };
    let mut writes = Vec::new();
    if elsewhere == Elsewhere::Yields {
        writes.extend(yielding(app, claim).await?);
    }
    writes.push(step(claim, event, app)?);
    commit(app, &writes).await?;
    Ok(verdict)
}

async fn look(app: &App, claim: &Claim) -> Verdict {
    let record = claim.record();
    // The demonstration answers for its own domain, which no DNS server knows.
    if app.demo().is_some() && claim.domain().as_str() == DEMO_DOMAIN {
        return org_domain::TxtAnswer::Present(vec![record.value().into_bytes()]).verdict(&record);
    }
    dns::look_up(app.config().dns, record.name())
        .await
        .verdict(&record)
}

/// Whether another organisation holds the domain, and what its own record looks like.
async fn elsewhere(app: &App, claim: &Claim) -> Result<Elsewhere, Failure> {
    let holder = app
        .database()
        .holder(claim.domain())
        .await?
        .filter(|holder| holder.org() != claim.org());
    let Some(holder) = holder else {
        return Ok(Elsewhere::Nobody);
    };
    let over = matches!(holder.state(), ClaimState::Contested { until, .. } if app.now() >= *until);
    if claim.waits_for_hold() && over {
        return Ok(Elsewhere::Yields);
    }
    Ok(Elsewhere::Held(match look(app, &holder).await {
        Verdict::Proven => HolderRecord::Present,
        Verdict::Absent => HolderRecord::Absent,
        Verdict::Indeterminate(_) | Verdict::Bogus => HolderRecord::Indeterminate,
    }))
}

/// The holder's side of a hand-over, which is written first.
async fn yielding(app: &App, claim: &Claim) -> Result<Option<ClaimWrite>, Failure> {
    let holder = app.database().holder(claim.domain()).await?;
    holder
        .map(|holder| step(&holder, ClaimEvent::Yield, app))
        .transpose()
}

/// A step of a claim as a write.
fn step(claim: &Claim, event: ClaimEvent<'_>, app: &App) -> Result<ClaimWrite, Failure> {
    let after: Transition = claim.apply(event, app.now()).map_err(refusal)?;
    Ok(ClaimWrite::update(claim, after))
}

async fn commit(app: &App, writes: &[ClaimWrite]) -> Result<(), Failure> {
    app.database()
        .commit(writes)
        .await
        .map_err(|error| match error {
            CommitError::Conflict { .. } => Failure::Stale,
            CommitError::DomainHeld(_) => Failure::Bad(
                "Another organisation holds this domain. Its administrators have been told."
                    .to_owned(),
            ),
            CommitError::Store(error) => error.into(),
        })
}

async fn own(app: &App, viewer: &Viewer, domain: &Domain) -> Result<Claim, Failure> {
    app.database()
        .load(viewer.org_id(), domain)
        .await?
        .ok_or(Failure::Missing)
}

/// May this person do this to a claim?
async fn permit(
    app: &App,
    viewer: &Viewer,
    action: ClaimAction,
    domain: &Domain,
) -> Result<Permit, Failure> {
    let claims = app.database().list(viewer.org_id()).await?;
    let held: Vec<&Claim> = claims
        .iter()
        .filter(|claim| claim.hold(app.now()) != Hold::None)
        .collect();
    let context = facts::organisation(app, viewer.org_id())
        .await?
        .ok_or(Failure::Missing)?;
    let last =
        context.standing.require_sso.is_on() && held.iter().all(|claim| claim.domain() == domain);
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
    };
    permit_claim(
        action,
        viewer.org_id(),
        &viewer.actor(),
        &circumstances,
        app.now(),
    )
    .map_err(|refused| match refused {
        org_domain::policy::PermitRefusal::StepUp => {
            Failure::StepUp("/settings/access/domains".to_owned())
        }
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

fn refusal(refusal: Refusal) -> Failure {
    Failure::Bad(refusal.to_string())
}
