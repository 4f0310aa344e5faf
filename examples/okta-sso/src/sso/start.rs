//! Starting a login: the request is remembered, the browser is sent to the identity provider.

use org_domain::OrgId;
use saml_sp::{
    ForceAuthn, RequestStore as _, StartOptions,
    random::RandomError,
    request::{BindBrowser, LoginHint},
};

use super::{
    provider::{self, Door},
    purpose::{Purpose, Tried},
};
use crate::{
    App, facts,
    security::{
        rate::Action,
        session::{Viewer, viewer},
    },
    sign_in,
    web::{Failure, Incoming, Reply},
};

/// `GET` on the postback: begins single sign-on with the organisation `org_id` names.
///
/// `to` is a path to return to, `login_hint` an address to pass on, `fresh=1` asks for a new
/// authentication.
///
/// # Errors
/// [`Failure::Missing`] for an organisation without single sign-on, known or not;
/// [`Failure::TooMany`] for an address that begins very many.
pub async fn start(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let org = request
        .query("org_id")
        .and_then(|text| OrgId::new(&text).ok())
        .ok_or(Failure::Missing)?;
    app.rates()
        .spend_address(Action::StartLogin, request.peer(), app.now())?;
    let viewer = viewer(app, request).await?;
    let purpose = Purpose {
        to: sign_in::local_path(&request.query("to").unwrap_or_default()),
        signed_in: viewer.map(|viewer| viewer.account.id),
        generation: None,
        trial: None,
    };
    let force = if request.query("fresh").is_some() {
        ForceAuthn::Yes
    } else {
        ForceAuthn::No
    };
    begin(app, &org, &purpose, force, request.query("login_hint")).await
}

/// Begins a trial of the settings, which need not be switched on for it.
///
/// # Errors
/// As [`start`].
pub async fn trial(app: &App, viewer: &Viewer, tried: Tried) -> Result<Reply, Failure> {
    let purpose = Purpose {
        to: "/settings/access/sso".to_owned(),
        signed_in: Some(viewer.account.id.clone()),
        generation: None,
        trial: Some(tried),
    };
    begin(app, viewer.org_id(), &purpose, ForceAuthn::No, None).await
}

async fn begin(
    app: &App,
    org: &OrgId,
    purpose: &Purpose,
    force: ForceAuthn,
    hint: Option<String>,
) -> Result<Reply, Failure> {
    let context = facts::organisation(app, org)
        .await?
        .ok_or(Failure::Missing)?;
    if !context.standing.sso.is_on() && purpose.trial.is_none() {
        return Err(Failure::Missing);
    }
    let (connection, generation) =
        provider::connection(&context.settings.value, purpose).ok_or(Failure::Missing)?;
    let idp = provider::identity_provider(app, connection)?.ok_or(Failure::Missing)?;
    let purpose = Purpose {
        generation: Some(generation),
        ..purpose.clone()
    };
    let service = provider::service(app, org, &Door::Requestable)?;
    let mut options = StartOptions::default()
        .tenant(org.as_str())
        .return_to(purpose.to_text())
        .force_authn(force)
        .bind_browser(if app.cookies().reaches_across_sites() {
            BindBrowser::Yes
        } else {
            BindBrowser::No
        });
    if let Some(value) = hint {
        options = options.login_hint(LoginHint::Parameter {
            name: "login_hint".to_owned(),
            value,
        });
    }
    let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(RandomError::new);
    let started = service
        .start(&idp, &options, &mut random, app.now())
        .map_err(|error| Failure::Internal(format!("starting a login: {error}")))?;
    app.database().put(started.request()).await?;
    let reply = Reply::see_other(started.redirect_url());
    Ok(match started.browser_cookie() {
        Some(value) => reply.cookie(
            &app.cookies()
                .login(started.request().relay().as_str(), value),
        ),
        None => reply,
    })
}
