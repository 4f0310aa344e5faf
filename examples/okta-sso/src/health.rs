//! What machines ask: alive, ready, how many.
//!
//! `/metrics` answers loopback peers only: it is for a scraper on the same machine or a sidecar,
//! and a reverse proxy must not publish it.

use http::{StatusCode, header};
use sso_store::StoreError;

use crate::{
    App,
    web::{Failure, Incoming, Reply, with_sources},
};

/// `GET /healthz`: the process answers.
pub fn alive() -> Reply {
    Reply::text("ok\n")
}

/// `GET /readyz`: the database answers too, and takes changes as far as is known (see
/// [`Database::check_writing`](sso_store::Database::check_writing)).
pub async fn ready(app: &App) -> Reply {
    if let Err(error) = app.database().ping().await {
        return not_ready("the database does not answer\n", &error);
    }
    match app.database().check_writing().await {
        Ok(()) => Reply::text("ready\n"),
        Err(error) => not_ready("reading works, writing does not\n", &error),
    }
}

fn not_ready(word: &'static str, error: &StoreError) -> Reply {
    tracing::warn!(error = %with_sources(error), "not ready: {}", word.trim_end());
    Reply::text(word)
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .header(header::RETRY_AFTER, "5")
}

/// `GET /metrics`.
///
/// # Errors
/// [`Failure::Missing`] for a peer that is not on this machine.
pub fn metrics(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let forwarded = request.headers().contains_key("x-forwarded-for")
        || request.headers().contains_key("forwarded");
    if forwarded || !request.peer().is_none_or(|peer| peer.is_loopback()) {
        return Err(Failure::Missing);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(Reply::document(kind, app.metrics().text()))
}
