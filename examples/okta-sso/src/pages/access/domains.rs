//! Claimed domains: the record to publish, what was seen, what follows.

use maud::{Markup, html};
use org_domain::{
    Claim, Domain,
    claim::{ClaimState, PendingProof},
    proof::{AppLabel, OrgHandle, OwnerLock, doctor::Diagnosis},
};
use time::OffsetDateTime;

use super::{Tab, page};
use crate::{
    pages::{
        shell::hidden,
        words::{Tone, ago, instant, note, tag},
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
    /// What was wrong with the domain that was to be claimed.
    pub wrong: Option<&'a str>,
    /// The service's label in record names.
    pub label: AppLabel,
    /// The organisation's name in DNS records.
    pub handle: OrgHandle,
    /// The instant of looking.
    pub now: OffsetDateTime,
}

const WATCH: &str = "/settings/access/domains/watch";

const LEAD: &str = "Single Sign-On and provisioning work only for addresses at domains your organization has proven to own.";

/// The domains section.
pub fn domains(facts: &Domains<'_>) -> Markup {
    let body = html! {
        @if let Some(wrong) = facts.wrong { (note(Tone::Bad, wrong)) }
        (list(facts))
    };
    page(facts.viewer, Tab::Domains, LEAD, &body)
}

/// The claims and the form for another.
pub fn list(facts: &Domains<'_>) -> Markup {
    html! {
        @for claim in facts.claims { (card(facts, claim)) }
        section.card {
            h2 { "Claim a domain" }
            p.soft { "The part after the @ in your people's addresses. You will publish one TXT record in its DNS to \
                prove that it is yours; it has to stay there." }
            form method="post" action="/settings/access/domains" {
                (hidden(&facts.viewer.csrf))
                label for="domain" { "Domain" }
                input type="text" id="domain" name="domain" required placeholder="acme.com" autocapitalize="none" spellcheck="false";
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
            details open[waiting] {
                summary { @if waiting { "Publish this record" } @else { "The record" } }
                (record(facts, claim))
                p.soft.small { "Some DNS panels add the domain to the name by themselves: enter only what stands before \
                    it there. The record has to stay. If it is gone, sign-in and provisioning for the domain stop after one week." }
            }
            @if claim.holds_domain() || is_locked(claim.state()) { (lock(facts, claim)) }
            @if let Some(next) = claim.next_check() { p.soft.small { "Next look at the DNS: " (instant(next)) "." } }
            div.actions {
                @if can_be_checked(claim.state()) { (button(facts, claim, "check", "Check now", if claim.holds_domain() { "" } else { "primary" })) }
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

fn can_be_checked(state: &ClaimState) -> bool {
    !matches!(
        state,
        ClaimState::ReviewNeeded { .. }
            | ClaimState::Expired { .. }
            | ClaimState::Superseded { .. }
            | ClaimState::Released { .. }
    )
}

/// A state's word and tone.
pub fn state_word(state: &ClaimState) -> (Tone, &'static str) {
    match state {
        ClaimState::Contested { .. } => (Tone::Bad, "contested"),
        ClaimState::Expired { .. } => (Tone::Plain, "expired"),
        ClaimState::Failing { .. } => (Tone::Bad, "record missing"),
        ClaimState::Lapsed { .. } => (Tone::Bad, "lapsed"),
        ClaimState::Pending { proof, .. } => (Tone::Warn, waits_for(*proof)),
        ClaimState::Released { .. } => (Tone::Plain, "given up"),
        ClaimState::ReviewNeeded { .. } => (Tone::Warn, "being reviewed"),
        ClaimState::Superseded { .. } => (Tone::Bad, "proven by somebody else"),
        ClaimState::Transferring { .. } => (Tone::Warn, "being handed over"),
        ClaimState::Verified { .. } => (Tone::Good, "verified"),
    }
}

/// What a pending claim waits for, in a tag.
const fn waits_for(proof: PendingProof) -> &'static str {
    match proof {
        PendingProof::Missing => "waiting for the record",
        PendingProof::HeldElsewhere => "held by somebody else",
        PendingProof::WaitingForHold => "waiting for the hold",
        PendingProof::LockedForOthers => "locked for others",
    }
}

/// What stands between a record that was seen and a verified claim.
const fn in_the_way(proof: PendingProof) -> &'static str {
    match proof {
        PendingProof::Missing => "",
        PendingProof::HeldElsewhere => {
            "The record is there, and so is another organization's, which holds the domain. "
        }
        PendingProof::WaitingForHold => {
            "The record is there. The domain is yours when the 72 hours are over in which its holder may object. "
        }
        PendingProof::LockedForOthers => {
            "The record is there, but a lock record in the domain's DNS lets only other organizations claim it. \
             Whoever runs the DNS has to name your organization in it, or remove it. "
        }
    }
}

fn explain(state: &ClaimState, now: OffsetDateTime) -> Markup {
    html! {
        @match state {
            ClaimState::Contested { until, .. } => { "Another organization proved this domain while your record is gone. Publish \
                yours again before " (instant(*until)) " to keep it." }
            ClaimState::Expired { .. } => { "The record was not seen in time. Claim again to get a new one." }
            ClaimState::Failing { since, .. } => { "The record is gone since " (instant(*since)) ". Everything still works; publish it \
                again within a week." }
            ClaimState::Lapsed { .. } => { "The record was gone too long. Publishing the same record revives the claim within 30 days." }
            ClaimState::Pending { expires_at, proof } => { (in_the_way(*proof)) "The DNS is looked at again and again, often at first. The record has to be \
                there before " (instant(*expires_at)) "; that can take a day to spread." }
            ClaimState::Released { .. } => { "Your organization gave this domain up." }
            ClaimState::ReviewNeeded { .. } => { "The service looks at this claim first." }
            ClaimState::Superseded { .. } => { "Another organization proved it first." }
            ClaimState::Transferring { .. } => { "Works as before until the other organization has accepted and proven it." }
            ClaimState::Verified { proof_at, .. } => { "The record was last seen " (ago(*proof_at, now)) "." }
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
            div.row.between { h2 { "What the DNS says about " (claim.domain()) } (tag(Tone::Warn, "not proven yet")) }
            ul { @for symptom in &diagnosis.symptoms { li { (symptom) } } }
            dl.facts {
                dt { "Name to enter" } dd { code.copy { (diagnosis.relative_host) } }
                dt { "Look again" } dd { (instant(diagnosis.look_again_at)) ", when the caches have forgotten" }
            }
        }
    }
}
