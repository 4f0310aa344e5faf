//! Single sign-on: Okta's values, test, enable, require.

use http::StatusCode;
use org_domain::{
    ClaimStore as _, SettingsChange, Version,
    policy::{IdpInitiated, JoinPolicy, Switch},
    settings::{Certificate, Connection, SettingsRefusal},
};

use super::{Changed, admin_form, change, entered::Entered, settings, surroundings, version};
use crate::{
    App,
    pages::access::{
        metadata::{Plan, metadata_plan},
        sso::{Affected, Refused, SingleSignOn, Typed, sso},
    },
    pages::field::Wrong,
    security::session::{Viewer, need_admin},
    sign_in,
    sso::{addresses::Addresses, purpose::Tried, start, values},
    web::{Failure, Form, Incoming, Reply},
};

const HERE: &str = "/settings/access/sso";

/// How many members the dry run names who could not enter; it counts them all.
const NAMED: u32 = 50;

/// `GET /settings/access/sso`.
///
/// # Errors
/// [`Failure`].
pub async fn show(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let viewer = need_admin(app, request).await?;
    render(app, &viewer, None).await
}

/// The section with everything that was wrong, in the form it was sent with.
pub(super) async fn sent_back(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    wrong: Vec<Wrong>,
) -> Result<Reply, Failure> {
    let refused = Refused {
        typed: Typed::of(form),
        wrong,
    };
    let reply = render(app, viewer, Some(&refused)).await?;
    Ok(reply.status(StatusCode::BAD_REQUEST))
}

async fn render(
    app: &App,
    viewer: &Viewer,
    refused: Option<&Refused<'_>>,
) -> Result<Reply, Failure> {
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
        held: surroundings(app, org).await?.held_domains,
        affected: &affected,
        has_key: app.config().service_key.is_some(),
        tester: tester.as_deref(),
        refused,
        now: app.now(),
    };
    let mut response = Reply::page(sso(&facts)).into_http();
    crate::security::headers::may_leave(&mut response);
    Ok(response.into())
}

/// Whom requiring single sign-on would touch, before it is done: everybody is counted, some are named.
async fn affected(app: &App, viewer: &Viewer) -> Result<Affected, Failure> {
    let org = viewer.org_id();
    let mut held = Vec::new();
    for claim in app.database().list(org).await? {
        if crate::facts::standing(app, org, claim.domain())
            .await?
            .is_here()
        {
            held.push(claim.domain().to_string());
        }
    }
    let mut affected = Affected::default();
    for count in app.database().headcounts(org).await? {
        let touched = match (count.role.administers(), held.contains(&count.domain)) {
            (true, _) => &mut affected.keep_password,
            (false, true) => &mut affected.by_sso,
            (false, false) => &mut affected.locked_out,
        };
        *touched += count.members;
    }
    if affected.locked_out > 0 {
        affected.named = app.database().outside_of(org, &held, NAMED).await?;
    }
    Ok(affected)
}

/// `POST /settings/access/sso/connection`: the values one by one.
///
/// # Errors
/// [`Failure`].
pub async fn connection(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let present = settings(app, viewer.org_id()).await?.value;
    let entered = Entered {
        present: &present,
        viewer: &viewer,
        form: &form,
        now: app.now(),
    };
    let connection = match entered.read() {
        Ok(connection) => connection,
        Err(wrong) => return sent_back(app, &viewer, &form, wrong).await,
    };
    let made = replace(app, &viewer, version(&form)?, connection).await;
    conclude(app, &viewer, &form, made).await
}

/// Puts a connection in place, or beside the present one where people sign in with that.
///
/// Certificates that only come in addition are added to the present ones, so that a provider which
/// changes its key can be followed without a stage.
async fn replace(
    app: &App,
    viewer: &Viewer,
    expected: Version,
    connection: Connection,
) -> Result<(), Changed> {
    let whole = SettingsChange::Connection(connection.clone());
    match change(app, viewer, expected, &whole).await {
        Err(Changed::Refused(SettingsRefusal::StageInstead)) => {}
        made => return made,
    }
    let present = settings(app, viewer.org_id()).await?.value;
    let present = present.connection();
    if let Some(added) = only_added(present, &connection) {
        return add_all(app, viewer, expected, &added, connection).await;
    }
    change(app, viewer, expected, &SettingsChange::Stage(connection)).await
}

/// Metadata that says nothing about logout leaves an address that was entered by hand as it is, for
/// the same identity provider.
fn keeping_logout(present: &Connection, next: Connection) -> Connection {
    let logout = next.logout.clone().or_else(|| {
        let same = present.issuer == next.issuer;
        present.logout.clone().filter(|_| same)
    });
    Connection { logout, ..next }
}

/// The certificates that are new, where nothing else that identifies people differs and none is
/// missing.
fn only_added(present: &Connection, next: &Connection) -> Option<Vec<Certificate>> {
    let has = |connection: &Connection, wanted: &Certificate| {
        let mut kept = connection.certificates.iter();
        kept.any(|known| known.fingerprint() == wanted.fingerprint())
    };
    let keeps_all = present.certificates.iter().all(|known| has(next, known));
    let added = next.certificates.iter().filter(|new| !has(present, new));
    (present.is_same_provider(next) && keeps_all).then(|| added.cloned().collect())
}

async fn add_all(
    app: &App,
    viewer: &Viewer,
    mut expected: Version,
    added: &[Certificate],
    next: Connection,
) -> Result<(), Changed> {
    for certificate in added {
        let add = SettingsChange::AddCertificate(certificate.clone());
        let added = change(app, viewer, expected, &add).await;
        added.map_err(Changed::half_way)?;
        expected = expected.next();
    }
    let present = settings(app, viewer.org_id()).await;
    let present = present.map_err(Failure::half_way)?.value;
    let rest = Connection {
        logout: next.logout,
        ..present.connection().clone()
    };
    let rest = change(app, viewer, expected, &SettingsChange::Connection(rest)).await;
    rest.map_err(Changed::half_way)
}

/// `POST /settings/access/sso/metadata`: what a metadata file would change, and with `apply` the
/// change itself. The file travels with the page in between, so what is applied is what was shown.
///
/// # Errors
/// [`Failure`].
pub async fn metadata(app: &App, request: &Incoming) -> Result<Reply, Failure> {
    let (viewer, form) = admin_form(app, request).await?;
    let file = form.bytes("metadata").or_else(|| form.bytes("text"));
    let Some(xml) = file else {
        let wrong = Wrong::at("metadata", "Metadata: choose the file or paste its text.");
        return sent_back(app, &viewer, &form, vec![wrong]).await;
    };
    let next = match values::from_metadata(xml, app.now()) {
        Ok(next) => next,
        Err(text) => {
            let advice = "It is the XML that “View SAML setup instructions” in Okta links to, or shows at its end.";
            let wrong = Wrong::at(metadata_field(&form), format!("{text} {advice}"));
            return sent_back(app, &viewer, &form, vec![wrong]).await;
        }
    };
    let current = settings(app, viewer.org_id()).await?.value;
    let next = keeping_logout(current.connection(), next);
    if form.ticked("apply") {
        let made = replace(app, &viewer, version(&form)?, next).await;
        return conclude(app, &viewer, &form, made).await;
    }
    let around = surroundings(app, viewer.org_id()).await?;
    let stays_beside =
        current.require_sso().is_on() || (current.enabled().is_on() && around.linked_members > 0);
    let plan = Plan {
        viewer: &viewer,
        settings: &current,
        next: &next,
        xml: &String::from_utf8_lossy(xml),
        staged: stays_beside
            && !next.has_same_identity(current.connection())
            && only_added(current.connection(), &next).is_none(),
    };
    Ok(Reply::page(metadata_plan(&plan)))
}

/// The field that metadata came in.
fn metadata_field(form: &Form) -> &'static str {
    match form.bytes("metadata") {
        Some(_) => "metadata",
        None => "metadata_text",
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
    let reply = conclude(app, &viewer, &form, made).await?;
    if !stays || viewer.session.sso.is_some() {
        return Ok(reply);
    }
    let again = sign_in::again(app, &viewer).await;
    Ok(match again.map_err(Failure::afterwards)? {
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

async fn conclude(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    made: Result<(), Changed>,
) -> Result<Reply, Failure> {
    match made {
        Ok(()) => Ok(Reply::see_other(HERE)),
        Err(refused) => match refused.into_failure(HERE) {
            Failure::Bad(text) => sent_back(app, viewer, form, vec![Wrong::whole(text)]).await,
            failure => Err(failure),
        },
    }
}
