//! The overview: what is done, what is left, what needs attention.

use org_domain::{ClaimStore as _, claim::Hold};
use sso_store::directory::Page;

use super::settings;
use crate::{
    App,
    pages::access::overview::{Overview, overview},
    security::session::need_admin,
    web::{Failure, Incoming, Reply},
};

/// How many people that could not be added are counted.
static ISSUES: Page = Page::first(50);
/// Of how many sign-ins and lines of the audit log the charts are drawn.
const DRAWN: u16 = 1000;
static RECENT: Page = Page::first(DRAWN as u32);

/// `GET /settings/access`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let org = viewer.org_id();
    let (claims, tokens, issues, sign_ins, audit) = tokio::try_join!(
        app.database().list(org),
        app.database().tokens(org),
        app.database().issues(org, &ISSUES),
        app.database().sign_ins(org, &RECENT),
        app.database().audit_log(org, &RECENT),
    )?;
    let current = settings(app, org).await?.value;
    let held = claims
        .iter()
        .filter(|claim| claim.hold(app.now()) != Hold::None)
        .count();
    let facts = Overview {
        viewer: &viewer,
        settings: &current,
        claims: &claims,
        held,
        tokens: &tokens,
        issues: issues.entries.len(),
        sign_ins: &sign_ins.entries,
        audit: &audit.entries,
        most: usize::from(DRAWN),
        now: app.now(),
    };
    Ok(Reply::page(overview(&facts)))
}
