//! Provisioning: scim-core's engine over the directory, every write judged by the policy.

mod guard;

pub use guard::{DONE, REFUSED};

use std::sync::Arc;

use http::{StatusCode, header};
use scim_core::{
    Scim,
    auth::RandomError,
    config::{Config, ConfigError, GroupPatch, MemberRule},
    error::{ERROR_URN, ScimError},
    events::Outcome,
    message::SCIM_JSON,
};
use sso_store::{Database, Pepper};

use crate::{
    App,
    config::DomainPolicy,
    ready::SCIM_PATH,
    security::rate::Action,
    web::{Failure, Incoming, Reply, with_sources},
};
use guard::PolicyGuard;

/// The provisioning endpoint of all organisations; the token says whose it is.
#[derive(Clone, Debug)]
pub struct Provisioning {
    scim: Arc<Scim<Database, Database, PolicyGuard>>,
}

impl Provisioning {
    /// The endpoint of an application, with the key its tokens were made with.
    ///
    /// # Errors
    /// [`ConfigError`] for a base URL that SCIM cannot be served under.
    pub fn new(app: &App, pepper: &Pepper) -> Result<Self, ConfigError> {
        let config = Config::new(
            &app.config().base_url.join(SCIM_PATH),
            pepper.for_scim_tokens(),
        )?;
        let config = match app.config().domains {
            DomainPolicy::Claimed => config,
            // Conformance testers invent member ids and look at the body of every answer.
            DomainPolicy::UnsafeAny => config
                .with_members(MemberRule::Any)
                .with_group_patch(GroupPatch::Body),
        };
        let guard = PolicyGuard::new(app.clone());
        let scim = Scim::new(
            config,
            app.database().clone(),
            app.database().clone(),
            guard,
        );
        Ok(Self {
            scim: Arc::new(scim),
        })
    }

    /// Answers a request below the SCIM base URL.
    ///
    /// # Errors
    /// [`Failure::TooMany`] for an address that sent many wrong tokens; everything else is a
    /// response in SCIM's own form.
    pub async fn answer(&self, app: &App, request: Incoming) -> Result<Reply, Failure> {
        let peer = request.peer();
        let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
        let response = Box::pin(
            self.scim
                .handle_http(request.into_http(), app.now(), &mut random),
        )
        .await;
        if let Some(outcome) = response.extensions().get::<Outcome>() {
            log_faults(outcome);
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            app.rates()
                .spend_address(Action::ScimToken, peer, app.now())?;
        }
        Ok(response.into())
    }
}

/// What an operator has to know and the client must not.
fn log_faults(outcome: &Outcome) {
    if let Some(cause) = outcome.refused.as_ref().and_then(ScimError::cause) {
        tracing::warn!(reason = %with_sources(cause), "a SCIM request failed");
    }
    if let Some(cause) = outcome.unnoted.as_ref().and_then(ScimError::cause) {
        tracing::warn!(reason = %with_sources(cause), "the use of a SCIM token was not noted");
    }
}

/// A refusal from before the engine, in the engine's form: its clients read no pages.
pub fn refusal(status: StatusCode, detail: &str) -> Reply {
    let error = serde_json::json!({
        "schemas": [ERROR_URN], "status": status.as_str(), "detail": detail,
    });
    Reply::document(SCIM_JSON, error.to_string()).status(status)
}

/// A failure from before the engine: an address that sent too many wrong tokens.
pub fn failure(failure: &Failure) -> Reply {
    match failure {
        Failure::TooMany(seconds) => {
            let detail = "too many wrong tokens came from this address";
            refusal(StatusCode::TOO_MANY_REQUESTS, detail)
                .header_text(header::RETRY_AFTER, &seconds.to_string())
        }
        _ => refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the service failed while handling the request",
        ),
    }
}
