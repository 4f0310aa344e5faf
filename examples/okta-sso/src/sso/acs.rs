//! Taking an answer: from the posted form to a session, or to a page with a trace.
//!
//! Which login was begun, and for which organisation, is found by the relay state or by the request
//! the answer names, else by the issuer it claims. All of them are only pointers; what they point to
//! has to agree and is checked against what was signed.
//!
//! A login begun here is finished by the browser that began it: the cookie that says so comes with
//! the post, where the service is reached by https. A login that begins at the identity provider has
//! nothing to be bound to, so it can be planted in somebody's browser; an organisation that will not
//! have that switches such logins off, and they are started again from here.

use org_domain::{OrgId, Settings, policy::decide_login};
use saml_sp::{
    AcsForm, Code, Expected, Limits, Login, NameId, RequestRecord, store::RequestHandle,
};
use sso_store::{Begun, Generate as _, LoginError, LoginUnit, SignInId, StoreError};

use super::{
    issuers,
    provider::{self, Door},
    purpose::Purpose,
    refused::{Attempt, nobody_asked, refused, unusable_email, unusable_name},
    trial,
};
use crate::{
    App, entry,
    facts::{self, Context, sso::Asserted},
    security::cookie::Cookies,
    sign_in,
    web::{Failure, Incoming, Reply},
};

/// An answer on its way in, and what it is an answer to.
struct Posted {
    form: AcsForm,
    record: Option<RequestRecord>,
    /// What the browser holds for the login that was begun.
    cookie: Option<String>,
    door: Door,
    attempt: Attempt,
}

/// `POST` on the postback or on the requestable address.
///
/// # Errors
/// [`Failure::TooMany`] for an address that sent many answers that were refused, or what the
/// database answers. A refused answer is no failure: it is a page with a trace.
pub async fn consume(app: &App, request: &Incoming, door: Door) -> Result<Reply, Failure> {
    let attempt = Attempt {
        trace: SignInId::generate(app.now())?,
        peer: request.peer(),
    };
    let form = match AcsForm::from_urlencoded(request.body(), &Limits::default()) {
        Ok(form) => form,
        Err(rejection) => return refused(app, None, &rejection, &attempt).await,
    };
    let unit = app.database().login();
    let (record, organisation) = match begun(app, &unit, &form).await? {
        Some(begun) => (Some(begun.record), begun.organisation),
        None => (None, None),
    };
    let cookie = record.as_ref().and_then(|record| {
        let name = Cookies::login_name(record.relay().as_str());
        request.cookie(&name).map(str::to_owned)
    });
    let posted = Posted {
        form,
        record,
        cookie,
        door,
        attempt,
    };
    let Some(org) = posted_to(app, &posted).await? else {
        return nobody_asked(app, &posted.attempt).await;
    };
    if posted.is_of_another(&org) {
        return refused(
            app,
            Some(&org),
            &Code::TenantMismatch.into(),
            &posted.attempt,
        )
        .await;
    }
    let context = match organisation {
        Some(found) => Some(Context::of(app, found)),
        None => facts::organisation(app, &org).await?,
    };
    match context {
        Some(context) => verify(app, &posted, &context, &unit).await,
        None => nobody_asked(app, &posted.attempt).await,
    }
}

/// The request this is an answer to, by the relay state or by what the answer says itself.
async fn begun(
    app: &App,
    unit: &LoginUnit<'_>,
    form: &AcsForm,
) -> Result<Option<Begun<Settings>>, Failure> {
    if let Some(relay) = form.relay_state() {
        let handle = RequestHandle::ByRelayState(relay);
        let found = unit.begun(handle, app.now()).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Ok(claimed) = form.peek() else {
        return Ok(None);
    };
    match claimed.in_response_to() {
        Some(id) => Ok(unit.begun(RequestHandle::ById(id), app.now()).await?),
        None => Ok(None),
    }
}

/// Whose login this is: the address says so, or the request it answers, or else the issuer that it
/// claims, where exactly one organisation has it.
async fn posted_to(app: &App, posted: &Posted) -> Result<Option<OrgId>, Failure> {
    match (&posted.door, &posted.record) {
        (Door::Postback(org), _) => Ok(Some(org.clone())),
        (Door::Requestable, Some(record)) => Ok(OrgId::new(record.tenant()).ok()),
        (Door::Requestable, None) => match posted
            .form
            .peek()
            .ok()
            .as_ref()
            .and_then(|facts| facts.issuer())
        {
            Some(issuer) => issuers::organisation(app, issuer).await,
            None => Ok(None),
        },
    }
}

impl Posted {
    /// Whether the request that is answered was another organisation's.
    fn is_of_another(&self, org: &OrgId) -> bool {
        self.record
            .as_ref()
            .is_some_and(|record| record.tenant() != org.as_str())
    }

    /// The request, brought by the browser that holds its cookie, or none.
    fn expected(&self) -> Expected<'_> {
        match &self.record {
            Some(record) => Expected::RequestFrom(record, self.cookie.as_deref()),
            None => Expected::IdpInitiated,
        }
    }
}

async fn verify(
    app: &App,
    posted: &Posted,
    context: &Context,
    unit: &LoginUnit<'_>,
) -> Result<Reply, Failure> {
    let org = &context.org.id;
    let purpose = Purpose::from_text(posted.record.as_ref().and_then(RequestRecord::return_to));
    let Some((connection, generation)) = provider::connection(&context.settings.value, &purpose)
    else {
        return nobody_asked(app, &posted.attempt).await;
    };
    let Some(idp) = provider::identity_provider(app, connection)? else {
        return nobody_asked(app, &posted.attempt).await;
    };
    let service = provider::service(app, org, &posted.door)?;
    let pending = match service.accept(&posted.form, &idp, posted.expected(), app.now()) {
        Ok(pending) => pending,
        Err(rejection) => return refused(app, Some(org), &rejection, &posted.attempt).await,
    };
    let login = match pending.redeem(unit, unit, app.now()).await {
        Ok(login) => login,
        Err(rejection) if rejection.code() == Code::StoreFailed => {
            return Err(Failure::Unavailable);
        }
        Err(rejection) => return refused(app, Some(org), &rejection, &posted.attempt).await,
    };
    let proven = Proven {
        unit,
        login: &login,
        generation,
    };
    match decide(app, posted, context, &proven).await {
        Ok(reply) => Ok(reply),
        Err(Ended::Failed(failure)) => Err(failure),
        Err(Ended::Lost(code)) => refused(app, Some(org), &code.into(), &posted.attempt).await,
    }
}

/// Somebody whose answer was verified. They are in when the unit has been written, and not before.
pub(super) struct Proven<'a> {
    pub(super) unit: &'a LoginUnit<'a>,
    pub(super) login: &'a Login,
    generation: u32,
}

/// Why there is no reply.
enum Ended {
    /// Another login with the same answer was first.
    Lost(Code),
    /// Anything else.
    Failed(Failure),
}

impl From<LoginError> for Ended {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::RequestUsed => Self::Lost(Code::RequestUsed),
            LoginError::Replayed => Self::Lost(Code::Replayed),
            LoginError::Store(error) => Self::Failed(error.into()),
        }
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The person is proven; does the organisation let them in? Decided twice at most: when two
/// first sign-ins of one person meet, the second finds the account the first has made.
async fn decide(
    app: &App,
    posted: &Posted,
    context: &Context,
    proven: &Proven<'_>,
) -> Result<Reply, Ended> {
    let (unit, login) = (proven.unit, proven.login);
    let purpose = Purpose::from_text(login.return_to());
    if login.name_id().format() == Some(NameId::TRANSIENT) {
        return Ok(unusable_name(app, context, proven, &posted.attempt.trace, &purpose).await?);
    }
    let mut once_more = true;
    loop {
        let asserted = Asserted {
            login,
            purpose: &purpose,
            generation: proven.generation,
            trace: &posted.attempt.trace,
        };
        let Some((facts, arrival)) = facts::sso::look(app, context, &asserted).await? else {
            return Ok(unusable_email(app, context, proven, &posted.attempt.trace).await?);
        };
        if purpose.trial.is_some() {
            return Ok(trial::conclude(app, unit, context, &facts, &arrival).await?);
        }
        let decision = decide_login(&facts);
        if !decision.enters() {
            return Ok(sign_in::refusal(app, unit, &arrival, &decision, &purpose.to).await?);
        }
        match entry::enter(app, unit, &arrival, &decision).await {
            Ok(secret) => {
                let reply = Reply::see_other(&landing(posted, &purpose));
                let reply = reply.cookie(&app.cookies().session(&secret));
                return Ok(match (&posted.record, &posted.cookie) {
                    (Some(record), Some(_)) => {
                        reply.cookie(&app.cookies().no_login(record.relay().as_str()))
                    }
                    _ => reply,
                });
            }
            Err(LoginError::Store(StoreError::Conflict(_) | StoreError::Rule(_))) if once_more => {
                once_more = false;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Where to go: where the login began, or where a relay state set in Okta points to.
fn landing(posted: &Posted, purpose: &Purpose) -> String {
    match (&posted.record, posted.form.relay_state()) {
        (None, Some(relay)) => sign_in::local_path(relay),
        _ => purpose.to.clone(),
    }
}
