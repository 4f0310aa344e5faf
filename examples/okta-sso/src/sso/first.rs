//! The first organisation of an empty database, from the command line.

use std::{
    io,
    path::{Path, PathBuf},
};

use org_domain::{
    AccountId, Actor, Email, EmailError, OrgId, Role, Settings, SettingsChange,
    settings::{Capabilities, Connection, Surroundings},
};
use serde_json::json;
use sso_store::{
    Database, Generate as _, InvitationId, StoreError,
    directory::{NewAuditEntry, NewInvitation, NewOrganisation, Page},
};
use time::OffsetDateTime;

use super::{issuers, values};
use crate::{cli::FirstOrganisation, config::Config, members::INVITATION_LIFE};

/// Why the first organisation could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstError {
    /// The database.
    #[error("the database")]
    Database(#[from] StoreError),
    /// The Owner's address.
    #[error("--owner")]
    Email(#[from] EmailError),
    /// A file of Okta's values.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// Only some of the three values.
    #[error("--okta-certificate, --okta-sign-in-url and --okta-issuer belong together")]
    Incomplete,
    /// A database without an organisation, and nobody named to own one.
    #[error("the database is empty: name the first Owner with --owner EMAIL (see --help)")]
    Nobody,
    /// One of Okta's values.
    #[error("{0}")]
    Value(String),
}

/// Makes the organisation when there is none yet, and gives the Owner's invitation link.
///
/// # Errors
/// [`FirstError`].
pub async fn prepare(
    database: &Database,
    config: &Config,
    first: &FirstOrganisation,
    now: OffsetDateTime,
) -> Result<Option<String>, FirstError> {
    let one = database.organisations(&Page::first(1)).await?;
    if !one.entries.is_empty() {
        return Ok(None);
    }
    let owner = Email::parse(first.owner.as_deref().ok_or(FirstError::Nobody)?)?;
    let connection = connection(first, now)?;
    let org = OrgId::generate(now)?;
    let settings = with_connection(
        &Settings::new(org.clone(), Capabilities::ENTERPRISE),
        connection,
        now,
    )?;
    let new = NewOrganisation {
        id: org.clone(),
        name: first
            .organization
            .clone()
            .unwrap_or_else(|| owner.domain().to_string()),
    };
    let invitation = NewInvitation {
        org: org.clone(),
        id: InvitationId::generate(now)?,
        email: owner,
        role: Role::Owner,
        invited_by: "command line".to_owned(),
        expires: now + INVITATION_LIFE,
    };
    let mut tx = database.begin().await?;
    tx.create_organisation(&new, &settings, issuers::kept(&settings), now)
        .await?;
    let secret = tx.invite(&invitation, now).await?;
    tx.record_audit(&made(&org), now).await?;
    tx.commit().await?;
    Ok(Some(
        config
            .base_url
            .join(&format!("/invitations/{}", secret.reveal())),
    ))
}

/// The settings with Okta's values entered, and nothing switched on.
fn with_connection(
    settings: &Settings,
    connection: Connection,
    now: OffsetDateTime,
) -> Result<Settings, FirstError> {
    let nobody = Surroundings {
        held_domains: 0,
        fallback_owners: 0,
        linked_members: 0,
    };
    let refused = |error: &dyn std::fmt::Display| FirstError::Value(error.to_string());
    let account = AccountId::new("command-line").map_err(|error| refused(&error))?;
    let actor = Actor {
        account,
        role: Role::Owner,
        authenticated_at: now,
    };
    settings
        .apply(
            &SettingsChange::Connection(connection),
            &actor,
            nobody,
            settings.version(),
            now,
        )
        .map(|after| after.settings)
        .map_err(|error| refused(&error))
}

/// Reads the values without writing anything.
///
/// # Errors
/// [`FirstError`].
pub fn look(first: &FirstOrganisation) -> Result<(), FirstError> {
    if let Some(owner) = &first.owner {
        Email::parse(owner)?;
    }
    connection(first, OffsetDateTime::now_utc()).map(drop)
}

fn connection(first: &FirstOrganisation, now: OffsetDateTime) -> Result<Connection, FirstError> {
    if let Some(path) = &first.okta_metadata {
        return values::from_metadata(&read(path)?, now).map_err(FirstError::Value);
    }
    match (
        &first.okta_certificate,
        &first.okta_sign_in_url,
        &first.okta_issuer,
    ) {
        (None, None, None) => Ok(Connection::default()),
        (Some(certificate), Some(url), Some(issuer)) => {
            let logout = first.okta_logout_url.as_deref().unwrap_or_default();
            values::from_texts(&read(certificate)?, url, issuer, logout)
                .map_err(|faults| FirstError::Value(faults.to_string()))
        }
        _ => Err(FirstError::Incomplete),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FirstError> {
    std::fs::read(path).map_err(|error| FirstError::File(path.to_owned(), error))
}

fn made(org: &OrgId) -> NewAuditEntry {
    NewAuditEntry {
        org: Some(org.clone()),
        actor: "command line".to_owned(),
        kind: "organization_made".to_owned(),
        subject: org.to_string(),
        detail: json!({}),
    }
}
