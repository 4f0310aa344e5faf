//! Domains: claim, check, claim again, give up.

use std::time::Duration;

use http::StatusCode;
use maud::Markup;
use org_domain::{Claim, ClaimStore as _, Domain, claim::StateName};

use super::admin_form;
use crate::{
    App, claims,
    pages::{
        access::domains::{self as pages, Domains, Refused},
        field::Wrong,
        words::{Tone, note, sentence},
    },
    security::session::{Viewer, need_admin},
    web::{Failure, Form, Incoming, Parts, Reply, with_sources},
};

const HERE: &str = "/settings/access/domains";

/// How often the record is looked for while somebody watches. The rate limit makes it rarer after
/// the first minute.
const EVERY: Duration = Duration::from_secs(10);

/// How often at most: ten minutes.
const LOOKS: usize = 60;

/// `GET /settings/access/domains`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    render(app, &viewer, None).await
}

async fn render(
    app: &App,
    viewer: &Viewer,
    refused: Option<&Refused<'_>>,
) -> Result<Reply, Failure> {
    let claims = app.database().list(viewer.org_id()).await?;
    let facts = facts(app, viewer, &claims, refused)?;
    let reply = Reply::page(pages::domains(&facts));
    Ok(match refused {
        Some(_) => reply.status(StatusCode::BAD_REQUEST),
        None => reply,
    })
}

fn facts<'a>(
    app: &App,
    viewer: &'a Viewer,
    claims: &'a [Claim],
    refused: Option<&'a Refused<'a>>,
) -> Result<Domains<'a>, Failure> {
    Ok(Domains {
        viewer,
        claims,
        refused,
        label: claims::proof_style()?.app().clone(),
        handle: app.handles().handle(viewer.org_id()),
        now: app.now(),
    })
}

/// `POST /settings/access/domains` and `…/restart`: claims a domain.
///
/// # Errors
/// [`Failure`]; what is wrong with the domain is said on the page.
pub async fn claim(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let typed = form.text("domain");
    match claims::start(app, &viewer, typed).await {
        Ok(domain) => Ok(Reply::see_other(&format!("{HERE}#{domain}"))),
        Err(Failure::Bad(text)) => {
            let wrong = Wrong::at("domain", sentence(&text));
            render(app, &viewer, Some(&Refused { typed, wrong })).await
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /settings/access/domains/check`: looks for the record now. The page says so while the DNS
/// is being asked, and then what it said.
///
/// # Errors
/// [`Failure`].
pub async fn check(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let domain = named(&form)?;
    claims::may_check(app, &viewer, &domain).await?;
    let page = pages::checking(&viewer, &domain);
    let app = app.clone();
    Ok(Reply::in_parts(page, |mut parts| async move {
        let saw = match claims::check(&app, viewer.org_id(), &domain).await {
            Ok((claim, diagnosis)) => pages::seen(&claim, diagnosis.as_ref()),
            Err(failure) => not_looked(&failure),
        };
        parts.add(saw).await;
        if parts.next().await {
            parts.add(afterwards(&app, &viewer).await).await;
        }
        parts
    }))
}

/// The list of claims, for the end of a page that is sent already.
async fn afterwards(app: &App, viewer: &Viewer) -> Markup {
    let claims = match app.database().list(viewer.org_id()).await {
        Ok(claims) => claims,
        Err(error) => return not_looked(&error.into()),
    };
    match facts(app, viewer, &claims, None) {
        Ok(facts) => pages::list(&facts),
        Err(failure) => not_looked(&failure),
    }
}

fn not_looked(failure: &Failure) -> Markup {
    tracing::warn!(reason = %with_sources(failure), "a page could not be finished");
    note(
        Tone::Bad,
        "This could not be found out just now. Try again shortly.",
    )
}

/// `GET /settings/access/domains/watch`: looks for the record again and again, and says what it saw,
/// until it is there or ten minutes are over.
///
/// # Errors
/// [`Failure`].
pub async fn watch(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let domain = Domain::parse(&request.query("domain").unwrap_or_default())
        .map_err(|_| Failure::Missing)?;
    claims::may_check(app, &viewer, &domain).await?;
    let claims: Vec<Claim> = app
        .database()
        .load(viewer.org_id(), &domain)
        .await?
        .into_iter()
        .collect();
    let page = pages::watching(&facts(app, &viewer, &claims, None)?, &domain);
    let app = app.clone();
    Ok(Reply::in_parts(page, |parts| async move {
        follow(&app, &viewer, &domain, &parts).await;
        parts
    }))
}

async fn follow(app: &App, viewer: &Viewer, domain: &Domain, parts: &Parts) {
    for round in 0..LOOKS {
        if round == 0 || claims::may_check(app, viewer, domain).await.is_ok() {
            let (saw, waits) = match claims::check(app, viewer.org_id(), domain).await {
                Ok((claim, diagnosis)) => (
                    pages::glance(app.now(), &claim, diagnosis.as_ref()),
                    claim.state().name() == StateName::Pending,
                ),
                Err(failure) => (not_looked(&failure), false),
            };
            if !parts.add(saw).await || !waits {
                return;
            }
        }
        tokio::time::sleep(EVERY).await;
    }
    parts.add(pages::watched_long_enough()).await;
}

/// `POST /settings/access/domains/release`: gives a domain up.
///
/// # Errors
/// [`Failure`].
pub async fn release(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    match claims::release(app, &viewer, &named(&form)?).await {
        Ok(()) => Ok(Reply::see_other(HERE)),
        Err(Failure::Bad(text)) => {
            let wrong = Wrong::whole(sentence(&text));
            render(app, &viewer, Some(&Refused { typed: "", wrong })).await
        }
        Err(failure) => Err(failure),
    }
}

fn named(form: &Form) -> Result<Domain, Failure> {
    Domain::parse(form.text("domain")).map_err(|error| Failure::Bad(error.to_string()))
}
