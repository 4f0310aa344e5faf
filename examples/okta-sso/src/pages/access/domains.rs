//! Claimed domains: the record to publish, what was seen, what follows.

use maud::{Markup, html};
use org_domain::{
    Claim, Domain,
    claim::{ClaimState, PendingProof},
    proof::{AppLabel, OrgHandle, OwnerLock, doctor::Diagnosis},
};
use time::OffsetDateTime;

use super::{
    Tab,
    claim_words::{explain, state_word},
    page,
};
use crate::{
    pages::{
        field::{Field, Wrong},
        shell::hidden,
        words::{Tone, instant, note, tag},
    },
    security::session::Viewer,
    web::gap,
};

/// What the domains section shows.
#[derive(Debug)]
pub struct Domains<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The organisation's claims.
    pub claims: &'a [Claim],
    /// What could not be done.
    pub refused: Option<&'a Refused<'a>>,
    /// The service's label in record names.
    pub label: AppLabel,
    /// The organisation's name in DNS records.
    pub handle: OrgHandle,
    /// The instant of looking.
    pub now: OffsetDateTime,
}

/// What could not be done, as it was asked for.
#[derive(Debug)]
pub struct Refused<'a> {
    /// The domain that was to be claimed.
    pub typed: &'a str,
    /// Why not.
    pub wrong: Wrong,
}

const WATCH: &str = "/settings/access/domains/watch";

const LEAD: &str = "Single Sign-On and provisioning work only for addresses at domains your organization has proven to own.";

/// The domains section.
pub fn domains(facts: &Domains<'_>) -> Markup {
    let body = html! {
        @if let Some(wrong) = facts.refused.and_then(|refused| refused.wrong.over()) { (note(Tone::Bad, wrong)) }
        (list(facts))
    };
    page(facts.viewer, Tab::Domains, LEAD, &body)
}

/// The claims and the form for another.
pub fn list(facts: &Domains<'_>) -> Markup {
    let field = Field::new("domain", facts.refused.map(|refused| &refused.wrong));
    let typed = facts.refused.map(|refused| refused.typed);
    html! {
        @for claim in facts.claims { (card(facts, claim)) }
        section.card {
            h2 { "Claim a domain" }
            p.soft { "The part after the @ in your people's addresses. You will publish one TXT record in its DNS to \
                prove that it is yours; it has to stay there." }
            form method="post" action="/settings/access/domains" {
                (hidden(&facts.viewer.csrf))
                label for="domain" { "Domain" }
                input type="text" id="domain" name="domain" required placeholder="acme.com" autocapitalize="none" spellcheck="false"
                    value=[typed] autofocus[field.has_focus()] aria-invalid=[field.invalid()] aria-describedby=[field.described()];
                (field.complaint())
                div.actions { button.primary type="submit" { "Claim" } }
            }
        }
    }
}

/// The page while the DNS is being asked; its gaps are for what was seen, and for the list.
pub fn checking(viewer: &Viewer, domain: &Domain) -> Markup {
    let body = html! {
        div.progress role="status" {
            p.looking.note { "Asking the DNS about " strong { (domain) } "…" }
            (gap())
        }
        (gap())
    };
    page(viewer, Tab::Domains, LEAD, &body)
}

/// The page on which a record is waited for; its gap is for what was seen each time.
pub fn watching(facts: &Domains<'_>, domain: &Domain) -> Markup {
    let body = html! {
        section.card {
            div.row.between {
                h2 { "Watching for the record of " (domain) }
                a.button href="/settings/access/domains" { "Stop" }
            }
            p.soft { "The DNS is asked every ten seconds at first, then every half a minute, for ten minutes. Publish the \
                record meanwhile; this page says when it is seen." }
            @for claim in facts.claims { (record(facts, claim)) }
            h3 { "What was seen" }
            div.progress role="log" aria-label="What was seen" {
                p.looking.soft { "Asking the DNS…" }
                (gap())
            }
        }
    };
    page(facts.viewer, Tab::Domains, LEAD, &body)
}

/// One look while watching.
pub fn glance(now: OffsetDateTime, claim: &Claim, diagnosis: Option<&Diagnosis>) -> Markup {
    html! {
        div.glance {
            p.soft.small { (instant(now)) }
            @match diagnosis {
                Some(diagnosis) => @for symptom in &diagnosis.symptoms { p { (symptom) } },
                None => {
                    (seen(claim, None))
                    p.actions { a.button.primary href="/settings/access" { "Go on setting up" } }
                }
            }
        }
    }
}

/// The end of watching without success.
pub fn watched_long_enough() -> Markup {
    note(
        Tone::Warn,
        "Ten minutes are over. The service goes on looking by itself, less often; come back when the record is published.",
    )
}

fn card(facts: &Domains<'_>, claim: &Claim) -> Markup {
    let (tone, word) = state_word(claim.state());
    let waiting = matches!(claim.state(), ClaimState::Pending { .. });
    html! {
        section.card id=(claim.domain()) {
            div.row.between { h2 { (claim.domain()) } (tag(tone, word)) }
            p.soft { (explain(claim.state(), facts.now)) }
            @if is_alive(claim.state()) { details open[waiting || is_missing(claim.state())] {
                summary { @if waiting || is_missing(claim.state()) { "Publish this record" } @else { "The record" } }
                (record(facts, claim))
                p.soft.small { "Some DNS panels add the domain to the name by themselves: enter only what stands before \
                    it there. The record has to stay. If it is gone, sign-in and provisioning for the domain stop after one week." }
            } }
            @if claim.holds_domain() || is_locked(claim.state()) { (lock(facts, claim)) }
            @if let Some(next) = claim.next_check() { p.soft.small { "Next look at the DNS: " (instant(next)) "." } }
            div.actions {
                @if can_be_checked(claim.state()) { (button(facts, claim, "check", "Check now", if claim.holds_domain() && !is_missing(claim.state()) { "" } else { "primary" })) }
                @if waiting { a.button href=(format!("{WATCH}?domain={}", claim.domain())) { "Watch for the record" } }
                @if waiting { (button(facts, claim, "release", "Give up", "danger")) }
                @else if !claim.holds_domain() { (button(facts, claim, "restart", "Claim again", "")) }
            }
            @if claim.holds_domain() && !waiting { details {
                summary.danger { "Give up this domain" }
                p.soft.small { "Sign-in and provisioning stop at once for everybody at " (claim.domain()) ". Nobody is removed. To come \
                    back, the domain has to be claimed and proven again." }
                (button(facts, claim, "release", "Give up", "danger"))
            } }
        }
    }
}

/// The record that proves a claim.
fn record(facts: &Domains<'_>, claim: &Claim) -> Markup {
    html! {
        dl.facts {
            dt { "Type" } dd { code { "TXT" } }
            dt { "Name" } dd { code.copy { (claim.record().name()) } }
            dt { "Value" } dd { code.copy { (claim.record().annotated_value(&facts.handle)) } }
        }
    }
}

/// How whoever runs the DNS keeps other organisations from claiming the domain.
fn lock(facts: &Domains<'_>, claim: &Claim) -> Markup {
    html! {
        details {
            summary { @if claim.holds_domain() { "Lock the domain" } @else { "The lock that lets your organization in" } }
            p.soft.small { "Optional. With this record beside the first one, only your organization can claim the domain here, \
                even if somebody else could publish a record. Write " code { "v=1 claims=none" } " to let nobody." }
            dl.facts {
                dt { "Type" } dd { code { "TXT" } }
                dt { "Name" } dd { code.copy { (OwnerLock::name(&facts.label, claim.domain())) } }
                dt { "Value" } dd { code.copy { "v=1 org=" (facts.handle.as_str()) } }
            }
        }
    }
}

fn button(facts: &Domains<'_>, claim: &Claim, action: &str, word: &str, class: &str) -> Markup {
    html! {
        form.inline method="post" action=(format!("/settings/access/domains/{action}")) {
            (hidden(&facts.viewer.csrf))
            input type="hidden" name="domain" value=(claim.domain());
            button class=[(!class.is_empty()).then_some(class)] type="submit" { (word) }
        }
    }
}

const fn is_locked(state: &ClaimState) -> bool {
    matches!(
        state,
        ClaimState::Pending {
            proof: PendingProof::LockedForOthers,
            ..
        }
    )
}

/// Whether the record of a claim still proves something.
fn is_alive(state: &ClaimState) -> bool {
    can_be_checked(state) || matches!(state, ClaimState::ReviewNeeded { .. })
}

/// Whether the record was there and is not any more.
const fn is_missing(state: &ClaimState) -> bool {
    matches!(
        state,
        ClaimState::Contested { .. } | ClaimState::Failing { .. } | ClaimState::Lapsed { .. }
    )
}

fn can_be_checked(state: &ClaimState) -> bool {
    !matches!(
        state,
        ClaimState::ReviewNeeded { .. }
            | ClaimState::Expired { .. }
            | ClaimState::Superseded { .. }
            | ClaimState::Released { .. }
    )
}

/// How far a claim is after a look that did not verify it.
fn seen_tag(state: &ClaimState) -> Markup {
    match state {
        ClaimState::Pending {
            proof: PendingProof::Missing,
            ..
        } => tag(Tone::Warn, "not proven yet"),
        state => {
            let (tone, word) = state_word(state);
            tag(tone, word)
        }
    }
}

/// What a look at the DNS showed.
pub fn seen(claim: &Claim, diagnosis: Option<&Diagnosis>) -> Markup {
    let Some(diagnosis) = diagnosis else {
        // Without a role of its own: it arrives in a live region.
        return html! { div.note.good { p { (claim.domain()) ": the record is there." } } };
    };
    html! {
        section.card {
            div.row.between { h2 { "What the DNS says about " (claim.domain()) } (seen_tag(claim.state())) }
            ul { @for symptom in &diagnosis.symptoms { li { (symptom) } } }
            dl.facts {
                dt { "Name to enter" } dd { code.copy { (diagnosis.relative_host) } }
                dt { "Look again" } dd { (instant(diagnosis.look_again_at)) ", when the caches have forgotten" }
            }
        }
    }
}
