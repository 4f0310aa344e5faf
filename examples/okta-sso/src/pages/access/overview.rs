//! The overview: steps, health, and a small chart of sign-ins.

use maud::{Markup, html};
use org_domain::{Claim, Settings};
use sso_store::{
    TokenInfo,
    directory::{SignIn, SignInOutcome},
};
use time::{Date, Duration, OffsetDateTime};

use super::{Tab, domains::state_word, page};
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
    /// Recent sign-ins.
    pub sign_ins: &'a [SignIn],
    /// The instant of looking.
    pub now: OffsetDateTime,
}

/// The overview.
pub fn overview(facts: &Overview<'_>) -> Markup {
    let body = html! { div.grid { (steps(facts)) (health(facts)) } (chart(facts)) };
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
    let last = facts
        .sign_ins
        .iter()
        .find(|entry| entry.method == "sso" && entry.outcome == SignInOutcome::Accepted);
    html! { @match last { Some(entry) => (ago(entry.at, facts.now)), None => "none yet" } }
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

/// How many days the chart shows.
const DAYS: i64 = 14;

/// Sign-ins per day, accepted and refused, drawn on the server.
fn chart(facts: &Overview<'_>) -> Markup {
    let today = facts.now.date();
    let days: Vec<(Date, usize, usize)> = (0..DAYS)
        .rev()
        .map(|back| {
            let day = today.saturating_sub(Duration::days(back));
            let of = |outcome| {
                facts
                    .sign_ins
                    .iter()
                    .filter(|entry| entry.at.date() == day && entry.outcome == outcome)
                    .count()
            };
            (day, of(SignInOutcome::Accepted), of(SignInOutcome::Refused))
        })
        .collect();
    let most = days
        .iter()
        .map(|(_, accepted, refused)| accepted + refused)
        .max()
        .unwrap_or(0)
        .max(4);
    html! {
        section.card {
            h2 { "Sign-ins, last two weeks" }
            svg.chart viewBox="0 0 560 130" role="img" aria-label=(summary(&days)) {
                line.axis x1="0" y1="108" x2="560" y2="108" {}
                @for (place, (day, accepted, refused)) in (0_usize..).zip(&days) {
                    @let (up, down) = (height(*accepted, most), height(*refused, most));
                    @let left = place * 40 + 8;
                    rect.ok x=(left) y=(108 - up) width="24" height=(up) rx="3" {}
                    rect.no x=(left) y=(108 - up - down) width="24" height=(down) rx="3" {}
                    text x=(left + 12) y="124" text-anchor="middle" { (day.day()) }
                    @if accepted + refused > 0 { text.count x=(left + 12) y=(102 - up - down) text-anchor="middle" { (accepted + refused) } }
                }
            }
            p.legend.soft.small { span { "let in" } span.no { "refused" } }
            p.soft.small { (summary(&days)) }
        }
    }
}

/// A bar's height: at most 88 of the 108 units above the axis.
fn height(count: usize, most: usize) -> usize {
    count * 88 / most
}

fn summary(days: &[(Date, usize, usize)]) -> String {
    let accepted: usize = days.iter().map(|(_, accepted, _)| accepted).sum();
    let refused: usize = days.iter().map(|(_, _, refused)| refused).sum();
    format!("{accepted} let in, {refused} refused in two weeks.")
}
