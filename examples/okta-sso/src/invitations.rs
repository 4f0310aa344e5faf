//! Accepting an invitation by its link.

use org_domain::{
    Email,
    decision::LoginEffect,
    policy::{Method, decide_login},
};
use sso_store::{
    Generate as _, SignInId,
    directory::{Account, AccountOrigin, Invitation},
};

use crate::{
    App,
    entry::{self, Arrival},
    facts,
    pages::{field::Wrong, members},
    security::password,
    sign_in,
    web::{Failure, Form, Incoming, Reply},
};

/// `GET /invitations/{token}`.
///
/// # Errors
/// [`Failure::Missing`] for a link that is used up, revoked, expired or invented.
pub async fn show(app: &App, token: &str) -> Result<Reply, Failure> {
    let invitation = find(app, token).await?;
    let known = account(app, &invitation.email).await?.is_some();
    page(app, token, &invitation, known, ("", ""), None).await
}

/// `POST /invitations/{token}`: a new person chooses a password, a known one confirms theirs.
///
/// # Errors
/// As [`show`], or [`Failure::TooMany`].
pub async fn accept(app: &App, request: &Incoming, token: &str) -> Result<Reply, Failure> {
    let invitation = find(app, token).await?;
    let form = request.form().await?;
    let account = account(app, &invitation.email).await?;
    // Whoever makes an invitation sees its link, so this is a place to guess passwords like any.
    sign_in::spend_tries(app, request, &invitation.email)?;
    if let Some(wrong) = wrong(&form, account.as_ref()).await? {
        let names = (form.text("given_name"), form.text("family_name"));
        let wrong = Wrong::at("password", wrong);
        return page(
            app,
            token,
            &invitation,
            account.is_some(),
            names,
            Some(&wrong),
        )
        .await;
    }
    let arrival = arrival(app, invitation, account, &form).await?;
    let facts = facts::by_invitation(app, &arrival).await?;
    debug_assert!(matches!(facts.method, Method::InviteLink));
    let decision = decide_login(&facts);
    let unit = app.database().login();
    if !decision.enters() || decision.effects.contains(LoginEffect::DemandSecondFactor) {
        return Ok(sign_in::refusal(app, &unit, &arrival, &decision, "/account").await?);
    }
    let secret = entry::enter(app, &unit, &arrival, &decision).await?;
    Ok(Reply::see_other("/account").cookie(&app.cookies().session(&secret)))
}

async fn find(app: &App, token: &str) -> Result<Invitation, Failure> {
    app.database()
        .invitation(token, app.now())
        .await?
        .ok_or(Failure::Missing)
}

async fn account(app: &App, email: &Email) -> Result<Option<Account>, Failure> {
    Ok(app.database().account_by_email(email).await?)
}

/// What is wrong with the password: not theirs, or too weak for a new account. An account
/// without a password (made by provisioning or single sign-on) gets none by an invitation.
async fn wrong(form: &Form, account: Option<&Account>) -> Result<Option<&'static str>, Failure> {
    let given = form.raw("password");
    let Some(account) = account else {
        return Ok(password::weakness(given));
    };
    let right = password::matches(given, account.password_hash.as_deref()).await?;
    Ok((!right).then_some("That is not the password of this account."))
}

async fn arrival(
    app: &App,
    invitation: Invitation,
    account: Option<Account>,
    form: &Form,
) -> Result<Arrival, Failure> {
    let password_hash = match &account {
        Some(_) => None,
        None => Some(password::hash(form.raw("password"), app.config().effort).await?),
    };
    Ok(Arrival {
        org: invitation.org.clone(),
        account: account.map(|account| account.id),
        email: invitation.email.clone(),
        names: (
            form.text("given_name").to_owned(),
            form.text("family_name").to_owned(),
        ),
        password_hash,
        origin: AccountOrigin::Invitation,
        invitation: Some(invitation),
        sso: None,
        saml: None,
        identity: None,
        generation: None,
        not_after: None,
        trace: SignInId::generate(app.now())?,
        method: "invitation",
    })
}

async fn page(
    app: &App,
    token: &str,
    invitation: &Invitation,
    known: bool,
    names: (&str, &str),
    wrong: Option<&Wrong>,
) -> Result<Reply, Failure> {
    let org = app
        .database()
        .organisation(&invitation.org)
        .await?
        .ok_or(Failure::Missing)?;
    Ok(Reply::page(members::accept(
        token, invitation, &org.name, known, names, wrong,
    )))
}
