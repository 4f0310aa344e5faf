//! The end of a test login: what would happen, noted in the settings, without a session.

use org_domain::{
    policy::{LoginFacts, decide_login},
    settings::HostChange,
};
use sso_store::{LoginError, LoginUnit, directory::NewAuditEntry};

use super::issuers;
use crate::{
    App,
    entry::Arrival,
    facts::Context,
    pages::access::sso::{Trial, trial_result},
    web::Reply,
};

/// Notes a test that an Owner or Admin has passed and shows what was proven.
///
/// The answer was verified like any other. It counts as a test when it is about the very person
/// who started it: signing in as somebody else proves nothing about one's own way in.
///
/// # Errors
/// [`StoreError::Stale`](sso_store::StoreError::Stale) when the settings changed meanwhile, or what
/// else the unit answers.
pub(super) async fn conclude(
    app: &App,
    unit: &LoginUnit<'_>,
    context: &Context,
    facts: &LoginFacts,
    arrival: &Arrival,
) -> Result<Reply, LoginError> {
    let decision = decide_login(facts);
    let own = arrival.account.is_some() && own_session(facts);
    if let (true, Some(account), Some(role)) = (own, &arrival.account, facts.person.active_role()) {
        let change = HostChange::LoginSucceeded {
            by: account.clone(),
            role,
            generation: arrival.generation.unwrap_or_default(),
        };
        let after = context.settings.value.apply_host(&change, app.now());
        let mut tx = unit.begin(app.now()).await?;
        let (settings, issuer) = (&after.settings, issuers::kept(&after.settings));
        tx.save_settings(&context.org.id, context.settings.version, settings, issuer)
            .await?;
        let entry = NewAuditEntry {
            org: Some(context.org.id.clone()),
            actor: account.to_string(),
            kind: "sso_tested".to_owned(),
            subject: context.org.id.to_string(),
            detail: serde_json::json!({ "trace": arrival.trace.to_string() }),
        };
        tx.record_audit(&entry, app.now()).await?;
        tx.commit().await?;
    } else {
        unit.make_claims(app.now()).await?;
    }
    let trial = Trial {
        own,
        email: &arrival.email.to_string(),
        saml: arrival.saml.as_ref(),
        decision: &decision,
    };
    Ok(Reply::page(trial_result(&trial)))
}

fn own_session(facts: &LoginFacts) -> bool {
    use org_domain::policy::{Method, OwnSession};
    matches!(facts.method, Method::Sso(sso) if sso.session == OwnSession::OfThisAccount)
}
