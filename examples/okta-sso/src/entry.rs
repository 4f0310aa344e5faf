//! Letting somebody in: what a decision asks for, the session and the log, in one transaction.

use org_domain::{
    AccountId, Email, OrgId, Role,
    decision::{Decision, Entry, LoginEffect, Outcome},
};
use saml_sp::logout::SessionIdentity;
use serde::Serialize;
use serde_json::json;
use sso_store::{
    Entry as LoginEntry, Generate as _, LoginError, LoginUnit, MemberId, SignInId, StoreError,
    Transaction,
    directory::{
        AccountOrigin, Invitation, JsonText, NewAccount, NewAuditEntry, NewIdentityLink, NewMember,
        NewSession, NewSignIn, SessionScope, SignInOutcome, SsoSubject,
    },
};
use time::OffsetDateTime;

use crate::{
    App,
    security::session::{Detail, Proven, ProvenBySaml},
    sso::logout,
};

/// Somebody at the door of an organisation, with everything the store needs to let them in.
#[derive(Debug)]
pub struct Arrival {
    /// The organisation.
    pub org: OrgId,
    /// The account, when there is one.
    pub account: Option<AccountId>,
    /// The address: the account's, or the asserted one.
    pub email: Email,
    /// First and last name for a new account.
    pub names: (String, String),
    /// A password hash for a new account, or to be set with an accepted invitation.
    pub password_hash: Option<String>,
    /// Where a new account comes from.
    pub origin: AccountOrigin,
    /// The invitation that may be accepted.
    pub invitation: Option<Invitation>,
    /// The person at the identity provider, when that is where they come from.
    pub sso: Option<SsoSubject>,
    /// What the account page shows.
    pub saml: Option<ProvenBySaml>,
    /// The person at the identity provider, as logout messages name them.
    pub identity: Option<SessionIdentity>,
    /// The generation of the settings under which it was verified.
    pub generation: Option<u32>,
    /// When the identity provider's session ends, if it says so.
    pub not_after: Option<OffsetDateTime>,
    /// The trace id of this sign-in.
    pub trace: SignInId,
    /// The word for the method in logs.
    pub method: &'static str,
}

/// Carries out a decision that lets somebody in, and gives the session's secret. What the login
/// claims is claimed in the same commit.
///
/// # Errors
/// What the unit answers. [`StoreError::Conflict`] and [`StoreError::Rule`] mean that the facts
/// changed meanwhile: look again and decide anew.
pub async fn enter(
    app: &App,
    unit: &LoginUnit<'_>,
    arrival: &Arrival,
    decision: &Decision,
) -> Result<String, LoginError> {
    let secret = match &arrival.account {
        Some(account) if only_logs(decision) => {
            enter_as(app, unit, arrival, decision, account).await?
        }
        _ => enter_anew(app, unit, arrival, decision).await?,
    };
    app.metrics()
        .signed_in(arrival.method, decision.reason.code());
    Ok(secret)
}

/// Whether nothing but log entries comes with the session.
fn only_logs(decision: &Decision) -> bool {
    let changes = [
        LoginEffect::AcceptInvitation,
        LoginEffect::AddMember,
        LoginEffect::CreateAccount,
        LoginEffect::EndEarlierSessions,
        LoginEffect::LinkIdentity,
        LoginEffect::ResetPassword,
    ];
    !changes
        .into_iter()
        .any(|effect| decision.effects.contains(effect))
}

/// The usual login: known beforehand in every part, so that its commit can be shared.
async fn enter_as(
    app: &App,
    unit: &LoginUnit<'_>,
    arrival: &Arrival,
    decision: &Decision,
    account: &AccountId,
) -> Result<String, LoginError> {
    let now = app.now();
    let notes = decision.effects.iter().filter(|effect| is_noted(*effect));
    let entry = LoginEntry {
        session: session(app, arrival, decision, account, now)?,
        sign_in: sign_in(
            arrival,
            decision,
            Some(account.clone()),
            SignInOutcome::Accepted,
        )?,
        audit: notes
            .map(|effect| note(arrival, decision, effect, account))
            .collect(),
    };
    Ok(unit.enter(&entry, now).await?.reveal().to_owned())
}

async fn enter_anew(
    app: &App,
    unit: &LoginUnit<'_>,
    arrival: &Arrival,
    decision: &Decision,
) -> Result<String, LoginError> {
    let now = app.now();
    let mut tx = unit.begin(now).await?;
    let account = account(&mut tx, arrival, decision, now).await?;
    carry_out(&mut tx, arrival, decision, &account, now).await?;
    let secret = tx
        .start_session(&session(app, arrival, decision, &account, now)?, now)
        .await?;
    let logged = sign_in(arrival, decision, Some(account), SignInOutcome::Accepted)?;
    tx.record_sign_in(&logged, now).await?;
    tx.commit().await?;
    Ok(secret.reveal().to_owned())
}

const fn is_noted(effect: LoginEffect) -> bool {
    matches!(
        effect,
        LoginEffect::Audit | LoginEffect::NoteAddressDiffers | LoginEffect::NotifyOwners
    )
}

/// Logs a decision that keeps somebody out. Nothing else is written but what the login claims.
///
/// # Errors
/// What the unit answers.
pub async fn keep_out(
    app: &App,
    unit: &LoginUnit<'_>,
    arrival: &Arrival,
    decision: &Decision,
) -> Result<(), LoginError> {
    app.metrics()
        .signed_in(arrival.method, decision.reason.code());
    let logged = sign_in(
        arrival,
        decision,
        arrival.account.clone(),
        SignInOutcome::Refused,
    )?;
    unit.refuse(&logged, app.now()).await
}

async fn account(
    tx: &mut Transaction,
    arrival: &Arrival,
    decision: &Decision,
    now: OffsetDateTime,
) -> Result<AccountId, StoreError> {
    if let Some(account) = &arrival.account {
        return Ok(account.clone());
    }
    if !decision.effects.contains(LoginEffect::CreateAccount) {
        return Err(StoreError::Missing);
    }
    let new = NewAccount {
        id: AccountId::generate(now)?,
        email: arrival.email.clone(),
        given_name: arrival.names.0.clone(),
        family_name: arrival.names.1.clone(),
        password_hash: arrival.password_hash.clone(),
        origin: arrival.origin,
    };
    tx.create_account(&new, now).await?;
    Ok(new.id)
}

async fn carry_out(
    tx: &mut Transaction,
    arrival: &Arrival,
    decision: &Decision,
    account: &AccountId,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    for effect in decision.effects.iter() {
        match effect {
            LoginEffect::AcceptInvitation => accept(tx, arrival, decision, account, now).await?,
            LoginEffect::AddMember => add(tx, arrival, account, Role::Member, now).await?,
            LoginEffect::EndEarlierSessions => {
                tx.end_sessions(&SessionScope::Account(account.clone()))
                    .await?;
            }
            LoginEffect::LinkIdentity => link(tx, arrival, account, now).await?,
            LoginEffect::ResetPassword => tx.set_password_hash(account, None, now).await?,
            effect if is_noted(effect) => {
                tx.record_audit(&note(arrival, decision, effect, account), now)
                    .await?;
            }
            // Done before (the account), by the session (fallback), by the pages (single sign-on
            // is offered first), or without object here: there are no social logins to drop, and a
            // demanded second factor has been refused by the caller.
            _ => {}
        }
    }
    Ok(())
}

async fn accept(
    tx: &mut Transaction,
    arrival: &Arrival,
    decision: &Decision,
    account: &AccountId,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let Some(invitation) = &arrival.invitation else {
        return Err(StoreError::Missing);
    };
    tx.accept_invitation(&arrival.org, &invitation.id, now)
        .await?;
    let role = match decision.outcome {
        Outcome::Enter(Entry::Invited(role)) => role,
        _ => Role::Member,
    };
    add(tx, arrival, account, role, now).await
}

async fn add(
    tx: &mut Transaction,
    arrival: &Arrival,
    account: &AccountId,
    role: Role,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let new = NewMember {
        org: arrival.org.clone(),
        id: MemberId::generate(now)?,
        account: account.clone(),
        role,
    };
    tx.add_member(&new, now).await
}

async fn link(
    tx: &mut Transaction,
    arrival: &Arrival,
    account: &AccountId,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let Some(sso) = &arrival.sso else {
        return Err(StoreError::Missing);
    };
    let new = NewIdentityLink {
        org: arrival.org.clone(),
        issuer: sso.issuer.clone(),
        name_id: sso.name_id.clone(),
        account: account.clone(),
    };
    tx.link_identity(&new, now).await
}

fn session(
    app: &App,
    arrival: &Arrival,
    decision: &Decision,
    account: &AccountId,
    now: OffsetDateTime,
) -> Result<NewSession, StoreError> {
    let latest = now + app.config().session_lifetime;
    let method = if decision.effects.contains(LoginEffect::MarkFallback) {
        "fallback"
    } else {
        arrival.method
    };
    let proven = Proven {
        decision: decision.reason.code().to_owned(),
        trace: arrival.trace.to_string(),
    };
    Ok(NewSession {
        account: account.clone(),
        org: Some(arrival.org.clone()),
        method: method.to_owned(),
        sso: arrival.sso.as_ref().map(|sso| logout_subject(sso, arrival)),
        detail: Detail {
            proven,
            authenticated_at: now,
            generation: arrival.generation,
            identity: arrival.identity.clone(),
        }
        .to_json()?,
        expires: arrival.not_after.map_or(latest, |end| end.min(latest)),
    })
}

/// What the log keeps of an attempt that was decided.
#[derive(Serialize)]
struct Attempt<'a> {
    email: String,
    operator_text: &'a str,
    saml: Option<&'a ProvenBySaml>,
}

fn sign_in(
    arrival: &Arrival,
    decision: &Decision,
    account: Option<AccountId>,
    outcome: SignInOutcome,
) -> Result<NewSignIn, StoreError> {
    Ok(NewSignIn {
        id: arrival.trace.clone(),
        org: Some(arrival.org.clone()),
        account,
        method: arrival.method.to_owned(),
        outcome,
        code: decision.reason.code().to_owned(),
        detail: JsonText::of(&Attempt {
            email: arrival.email.to_string(),
            operator_text: decision.reason.operator_text(),
            saml: arrival.saml.as_ref(),
        })?,
    })
}

fn note(
    arrival: &Arrival,
    decision: &Decision,
    effect: LoginEffect,
    account: &AccountId,
) -> NewAuditEntry {
    NewAuditEntry {
        org: Some(arrival.org.clone()),
        actor: account.to_string(),
        kind: match effect {
            LoginEffect::NoteAddressDiffers => "sign_in_address_differs",
            LoginEffect::NotifyOwners => "owners_notified",
            _ => "sign_in",
        }
        .to_owned(),
        subject: account.to_string(),
        detail: json!({ "rule": decision.reason.code(), "method": arrival.method, "trace": arrival.trace.to_string() }),
    }
}

/// The session's subject as logout messages find it: not the plain name, which has a format and
/// qualifiers too, but the digest of all of it.
fn logout_subject(sso: &SsoSubject, arrival: &Arrival) -> SsoSubject {
    let key = arrival
        .identity
        .as_ref()
        .map(|identity| logout::subject(identity.key()));
    SsoSubject {
        name_id: key.unwrap_or_else(|| sso.name_id.clone()),
        ..sso.clone()
    }
}
