//! Single logout, begun here or at the identity provider.
//!
//! The local session always ends first and for good; what the identity provider says afterwards
//! only decides what the page tells. Its messages find sessions by the digest of the name they
//! carry, so no cookie is needed, and they end nothing unless they are signed.

use std::sync::Arc;

use http::Method;
use org_domain::OrgId;
use saml_sp::{
    Code, Idp, Limits, Rejection, RequestRecord, RequestStore as _, ServiceProvider,
    binding::Delivery,
    logout::{LogoutEnd, LogoutMessage, LogoutOrder, LogoutRecord, LogoutResult, SessionKey},
    random::RandomError,
    record::RecordParts,
    store::RequestHandle,
};
use sso_store::directory::{IdentityLink, NewAuditEntry, SessionScope};

use super::{
    addresses::Addresses,
    provider::{self, Door},
};
use crate::{
    App,
    facts::{self, Context},
    pages::signed_out::{self, Ended},
    security::session::{Detail, need_viewer},
    web::{Failure, Incoming, Reply},
};

/// The text under which the sessions of one person at one provider are found.
pub fn subject(key: SessionKey) -> String {
    data_encoding::HEXLOWER.encode(key.as_bytes())
}

/// The two that speak: this service and the provider.
type Sides = (Arc<ServiceProvider>, Arc<Idp>);

/// Both sides of an organisation's logout; `None` where there is none.
fn sides(app: &App, context: &Context) -> Result<Option<Sides>, Failure> {
    if app.config().service_key.is_none() {
        return Ok(None);
    }
    let idp = provider::identity_provider(app, context.settings.value.connection())?;
    let Some(idp) = idp.filter(|idp| idp.logout().is_some()) else {
        return Ok(None);
    };
    Ok(Some((
        provider::service(app, &context.org.id, &Door::Requestable)?,
        idp,
    )))
}

/// Whether signing out everywhere is offered to people of an organisation.
///
/// # Errors
/// What the database answers.
pub async fn is_offered(app: &App, org: &OrgId) -> Result<bool, Failure> {
    let Some(context) = facts::organisation(app, org).await? else {
        return Ok(false);
    };
    Ok(sides(app, &context)?.is_some())
}

/// `POST /sign-out/everywhere`: ends the session here and asks the provider to end its own.
///
/// # Errors
/// [`Failure::CrossSite`], [`Failure::Missing`] where there is no single logout.
pub async fn begin(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_viewer(app, request).await?;
    viewer.csrf.check(&request.form().await?)?;
    let identity = Detail::from_json(&viewer.session.detail).and_then(|detail| detail.identity);
    let context = facts::organisation(app, viewer.org_id())
        .await?
        .ok_or(Failure::Missing)?;
    let (Some(identity), Some((service, idp))) = (identity, sides(app, &context)?) else {
        return Err(Failure::Missing);
    };
    let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(RandomError::new);
    let started = service
        .start_logout(&idp, &identity, &mut random, app.now())
        .map_err(|error| Failure::Internal(format!("starting a logout: {error}")))?;
    app.database()
        .put(&remembered(&context, &idp, started.record(), app))
        .await?;
    // The session ends before anybody is asked, and after the last thing that could fail for it: who
    // is told that nothing was changed is still signed in and can do it again.
    if let Some(cookie) = request.cookie(app.cookies().session_name()) {
        app.database().end_session(cookie).await?;
    }
    Ok(deliver(started.delivery()).cookie(&app.cookies().no_session()))
}

/// A logout request kept as any other request: found by its relay state, answered once. Its
/// address is no place where assertions are taken, so it can be mistaken for no login.
fn remembered(context: &Context, idp: &Idp, record: &LogoutRecord, app: &App) -> RequestRecord {
    RecordParts {
        id: record.id().clone(),
        idp: idp.issuer().to_owned(),
        tenant: context.org.id.to_string(),
        acs: Addresses::new(&app.config().base_url, &context.org.id).logout,
        relay: record.relay().clone(),
        return_to: serde_json::to_string(record).ok(),
        issued_at: app.now(),
        expires_at: record.expires_at(),
        asked: Default::default(),
        browser: None,
    }
    .into()
}

/// `GET` and `POST` on the organisation's logout address: a request of the provider, or its
/// answer to ours.
///
/// # Errors
/// [`Failure::Missing`] where there is no single logout; a refused message is [`Failure::Bad`].
pub async fn message(app: &App, request: &Incoming, org: &str) -> Result<Reply, Failure> {
    let org = OrgId::new(org).map_err(|_| Failure::Missing)?;
    let context = facts::organisation(app, &org)
        .await?
        .ok_or(Failure::Missing)?;
    let (service, idp) = sides(app, &context)?.ok_or(Failure::Missing)?;
    let limits = Limits::default();
    let message = match *request.method() {
        Method::POST => LogoutMessage::from_urlencoded(request.body(), &limits),
        _ => LogoutMessage::from_query(request.query_text(), &limits),
    }
    .map_err(|rejection| refused(&rejection))?;
    let reply = if message.is_request() {
        obey(app, &context, &service, &idp, &message).await?
    } else {
        finish(app, &service, &idp, &message).await?
    };
    // Providers end sessions at many services at once by hidden frames. Nothing else may be framed,
    // and here only by the provider that the settings name.
    let origins = provider::origins(app, context.settings.value.connection());
    Ok(reply.framed_by(origins))
}

/// The provider asks: sessions end, and it is always answered.
async fn obey(
    app: &App,
    context: &Context,
    service: &ServiceProvider,
    idp: &Idp,
    message: &LogoutMessage,
) -> Result<Reply, Failure> {
    let pending = service
        .receive_logout(idp, message, app.now())
        .map_err(|rejection| refused(&rejection))?;
    let order = pending
        .redeem(app.database(), app.now())
        .await
        .map_err(|rejection| refused(&rejection))?;
    let result = match end(app, context, idp, &order).await {
        Ok(()) => LogoutResult::Done,
        Err(failure) => {
            tracing::warn!(reason = %failure, "sessions could not be ended for a logout request");
            LogoutResult::Failed
        }
    };
    let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(RandomError::new);
    let answer = service
        .answer_logout(idp, &order, result, &mut random, app.now())
        .map_err(|error| Failure::Internal(format!("answering a logout: {error}")))?;
    Ok(deliver(&answer))
}

async fn end(app: &App, context: &Context, idp: &Idp, order: &LogoutOrder) -> Result<(), Failure> {
    let org = &context.org.id;
    let link = app
        .database()
        .identity_link(org, idp.issuer(), order.name_id().value());
    let link = link.await?;
    let mut tx = app.database().begin().await?;
    let ended = match link {
        Some(link) => tx.end_sessions(&named(link, idp, order)).await?,
        // Whoever enters by a name is tied to it: nobody has.
        None => 0,
    };
    let entry = NewAuditEntry {
        org: Some(context.org.id.clone()),
        actor: "identity provider".to_owned(),
        kind: "single_logout".to_owned(),
        subject: context.org.id.to_string(),
        detail: serde_json::json!({ "sessions": ended }),
    };
    tx.record_audit(&entry, app.now()).await?;
    Ok(tx.commit().await?)
}

/// The sessions that a logout request names, of the account that its name is tied to.
fn named(link: IdentityLink, idp: &Idp, order: &LogoutOrder) -> SessionScope {
    SessionScope::Subject {
        org: link.org,
        account: link.account,
        issuer: idp.issuer().to_owned(),
        name_id: subject(order.key()),
        session_indexes: order.session_indexes().map(str::to_owned).collect(),
    }
}

/// The provider answers our request.
async fn finish(
    app: &App,
    service: &ServiceProvider,
    idp: &Idp,
    message: &LogoutMessage,
) -> Result<Reply, Failure> {
    let relay = message.relay_state().ok_or(Failure::Missing)?;
    let found = app
        .database()
        .find(RequestHandle::ByRelayState(relay), app.now())
        .await?;
    let found = found.ok_or(Failure::Missing)?;
    let record: LogoutRecord = found
        .return_to()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or(Failure::Missing)?;
    let ended = match service.finish_logout(idp, message, &record, app.now()) {
        Ok(LogoutEnd::Complete) => Ended::Everywhere,
        Ok(_) => Ended::Partly,
        Err(rejection) if rejection.has(Code::LogoutIncomplete) => Ended::Partly,
        Err(rejection) => return Err(refused(&rejection)),
    };
    let _ = app.database().claim(found.id(), app.now()).await?;
    Ok(Reply::page(signed_out::page(ended)))
}

fn deliver(delivery: &Delivery) -> Reply {
    match delivery {
        Delivery::Redirect(url) => Reply::see_other(url),
        Delivery::Post(page) => page.headers().fold(
            Reply::document("text/html; charset=utf-8", page.html().to_owned()),
            |reply, (name, value)| match http::HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) => reply.header_text(name, value),
                Err(_) => reply,
            },
        ),
    }
}

fn refused(rejection: &Rejection) -> Failure {
    if rejection.code() == Code::StoreFailed {
        return Failure::Unavailable;
    }
    tracing::info!(code = rejection.code().name(), "logout message refused");
    Failure::Bad("The logout message could not be accepted. Nothing was ended by it.".to_owned())
}
