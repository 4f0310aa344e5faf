//! The overview: what is done, what is left, what needs attention.

use org_domain::{ClaimStore as _, claim::Hold};
use sso_store::directory::Page;
use time::Duration;

use super::settings;
use crate::{
    App,
    pages::access::overview::{Overview, overview},
    scim,
    security::session::need_admin,
    web::{Failure, Incoming, Reply},
};

/// How many people that could not be added are counted.
static ISSUES: Page = Page::first(50);
/// What provisioning leaves in the audit log: done, refused.
const PUSHES: (&str, &str) = (scim::DONE, scim::REFUSED);
/// How many days the charts show, and how long somebody is looked for who came by single sign-on.
const DAYS: u8 = 14;

/// `GET /settings/access`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let org = viewer.org_id();
    let (now, today) = (app.now(), app.now().date());
    let since = now - Duration::days(DAYS.into());
    let (claims, tokens, issues, sign_ins, pushes, last_sso) = tokio::try_join!(
        app.database().list(org),
        app.database().tokens(org),
        app.database().issues(org, &ISSUES),
        app.database().sign_ins_per_day(org, today, DAYS),
        app.database().audit_per_day(org, PUSHES, today, DAYS),
        app.database().last_accepted(org, "sso", since),
    )?;
    let current = settings(app, org).await?.value;
    let held = claims
        .iter()
        .filter(|claim| claim.hold(now) != Hold::None)
        .count();
    let facts = Overview {
        viewer: &viewer,
        settings: &current,
        claims: &claims,
        held,
        tokens: &tokens,
        issues: issues.entries.len(),
        sign_ins: &sign_ins,
        pushes: &pushes,
        last_sso,
        now,
    };
    Ok(Reply::page(overview(&facts)))
}
