//! Organization Settings › Access Security: the handlers.

pub mod domains;
mod entered;
pub mod history;
pub mod overview;
pub mod people;
pub mod portable;
pub mod scim;
pub mod sso;

use org_domain::{
    ClaimStore as _, OrgId, Role, Settings, SettingsChange, Version,
    claim::Hold,
    settings::{SettingsEffect, SettingsRefusal, Surroundings},
};
use serde_json::json;
use sso_store::{
    StoreError, Transaction,
    directory::{MemberFilter, MemberState, NewAuditEntry, Page, SessionScope},
};

use crate::{
    App,
    pages::words::sentence,
    security::session::{Viewer, need_admin},
    sso::issuers,
    web::{Failure, Form, Incoming},
};

/// A form of an Owner or Admin, checked to come from our own page.
async fn admin_form(app: &App, request: &Incoming) -> Result<(Viewer, Form), Failure> {
    let viewer = need_admin(app, request).await?;
    let form = request.form().await?;
    viewer.csrf.check(&form)?;
    Ok((viewer, form))
}

/// The version of the settings the form was made from.
fn version(form: &Form) -> Result<Version, Failure> {
    form.text("version").parse().map(Version::new).map_err(|_| {
        Failure::Bad(
            "The form is incomplete. Reload the page it was on and send it again.".to_owned(),
        )
    })
}

/// The organisation's settings with the version the store knows them by.
async fn settings(
    app: &App,
    org: &OrgId,
) -> Result<sso_store::directory::Versioned<Settings>, Failure> {
    app.database()
        .settings::<Settings>(org)
        .await?
        .ok_or(Failure::Missing)
}

/// Makes one change of the settings for a person, with everything that follows from it.
///
/// # Errors
/// [`Changed::Refused`] when the rules forbid it; the caller knows how to say so.
async fn change(
    app: &App,
    viewer: &Viewer,
    expected: Version,
    wanted: &SettingsChange,
) -> Result<(), Changed> {
    let org = viewer.org_id();
    let current = settings(app, org).await?;
    let around = surroundings(app, org).await?;
    let after = current
        .value
        .apply(wanted, &viewer.actor(), around, expected, app.now())
        .map_err(Changed::Refused)?;
    let mut tx = app.database().begin().await?;
    let issuer = issuers::kept(&after.settings);
    tx.save_settings(org, current.version, &after.settings, issuer)
        .await?;
    for effect in &after.effects {
        follow(&mut tx, app, viewer, effect).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Why a change was not made.
#[derive(Debug)]
enum Changed {
    /// The rules forbid it.
    Refused(SettingsRefusal),
    /// Something else.
    Failed(Failure),
}

impl From<Failure> for Changed {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Changed {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Changed {
    /// The same, when an earlier part may have been changed.
    fn half_way(self) -> Self {
        match self {
            Self::Failed(failure) => Self::Failed(failure.half_way()),
            refused @ Self::Refused(_) => refused,
        }
    }

    /// The failure to answer with; `back` is the page the change was made on.
    fn into_failure(self, back: &str) -> Failure {
        match self {
            Self::Refused(SettingsRefusal::Conflict) => Failure::Stale,
            Self::Refused(SettingsRefusal::StepUp) => Failure::StepUp(back.to_owned()),
            Self::Refused(refusal) => Failure::Bad(sentence(&refusal.to_string())),
            Self::Failed(failure) => failure,
        }
    }
}

/// What follows from a change. There is no mail here: what administrators should be told is a
/// line of the audit log. Sessions that single sign-on began end by themselves, because every
/// request asks the policy anew.
async fn follow(
    tx: &mut Transaction,
    app: &App,
    viewer: &Viewer,
    effect: &SettingsEffect,
) -> Result<(), StoreError> {
    let org = viewer.org_id();
    let (kind, detail) = match effect {
        SettingsEffect::Audit(name) => (name.clone(), json!({})),
        SettingsEffect::NotifyAdmins(name) => {
            (name.clone(), json!({ "tell": "owners_and_admins" }))
        }
        SettingsEffect::NotifyOwners(name) => (name.clone(), json!({ "tell": "owners" })),
        SettingsEffect::EndSessionsBefore(_) => {
            tx.end_sessions(&SessionScope::WithoutSso(org.clone()))
                .await?;
            ("sessions_without_sso_ended".to_owned(), json!({}))
        }
        _ => return Ok(()),
    };
    let entry = NewAuditEntry {
        org: Some(org.clone()),
        actor: viewer.account.id.to_string(),
        kind,
        subject: org.to_string(),
        detail,
    };
    tx.record_audit(&entry, app.now()).await.map(drop)
}

/// What the rules have to know besides the settings.
async fn surroundings(app: &App, org: &OrgId) -> Result<Surroundings, StoreError> {
    let claims = app.database().list(org).await?;
    let held = claims
        .iter()
        .filter(|claim| claim.hold(app.now()) != Hold::None)
        .count();
    Ok(Surroundings {
        held_domains: u32::try_from(held).unwrap_or(u32::MAX),
        fallback_owners: fallback_owners(app, org).await?,
        // The rules ask only for none or some.
        linked_members: u32::from(app.database().has_linked_member(org).await?),
    })
}

/// Active Owners with a password of their own.
async fn fallback_owners(app: &App, org: &OrgId) -> Result<u32, StoreError> {
    let filter = MemberFilter {
        role: Some(Role::Owner),
        state: Some(MemberState::Active),
    };
    let mut holders = 0;
    for owner in app
        .database()
        .members(org, &filter, &Page::first(200))
        .await?
        .entries
    {
        let account = app.database().account(&owner.account).await?;
        holders += u32::from(account.is_some_and(|account| account.password_hash.is_some()));
    }
    Ok(holders)
}
