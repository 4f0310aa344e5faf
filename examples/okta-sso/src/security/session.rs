//! Who is asking: the session behind the cookie, looked up anew for every request.

use serde::{Deserialize, Serialize};
use org_domain::OrgId;
use sso_store::directory::{Account, Member, MemberState, Organisation, Session};

use super::csrf::CsrfToken;
use crate::{
    App,
    pages::shell::{Bar, Place},
    web::{Failure, Incoming},
};

/// How a person was proven, kept with the session for the account page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// The code of the decision that let the person in.
    pub decision: String,
    /// The trace id of the sign-in.
    pub trace: String,
    /// What the identity provider's answer was proven by; `None` for a password.
    pub saml: Option<ProvenBySaml>,
}

/// What an identity provider's answer was proven by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenBySaml {
    /// Who vouched.
    pub issuer: String,
    /// For whom: the NameID.
    pub name_id: String,
    /// The assertion.
    pub assertion_id: String,
    /// The request it answered; `None` when the login began at the provider.
    pub request_id: Option<String>,
    /// When the provider saw the person, RFC 3339.
    pub authenticated: String,
    /// How, as the provider says.
    pub context: Option<String>,
    /// The provider's session.
    pub session_index: Option<String>,
    /// One line per signature that was verified.
    pub signatures: Vec<ProvenSignature>,
    /// The attributes that were signed.
    pub attributes: Vec<(String, Vec<String>)>,
}

/// A signature that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenSignature {
    /// What it covers: the response or the assertion.
    pub covers: String,
    /// With which algorithm.
    pub algorithm: String,
    /// SHA-256 of the certificate it was checked with.
    pub fingerprint: String,
}

/// A signed-in person within an organisation.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The session.
    pub session: Session,
    /// The person.
    pub account: Account,
    /// The person within the organisation.
    pub member: Member,
    /// The organisation.
    pub org: Organisation,
    /// For this session's forms.
    pub csrf: CsrfToken,
}

impl Viewer {
    /// What the bar over the page shows.
    pub fn bar(&self, place: Place) -> Bar {
        Bar {
            org_name: self.org.name.clone(),
            administers: self.administers(),
            csrf: self.csrf.clone(),
            place,
        }
    }

    /// Whether the person may see and change access settings.
    pub fn administers(&self) -> bool {
        self.member.role.administers()
    }

    /// The organisation's identifier.
    pub fn org_id(&self) -> &OrgId {
        &self.org.id
    }
}

/// The person behind the session cookie; `None` when there is no live session, or its member
/// may not enter any more.
///
/// # Errors
/// What the database answers.
pub async fn viewer(app: &App, request: &Incoming) -> Result<Option<Viewer>, Failure> {
    let Some(cookie) = request.cookie(app.cookies().session_name()) else { return Ok(None) };
    let Some(session) = app.database().session(cookie, app.now()).await? else { return Ok(None) };
    let Some(org) = session.org.as_ref() else { return Ok(None) };
    let (org, account, member) = tokio::try_join!(
        app.database().organisation(org),
        app.database().account(&session.account),
        app.database().member_by_account(org, &session.account),
    )?;
    let (Some(org), Some(account), Some(member)) = (org, account, member) else { return Ok(None) };
    if member.state != MemberState::Active {
        return Ok(None);
    }
    let csrf = CsrfToken::of_session(cookie);
    Ok(Some(Viewer { session, account, member, org, csrf }))
}

/// As [`viewer`], but somebody who is not signed in is sent to the sign-in page and back.
///
/// # Errors
/// [`Failure::SignIn`], or what the database answers.
pub async fn need_viewer(app: &App, request: &Incoming) -> Result<Viewer, Failure> {
    let back = if request.method() == http::Method::GET { path_and_query(request) } else { "/".to_owned() };
    viewer(app, request).await?.ok_or(Failure::SignIn(back))
}

/// As [`need_viewer`], for Owners and Admins only.
///
/// # Errors
/// [`Failure::Forbidden`] for others.
pub async fn need_admin(app: &App, request: &Incoming) -> Result<Viewer, Failure> {
    let viewer = need_viewer(app, request).await?;
    if viewer.administers() {
        Ok(viewer)
    } else {
        Err(Failure::Forbidden("Only Owners and Admins of the organisation can see this page."))
    }
}

fn path_and_query(request: &Incoming) -> String {
    match request.query_text() {
        "" => request.path().to_owned(),
        query => format!("{}?{query}", request.path()),
    }
}
