//! Who one is, how one was proven, and which organisation decided.

use maud::{Markup, html};
use time::OffsetDateTime;

use super::{
    shell::{self, Place},
    words::{Tone, initials, instant, name, tag},
};
use crate::security::session::{Proven, ProvenBySaml, Viewer};

/// The account page. `saml` is what an identity provider's answer said; `everywhere` offers single
/// logout.
pub fn page(
    viewer: &Viewer,
    proven: Option<&Proven>,
    saml: Option<&ProvenBySaml>,
    everywhere: bool,
    now: OffsetDateTime,
) -> Markup {
    let account = &viewer.account;
    let email = account.email.to_string();
    let shown = name(&account.given_name, &account.family_name, &email);
    let body = html! {
        div.row.firm.greeting {
            span.avatar aria-hidden="true" { (initials(&account.given_name, &account.family_name, &email)) }
            div {
                h1 { "Hello, " (shown) }
                p.soft { (email) }
            }
        }
        div.grid {
            (decided(viewer, proven))
            (session(viewer, everywhere, now))
        }
        @match (saml, viewer.session.sso.is_some()) {
            (Some(saml), _) => (evidence(saml)),
            (None, true) => section.card {
                h2 { "How you were proven" }
                p { "By your identity provider. What its answer said is in the log no more." }
            },
            (None, false) => section.card {
                h2 { "How you were proven" }
                p { "With your password. Nobody else vouched for you." }
            },
        }
    };
    shell::page("You", &viewer.bar(Place::Account), &body)
}

fn decided(viewer: &Viewer, proven: Option<&Proven>) -> Markup {
    let (tone, how) = match viewer.session.method.as_str() {
        "sso" => (Tone::Good, "Single Sign-On"),
        "fallback" => (Tone::Warn, "Password (fallback)"),
        _ => (Tone::Plain, "Password"),
    };
    html! {
        section.card {
            h2 { "Who decided" }
            dl.facts {
                dt { "Organization" } dd { strong { (viewer.org.name) } }
                dt { "Your role" } dd { (role_word(viewer)) }
                dt { "You came by" } dd { (tag(tone, how)) }
                @if let Some(proven) = proven {
                    dt { "By the rule" } dd { code { (proven.decision) } }
                    dt { "Trace" } dd { code { (proven.trace) } }
                }
            }
        }
    }
}

fn role_word(viewer: &Viewer) -> &'static str {
    crate::pages::members::role_word(viewer.member.role)
}

fn session(viewer: &Viewer, everywhere: bool, now: OffsetDateTime) -> Markup {
    let left = (viewer.session.expires - now).whole_minutes().max(0);
    html! {
        section.card {
            h2 { "This session" }
            dl.facts {
                dt { "Began" } dd { (instant(viewer.session.created)) }
                dt { "Ends" } dd { (instant(viewer.session.expires)) " (in " (left / 60) " h " (left % 60) " min)" }
                dt { "Provisioned" } dd { @if viewer.member.scim_linked { "by your identity provider (SCIM)" } @else { "by hand" } }
            }
            @if everywhere {
                form.actions method="post" action="/sign-out/everywhere" {
                    (shell::hidden(&viewer.csrf))
                    button type="submit" { "Sign out here and at the identity provider" }
                }
            }
        }
    }
}

/// The instant as other pages show it; as it was written where it is none.
fn proven_at(text: &str) -> Markup {
    let read = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
    html! { @match read { Ok(at) => (instant(at)), Err(_) => (text) } }
}

fn evidence(saml: &ProvenBySaml) -> Markup {
    html! {
        section.card {
            h2 { "How you were proven" }
            p.soft { "Your identity provider signed a statement about you. This is what was verified before you came in." }
            dl.facts {
                dt { "Issuer" } dd { code { (saml.issuer) } }
                @for signature in &saml.signatures {
                    dt { "Signature" } dd { (tag(Tone::Good, "verified")) " over the " (signature.covers) }
                    dt { "Algorithm" } dd { code { (signature.algorithm) } }
                    dt { "Key fingerprint" } dd { code { (signature.fingerprint) } }
                }
                dt { "Proven at" } dd { (proven_at(&saml.authenticated)) }
                @if let Some(context) = &saml.context { dt { "Method there" } dd { code { (context) } } }
                dt { "Your name there" } dd { code { (saml.name_id) } }
                dt { "Assertion" } dd { code { (saml.assertion_id) } ", used once" }
                dt { "Answer to" } dd {
                    @match &saml.request_id {
                        Some(id) => { "our request " code { (id) } },
                        None => "no request: the login began at the identity provider",
                    }
                }
                @if let Some(index) = &saml.session_index { dt { "Session there" } dd { code { (index) } } }
            }
            h3 { "What it said about you" }
            table {
                thead { tr { th scope="col" { "Attribute" } th scope="col" { "Value" } } }
                tbody {
                    @for (attribute, values) in &saml.attributes {
                        tr { td { code { (attribute) } } td { (values.join(", ")) } }
                    }
                }
            }
        }
    }
}
