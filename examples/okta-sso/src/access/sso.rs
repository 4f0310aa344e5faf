//! Single sign-on: Okta's values, test, enable, require.

use org_domain::{
    SettingsChange,
    policy::{IdpInitiated, JoinPolicy, Switch},
    settings::{Connection, SettingsRefusal},
};
use sso_store::directory::{MemberFilter, MemberState, Page};

use super::{Changed, admin_form, change, settings, version};
use crate::{
    App,
    pages::access::sso::{Affected, SingleSignOn, sso},
    security::session::{Viewer, need_admin},
    sign_in,
    sso::{addresses::Addresses, purpose::Tried, start, values},
    web::{Failure, Form, Incoming, Reply},
};

const HERE: &str = "/settings/access/sso";

/// How many members the dry run names.
const NAMED: u32 = 200;

/// `GET /settings/access/sso`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    render(app, &viewer, None).await
}

async fn render(app: &App, viewer: &Viewer, wrong: Option<&str>) -> Result<Reply, Failure> {
    let org = viewer.org_id();
    let current = settings(app, org).await?.value;
    let affected = affected(app, viewer).await?;
    let tester = current.tested().map(|test| test.by.clone());
    let tester = match tester {
        Some(account) => app
            .database()
            .account(&account)
            .await?
            .map(|account| account.email.to_string()),
        None => None,
    };
    let facts = SingleSignOn {
        viewer,
        settings: &current,
        addresses: &Addresses::new(&app.config().base_url, org),
        affected: &affected,
        has_key: app.config().service_key.is_some(),
        tester: tester.as_deref(),
        wrong,
        now: app.now(),
    };
    let mut response = Reply::page(sso(&facts)).into_http();
    crate::security::headers::may_leave(&mut response);
    Ok(response.into())
}

/// Whom requiring single sign-on would touch, before it is done.
async fn affected(app: &App, viewer: &Viewer) -> Result<Affected, Failure> {
    let org = viewer.org_id();
    let filter = MemberFilter {
        state: Some(MemberState::Active),
        ..MemberFilter::default()
    };
    let members = app
        .database()
        .members(
            org,
            &filter,
            Page {
                offset: 0,
                limit: NAMED,
            },
        )
        .await?;
    let mut affected = Affected {
        more: u64::from(NAMED) <= app.database().count_members(org, &filter).await?,
        ..Affected::default()
    };
    for member in members {
        let here = crate::facts::standing(app, org, member.email.domain())
            .await?
            .is_here();
        let keeps = member.role.administers();
        match (keeps, here) {
            (true, _) => affected.keep_password += 1,
            (false, true) => affected.by_sso += 1,
            (false, false) => affected.locked_out.push(member.email.to_string()),
        }
    }
    Ok(affected)
}

/// `POST /settings/access/sso/connection`: the three values, or metadata.
///
/// # Errors
/// [`Failure`].
pub async fn connection(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let connection = match read(app, &viewer, &form).await {
        Ok(connection) => connection,
        Err(wrong) => return render(app, &viewer, Some(&wrong)).await,
    };
    let expected = version(&form)?;
    let made = change(
        app,
        &viewer,
        expected,
        &SettingsChange::Connection(connection.clone()),
    )
    .await;
    match made {
        // People sign in with the present values: the new ones stand beside them until tested.
        Err(Changed::Refused(SettingsRefusal::StageInstead)) => {
            conclude(
                app,
                &viewer,
                change(app, &viewer, expected, &SettingsChange::Stage(connection)).await,
            )
            .await
        }
        other => conclude(app, &viewer, other).await,
    }
}

/// What the form holds. An upload wins over the text field, and an empty certificate keeps the
/// present ones, so that an address can be corrected by itself.
async fn read(app: &App, viewer: &Viewer, form: &Form) -> Result<Connection, String> {
    if let Some(xml) = form.bytes("metadata") {
        return values::from_metadata(xml, app.now());
    }
    let certificate = form
        .bytes("certificate_file")
        .or_else(|| form.bytes("certificate"));
    match certificate {
        Some(certificate) => {
            values::from_three(certificate, form.text("sign_in_url"), form.text("issuer"))
        }
        None => {
            let present = settings(app, viewer.org_id())
                .await
                .map_err(|error| error.to_string())?
                .value;
            let certificates = present.connection().certificates.clone();
            if certificates.is_empty() {
                return Err("Public Certificate: choose the file or paste its text.".to_owned());
            }
            values::from_two(certificates, form.text("sign_in_url"), form.text("issuer"))
        }
    }
}

/// `POST /settings/access/sso/test`: starts a test login as oneself.
///
/// # Errors
/// [`Failure`].
pub async fn test(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let tried = if form.ticked("staged") {
        Tried::Staged
    } else {
        Tried::Present
    };
    start::trial(app, &viewer, tried).await
}

/// `POST /settings/access/sso/{what}`: one switch.
///
/// # Errors
/// [`Failure`].
pub async fn switch(app: &App, request: &Incoming, what: &str) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let wanted = wanted(what, form.text("to")).ok_or(Failure::Missing)?;
    let made = change(app, &viewer, version(&form)?, &wanted).await;
    let stays = made.is_ok() && wanted == SettingsChange::RequireSso(Switch::On);
    let reply = conclude(app, &viewer, made).await?;
    if !stays || viewer.session.sso.is_some() {
        return Ok(reply);
    }
    Ok(match sign_in::again(app, &viewer).await? {
        Some(secret) => reply.cookie(&app.cookies().session(&secret)),
        None => reply,
    })
}

fn wanted(what: &str, to: &str) -> Option<SettingsChange> {
    let on = if to == "on" { Switch::On } else { Switch::Off };
    Some(match what {
        "drop" => SettingsChange::DropStaged,
        "enable" => SettingsChange::Enable(on),
        "initiated" if to == "on" => SettingsChange::IdpInitiated(IdpInitiated::Allowed),
        "initiated" => SettingsChange::IdpInitiated(IdpInitiated::Bounced),
        "join" if to == "on" => SettingsChange::Join(JoinPolicy::AutoJoin),
        "join" => SettingsChange::Join(JoinPolicy::InviteOnly),
        "managed" => SettingsChange::IdpManaged(on),
        "promote" => SettingsChange::PromoteStaged,
        "remove" => SettingsChange::RemoveConnection,
        "require" => SettingsChange::RequireSso(on),
        _ => return None,
    })
}

async fn conclude(app: &App, viewer: &Viewer, made: Result<(), Changed>) -> Result<Reply, Failure> {
    match made {
        Ok(()) => Ok(Reply::see_other(HERE)),
        Err(refused) => match refused.into_failure(HERE) {
            Failure::Bad(text) => render(app, viewer, Some(&text)).await,
            failure => Err(failure),
        },
    }
}
