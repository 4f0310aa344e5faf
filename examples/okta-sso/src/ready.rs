//! What is printed once the service listens.

use serde::Serialize;

use crate::{
    App,
    demo::{DOMAIN, DemoPerson},
};

/// Path of the SCIM endpoint.
pub const SCIM_PATH: &str = "/scim/v2";

/// The one line of `--ready-json`; its keys are a contract.
#[derive(Serialize)]
struct Ready<'a> {
    base_url: &'a str,
    idp_url: Option<&'a str>,
    scim_base_url: String,
    scim_token: Option<&'a str>,
    org_id: Option<&'a str>,
    accounts: Vec<ReadyAccount<'a>>,
}

#[derive(Serialize)]
struct ReadyAccount<'a> {
    email: &'a str,
    role: &'a str,
    password: &'a str,
}

impl<'a> From<&'a DemoPerson> for ReadyAccount<'a> {
    fn from(person: &'a DemoPerson) -> Self {
        Self {
            email: &person.email,
            role: &person.role,
            password: &person.password,
        }
    }
}

/// One line of JSON. Outside of the demonstration what only it has is `null` or empty.
pub fn json(app: &App) -> String {
    let demo = app.demo();
    let ready = Ready {
        base_url: app.config().base_url.as_str(),
        idp_url: demo.map(|demo| demo.provider.base_url()),
        scim_base_url: app.config().base_url.join(SCIM_PATH),
        scim_token: demo.map(|demo| demo.keep.scim_token.as_str()),
        org_id: demo.map(|demo| demo.keep.org_id.as_str()),
        accounts: app.demo_people().iter().map(ReadyAccount::from).collect(),
    };
    serde_json::to_string(&ready).unwrap_or_default() + "\n"
}

/// The same for people, with what to try.
pub fn text(app: &App) -> String {
    let base = app.config().base_url.as_str();
    let scim = app.config().base_url.join(SCIM_PATH);
    let Some(demo) = app.demo() else {
        return format!("Listening. Sign in at {base}  ·  SCIM base URL {scim}  ·  Ctrl-C ends.\n");
    };
    let accounts: String = demo
        .keep
        .people
        .iter()
        .map(|person| {
            format!(
                "    {:<22} {:<8} {}\n",
                person.email, person.role, person.password
            )
        })
        .collect();
    format!(
        "\
okta-sso is running its demonstration (Ctrl-C ends it; --help tells how to use a real Okta).

  Sign in                {base}
  Test identity provider {idp}   (click a person: a login that starts there)

  1. Open {base}, enter member@{DOMAIN}, continue with Single Sign-On, choose a person.
  2. Sign in as owner@{DOMAIN}, open Access Security, require Single Sign-On, try a password as member.
  3. Provision as Okta does:

     curl -s {scim}/Users \\
       -H 'Authorization: Bearer {token}' \\
       -H 'Content-Type: application/scim+json' \\
       -d '{{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ann@{DOMAIN}\",\
\"name\":{{\"givenName\":\"Ann\",\"familyName\":\"Lee\"}},\"emails\":[{{\"value\":\"ann@{DOMAIN}\",\"primary\":true}}],\"active\":true}}'

  Accounts
{accounts}",
        idp = demo.provider.base_url(),
        token = demo.keep.scim_token,
    )
}
