//! Who answers what.

use http::Method;
use org_domain::OrgId;
use sso_store::directory::MemberState;

use crate::{
    App, access, account, health, invitations, members,
    pages::shell,
    security::csrf,
    sign_in,
    sso::{
        acs,
        addresses::{LOGOUT, POSTBACK, REQUESTABLE},
        logout,
        provider::Door,
        start,
    },
    web::{Failure, Incoming, Reply},
};

/// The room a path belongs to: what logs and metrics may name without naming a person.
pub fn room(path: &str) -> &'static str {
    const ROOMS: [(&str, &str); 13] = [
        ("/account", "account"),
        ("/confirm", "account"),
        ("/healthz", "health"),
        ("/invitations/", "invitations"),
        ("/members", "members"),
        ("/metrics", "metrics"),
        ("/readyz", "health"),
        ("/scim/v2", "scim"),
        ("/security/sso/v2/authorize", "acs"),
        ("/settings/", "settings"),
        ("/sign-", "sign-in"),
        ("/sso/", "acs"),
        ("/style.css", "style"),
    ];
    ROOMS
        .iter()
        .find(|(prefix, _)| path.starts_with(prefix))
        .map_or("other", |(_, room)| room)
}

/// Finds the handler of a request and lets it answer.
///
/// # Errors
/// What the handler answers, or [`Failure::Missing`].
pub async fn answer(app: &App, request: Incoming) -> Result<Reply, Failure> {
    let path = request.path().to_owned();
    match *request.method() {
        Method::GET | Method::HEAD => get(app, &request, &path).await,
        Method::POST if is_acs(&path) => consume(app, &request, &path).await,
        Method::POST if path.starts_with(LOGOUT) => {
            logout::message(app, &request, after(LOGOUT, &path)).await
        }
        Method::POST => {
            csrf::same_origin(request.headers(), app.config().base_url.as_str())?;
            post(app, &request, &path).await
        }
        _ => Err(Failure::Method),
    }
}

async fn get(app: &App, request: &Incoming, path: &str) -> Result<Reply, Failure> {
    match path {
        "/" => account::home(app, request).await,
        "/account" => account::show(app, request).await,
        "/confirm" => account::confirm(app, request).await,
        "/healthz" => Ok(health::alive()),
        "/members" => members::show(app, request).await,
        "/metrics" => health::metrics(app, request),
        "/readyz" => Ok(health::ready(app).await),
        "/sign-in" => sign_in::ask(app, request).await,
        "/sso/certificate.pem" => certificate(app),
        "/style.css" => Ok(style()),
        POSTBACK => start::start(app, request).await,
        path if path.starts_with(LOGOUT) => {
            logout::message(app, request, after(LOGOUT, path)).await
        }
        path if path.starts_with("/settings/access") => settings(app, request, path).await,
        path => match path.strip_prefix("/invitations/") {
            Some(token) => invitations::show(app, token).await,
            None => form_page(path).ok_or(Failure::Missing),
        },
    }
}

/// Where the form stands that is sent to an address: whoever asks for the address itself, as by a
/// bookmark of the page that followed, comes to the form.
fn form_page(path: &str) -> Option<Reply> {
    const FORMS: [(&str, &str); 4] = [
        ("/members/", "/members"),
        ("/settings/access/domains/", "/settings/access/domains"),
        ("/settings/access/scim/", "/settings/access/scim"),
        ("/settings/access/sso/", "/settings/access/sso"),
    ];
    let (_, page) = FORMS.iter().find(|(form, _)| path.starts_with(form))?;
    Some(Reply::see_other(page))
}

async fn settings(app: &App, request: &Incoming, path: &str) -> Result<Reply, Failure> {
    match path {
        "/settings/access" => access::overview::show(app, request).await,
        "/settings/access/audit" => access::history::audit(app, request).await,
        "/settings/access/domains" => access::domains::show(app, request).await,
        "/settings/access/domains/watch" => access::domains::watch(app, request).await,
        "/settings/access/settings.json" => access::portable::export(app, request).await,
        "/settings/access/scim" => access::scim::show(app, request).await,
        "/settings/access/sign-ins" => access::history::sign_ins(app, request).await,
        "/settings/access/sso" => access::sso::show(app, request).await,
        path => match path.strip_prefix("/settings/access/sign-ins/") {
            Some(trace) => access::history::sign_in(app, request, trace).await,
            None => form_page(path).ok_or(Failure::Missing),
        },
    }
}

async fn post(app: &App, request: &Incoming, path: &str) -> Result<Reply, Failure> {
    match path {
        "/confirm" => account::confirm(app, request).await,
        "/members/deactivate" => {
            members::set_state(app, request, MemberState::SuspendedByAdmin).await
        }
        "/members/invite" => members::invite(app, request).await,
        "/members/reactivate" => members::set_state(app, request, MemberState::Active).await,
        "/members/revoke" => members::revoke(app, request).await,
        "/members/role" => members::set_role(app, request).await,
        "/sign-in" => sign_in::offer(app, request).await,
        "/sign-in/password" => sign_in::by_password(app, request).await,
        "/sign-out" => sign_in::out(app, request).await,
        "/sign-out/everywhere" => logout::begin(app, request).await,
        path => match (
            path.strip_prefix("/settings/access/"),
            path.strip_prefix("/invitations/"),
        ) {
            (Some(rest), _) => change(app, request, rest).await,
            (_, Some(token)) => invitations::accept(app, request, token).await,
            _ => Err(Failure::Missing),
        },
    }
}

async fn change(app: &App, request: &Incoming, rest: &str) -> Result<Reply, Failure> {
    match rest {
        "domains" | "domains/restart" => access::domains::claim(app, request).await,
        "domains/check" => access::domains::check(app, request).await,
        "domains/release" => access::domains::release(app, request).await,
        "import" => access::portable::import(app, request).await,
        "scim/deletion" => access::scim::deletion(app, request).await,
        "scim/dismiss" => access::scim::dismiss(app, request).await,
        "scim/revoke" => access::scim::revoke(app, request).await,
        "scim/token" => access::scim::mint(app, request).await,
        "sso/connection" => access::sso::connection(app, request).await,
        "sso/metadata" => access::sso::metadata(app, request).await,
        "sso/test" => access::sso::test(app, request).await,
        rest => match rest.strip_prefix("sso/") {
            Some(what) => access::sso::switch(app, request, what).await,
            None => Err(Failure::Missing),
        },
    }
}

/// What follows a prefix of a path.
fn after<'a>(prefix: &str, path: &'a str) -> &'a str {
    path.strip_prefix(prefix).unwrap_or_default()
}

/// The two addresses answers are posted to, which other sites do.
fn is_acs(path: &str) -> bool {
    path == POSTBACK || path == POSTBACK.trim_end_matches('/') || path == REQUESTABLE
}

async fn consume(app: &App, request: &Incoming, path: &str) -> Result<Reply, Failure> {
    if path == REQUESTABLE {
        return acs::consume(app, request, Door::Requestable).await;
    }
    let org = request
        .query("org_id")
        .and_then(|text| OrgId::new(&text).ok())
        .ok_or(Failure::Missing)?;
    acs::consume(app, request, Door::Postback(org)).await
}

/// The certificate Okta is given for single logout and encryption; it is no secret.
fn certificate(app: &App) -> Result<Reply, Failure> {
    let key = app.config().service_key.as_ref().ok_or(Failure::Missing)?;
    Ok(Reply::document(
        "application/x-pem-file",
        key.certificate_pem(),
    ))
}

fn style() -> Reply {
    Reply::document("text/css; charset=utf-8", shell::STYLE)
        .header(http::header::CACHE_CONTROL, "public, max-age=300")
}
