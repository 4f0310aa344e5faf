//! Which organisation an issuer speaks for, where neither the address nor a request says so.
//!
//! The answer is a pointer like the others: the organisation's settings are read afresh, and the
//! answer has to be signed by a key of theirs. An issuer that two organisations entered points to
//! neither. The database keeps the issuers beside the settings, in an index.

use org_domain::{OrgId, Settings, settings::Issuer};
use sso_store::directory::IssuerOwner;

use crate::{App, web::Failure};

/// The issuer to keep beside settings that are written: that of the connection in use, and not of
/// one that is only being tried out.
pub fn kept(settings: &Settings) -> Option<&str> {
    settings.connection().issuer.as_ref().map(Issuer::as_str)
}

/// The one organisation that has entered the issuer.
///
/// # Errors
/// What the database answers.
pub async fn organisation(app: &App, issuer: &str) -> Result<Option<OrgId>, Failure> {
    match app.database().organisation_of_issuer(issuer).await? {
        IssuerOwner::One(org) => Ok(Some(org)),
        IssuerOwner::Nobody | IssuerOwner::Several => Ok(None),
    }
}
