//! Answers that let nobody in: what is logged of them, and what is shown, which is a trace only.

use std::net::IpAddr;

use org_domain::{OrgId, decision::Reason};
use saml_sp::Rejection;
use serde_json::{Value, json};
use sso_store::{
    LoginError, SignInId,
    directory::{NewSignIn, SignInOutcome},
};

use super::{acs::Proven, evidence, purpose::Purpose};
use crate::{
    App,
    facts::Context,
    pages::access::sso::trial_unusable,
    security::rate::Action,
    sign_in,
    web::{Failure, Reply},
};

/// What a refusal is counted and logged by.
pub(super) struct Attempt {
    pub(super) trace: SignInId,
    pub(super) peer: Option<IpAddr>,
}

impl Attempt {
    /// Counts it as one that was refused, before anything is written of it. Answers that are good
    /// are not counted, or a company behind one address would be kept out on a Monday morning.
    fn counted(&self, app: &App) -> Result<&SignInId, Failure> {
        app.rates()
            .spend_address(Action::PostResponse, self.peer, app.now())?;
        Ok(&self.trace)
    }
}

/// What the log keeps of an answer that let nobody in.
fn entry(org: Option<&OrgId>, code: &str, trace: &SignInId, detail: Value) -> NewSignIn {
    NewSignIn {
        id: trace.clone(),
        org: org.cloned(),
        account: None,
        method: "sso".to_owned(),
        outcome: SignInOutcome::Refused,
        code: code.to_owned(),
        detail: detail.into(),
    }
}

/// A refused answer: logged with its full diagnosis, shown with a trace only.
pub(super) async fn refused(
    app: &App,
    org: Option<&OrgId>,
    rejection: &Rejection,
    attempt: &Attempt,
) -> Result<Reply, Failure> {
    let trace = attempt.counted(app)?;
    let report = json!({ "report": rejection.report().with_trace(trace.as_str()).json() });
    let logged = entry(org, rejection.code().name(), trace, report);
    app.database().record_sign_in(&logged, app.now()).await?;
    app.metrics().signed_in("sso", rejection.code().name());
    tracing::info!(
        code = rejection.code().name(),
        trace = trace.as_str(),
        "answer refused"
    );
    let start = org.map(|org| sign_in::start_link(org, "/account", None));
    Ok(sign_in::refused_page(
        Rejection::PUBLIC_TEXT,
        trace,
        start.as_deref(),
    ))
}

/// An answer without a usable address: there is nobody to decide about.
pub(super) async fn unusable_email(
    app: &App,
    context: &Context,
    proven: &Proven<'_>,
    trace: &SignInId,
) -> Result<Reply, LoginError> {
    let wrong = proven
        .login
        .attributes()
        .one("email")
        .err()
        .map(|error| error.to_string());
    let detail = json!({ "operator_text": wrong, "saml": evidence::of_login(proven.login) });
    let code = Reason::EmailUnusable.code();
    let logged = entry(Some(&context.org.id), code, trace, detail);
    proven.unit.refuse(&logged, app.now()).await?;
    Ok(sign_in::refused_page(Rejection::PUBLIC_TEXT, trace, None))
}

/// What an administrator is told about a name that is another one at every login.
const TRANSIENT: &str = "Okta sends a transient NameID, another one at every login, so nobody would be recognised the \
    next time. In the application's SAML settings set \"Name ID format\" to Unspecified, EmailAddress or Persistent.";

/// A name that is gone the next time ties nobody to an account: the login after it would be a
/// conflict. It is refused before it does harm, and the test login says so.
pub(super) async fn unusable_name(
    app: &App,
    context: &Context,
    proven: &Proven<'_>,
    trace: &SignInId,
    purpose: &Purpose,
) -> Result<Reply, LoginError> {
    let detail = json!({ "operator_text": TRANSIENT, "saml": evidence::of_login(proven.login) });
    let logged = entry(Some(&context.org.id), "name_id_transient", trace, detail);
    proven.unit.refuse(&logged, app.now()).await?;
    Ok(match purpose.trial {
        Some(_) => Reply::page(trial_unusable(TRANSIENT)),
        None => sign_in::refused_page(Rejection::PUBLIC_TEXT, trace, None),
    })
}

/// Nothing leads from the answer to an organisation: no state, an old one, or an unknown
/// organisation. All look alike; the log of the installation has the trace.
pub(super) async fn nobody_asked(app: &App, attempt: &Attempt) -> Result<Reply, Failure> {
    let trace = attempt.counted(app)?;
    let logged = entry(None, "nobody_asked", trace, json!({}));
    app.database().record_sign_in(&logged, app.now()).await?;
    tracing::info!(
        code = "nobody_asked",
        trace = trace.as_str(),
        "answer refused"
    );
    Ok(sign_in::refused_page(Rejection::PUBLIC_TEXT, trace, None))
}
