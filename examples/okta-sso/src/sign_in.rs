//! Signing in: the address first, then what its organisation decided.
//!
//! What the second page offers depends on the address's domain alone, never on whether there is
//! an account, so that nobody learns who has one.

use org_domain::{
    Email, OrgId,
    decision::{Decision, LoginEffect, Outcome, PUBLIC_LOGIN_TEXT},
    policy::{SecondFactor, decide_login},
};
use sso_store::{
    Generate as _, LoginError, LoginUnit, SignInId,
    directory::{Account, AccountOrigin},
};

use crate::{
    App,
    entry::{self, Arrival},
    facts,
    pages::{
        self,
        sign_in::{Offer, RefusedSignIn, SsoOffer},
    },
    security::{
        headers, password,
        rate::{Action, Who},
        session::{Viewer, viewer},
    },
    sso::addresses::POSTBACK,
    web::{Failure, Form, Incoming, Reply},
};

const WRONG: &str = "This address and password do not belong together.";

/// A path here to go to afterwards; anything else, such as another site's URL, becomes `/account`.
pub fn local_path(text: &str) -> String {
    let local = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if local {
        text.to_owned()
    } else {
        "/account".to_owned()
    }
}

/// `GET /sign-in`.
///
/// # Errors
/// What the database answers.
pub async fn ask(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let to = local_path(&request.query("to").unwrap_or_default());
    if viewer(app, request).await?.is_some() {
        return Ok(Reply::see_other(&to));
    }
    let given = request.query("email").unwrap_or_default();
    Ok(leaving(Reply::page(pages::sign_in::email(
        &to,
        &given,
        None,
        app.demo_people(),
    ))))
}

/// `POST /sign-in`: the address was given.
///
/// # Errors
/// What the database answers.
pub async fn offer(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let form = request.form().await?;
    let to = local_path(form.text("to"));
    match Email::parse(form.text("email")) {
        Ok(email) => second_page(app, &email, &to, None).await,
        Err(error) => {
            let page = pages::sign_in::email(
                &to,
                form.text("email"),
                Some(&error.to_string()),
                app.demo_people(),
            );
            Ok(leaving(Reply::page(page)))
        }
    }
}

async fn second_page(
    app: &App,
    email: &Email,
    to: &str,
    wrong: Option<&str>,
) -> Result<Reply, Failure> {
    let managing = facts::sso_of_domain(app, email.domain()).await?;
    let start = managing
        .as_ref()
        .map(|managing| start_link(&managing.org.id, to, Some(email)));
    let sso = managing
        .as_ref()
        .zip(start.as_deref())
        .map(|(managing, start)| SsoOffer {
            org_name: &managing.org.name,
            start,
            required: managing.standing.require_sso.is_on(),
        });
    let email = email.to_string();
    let page = pages::sign_in::offer(
        &Offer {
            email: &email,
            to,
            sso,
            wrong,
        },
        app.demo_people(),
    );
    Ok(leaving(Reply::page(page)))
}

/// The link that begins single sign-on with an organisation.
pub fn start_link(org: &OrgId, to: &str, hint: Option<&Email>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("org_id", org.as_str())
        .append_pair("to", to);
    if let Some(hint) = hint {
        query.append_pair("login_hint", &hint.to_string());
    }
    format!("{POSTBACK}?{}", query.finish())
}

/// `POST /sign-in/password`.
///
/// # Errors
/// [`Failure::TooMany`], or what the database answers.
pub async fn by_password(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let form = request.form().await?;
    let to = local_path(form.text("to"));
    let Ok(email) = Email::parse(form.text("email")) else {
        return Ok(Reply::see_other("/sign-in"));
    };
    spend_tries(app, request, &email)?;
    let Some(account) = proven_account(app, &email, &form).await? else {
        return second_page(app, &email, &to, Some(WRONG)).await;
    };
    let trace = SignInId::generate(app.now())?;
    decide(app, &account, &to, &trace).await
}

/// Tries count by address of the machine and of the person, so that neither guessing one
/// password for many people nor many passwords for one is quick. Those of a browser in which the
/// person has signed in before count by themselves: nobody is kept out by another's guessing.
///
/// # Errors
/// [`Failure::TooMany`].
pub fn spend_tries(app: &App, request: &Incoming, email: &Email) -> Result<(), Failure> {
    app.rates()
        .spend_address(Action::Password, request.peer(), app.now())?;
    let known = request
        .cookie(app.cookies().device_name())
        .and_then(|value| app.devices().recognise(value, email));
    let person = email.lookup_key();
    let who = known.map_or_else(|| person.clone(), |device| format!("{person} {device}"));
    app.rates()
        .spend(Action::Password, Who::Named(who), app.now())
}

/// With the cookie of a known browser, for somebody who has just proven their password.
fn remembered(app: &App, reply: Reply, email: &Email) -> Result<Reply, Failure> {
    let value = app
        .devices()
        .issue(email)
        .map_err(|error| Failure::Internal(format!("random: {error}")))?;
    Ok(reply.cookie(&app.cookies().device(&value)))
}

async fn proven_account(app: &App, email: &Email, form: &Form) -> Result<Option<Account>, Failure> {
    let account = app.database().account_by_email(email).await?;
    let stored = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    let right = password::matches(form.raw("password"), stored).await?;
    Ok(account.filter(|_| right))
}

/// A new session for somebody whose own change ended every session that began with a password:
/// the fallback, if they have it.
///
/// # Errors
/// What the database answers.
pub async fn again(app: &App, viewer: &Viewer) -> Result<Option<String>, Failure> {
    let facts = facts::by_password(
        app,
        viewer.org_id(),
        &viewer.account,
        SecondFactor::NotEnrolled,
    )
    .await?;
    let decision = decide_login(&facts);
    if !decision.enters() || decision.effects.contains(LoginEffect::DemandSecondFactor) {
        return Ok(None);
    }
    let trace = SignInId::generate(app.now())?;
    let arrival = arrival(viewer.org_id(), &viewer.account, &trace);
    Ok(Some(
        entry::enter(app, &app.database().login(), &arrival, &decision).await?,
    ))
}

/// The password is right: which organisation lets the person in? The first that does; each
/// decides for itself.
async fn decide(
    app: &App,
    account: &Account,
    to: &str,
    trace: &SignInId,
) -> Result<Reply, Failure> {
    let mut refused = None;
    for member in app.database().memberships(&account.id).await? {
        let facts =
            facts::by_password(app, &member.org, account, SecondFactor::NotEnrolled).await?;
        let decision = decide_login(&facts);
        let arrival = arrival(&member.org, account, trace);
        if decision.enters() && !decision.effects.contains(LoginEffect::DemandSecondFactor) {
            let unit = app.database().login();
            let secret = entry::enter(app, &unit, &arrival, &decision).await?;
            let reply = Reply::see_other(to).cookie(&app.cookies().session(&secret));
            return remembered(app, reply, &account.email);
        }
        refused.get_or_insert((arrival, decision));
    }
    match refused {
        Some((arrival, decision)) => {
            let unit = app.database().login();
            Ok(refusal(app, &unit, &arrival, &decision, to).await?)
        }
        None => no_membership(app, account, to, trace).await,
    }
}

/// Somebody with an account and no organisation: those whose domain is managed are sent to its
/// single sign-on, which may make them a member.
async fn no_membership(
    app: &App,
    account: &Account,
    to: &str,
    trace: &SignInId,
) -> Result<Reply, Failure> {
    let Some(managing) = facts::sso_of_domain(app, account.email.domain()).await? else {
        return Ok(refused_page(PUBLIC_LOGIN_TEXT, trace, None));
    };
    let facts =
        facts::by_password(app, &managing.org.id, account, SecondFactor::NotEnrolled).await?;
    let decision = decide_login(&facts);
    let (unit, arrival) = (
        app.database().login(),
        arrival(&managing.org.id, account, trace),
    );
    Ok(refusal(app, &unit, &arrival, &decision, to).await?)
}

/// Says no in the decision's words, or leads to single sign-on where that is the way.
///
/// # Errors
/// What the unit answers.
pub async fn refusal(
    app: &App,
    unit: &LoginUnit<'_>,
    arrival: &Arrival,
    decision: &Decision,
    to: &str,
) -> Result<Reply, LoginError> {
    let start = start_link(&arrival.org, to, Some(&arrival.email));
    if decision.outcome == Outcome::GoToSso {
        unit.make_claims(app.now()).await?;
        return Ok(Reply::see_other(&start));
    }
    entry::keep_out(app, unit, arrival, decision).await?;
    let sso = facts::has_sso(app, &arrival.org, arrival.email.domain()).await?;
    Ok(refused_page(
        decision.public_text(),
        &arrival.trace,
        sso.then_some(start.as_str()),
    ))
}

/// The page that keeps somebody out.
pub fn refused_page(text: &str, trace: &SignInId, sso_start: Option<&str>) -> Reply {
    let refusal = RefusedSignIn {
        text,
        trace: trace.as_str(),
        sso_start,
    };
    Reply::page(pages::sign_in::refused(&refusal)).status(http::StatusCode::FORBIDDEN)
}

fn arrival(org: &OrgId, account: &Account, trace: &SignInId) -> Arrival {
    Arrival {
        org: org.clone(),
        account: Some(account.id.clone()),
        email: account.email.clone(),
        names: (account.given_name.clone(), account.family_name.clone()),
        password_hash: None,
        origin: AccountOrigin::SignUp,
        invitation: None,
        sso: None,
        saml: None,
        identity: None,
        generation: None,
        not_after: None,
        trace: trace.clone(),
        method: "password",
    }
}

/// `POST /sign-out`: ends the session here.
///
/// # Errors
/// [`Failure::CrossSite`], or what the database answers.
pub async fn out(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let reply = Reply::see_other("/sign-in").cookie(&app.cookies().no_session());
    let Some(viewer) = viewer(app, request).await? else {
        return Ok(reply);
    };
    viewer.csrf.check(&request.form().await?)?;
    if let Some(cookie) = request.cookie(app.cookies().session_name()) {
        app.database().end_session(cookie).await?;
    }
    Ok(reply)
}

/// Lets the page's forms lead on to an identity provider.
fn leaving(reply: Reply) -> Reply {
    let mut response = reply.into_http();
    headers::may_leave(&mut response);
    response.into()
}
