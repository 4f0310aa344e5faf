//! What happens without anybody asking: claims are looked at again when they are due, and what
//! they caused is written where administrators read it.
//!
//! Every process runs both; leases and the outbox keep them from doing the same thing twice.

use org_domain::{
    ClaimStore as _, Effect,
    settle::{self, SettleError},
    store::OutboxEntry,
};
use serde_json::json;
use sso_store::directory::NewAuditEntry;

use crate::{
    App,
    web::{Failure, with_sources},
};

/// How many claims or effects are taken at once.
const BATCH: usize = 20;

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
/// What the database answers. A claim that changed meanwhile is left to its next look.
pub async fn check_due(app: &App) -> Result<usize, Failure> {
    let dns = app.dns();
    let checked = settle::check_due(app.database(), dns, dns.quorum(), BATCH, app.now()).await;
    let checked = checked.map_err(super::unsettled)?;
    for result in &checked {
        if let Err(error @ SettleError::Store(_)) = result {
            tracing::warn!(reason = %with_sources(error), "a claim could not be looked at");
        }
    }
    Ok(checked.len())
}

/// Carries out what transitions asked for; gives how much there was.
///
/// # Errors
/// What the database answers.
pub async fn carry_out_effects(app: &App) -> Result<usize, Failure> {
    let entries = app.database().outbox(BATCH).await?;
    for entry in &entries {
        note(app, entry).await?;
        app.database().acknowledge(entry.sequence).await?;
    }
    Ok(entries.len())
}

/// Effects between claims are part of the commit that caused them. What remains is told to
/// people: a line of the organisation's audit log, which is also where its administrators read
/// what a mail would say. Access itself needs no step: every decision asks the claims anew.
async fn note(app: &App, entry: &OutboxEntry) -> Result<(), Failure> {
    let detail = serde_json::to_value(&entry.effect).unwrap_or_default();
    let line = NewAuditEntry {
        org: Some(entry.org.clone()),
        actor: "claims".to_owned(),
        kind: "domain_claim".to_owned(),
        subject: entry.domain.to_string(),
        detail: json!({ "effect": detail, "version": entry.version.get() }),
    };
    if matches!(entry.effect, Effect::Alarm(_)) {
        tracing::warn!(domain = %entry.domain, ?entry.effect, "a domain claim needs an operator's eye");
    }
    app.database().record_audit(&line, app.now()).await?;
    Ok(())
}
