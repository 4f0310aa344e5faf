//! SCIM: tokens, what deletion does, people Okta could not add.

use http::StatusCode;
use org_domain::{
    SettingsChange, TokenId as PolicyTokenId,
    policy::Deletion,
    settings::{SettingsFacts, SettingsRefusal, decide_settings},
};
use scim_core::auth::TokenId;
use sso_store::{Generate as _, SignInId, directory::NewAuditEntry};
use time::Duration;

use super::{Changed, admin_form, change, settings, surroundings, version};
use crate::{
    App,
    pages::{
        access::scim::{Provisioning, scim},
        pager::{self, Pager},
    },
    ready::SCIM_PATH,
    security::{
        rate::{Action, Who},
        session::{Viewer, need_admin},
    },
    web::{Failure, Incoming, Reply},
};

const HERE: &str = "/settings/access/scim";

/// How many people that could not be added one page shows.
const ISSUES: u32 = 50;

/// How long a token lives: a year, so that a forgotten integration shows itself.
const LIFE: Duration = Duration::days(365);

/// `GET /settings/access/scim`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    render(app, request, &viewer, Shown::Present).await
}

/// What the page shows beside what there is.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Present,
    /// A token that was just made.
    Fresh(&'a str),
    /// Why a change was not made.
    Refused(&'a str),
}

async fn render(
    app: &App,
    request: &Incoming,
    viewer: &Viewer,
    shown: Shown<'_>,
) -> Result<Reply, Failure> {
    let org = viewer.org_id();
    let page = pager::asked(request, ISSUES);
    let (tokens, issues) = tokio::try_join!(
        app.database().tokens(org),
        app.database().issues(org, &page)
    )?;
    let current = settings(app, org).await?.value;
    let closed = may_mint(app, viewer, Duration::ZERO)
        .await
        .err()
        .and_then(why_closed);
    let facts = Provisioning {
        viewer,
        base_url: &app.config().base_url.join(SCIM_PATH),
        tokens: &tokens,
        fresh: match shown {
            Shown::Fresh(token) => Some(token),
            Shown::Present | Shown::Refused(_) => None,
        },
        wrong: match shown {
            Shown::Refused(why) => Some(why),
            Shown::Present | Shown::Fresh(_) => None,
        },
        closed: closed.as_deref(),
        deletion: current.deletion(),
        version: i64::try_from(current.version().get()).unwrap_or(i64::MAX),
        issues: &issues.entries,
        pager: Pager::newest_first(HERE, &page, issues.next.as_ref()),
        now: app.now(),
    };
    let reply = Reply::page(scim(&facts));
    Ok(match shown {
        Shown::Refused(_) => reply.status(StatusCode::BAD_REQUEST),
        Shown::Present | Shown::Fresh(_) => reply,
    })
}

/// The section with why a change was not made, where the rules forbid it.
async fn sent_back(
    app: &App,
    request: &Incoming,
    viewer: &Viewer,
    refused: Changed,
) -> Result<Reply, Failure> {
    match refused.into_failure(HERE) {
        Failure::Bad(why) => render(app, request, viewer, Shown::Refused(&why)).await,
        failure => Err(failure),
    }
}

/// What to say instead of the button; an old sign-in is no reason, it can be confirmed.
fn why_closed(refused: Changed) -> Option<String> {
    if matches!(refused, Changed::Refused(SettingsRefusal::Plan)) {
        return Some("Your plan does not include SCIM provisioning.".to_owned());
    }
    match refused.into_failure(HERE) {
        Failure::Bad(text) => Some(text),
        _ => None,
    }
}

/// Asks the rules whether this person may make a token now. The tokens themselves are kept by
/// the store, which also knows the two slots.
async fn may_mint(app: &App, viewer: &Viewer, overlap: Duration) -> Result<(), Changed> {
    let id = SignInId::generate(app.now())?;
    let id =
        PolicyTokenId::new(id.as_str()).map_err(|error| Failure::Internal(error.to_string()))?;
    let wanted = SettingsChange::MintToken {
        id,
        life: LIFE,
        overlap,
    };
    let current = settings(app, viewer.org_id()).await?.value;
    let facts = SettingsFacts {
        settings: &current,
        change: &wanted,
        actor: &viewer.actor(),
        around: surroundings(app, viewer.org_id()).await?,
        now: app.now(),
    };
    decide_settings(&facts).map_err(Changed::Refused)
}

/// `POST /settings/access/scim/token`: makes a token and shows it this once.
///
/// # Errors
/// [`Failure`].
pub async fn mint(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let hours = form.text("overlap").parse().unwrap_or(0_i64);
    let overlap = Duration::hours(hours.clamp(0, 24 * 7));
    if let Err(refused) = may_mint(app, &viewer, overlap).await {
        return sent_back(app, request, &viewer, refused).await;
    }
    let now = app.now();
    app.rates().spend(
        Action::MintToken,
        Who::Named(viewer.org_id().to_string()),
        now,
    )?;
    let mut tx = app.database().begin().await?;
    let by = viewer.account.id.to_string();
    let token = tx
        .mint_token(viewer.org_id(), &by, Some(now + LIFE), overlap, now)
        .await?;
    tx.record_audit(&entry(&viewer, "scim_token_made", ""), now)
        .await?;
    tx.commit().await?;
    render(app, request, &viewer, Shown::Fresh(&token.reveal()))
        .await
        .map_err(Failure::afterwards)
}

/// `POST /settings/access/scim/revoke`: ends a token at once.
///
/// # Errors
/// [`Failure`].
pub async fn revoke(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let id = TokenId::parse(form.text("token")).map_err(|_| Failure::Missing)?;
    let mut tx = app.database().begin().await?;
    tx.revoke_token(viewer.org_id(), &id).await?;
    tx.record_audit(
        &entry(&viewer, "scim_token_revoked", id.as_str()),
        app.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(Reply::see_other(HERE))
}

/// `POST /settings/access/scim/deletion`: what deletion does.
///
/// # Errors
/// [`Failure`].
pub async fn deletion(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let wanted = match form.text("deletion") {
        "delete_account" => Deletion::DeleteAccount,
        _ => Deletion::RemoveMembership,
    };
    let wanted = SettingsChange::Deletion(wanted);
    match change(app, &viewer, version(&form)?, &wanted).await {
        Ok(()) => Ok(Reply::see_other(HERE)),
        Err(refused) => sent_back(app, request, &viewer, refused).await,
    }
}

/// `POST /settings/access/scim/dismiss`: takes a person off the list.
///
/// # Errors
/// [`Failure`].
pub async fn dismiss(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    app.database()
        .dismiss_issue(viewer.org_id(), form.text("user_name"))
        .await?;
    Ok(Reply::see_other(HERE))
}

fn entry(viewer: &Viewer, kind: &str, subject: &str) -> NewAuditEntry {
    NewAuditEntry {
        org: Some(viewer.org_id().clone()),
        actor: viewer.account.id.to_string(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        detail: serde_json::json!({}),
    }
}
