//! The test identity provider's pages, on a host name of their own.
//!
//! It has Okta's manners: a sign-in page, a dashboard with a tile that starts a login without
//! a request, metadata, and the values of "View Setup Instructions". It asks for no password.

mod pages;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Method;
use maud::html;
use saml_testkit::{AuthnRequestSeen, Person, SpTarget, TestIdp};
use time::OffsetDateTime;

use pages::{choice, dashboard, post, post_body};

use super::DemoPerson;
use crate::{
    config::BaseUrl,
    pages::{shell, words::capital},
    sso::addresses::Addresses,
    web::{Failure, Form, Incoming, Reply},
};

/// The provider's host; browsers and most resolvers take every `.localhost` name for loopback.
pub const HOST: &str = "auth.localhost";

/// Path of the sign-in page, shaped as Okta's.
pub const SIGN_IN_PATH: &str = "/app/acme_app_1/exkdemo0000000000001/sso/saml";

const ISSUER: &str = "http://www.okta.com/exkdemo0000000000001";
/// The cookie that remembers who clicked the tile.
const CHOSEN: &str = "chosen";

/// Path of the logout service, shaped as Okta's.
const LOGOUT_PATH: &str = "/app/acme_app_1/exkdemo0000000000001/slo/saml";

/// The provider of the demonstration's organisation.
#[derive(Clone, Debug)]
pub struct Provider {
    idp: TestIdp,
    base: String,
    service: Addresses,
}

impl Provider {
    /// The provider as it answers on this service's listener for this organisation.
    pub fn new(base_url: &BaseUrl, listening_port: u16, service: Addresses) -> Self {
        let port = base_url.port().unwrap_or(listening_port);
        let base = format!("http://{HOST}:{port}");
        let idp = TestIdp::okta()
            .with_issuer(ISSUER)
            .with_sign_in_url(&format!("{base}{SIGN_IN_PATH}"));
        Self { idp, base, service }
    }

    /// The provider's own address, for people.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Okta's three values as an administrator copies them.
    pub fn test_idp(&self) -> &TestIdp {
        &self.idp
    }

    /// Where the provider takes messages about logout.
    pub fn logout_url(&self) -> String {
        format!("{}{LOGOUT_PATH}", self.base)
    }

    /// Answers a request to the provider's host.
    ///
    /// # Errors
    /// [`Failure`] for an unknown path or an unreadable request.
    pub async fn answer(
        &self,
        request: &Incoming,
        people: &[DemoPerson],
        now: OffsetDateTime,
    ) -> Result<Reply, Failure> {
        match (request.method(), request.path()) {
            (&Method::GET, "/") => Ok(Reply::page(dashboard(people, self))),
            (&Method::GET, "/style.css") => {
                Ok(Reply::document("text/css; charset=utf-8", shell::STYLE))
            }
            (&Method::GET, "/metadata") => Ok(Reply::document(
                "application/samlmetadata+xml",
                self.idp.metadata_xml(),
            )),
            (&Method::GET, "/okta.cert") => Ok(Reply::document(
                "application/x-pem-file",
                self.idp.certificate_pem(),
            )),
            (&Method::GET, SIGN_IN_PATH) => self.sign_in_page(request, people, now),
            (&Method::POST, SIGN_IN_PATH) => self.sign_in(&request.form().await?, people, now),
            (&Method::POST, LOGOUT_PATH) => self
                .logged_out(&request.form().await?, now)
                .map(|reply| reply.framed_by("'self'".to_owned())),
            (&Method::POST, "/logout") => {
                let form = request.form().await?;
                Ok(match form.text("how") {
                    "frame" => self.log_out_in_frame(&form),
                    _ => self.log_out(&form, people, now),
                })
            }
            (&Method::GET, "/logout/frame") => {
                let mut form = Form::default();
                form.put("email", request.query("email").unwrap_or_default());
                let reply = self.log_out(&form, people, now);
                Ok(reply.framed_by("'self'".to_owned()))
            }
            (&Method::POST, "/tile") => self.tile(&request.form().await?, people, now),
            _ => Err(Failure::Missing),
        }
    }

    /// Somebody who just clicked the tile and was sent back to start the login at the service is
    /// not asked again, as at a provider where one has a session.
    fn sign_in_page(
        &self,
        request: &Incoming,
        people: &[DemoPerson],
        now: OffsetDateTime,
    ) -> Result<Reply, Failure> {
        let query = request.query_text();
        if let Some(email) = request.cookie(CHOSEN).filter(|email| !email.is_empty()) {
            let mut form = Form::default();
            form.put("email", email.to_owned());
            form.put("request", query.to_owned());
            return Ok(self.sign_in(&form, people, now)?.cookie(&chosen("", 0)));
        }
        let seen = AuthnRequestSeen::from_redirect(query)
            .map_err(|error| Failure::Bad(error.to_string()))?;
        let hidden = html! { input type="hidden" name="request" value=(query); };
        let body = html! {
            section.card {
                h1 { "Who are you?" }
                p.soft { "The test identity provider asks for no password. It was asked by " code { (seen.issuer()) } "." }
                (choice(SIGN_IN_PATH, &hidden, people))
            }
        };
        Ok(Reply::page(shell::provider(
            "Test identity provider",
            &body,
        )))
    }

    fn sign_in(
        &self,
        form: &Form,
        people: &[DemoPerson],
        now: OffsetDateTime,
    ) -> Result<Reply, Failure> {
        let seen = AuthnRequestSeen::from_redirect(form.raw("request"))
            .map_err(|error| Failure::Bad(error.to_string()))?;
        let target = self
            .target(seen.acs_url().unwrap_or(&self.service.requestable))
            .in_response_to(seen.id());
        let response = self.idp.response(&target, &person(form, people), now);
        let response = match seen.relay_state() {
            Some(state) => response.relay_state(state),
            None => response,
        };
        let (message, state) = response.post_fields();
        Ok(post(&target.acs, &message, state.as_deref()))
    }

    /// A login that nobody asked for: the tile on the dashboard. Okta posts it to the "Single
    /// sign on URL", which is the postback of the organisation.
    fn tile(
        &self,
        form: &Form,
        people: &[DemoPerson],
        now: OffsetDateTime,
    ) -> Result<Reply, Failure> {
        let target = self.target(&self.service.postback);
        let (message, state) = self
            .idp
            .response(&target, &person(form, people), now)
            .post_fields();
        Ok(post(&target.acs, &message, state.as_deref()).cookie(&chosen(&who(form), 60)))
    }

    /// Ends a person's sessions at every service: what signing out of Okta does, with Front-channel
    /// Single Logout.
    fn log_out(&self, form: &Form, people: &[DemoPerson], now: OffsetDateTime) -> Reply {
        let to = &self.service.logout;
        let request = self
            .idp
            .logout_request(to, &person(form, people), None, now);
        post_body(to, &request.form_body())
    }

    /// The same from a hidden frame, as Okta does it, so that several services can be asked at once.
    fn log_out_in_frame(&self, form: &Form) -> Reply {
        pages::frame(&who(form), &self.service.logout)
    }

    /// The service asks, or answers.
    fn logged_out(&self, form: &Form, now: OffsetDateTime) -> Result<Reply, Failure> {
        if form.bytes("SAMLResponse").is_some() {
            let body = html! { section.card { h1 { "Signed out" } p { "Every service ended the sessions of this person." }
            p.actions { a.button href="/" { "Back" } } } };
            return Ok(Reply::page(shell::provider("Signed out", &body)));
        }
        let unreadable = || Failure::Bad("This is no LogoutRequest.".to_owned());
        let xml = STANDARD
            .decode(form.raw("SAMLRequest"))
            .map_err(|_| unreadable())?;
        let xml = String::from_utf8(xml).map_err(|_| unreadable())?;
        let id = xml
            .split_once(" ID=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .ok_or_else(unreadable)?
            .0;
        let to = &self.service.logout;
        let answer = self
            .idp
            .logout_response(to, id, now)
            .relay_state(form.raw("RelayState"));
        Ok(post_body(to, &answer.form_body()))
    }

    /// What Okta's SAML settings page holds: the form goes to `acs`, but Destination and
    /// Recipient are the requestable URL and the audience is neither.
    fn target(&self, acs: &str) -> SpTarget {
        SpTarget::new(acs, &self.service.audience)
            .destination(&self.service.requestable)
            .recipient(&self.service.requestable)
    }
}

/// The address a form names.
fn who(form: &Form) -> String {
    match form.text("other") {
        "" => form.text("email"),
        other => other,
    }
    .to_owned()
}

/// Remembers a person for some seconds, on the sign-in page only.
fn chosen(email: &str, seconds: u32) -> String {
    format!("{CHOSEN}={email}; Max-Age={seconds}; Path={SIGN_IN_PATH}; HttpOnly; SameSite=Lax")
}

fn person(form: &Form, people: &[DemoPerson]) -> Person {
    let email = who(form);
    let email = email.as_str();
    let known = people.iter().find(|person| person.email == email);
    let (given, family) = known.map_or_else(
        || guess_name(email),
        |person| (person.given_name.clone(), person.family_name.clone()),
    );
    Person::new(email, &given, &family)
}

/// `ada.lovelace@…` becomes Ada Lovelace.
fn guess_name(email: &str) -> (String, String) {
    let local = email.split('@').next().unwrap_or_default();
    let mut words = local
        .split(['.', '_', '-'])
        .filter(|word| !word.is_empty())
        .map(capital);
    (
        words.next().unwrap_or_default(),
        words.collect::<Vec<_>>().join(" "),
    )
}

/// The sign-in URL to use now: the demonstration's provider lives on this process's listener,
/// whose port may be another than when the settings were stored.
pub fn current_url(app: &crate::App, stored: &str) -> String {
    let Some(demo) = app
        .demo()
        .filter(|_| stored.starts_with(&format!("http://{HOST}")))
    else {
        return stored.to_owned();
    };
    if stored.ends_with(SIGN_IN_PATH) {
        demo.provider.idp.sign_in_url().to_owned()
    } else if stored.ends_with(LOGOUT_PATH) {
        demo.provider.logout_url()
    } else {
        stored.to_owned()
    }
}
