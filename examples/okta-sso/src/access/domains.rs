//! Domains: claim, check, claim again, give up.

use org_domain::{Claim, ClaimStore as _, Domain, proof::doctor::Diagnosis};

use super::admin_form;
use crate::{
    App, claims,
    pages::access::domains::{Domains, domains},
    security::session::{Viewer, need_admin},
    web::{Failure, Form, Incoming, Reply},
};

const HERE: &str = "/settings/access/domains";

/// `GET /settings/access/domains`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let watching = request.query("watch").is_some();
    render(app, &viewer, None, watching).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    seen: Option<&(Claim, Option<Diagnosis>)>,
    watching: bool,
) -> Result<Reply, Failure> {
    let held = app.database().list(viewer.org_id()).await?;
    let style = claims::proof_style()?;
    let facts = Domains {
        viewer,
        claims: &held,
        seen,
        watching,
        label: style.app(),
        handle: &app.handles().handle(viewer.org_id()),
        now: app.now(),
    };
    Ok(Reply::page(domains(&facts)))
}

/// `POST /settings/access/domains` and `…/restart`: claims a domain.
///
/// # Errors
/// [`Failure`].
pub async fn claim(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let domain = claims::start(app, &viewer, form.text("domain")).await?;
    Ok(Reply::see_other(&format!("{HERE}#{domain}")))
}

/// `POST /settings/access/domains/check`: looks for the record now.
///
/// # Errors
/// [`Failure`].
pub async fn check(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let domain = named(&form)?;
    let seen = claims::check_now(app, &viewer, &domain).await?;
    render(app, &viewer, Some(&seen), false).await
}

/// `POST /settings/access/domains/release`: gives a domain up.
///
/// # Errors
/// [`Failure`].
pub async fn release(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    claims::release(app, &viewer, &named(&form)?).await?;
    Ok(Reply::see_other(HERE))
}

fn named(form: &Form) -> Result<Domain, Failure> {
    Domain::parse(form.text("domain")).map_err(|error| Failure::Bad(error.to_string()))
}
