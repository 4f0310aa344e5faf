//! The forms in which Okta's values are entered, as they are first and as they come back.

use maud::{Markup, html};

use super::sso::{SingleSignOn, version};
use crate::{
    pages::{
        field::{Field, Wrong},
        shell::hidden,
    },
    web::Form,
};

/// What could not be done, with what was typed for it.
#[derive(Debug)]
pub struct Refused<'a> {
    /// What the form held. Files are not kept: a browser fills no file field.
    pub typed: Typed<'a>,
    /// Why not: everything, in the order of the page.
    pub wrong: Vec<Wrong>,
}

/// The texts of the forms of this section.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    certificate: &'a str,
    sign_in_url: &'a str,
    issuer: &'a str,
    logout_url: &'a str,
    metadata: &'a str,
}

impl<'a> Typed<'a> {
    /// What a posted form holds of them.
    pub fn of(form: &'a Form) -> Self {
        Self {
            certificate: form.text("certificate"),
            sign_in_url: form.text("sign_in_url"),
            issuer: form.text("issuer"),
            logout_url: form.text("logout_url"),
            metadata: form.text("text"),
        }
    }
}

/// What stands in the form: what is set, or what was typed and sent back.
struct Shown<'a> {
    certificate: &'a str,
    sign_in_url: String,
    issuer: String,
    logout_url: String,
}

impl<'a> Shown<'a> {
    fn of(facts: &SingleSignOn<'a>) -> Self {
        let connection = facts.settings.connection();
        let typed = facts.refused.map(|refused| refused.typed);
        // A form that was not this one left all of them empty.
        if let Some(typed) =
            typed.filter(|typed| !(typed.sign_in_url.is_empty() && typed.issuer.is_empty()))
        {
            return Self {
                certificate: typed.certificate,
                sign_in_url: typed.sign_in_url.to_owned(),
                issuer: typed.issuer.to_owned(),
                logout_url: typed.logout_url.to_owned(),
            };
        }
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            certificate: typed.map_or("", |typed| typed.certificate),
            sign_in_url: text(connection.sign_in_url.as_ref().map(ToString::to_string)),
            issuer: text(connection.issuer.as_ref().map(ToString::to_string)),
            logout_url: text(
                connection
                    .logout
                    .as_ref()
                    .map(|logout| logout.url.to_string()),
            ),
        }
    }
}

/// The form of Okta's values, one by one.
pub(super) fn three_values(facts: &SingleSignOn<'_>) -> Markup {
    let shown = Shown::of(facts);
    let field = |id| Field::new(id, facts.wrong());
    let (file, text) = (field("certificate_file"), field("certificate"));
    let (url, issuer, logout) = (field("sign_in_url"), field("issuer"), field("logout_url"));
    html! {
        // A browser that judges the fields stops at the first.
        form method="post" action="/settings/access/sso/connection" enctype="multipart/form-data" novalidate {
            (hidden(&facts.viewer.csrf)) (version(facts))
            label for="certificate_file" { "Public Certificate" span.hint { "X.509 Certificate: the file that “Download Certificate” gives (.cert, .cer, .pem)" } }
            input type="file" id="certificate_file" name="certificate_file" accept=".cert,.cer,.crt,.pem"
                autofocus[file.has_focus()] aria-invalid=[file.invalid()] aria-describedby=[file.described()];
            (file.complaint())
            label for="certificate" { span.hint { "or its text" } }
            textarea id="certificate" name="certificate" placeholder="-----BEGIN CERTIFICATE-----" spellcheck="false"
                autofocus[text.has_focus()] aria-invalid=[text.invalid()] aria-describedby=[text.described()] { (shown.certificate) }
            (text.complaint())
            label for="sign_in_url" { "Authentication URL" span.hint { "Identity Provider Single Sign-On URL, also called Redirect Login URL" } }
            input type="url" id="sign_in_url" name="sign_in_url" value=(shown.sign_in_url)
                autofocus[url.has_focus()] aria-invalid=[url.invalid()] aria-describedby=[url.described()];
            (url.complaint())
            label for="issuer" { "Issuer URL" span.hint { "Identity Provider Issuer" } }
            input type="text" id="issuer" name="issuer" value=(shown.issuer) spellcheck="false"
                autofocus[issuer.has_focus()] aria-invalid=[issuer.invalid()] aria-describedby=[issuer.described()];
            (issuer.complaint())
            @if facts.has_key {
                label for="logout_url" { "Single Logout URL" span.hint { "Optional. Identity Provider Single Logout URL" } }
                input type="url" id="logout_url" name="logout_url" value=(shown.logout_url)
                    autofocus[logout.has_focus()] aria-invalid=[logout.invalid()] aria-describedby=[logout.described()];
                (logout.complaint())
            } @else { input type="hidden" name="logout_url" value=(shown.logout_url); }
            div.actions { button.primary type="submit" { "Save" } }
        }
    }
}

/// The form for all of them at once.
pub(super) fn metadata(facts: &SingleSignOn<'_>) -> Markup {
    let field = |id| Field::new(id, facts.wrong());
    let (file, text) = (field("metadata"), field("metadata_text"));
    let typed = facts.refused.map_or("", |refused| refused.typed.metadata);
    html! {
        details open[file.is_wrong() || text.is_wrong()] {
            summary { "All at once, from metadata" }
            form method="post" action="/settings/access/sso/metadata" enctype="multipart/form-data" {
                (hidden(&facts.viewer.csrf))
                label for="metadata" { "Metadata file" span.hint { "Also later, when Okta changes its certificate: you see what differs before anything does" } }
                input type="file" id="metadata" name="metadata" accept=".xml"
                    autofocus[file.has_focus()] aria-invalid=[file.invalid()] aria-describedby=[file.described()];
                (file.complaint())
                label for="metadata_text" { span.hint { "or its text; this service fetches nothing from addresses" } }
                textarea id="metadata_text" name="text" placeholder="<md:EntityDescriptor …" spellcheck="false"
                    autofocus[text.has_focus()] aria-invalid=[text.invalid()] aria-describedby=[text.described()] { (typed) }
                (text.complaint())
                div.actions { button type="submit" { "Show what would change" } }
            }
        }
    }
}
