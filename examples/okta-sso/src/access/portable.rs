//! An organization's settings as a file, to be kept or carried to another installation.
//!
//! What cannot be carried is not in it: claims (each installation asks for its own record),
//! tokens, the switches that need a test login first.

use org_domain::{
    SettingsChange,
    policy::{Deletion, IdpInitiated, JoinPolicy, Switch},
    settings::{Connection, SettingsRefusal, SingleLogout},
};
use serde::{Deserialize, Serialize};

use super::{Changed, admin_form, change, settings};
use crate::{
    App,
    security::session::{Viewer, need_admin},
    sso::values,
    web::{Failure, Incoming, Reply},
};

const HERE: &str = "/settings/access/sso";

/// The file. Unknown keys are refused, so that nothing is lost silently.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Portable {
    /// Base64 of the certificates.
    certificates: Vec<String>,
    sign_in_url: String,
    issuer: String,
    /// Single logout, where the provider has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logout: Option<SingleLogout>,
    idp_managed: Switch,
    idp_initiated: IdpInitiated,
    join: JoinPolicy,
    deletion: Deletion,
}

/// `GET /settings/access/settings.json`.
///
/// # Errors
/// [`Failure`].
pub async fn export(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    let current = settings(app, viewer.org_id()).await?.value;
    let connection = current.connection();
    let text = |value: Option<String>| value.unwrap_or_default();
    let portable = Portable {
        certificates: connection
            .certificates
            .iter()
            .map(|certificate| certificate.text().to_owned())
            .collect(),
        sign_in_url: text(connection.sign_in_url.as_ref().map(ToString::to_string)),
        issuer: text(connection.issuer.as_ref().map(ToString::to_string)),
        logout: connection.logout.clone(),
        idp_managed: current.idp_managed(),
        idp_initiated: current.idp_initiated(),
        join: current.join(),
        deletion: current.deletion(),
    };
    let json = serde_json::to_vec_pretty(&portable)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(Reply::document("application/json", json).header(
        http::header::CONTENT_DISPOSITION,
        "attachment; filename=\"access-security.json\"",
    ))
}

/// `POST /settings/access/import`: makes the file's settings this organization's, one change
/// after the other, each by the usual rules. The first that is refused ends it.
///
/// # Errors
/// [`Failure::Bad`] with what is wrong with the file or was refused.
pub async fn import(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let file = form
        .bytes("settings")
        .ok_or_else(|| Failure::Bad("Choose the file.".to_owned()))?;
    let portable: Portable = serde_json::from_slice(file)
        .map_err(|error| Failure::Bad(format!("The file: {error}.")))?;
    let certificates = portable
        .certificates
        .iter()
        .map(|text| values::certificates(text.as_bytes()));
    let certificates: Vec<_> = certificates
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::Bad)?
        .into_iter()
        .flatten()
        .collect();
    let connection = values::from_two(certificates, &portable.sign_in_url, &portable.issuer)
        .map_err(Failure::Bad)?;
    let connection = Connection {
        logout: portable.logout.clone(),
        ..connection
    };
    let made = one(app, &viewer, SettingsChange::Connection(connection.clone())).await;
    if let Err(Changed::Refused(SettingsRefusal::StageInstead)) = made {
        one(app, &viewer, SettingsChange::Stage(connection))
            .await
            .map_err(|refused| refused.into_failure(HERE))?;
    } else {
        made.map_err(|refused| refused.into_failure(HERE))?;
    }
    for wanted in [
        SettingsChange::IdpInitiated(portable.idp_initiated),
        SettingsChange::Join(portable.join),
        SettingsChange::Deletion(portable.deletion),
        SettingsChange::IdpManaged(portable.idp_managed),
    ] {
        one(app, &viewer, wanted)
            .await
            .map_err(|refused| refused.into_failure(HERE))?;
    }
    Ok(Reply::see_other(HERE))
}

async fn one(app: &App, viewer: &Viewer, wanted: SettingsChange) -> Result<(), Changed> {
    let version = settings(app, viewer.org_id()).await?.value.version();
    change(app, viewer, version, &wanted).await
}
