//! The overview: steps, health, and small charts of sign-ins and provisioning.

use maud::{Markup, html};
use org_domain::{Claim, Settings};
use sso_store::{TokenInfo, directory::Day};
use time::OffsetDateTime;

use super::{
    Tab,
    chart::{Words, chart},
    claim_words::state_word,
    page,
};
use crate::{
    pages::words::{Tone, ago, counted, instant, tag, until},
    security::session::Viewer,
};

/// What the overview shows.
#[derive(Debug)]
pub struct Overview<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The organisation's settings.
    pub settings: &'a Settings,
    /// Its claims.
    pub claims: &'a [Claim],
    /// How many of them hold their domain now.
    pub held: usize,
    /// Its tokens.
    pub tokens: &'a [TokenInfo],
    /// How many people provisioning could not add.
    pub issues: usize,
    /// Sign-ins per day, up to today.
    pub sign_ins: &'a [Day],
    /// What the identity provider changed, or was refused, per day.
    pub pushes: &'a [Day],
    /// When somebody last came by single sign-on, within those days.
    pub last_sso: Option<OffsetDateTime>,
    /// The instant of looking.
    pub now: OffsetDateTime,
}

/// The overview.
pub fn overview(facts: &Overview<'_>) -> Markup {
    let body = html! { div.grid { (steps(facts)) (health(facts)) } (charts(facts)) };
    let lead = "Who may enter your organization, and how. Four steps set it up; the rest keeps an eye on it.";
    page(facts.viewer, Tab::Overview, lead, &body)
}

fn steps(facts: &Overview<'_>) -> Markup {
    let settings = facts.settings;
    let tested = settings
        .tested()
        .is_some_and(|test| test.generation == settings.generation());
    let steps = [
        (
            facts.held > 0,
            "/settings/access/domains",
            "Claim a domain",
            "Prove by a DNS record that it is yours.",
        ),
        (
            settings.connection().is_complete(),
            "/settings/access/sso",
            "Connect Okta",
            "Three values from Okta, five for it.",
        ),
        (
            tested && settings.enabled().is_on(),
            "/settings/access/sso",
            "Test and enable",
            "Sign in once as yourself.",
        ),
        (
            !facts.tokens.is_empty(),
            "/settings/access/scim",
            "Provision",
            "A token lets Okta add and deactivate people.",
        ),
    ];
    html! {
        section.card {
            h2 { "Setting up" }
            ol.steps { @for (done, path, word, text) in steps {
                li.done[done] { a href=(path) { (word) } br; span.soft.small { (text) } }
            } }
        }
    }
}

fn health(facts: &Overview<'_>) -> Markup {
    html! {
        section.card {
            h2 { "Health" }
            dl.facts {
                dt { "Single Sign-On" } dd { (sso_tag(facts.settings)) }
                @for claim in facts.claims {
                    dt { (claim.domain()) } dd { @let (tone, word) = state_word(claim.state()); (tag(tone, word)) }
                }
                dt { "Certificates" } dd { (certificates(facts)) }
                dt { "Last sign-in by SSO" } dd { (last_sso(facts)) }
                dt { "SCIM" } dd { (scim(facts)) }
                dt { "Could not be added" } dd {
                    @if facts.issues == 0 { (tag(Tone::Good, "nobody")) }
                    @else { a href="/settings/access/scim" { (tag(Tone::Warn, &counted(facts.issues, "person", "people"))) } }
                }
            }
        }
    }
}

fn sso_tag(settings: &Settings) -> Markup {
    match (settings.enabled().is_on(), settings.require_sso().is_on()) {
        (true, true) => tag(Tone::Good, "on, required"),
        (true, false) => tag(Tone::Good, "on"),
        (false, _) => tag(Tone::Plain, "off"),
    }
}

/// Certificates end quietly; say so 30 days before.
fn certificates(facts: &Overview<'_>) -> Markup {
    html! {
        @if facts.settings.connection().certificates.is_empty() { (tag(Tone::Plain, "none")) }
        @for certificate in &facts.settings.connection().certificates {
            @let (tone, word) = until(certificate.not_after(), facts.now); (tag(tone, word))
            span.soft.small { " until " (instant(certificate.not_after())) } br;
        }
    }
}

fn last_sso(facts: &Overview<'_>) -> Markup {
    html! { @match facts.last_sso { Some(at) => (ago(at, facts.now)), None => "none in two weeks" } }
}

fn scim(facts: &Overview<'_>) -> Markup {
    let used = facts
        .tokens
        .iter()
        .filter_map(|token| token.record.last_used)
        .max();
    html! {
        @match (facts.tokens.is_empty(), used) {
            (true, _) => (tag(Tone::Plain, "no token")),
            (false, Some(used)) => { @let (tone, word) = token_end(facts); (tag(tone, word)) span.soft.small { " last call " (ago(used, facts.now)) } },
            (false, None) => (tag(Tone::Warn, "token never used")),
        }
    }
}

/// How the token that lasts longest stands: the old one of two may end.
fn token_end(facts: &Overview<'_>) -> (Tone, &'static str) {
    let ends = facts.tokens.iter().map(|token| token.record.expires_at);
    let forever = (Tone::Good, "in use");
    match ends.max_by_key(|end| end.map_or(i64::MAX, OffsetDateTime::unix_timestamp)) {
        Some(Some(end)) if until(end, facts.now).0 != Tone::Good => until(end, facts.now),
        _ => forever,
    }
}

/// Sign-ins and provisioning, a bar for each day.
fn charts(facts: &Overview<'_>) -> Markup {
    let entering = Words {
        title: "Sign-ins",
        well: "let in",
    };
    let provisioning = Words {
        title: "Provisioning",
        well: "done",
    };
    let has_pushed = facts.pushes.iter().any(|day| day.well + day.refused > 0);
    html! {
        (chart(entering, facts.sign_ins))
        @if has_pushed { (chart(provisioning, facts.pushes)) }
    }
}
