//! An organization's settings as a file, to be kept or carried to another installation.
//!
//! What cannot be carried is not in it: claims (each installation asks for its own record),
//! tokens, the switches that need a test login first.

use org_domain::{
    SettingsChange,
    policy::{Deletion, IdpInitiated, JoinPolicy, Switch},
    settings::{SettingsRefusal, SingleLogout},
};
use serde::{Deserialize, Serialize};

use super::{Changed, admin_form, change, settings, sso::sent_back};
use crate::{
    App,
    pages::field::Wrong,
    security::session::{Viewer, need_admin},
    sso::values,
    web::{Failure, Form, Incoming, Reply},
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
/// after the other, each by the usual rules. The first that is refused ends it, and the page says
/// so at the field of the file.
///
/// # Errors
/// [`Failure`].
pub async fn import(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let wanted = match read(&form) {
        Ok(wanted) => wanted,
        Err(text) => {
            return sent_back(app, &viewer, &form, vec![Wrong::at("settings", text)]).await;
        }
    };
    for (place, wanted) in wanted.into_iter().enumerate() {
        let Err(refused) = one(app, &viewer, wanted).await else {
            continue;
        };
        let refused = if place == 0 {
            refused
        } else {
            refused.half_way()
        };
        return match refused.into_failure(HERE) {
            Failure::Bad(text) if place == 0 => {
                sent_back(app, &viewer, &form, vec![Wrong::at("settings", text)]).await
            }
            Failure::Bad(text) => {
                let text = format!("{text} What stands before that in the file was brought in.");
                sent_back(app, &viewer, &form, vec![Wrong::at("settings", text)]).await
            }
            failure => Err(failure),
        };
    }
    Ok(Reply::see_other(HERE))
}

/// The changes a file stands for, in their order.
fn read(form: &Form) -> Result<[SettingsChange; 5], String> {
    let file = form
        .bytes("settings")
        .ok_or("Choose the file that “Download as a file” gave.")?;
    let portable: Portable = serde_json::from_slice(file)
        .map_err(|error| format!("The file is none that “Download as a file” gave: {error}."))?;
    let read = portable.certificates.iter().map(|text| text.as_bytes());
    let certificates = read
        .map(values::certificates)
        .collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map(|read| read.into_iter().flatten().collect());
    let (url, issuer) = (&portable.sign_in_url, &portable.issuer);
    let connection = values::together(certificates, url, issuer, Ok(portable.logout))
        .map_err(|faults| faults.to_string())?;
    Ok([
        SettingsChange::Connection(connection),
        SettingsChange::IdpInitiated(portable.idp_initiated),
        SettingsChange::Join(portable.join),
        SettingsChange::Deletion(portable.deletion),
        SettingsChange::IdpManaged(portable.idp_managed),
    ])
}

/// One of the changes. Values that others sign in with are not replaced: the new ones then stand
/// beside them.
async fn one(app: &App, viewer: &Viewer, wanted: SettingsChange) -> Result<(), Changed> {
    let version = settings(app, viewer.org_id()).await?.value.version();
    match (change(app, viewer, version, &wanted).await, wanted) {
        (
            Err(Changed::Refused(SettingsRefusal::StageInstead)),
            SettingsChange::Connection(connection),
        ) => change(app, viewer, version, &SettingsChange::Stage(connection)).await,
        (made, _) => made,
    }
}
