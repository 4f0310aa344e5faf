//! Recent sign-ins with their diagnosis, and the audit log.

use std::collections::HashMap;

use maud::{Markup, html};
use serde_json::Value;
use sso_store::directory::{AuditEntry, SignIn, SignInOutcome};

use super::{Tab, invite_link, page};
use crate::{
    pages::{
        pager::Pager,
        words::{Tone, capital, instant, tag},
    },
    security::session::Viewer,
};

/// The sign-ins section.
pub fn sign_ins(viewer: &Viewer, entries: &[SignIn], pager: &Pager<'_>) -> Markup {
    let body = html! {
        section.card {
            @if entries.is_empty() { p.soft { (none(pager, "Nobody has tried yet.")) } }
            @else { table.stack {
                thead { tr {
                    th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "How" }
                    th scope="col" { "Outcome" } th.right scope="col" { "Diagnosis" }
                } }
                tbody { @for entry in entries { tr {
                    td.small { (instant(entry.at)) }
                    td { (who(entry)) }
                    td { (how(&entry.method)) }
                    td { (outcome(entry.outcome)) " " code { (entry.code) } }
                    td.right { a href=(format!("/settings/access/sign-ins/{}", entry.id)) aria-label=(format!("Look at the sign-in {}", entry.id)) { "Look" } }
                } } }
            } }
            (pager.links())
        }
    };
    page(
        viewer,
        Tab::SignIns,
        "Every attempt to enter the organization, newest first, with what was decided and why.",
        &body,
    )
}

/// What stands in the place of no entries.
fn none(pager: &Pager<'_>, never: &'static str) -> &'static str {
    match pager.page.after {
        Some(_) => "Nothing older is kept.",
        None => never,
    }
}

fn who(entry: &SignIn) -> Markup {
    let email = entry.detail.get("email").and_then(Value::as_str);
    html! { @match email { Some(email) => (email), None => span.soft { "not proven" } } }
}

fn outcome(outcome: SignInOutcome) -> Markup {
    match outcome {
        SignInOutcome::Accepted => tag(Tone::Good, "in"),
        SignInOutcome::Refused => tag(Tone::Bad, "refused"),
    }
}

/// One sign-in with everything that is known of it.
pub fn sign_in(viewer: &Viewer, entry: &SignIn) -> Markup {
    let findings = entry
        .detail
        .pointer("/report/findings")
        .and_then(Value::as_array);
    let body = html! {
        section.card {
            div.row.between { h2 { "Sign-in " code { (entry.id) } } (outcome(entry.outcome)) }
            dl.facts {
                dt { "When" } dd { (instant(entry.at)) }
                dt { "Who" } dd { (who(entry)) }
                dt { "How" } dd { (how(&entry.method)) }
                dt { "Code" } dd { code { (entry.code) } }
                @if let Some(text) = entry.detail.get("operator_text").and_then(Value::as_str) {
                    dt { "What to do" } dd { (text) }
                }
            }
            (next_step(entry))
        }
        @for finding in findings.into_iter().flatten() { (finding_card(finding)) }
        @if let Some(saml) = entry.detail.get("saml").filter(|value| !value.is_null()) { (saml_card(saml)) }
        p { a.button href="/settings/access/sign-ins" { "All sign-ins" } }
    };
    page(
        viewer,
        Tab::SignIns,
        "What was checked, what was expected and what was seen.",
        &body,
    )
}

/// The way a person came, in the words of the other pages.
fn how(method: &str) -> &str {
    match method {
        "sso" => "Single Sign-On",
        "password" => "Password",
        "invitation" => "Invitation",
        other => other,
    }
}

/// Where an administrator does what the text says.
fn next_step(entry: &SignIn) -> Markup {
    let email = entry.detail.get("email").and_then(Value::as_str);
    let (domains, invite, okta) = match entry.code.as_str() {
        _ if entry.outcome == SignInOutcome::Accepted => (false, false, false),
        "domain_not_claimed" => (true, true, false),
        "outsider_needs_invitation" | "stranger_needs_invitation" => (false, true, false),
        _ => (false, false, says_where(entry)),
    };
    html! {
        @if domains || invite || okta {
            div.actions {
                @if domains { a.button href="/settings/access/domains" { "Claim a domain" } }
                @if let Some(email) = email.filter(|_| invite) { a.button href=(invite_link(email)) { "Invite by hand" } }
                @if okta { a.button href="/settings/access/sso" { "Compare with Okta" } }
            }
        }
    }
}

/// Whether the diagnosis names a field of Okta's.
fn says_where(entry: &SignIn) -> bool {
    let findings = entry.detail.pointer("/report/findings");
    let mut findings = findings.and_then(Value::as_array).into_iter().flatten();
    findings.any(|finding| finding.get("okta_path").is_some_and(|path| !path.is_null()))
}

fn finding_card(finding: &Value) -> Markup {
    let text = |name: &str| finding.get(name).and_then(Value::as_str);
    let fault = text("fault").map(|fault| fault.replace('_', " ").replace("idp", "IdP"));
    let rows = [
        ("Whose fault", fault.as_deref()),
        ("Expected", text("expected")),
        ("Seen", text("seen")),
        ("Where", text("place")),
        ("How to mend it", text("fix")),
        ("In Okta", text("okta_path")),
        ("Specification", text("spec")),
    ];
    let hints = finding.get("hints").and_then(Value::as_array);
    html! {
        section.card {
            h2 { code { (text("code").unwrap_or("finding")) } }
            dl.facts {
                @for (label, value) in rows {
                    @if let Some(value) = value { dt { (label) } dd { (value) } }
                }
                @for hint in hints.into_iter().flatten().filter_map(Value::as_str) { dt { "Hint" } dd { (hint) } }
            }
        }
    }
}

fn saml_card(saml: &Value) -> Markup {
    let text = |name: &str| saml.get(name).and_then(Value::as_str);
    let signatures = saml.get("signatures").and_then(Value::as_array);
    html! {
        section.card {
            h2 { "What was proven" }
            dl.facts {
                @for (label, name) in [("Issuer", "issuer"), ("NameID", "name_id"), ("Assertion", "assertion_id"), ("Answer to", "request_id")] {
                    @if let Some(value) = text(name) { dt { (label) } dd { code { (value) } } }
                }
                @for signature in signatures.into_iter().flatten() {
                    dt { "Signature over the " (signature.get("covers").and_then(Value::as_str).unwrap_or_default()) }
                    dd { code { (signature.get("algorithm").and_then(Value::as_str).unwrap_or_default()) } }
                }
            }
        }
    }
}

/// The audit section. `people` are the addresses of accounts that entries name.
pub fn audit(
    viewer: &Viewer,
    entries: &[AuditEntry],
    people: &HashMap<String, String>,
    pager: &Pager<'_>,
) -> Markup {
    let body = html! {
        section.card {
            @if entries.is_empty() { p.soft { (none(pager, "Nothing has been changed yet.")) } }
            @else { table.stack {
                thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "By" } th scope="col" { "About" } } }
                tbody { @for entry in entries { tr {
                    td.small { (instant(entry.at)) }
                    td {
                        strong { (sentence(&entry.kind)) }
                        @if let Some(object) = entry.detail.as_object().filter(|object| !object.is_empty()) {
                            br; span.soft.small { (details(object)) }
                        }
                    }
                    td.small { (named(&entry.actor, people)) }
                    td.small { @if entry.subject != viewer.org.id.as_str() { (named(&entry.subject, people)) } }
                } } }
            } }
            (pager.links())
        }
    };
    page(
        viewer,
        Tab::Audit,
        "Who changed what, newest first. What a mail would tell administrators stands here too.",
        &body,
    )
}

/// `require_sso` becomes "Require sso".
fn sentence(kind: &str) -> String {
    let text = kind
        .replace('_', " ")
        .replace("sso", "SSO")
        .replace("scim", "SCIM")
        .replace("idp", "IdP");
    capital(&text)
}

fn details(object: &serde_json::Map<String, Value>) -> String {
    if let Some(effect) = object.get("effect") {
        return claim_effect(effect);
    }
    let parts = object
        .iter()
        .map(|(name, value)| format!("{}: {}", name.replace('_', " "), plain(value)));
    parts.collect::<Vec<_>>().join(" · ")
}

/// What became of a claim, in words.
fn claim_effect(effect: &Value) -> String {
    let inner = |name: &str| effect.get(name);
    if let Some(change) = inner("audit") {
        let word = |name: &str| change.get(name).map(plain).unwrap_or_default();
        return match word("from").as_str() {
            "nothing" => format!("claimed: {}", word("to")),
            from => format!("{from} → {}", word("to")),
        };
    }
    if let Some(notice) = inner("notify") {
        return format!("administrators are told: {}", plain(notice));
    }
    if let Some(alarm) = inner("alarm") {
        return format!("the service's operators are alarmed: {}", plain(alarm));
    }
    plain(effect)
}

/// A value without the punctuation of JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('_', " "),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let words = fields
                .iter()
                .map(|(name, value)| format!("{} {}", name.replace('_', " "), plain(value)));
            words.collect::<Vec<_>>().join(", ")
        }
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}

fn named<'a>(id: &'a str, people: &'a HashMap<String, String>) -> &'a str {
    people.get(id).map_or(id, String::as_str)
}
