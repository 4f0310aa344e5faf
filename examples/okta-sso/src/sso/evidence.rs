//! What the account page and the sign-in log say of a verified answer.

use saml_sp::{Login, dsig::Covers};
use serde::Deserialize as _;
use sso_store::{SignInId, StoreError};
use time::format_description::well_known::Rfc3339;

use crate::{
    App,
    security::session::{ProvenBySaml, ProvenSignature},
};

/// The evidence of a login, in words.
pub fn of_login(login: &Login) -> ProvenBySaml {
    let signatures = login.proof().signatures().map(|signature| ProvenSignature {
        covers: match signature.covers {
            Covers::Response => "response",
            _ => "assertion",
        }
        .to_owned(),
        algorithm: signature.algorithm.to_string(),
        fingerprint: signature.key.to_string(),
    });
    let attributes = login.attributes().iter().map(|attribute| {
        (
            attribute.name().to_owned(),
            attribute.values().map(str::to_owned).collect(),
        )
    });
    ProvenBySaml {
        issuer: login.issuer().to_owned(),
        name_id: login.name_id().value().to_owned(),
        assertion_id: login.assertion_id().to_owned(),
        request_id: login.request_id().map(str::to_owned),
        authenticated: login.authn_instant().format(&Rfc3339).unwrap_or_default(),
        context: login.authn_context_class().map(str::to_owned),
        session_index: login.session_index().map(str::to_owned),
        signatures: signatures.collect(),
        attributes: attributes.collect(),
    }
}

/// The evidence that the log of sign-ins keeps under a trace; `None` for a password, and when the
/// entry is kept no longer.
///
/// # Errors
/// What the database answers.
pub async fn of_trace(app: &App, trace: &str) -> Result<Option<ProvenBySaml>, StoreError> {
    let logged = app.database().sign_in(&SignInId::new(trace)).await?;
    Ok(logged.and_then(|logged| ProvenBySaml::deserialize(logged.detail.get("saml")?).ok()))
}
