//! The pages of the test identity provider.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{DemoPerson, Provider};
use crate::{
    pages::{shell, words::initials},
    security::headers,
    web::Reply,
};

const SUBMIT: &str = "document.forms[0].submit()";

/// Who there is, whom to sign out, and what an administrator copies.
pub(super) fn dashboard(people: &[DemoPerson], provider: &Provider) -> Markup {
    let idp = &provider.idp;
    let body = html! {
        section.card {
            h1 { "Test identity provider" }
            p.soft { "Stands in for Okta. Choosing a person here is what clicking the tile on an Okta dashboard does: a \
                login that starts at the provider." }
            (choice("/tile", &html! {}, people))
        }
        section.card {
            h2 { "Sign somebody out everywhere" }
            p.soft { "What signing out of Okta does with single logout: the service is asked to end the person's sessions." }
            form.row method="post" action="/logout" {
                select name="email" aria-label="Who" {
                    @for person in people { option value=(person.email) { (person.email) } }
                }
                button type="submit" { "Sign out everywhere" }
                button type="submit" name="how" value="frame" { "In a hidden frame" }
            }
        }
        section.card {
            h2 { "View Setup Instructions" }
            p.soft { "The three values an administrator copies." }
            h3 { "Identity Provider Single Sign-On URL" }
            code.copy { (idp.sign_in_url()) }
            h3 { "Identity Provider Issuer" }
            code.copy { (idp.issuer()) }
            h3 { "Identity Provider Single Logout URL" }
            code.copy { (provider.logout_url()) }
            h3 { "X.509 Certificate" }
            p { a.button href="/okta.cert" download="okta.cert" { "Download certificate" } " " a.button href="/metadata" { "Metadata" } }
        }
    };
    shell::provider("Test identity provider", &body)
}

/// Buttons for known people, a field for others. `hidden` travels along.
pub(super) fn choice(action: &str, hidden: &Markup, people: &[DemoPerson]) -> Markup {
    html! {
        form method="post" action=(action) {
            (hidden)
            @for person in people {
                button.tile.row.firm type="submit" name="email" value=(person.email) {
                    span.avatar.slim aria-hidden="true" {
                        (initials(&person.given_name, &person.family_name, &person.email))
                    }
                    span { (person.given_name) " " (person.family_name) br; span.soft.small { (person.email) ", " (person.role) } }
                }
            }
        }
        form method="post" action=(action) {
            (hidden)
            label for="other" { "Or anybody else" span.hint { "somebody new at acme.example, or at a domain nobody claimed" } }
            input type="email" id="other" name="other" placeholder="new.hire@acme.example" required;
            div.actions { button.wide type="submit" { "Sign in as this person" } }
        }
    }
}

/// The page with a hidden frame, in which the service is asked to end somebody's sessions.
pub(super) fn frame(who: &str, asked: &str) -> Reply {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("email", who)
        .finish();
    let body = html! { section.card {
        h1 { "Signing out everywhere" }
        p { "Each service is asked in a frame of its own, which nobody sees." }
        iframe src=(format!("/logout/frame?{query}")) title="Signing out" hidden {}
        p.actions { a.button href="/" { "Back" } }
    } };
    let policy = format!(
        "default-src 'none'; style-src 'self'; frame-src 'self' {}; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
        origin(asked),
    );
    Reply::page(shell::provider("Signing out", &body))
        .header_text(header::CONTENT_SECURITY_POLICY, &policy)
}

/// The page that posts an answer by itself.
pub(super) fn post(action: &str, message: &str, relay_state: Option<&str>) -> Reply {
    let mut fields = vec![("SAMLResponse".to_owned(), message.to_owned())];
    fields.extend(relay_state.map(|state| ("RelayState".to_owned(), state.to_owned())));
    post_fields(action, &fields)
}

/// The page that posts what a form body holds.
pub(super) fn post_body(action: &str, body: &str) -> Reply {
    let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    post_fields(action, &fields)
}

/// The page that posts itself; its one line of script is allowed by its hash.
fn post_fields(action: &str, fields: &[(String, String)]) -> Reply {
    let body = html! {
        section.card {
            h1 { "One moment" }
            form method="post" action=(action) {
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                noscript { button.primary.wide type="submit" { "Continue" } }
            }
        }
        script { (PreEscaped(SUBMIT)) }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src data:; script-src 'sha256-{}'; form-action {} 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
        STANDARD.encode(Sha256::digest(SUBMIT)),
        origin(action),
    );
    Reply::page(shell::provider("One moment", &body))
        .header_text(header::CONTENT_SECURITY_POLICY, &policy)
}

/// Scheme, host and port of a URL as a policy names it; nothing at all when it is none.
fn origin(url: &str) -> String {
    headers::origin(url).unwrap_or_else(|| "'none'".to_owned())
}
