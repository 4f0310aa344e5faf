//! Who is asking: the session behind the cookie, looked up anew for every request.

use org_domain::{Actor, OrgId, decide_login};
use saml_sp::logout::SessionIdentity;
use serde::{Deserialize, Serialize};
use sso_store::StoreError;
use sso_store::directory::{
    Account, JsonText, KnownBy, Member, Organisation, PersonSought, Session,
};
use time::OffsetDateTime;

use super::csrf::CsrfToken;
use crate::{
    App,
    facts::{self, Context},
    pages::shell::{Bar, Place},
    web::{Failure, Incoming},
};

/// What this application keeps with a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// For the account page.
    pub proven: Proven,
    /// When the person last proved who they are; sensitive changes want it recent.
    #[serde(with = "time::serde::rfc3339")]
    pub authenticated_at: OffsetDateTime,
    /// The person at the identity provider, as logout messages name them.
    #[serde(default)]
    pub identity: Option<SessionIdentity>,
    /// The generation of the single sign-on settings it was proven under.
    #[serde(default)]
    pub generation: Option<u32>,
}

impl Detail {
    /// As the store takes it.
    ///
    /// # Errors
    /// None: all of it is text.
    pub fn to_json(&self) -> Result<JsonText, StoreError> {
        JsonText::of(self)
    }

    /// As the store gives it; `None` when an older program wrote something else.
    pub fn from_json(value: &serde_json::Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }
}

/// How a person was proven, kept with the session for the account page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// The code of the decision that let the person in.
    pub decision: String,
    /// The trace id of the sign-in, whose log entry has what an identity provider's answer was
    /// proven by.
    pub trace: String,
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

    /// The person as the policy sees who asks for a change.
    pub fn actor(&self) -> Actor {
        let detail = Detail::from_json(&self.session.detail);
        Actor {
            account: self.account.id.clone(),
            role: self.member.role,
            authenticated_at: detail.map_or(self.session.created, |detail| detail.authenticated_at),
        }
    }

    /// The organisation's identifier.
    pub fn org_id(&self) -> &OrgId {
        &self.org.id
    }
}

/// The person behind the session cookie; `None` when there is no live session, or the policy
/// would not let it go on: the member was switched off, single sign-on became required, the
/// domain was lost. It is asked for every request, so nothing has to be chased down.
///
/// # Errors
/// What the database answers.
pub async fn viewer(app: &App, request: &Incoming) -> Result<Option<Viewer>, Failure> {
    let Some(cookie) = request.cookie(app.cookies().session_name()) else {
        return Ok(None);
    };
    let Some(signed_in) = app.database().signed_in(cookie, app.now()).await? else {
        return Ok(None);
    };
    let (session, account) = (signed_in.session, signed_in.account);
    let Some(organisation) = signed_in.organisation else {
        return Ok(None);
    };
    let context = Context::of(app, organisation);
    let sought = PersonSought {
        org: &context.org.id,
        known: KnownBy::Account(&account.id),
        email: &account.email,
    };
    let mut found = app.database().person(sought, app.now()).await?;
    let facts = facts::by_session(app, &context, &session, &found, &account.email).await?;
    let Some(member) = found.member.take() else {
        return Ok(None);
    };
    if !decide_login(&facts).enters() {
        return Ok(None);
    }
    let csrf = CsrfToken::of_session(cookie);
    Ok(Some(Viewer {
        session,
        account,
        member,
        org: context.org,
        csrf,
    }))
}

/// As [`viewer`], but somebody who is not signed in is sent to the sign-in page and back.
///
/// # Errors
/// [`Failure::SignIn`], or what the database answers.
pub async fn need_viewer(app: &App, request: &Incoming) -> Result<Viewer, Failure> {
    let back = if request.method() == http::Method::GET {
        path_and_query(request)
    } else {
        "/".to_owned()
    };
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
        Err(Failure::Forbidden(
            "Only Owners and Admins of the organization can see this page.",
        ))
    }
}

fn path_and_query(request: &Incoming) -> String {
    match request.query_text() {
        "" => request.path().to_owned(),
        query => format!("{}?{query}", request.path()),
    }
}
