//! Sign-ins and the audit log.

use sso_store::{SignInId, directory::Page};

use super::people;
use crate::{
    App,
    pages::access::history,
    security::session::need_admin,
    web::{Failure, Incoming, Reply},
};

const PAGE: Page = Page {
    offset: 0,
    limit: 100,
};

/// `GET /settings/access/sign-ins`.
///
/// # Errors
/// [`Failure`].
pub async fn sign_ins(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let entries = app.database().sign_ins(viewer.org_id(), PAGE).await?;
    Ok(Reply::page(history::sign_ins(&viewer, &entries)))
}

/// `GET /settings/access/sign-ins/{trace}`.
///
/// # Errors
/// [`Failure::Missing`] also for a sign-in of another organisation.
pub async fn sign_in(app: &App, request: &Incoming, trace: &str) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let entry = app.database().sign_in(&SignInId::new(trace)).await?;
    let own = entry
        .filter(|entry| entry.org.as_ref() == Some(viewer.org_id()))
        .ok_or(Failure::Missing)?;
    Ok(Reply::page(history::sign_in(&viewer, &own)))
}

/// `GET /settings/access/audit`.
///
/// # Errors
/// [`Failure`].
pub async fn audit(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let entries = app.database().audit_log(viewer.org_id(), PAGE).await?;
    let ids = entries
        .iter()
        .flat_map(|entry| [entry.actor.as_str(), entry.subject.as_str()]);
    let people = people::addresses(app, viewer.org_id(), ids).await?;
    Ok(Reply::page(history::audit(&viewer, &entries, &people)))
}
