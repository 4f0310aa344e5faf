//! What happens without anybody asking: claims are looked at again when they are due, what they
//! caused is written where administrators read it, and what has served its purpose is forgotten.
//!
//! Every process does all of it; leases and the outbox keep them from doing the same thing twice,
//! and forgetting twice is forgetting.

use org_domain::{
    ClaimStore as _, Effect,
    settle::{self, SettleError},
    store::OutboxEntry,
};
use serde_json::json;
use sso_store::{Cleaned, Retention, directory::NewAuditEntry};

use tokio::task::JoinSet;

use crate::{
    App,
    web::{Failure, with_sources},
};

/// How many effects are taken at once.
const BATCH: usize = 20;

/// Claims looked at side by side: what takes time is waiting for name servers.
const LANES: usize = 8;

/// Claims that a lane looks at in a round: with eight lanes and four rounds a minute a million in a
/// day, which is how often a claim is looked at, by one process.
const PER_LANE: usize = 25;

/// How often to look for work.
const EVERY: std::time::Duration = std::time::Duration::from_secs(15);

/// Rounds between two clean-ups: five minutes. What is to be forgotten is days old, or was
/// claimed minutes ago; at a thousand logins a second that is a few hundred thousand rows.
const CLEAN_EVERY: u32 = 20;

/// Works every fifteen seconds until the task is dropped. A round that fails, because the database
/// does, is followed by the next.
pub async fn keep_working(app: App) {
    keep_working_every(app, EVERY).await;
}

/// As [`keep_working`], with another time between rounds.
pub async fn keep_working_every(app: App, every: std::time::Duration) {
    for round in 0_u32.. {
        if round.is_multiple_of(CLEAN_EVERY) {
            report("clean-up", forget(&app).await);
        }
        report("claims", check_due(&app).await);
        report("effects", carry_out_effects(&app).await);
        tokio::time::sleep(every).await;
    }
}

fn report<T>(what: &str, outcome: Result<T, Failure>) {
    if let Err(failure) = outcome {
        tracing::warn!(what, reason = %with_sources(&failure), "background work failed, trying again later");
    }
}

/// Forgets what has served its purpose; gives how much that was.
///
/// # Errors
/// What the database answers. What was forgotten before stays so.
pub async fn forget(app: &App) -> Result<Cleaned, Failure> {
    let cleaned = app
        .database()
        .clean(&Retention::default(), app.now())
        .await?;
    if cleaned != Cleaned::default() {
        tracing::info!(?cleaned, "forgotten");
    }
    Ok(cleaned)
}

/// Looks at the claims that are due; gives how many it looked at.
///
/// Each is leased when its turn comes. A lease for many at once would run out before the last of
/// them was looked at, where name servers do not answer, and another process would look again.
///
/// # Errors
/// What the database answers. A claim that changed meanwhile is left to its next look.
pub async fn check_due(app: &App) -> Result<usize, Failure> {
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        lanes.spawn(check_one_by_one(app.clone()));
    }
    let mut looked = 0;
    while let Some(lane) = lanes.join_next().await {
        looked += lane.map_err(|error| Failure::Internal(error.to_string()))??;
    }
    Ok(looked)
}

async fn check_one_by_one(app: App) -> Result<usize, Failure> {
    for looked in 0..PER_LANE {
        if !check_next(&app).await? {
            return Ok(looked);
        }
    }
    Ok(PER_LANE)
}

/// Looks at the claim that is due longest; says whether there was one.
async fn check_next(app: &App) -> Result<bool, Failure> {
    let asked = app.dns().asked(app.handles());
    let checked = settle::check_due(app.database(), asked, 1, app.now()).await;
    let checked = checked.map_err(super::unsettled)?;
    for result in &checked {
        if let Err(error @ SettleError::Store(_)) = result {
            tracing::warn!(reason = %with_sources(error), "a claim could not be looked at");
        }
    }
    Ok(!checked.is_empty())
}

/// Carries out what transitions asked for; gives how much there was. An effect leaves the outbox
/// in the transaction that carries it out, so that it happens once, whoever else is at it and
/// whenever a process ends.
///
/// # Errors
/// What the database answers.
pub async fn carry_out_effects(app: &App) -> Result<usize, Failure> {
    // Nearly always there is nothing, which needs no transaction.
    if app.database().outbox(1).await?.is_empty() {
        return Ok(0);
    }
    let mut tx = app.database().begin().await?;
    let entries = tx.take_effects(BATCH).await?;
    for entry in &entries {
        tx.record_audit(&line(entry), app.now()).await?;
    }
    tx.commit().await?;
    for entry in &entries {
        if matches!(entry.effect, Effect::Alarm(_)) {
            tracing::warn!(domain = %entry.domain, ?entry.effect, "a domain claim needs an operator's eye");
        }
    }
    Ok(entries.len())
}

/// Effects between claims are part of the commit that caused them. What remains is told to
/// people: a line of the organisation's audit log, which is also where its administrators read
/// what a mail would say. Access itself needs no step: every decision asks the claims anew.
fn line(entry: &OutboxEntry) -> NewAuditEntry {
    let detail = serde_json::to_value(&entry.effect).unwrap_or_default();
    NewAuditEntry {
        org: Some(entry.org.clone()),
        actor: "claims".to_owned(),
        kind: "domain_claim".to_owned(),
        subject: entry.domain.to_string(),
        detail: json!({ "effect": detail, "version": entry.version.get() }),
    }
}
