//! What happens without anybody asking: claims are looked at again when they are due, and the
//! consequences of transitions are carried out.
//!
//! Every process runs both; leases and the outbox keep them from doing the same thing twice.

use org_domain::{
    Claim, ClaimEvent, ClaimStore as _, Effect,
    claim::Refusal,
    store::{ClaimWrite, CommitError, OutboxEntry},
};
use serde_json::json;
use sso_store::directory::NewAuditEntry;
use time::Duration;

use super::check;
use crate::{
    App,
    web::{Failure, with_sources},
};

/// How many claims or effects are taken at once.
const BATCH: usize = 20;

/// How long a claim is ours to look at. Far longer than a DNS question may take.
const LEASE: Duration = Duration::minutes(2);

/// How often to look for work.
const EVERY: std::time::Duration = std::time::Duration::from_secs(15);

/// Works until the task is dropped.
pub async fn keep_working(app: App) {
    loop {
        for (what, outcome) in [
            ("claims", check_due(&app).await),
            ("effects", carry_out_effects(&app).await),
        ] {
            if let Err(failure) = outcome {
                tracing::warn!(what, reason = %with_sources(&failure), "background work failed, trying again later");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Looks at the claims that are due; gives how many there were.
///
/// # Errors
/// What the database answers.
pub async fn check_due(app: &App) -> Result<usize, Failure> {
    let due = app
        .database()
        .lease_due(app.now(), app.now() + LEASE, BATCH)
        .await?;
    for claim in &due {
        match check(app, claim).await {
            // Changed meanwhile or not to be checked in its state: it will be due again if it matters.
            Ok(_) | Err(Failure::Stale | Failure::Bad(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(due.len())
}

/// Carries out what transitions asked for; gives how much there was.
///
/// # Errors
/// What the database answers.
pub async fn carry_out_effects(app: &App) -> Result<usize, Failure> {
    let entries = app.database().outbox(BATCH).await?;
    for entry in &entries {
        carry_out(app, entry).await?;
        app.database().acknowledge(entry.sequence).await?;
    }
    Ok(entries.len())
}

async fn carry_out(app: &App, entry: &OutboxEntry) -> Result<(), Failure> {
    match &entry.effect {
        Effect::SupersedeRivals => {
            for rival in app.database().claims_to(&entry.domain).await? {
                if rival.org() != &entry.org && !rival.holds_domain() {
                    follow(app, &rival, ClaimEvent::Superseded).await?;
                }
            }
            Ok(())
        }
        Effect::ContestHolder => to_holder(app, entry, ClaimEvent::Contested).await,
        Effect::DropContest => to_holder(app, entry, ClaimEvent::ContestDropped).await,
        noted => note(app, entry, noted).await,
    }
}

async fn to_holder(app: &App, entry: &OutboxEntry, event: ClaimEvent<'_>) -> Result<(), Failure> {
    match app.database().holder(&entry.domain).await? {
        Some(holder) if holder.org() != &entry.org => follow(app, &holder, event).await,
        _ => Ok(()),
    }
}

/// Applies an event that follows from another claim's. A claim that cannot take it any more, or
/// changed in this moment, is left to its next look.
async fn follow(app: &App, claim: &Claim, event: ClaimEvent<'_>) -> Result<(), Failure> {
    let after = match claim.apply(event, app.now()) {
        Ok(after) => after,
        Err(Refusal::State(_)) => return Ok(()),
        Err(refusal) => return Err(Failure::Internal(refusal.to_string())),
    };
    match app
        .database()
        .commit(&[ClaimWrite::update(claim, after)])
        .await
    {
        Ok(()) | Err(CommitError::Conflict { .. } | CommitError::DomainHeld(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Everything else becomes a line of the organisation's audit log, which is also where its
/// administrators read what a mail would tell them.
async fn note(app: &App, entry: &OutboxEntry, effect: &Effect) -> Result<(), Failure> {
    let detail = serde_json::to_value(effect).unwrap_or_default();
    let line = NewAuditEntry {
        org: Some(entry.org.clone()),
        actor: "claims".to_owned(),
        kind: "domain_claim".to_owned(),
        subject: entry.domain.to_string(),
        detail: json!({ "effect": detail, "version": entry.version.get() }),
    };
    app.database().record_audit(&line, app.now()).await?;
    Ok(())
}
