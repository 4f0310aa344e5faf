//! The end of a test login.

use maud::{Markup, html};
use org_domain::Decision;

use crate::{
    pages::{
        shell,
        words::{Tone, note},
    },
    security::session::ProvenBySaml,
};

/// What the end of a test login shows.
#[derive(Debug)]
pub struct Trial<'a> {
    /// Whether it was about the person who started it.
    pub own: bool,
    /// The asserted address.
    pub email: &'a str,
    /// What was proven.
    pub saml: Option<&'a ProvenBySaml>,
    /// What would be decided.
    pub decision: &'a Decision,
}

/// The page at the end of a test login that was verified and still cannot be used.
pub fn trial_unusable(text: &str) -> Markup {
    shell::plain(
        "Test login",
        &html! {
            section.card {
                h1 { "The test login does not count yet" }
                p { "Okta's signature was verified, but people could not sign in like this." }
                (note(Tone::Bad, text))
                p.actions { a.button.primary href="/settings/access/sso" { "Back to Single Sign-On" } }
            }
        },
    )
}

/// The page at the end of a test login.
pub fn trial_result(trial: &Trial<'_>) -> Markup {
    shell::plain(
        "Test login",
        &html! {
            section.card {
                h1 { "The test login works" }
                @if trial.own { (note(Tone::Good, "Okta vouched for you, and its signature was verified. The test counts.")) }
                @else { (note(Tone::Warn, "Okta vouched for somebody else than you. The values are right, but the test does not count: sign in as yourself.")) }
                dl.facts {
                    dt { "Address" } dd { (trial.email) }
                    @if let Some(saml) = trial.saml {
                        dt { "Issuer" } dd { code { (saml.issuer) } }
                        @for signature in &saml.signatures { dt { "Signature" } dd { (signature.covers) ", " code { (signature.algorithm) } } }
                        @for (name, values) in &saml.attributes { dt { (name) } dd { (values.join(", ")) } }
                    }
                    dt { "What would be decided" } dd { code { (trial.decision.reason.code()) } br; (trial.decision.reason.operator_text()) }
                }
                p.actions { a.button.primary href="/settings/access/sso" { "Back to Single Sign-On" } }
            }
        },
    )
}
