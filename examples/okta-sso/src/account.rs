//! The start page, the account page, and confirming that it is still you.

use http::Method;

use crate::{
    App,
    pages::{self, confirm},
    security::{
        password,
        rate::{Action, Who},
        session::{Detail, need_viewer, viewer},
    },
    sign_in,
    sso::{evidence, logout},
    web::{Failure, Incoming, Reply},
};

/// `GET /`: to the account page or to the sign-in page.
///
/// # Errors
/// What the database answers.
pub async fn home(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let target = if viewer(app, request).await?.is_some() {
        "/account"
    } else {
        "/sign-in"
    };
    Ok(Reply::see_other(target))
}

/// `GET /account`.
///
/// # Errors
/// [`Failure::SignIn`] for somebody who is not signed in.
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_viewer(app, request).await?;
    let detail = Detail::from_json(&viewer.session.detail);
    let proven = detail.as_ref().map(|detail| &detail.proven);
    let saml = match proven {
        Some(proven) => evidence::of_trace(app, &proven.trace).await?,
        None => None,
    };
    let everywhere = detail
        .as_ref()
        .is_some_and(|detail| detail.identity.is_some())
        && logout::is_offered(app, viewer.org_id()).await?;
    Ok(Reply::page(pages::account::page(
        &viewer,
        proven,
        saml.as_ref(),
        everywhere,
        app.now(),
    )))
}

/// `GET` and `POST /confirm`: the password again, before a change that deserves it. People who
/// came by single sign-on go there again instead.
///
/// # Errors
/// [`Failure`].
pub async fn confirm(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_viewer(app, request).await?;
    let to = sign_in::local_path(&request.query("to").unwrap_or_default());
    if request.method() == Method::GET {
        return Ok(Reply::page(confirm::page(&viewer, &to, None)));
    }
    let form = request.form().await?;
    viewer.csrf.check(&form)?;
    let to = sign_in::local_path(form.text("to"));
    app.rates().spend(
        Action::Password,
        Who::Named(viewer.account.id.to_string()),
        app.now(),
    )?;
    if !password::matches(
        form.raw("password"),
        viewer.account.password_hash.as_deref(),
    )
    .await?
    {
        return Ok(Reply::page(confirm::page(
            &viewer,
            &to,
            Some("That is not the password of this account."),
        )));
    }
    let cookie = request
        .cookie(app.cookies().session_name())
        .unwrap_or_default();
    let Some(mut detail) = Detail::from_json(&viewer.session.detail) else {
        return Err(Failure::SignIn(to));
    };
    detail.authenticated_at = app.now();
    app.database()
        .set_session_detail(cookie, &detail.to_json()?)
        .await?;
    Ok(Reply::see_other(&to))
}
