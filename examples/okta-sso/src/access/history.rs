//! Sign-ins and the audit log.

use sso_store::SignInId;

use super::people;
use crate::{
    App,
    pages::{
        access::history,
        pager::{self, Pager},
    },
    security::session::need_admin,
    web::{Failure, Incoming, Reply},
};

/// How many entries one page shows.
const PAGE: u32 = 100;

/// `GET /settings/access/sign-ins`.
///
/// # Errors
/// [`Failure`].
pub async fn sign_ins(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let page = pager::asked(request, PAGE);
    let found = app.database().sign_ins(viewer.org_id(), &page).await?;
    let pager = Pager::newest_first("/settings/access/sign-ins", &page, found.next.as_ref());
    let markup = history::sign_ins(&viewer, &found.entries, &pager);
    Ok(Reply::page(markup))
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
    let page = pager::asked(request, PAGE);
    let found = app.database().audit_log(viewer.org_id(), &page).await?;
    let ids = found
        .entries
        .iter()
        .flat_map(|entry| [entry.actor.as_str(), entry.subject.as_str()]);
    let people = people::addresses(app, viewer.org_id(), ids).await?;
    let pager = Pager::newest_first("/settings/access/audit", &page, found.next.as_ref());
    let markup = history::audit(&viewer, &found.entries, &people, &pager);
    Ok(Reply::page(markup))
}
