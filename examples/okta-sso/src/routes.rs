//! Who answers what.

use http::Method;
use sso_store::directory::MemberState;

use crate::{
    App, members,
    pages::shell,
    security::csrf,
    web::{Failure, Incoming, Reply},
};

/// The room a path belongs to: what logs and metrics may name without naming a person.
pub fn room(path: &str) -> &'static str {
    const ROOMS: [(&str, &str); 12] = [
        ("/account", "account"),
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
    ROOMS.iter().find(|(prefix, _)| path.starts_with(prefix)).map_or("other", |(_, room)| room)
}

/// Finds the handler of a request and lets it answer.
///
/// # Errors
/// What the handler answers, or [`Failure::Missing`].
pub async fn answer(app: &App, request: Incoming) -> Result<Reply, Failure> {
    let path = request.path().to_owned();
    let method = request.method().clone();
    if method == Method::POST {
        csrf::same_origin(request.headers(), app.config().base_url.as_str())?;
        return post(app, &request, &path).await;
    }
    if method == Method::GET || method == Method::HEAD {
        return get(app, &request, &path).await;
    }
    Err(Failure::Method)
}

async fn get(app: &App, request: &Incoming, path: &str) -> Result<Reply, Failure> {
    match path {
        "/members" => members::show(app, request).await,
        "/style.css" => Ok(style()),
        _ => Err(Failure::Missing),
    }
}

async fn post(app: &App, request: &Incoming, path: &str) -> Result<Reply, Failure> {
    match path {
        "/members/deactivate" => members::set_state(app, request, MemberState::SuspendedByAdmin).await,
        "/members/invite" => members::invite(app, request).await,
        "/members/reactivate" => members::set_state(app, request, MemberState::Active).await,
        "/members/revoke" => members::revoke(app, request).await,
        "/members/role" => members::set_role(app, request).await,
        _ => Err(Failure::Missing),
    }
}

fn style() -> Reply {
    Reply::document("text/css; charset=utf-8", shell::STYLE)
        .header(http::header::CACHE_CONTROL, "public, max-age=300")
}
