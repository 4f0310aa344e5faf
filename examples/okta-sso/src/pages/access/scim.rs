//! Provisioning: the token, what Okta may do, and whom it could not add.

use maud::{Markup, html};
use org_domain::policy::Deletion;
use sso_store::{TokenInfo, directory::Issue};
use time::OffsetDateTime;

use super::{Tab, invite_link, page};
use crate::{
    pages::{
        pager::Pager,
        shell::hidden,
        words::{Tone, ago, instant, note, tag, until},
    },
    security::session::Viewer,
};

/// What the SCIM section shows.
#[derive(Debug)]
pub struct Provisioning<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// What goes into Okta's "Base URL".
    pub base_url: &'a str,
    /// The organisation's tokens, without their secret.
    pub tokens: &'a [TokenInfo],
    /// A token that was just made; shown now and never again.
    pub fresh: Option<&'a str>,
    /// Why a change was not made.
    pub wrong: Option<&'a str>,
    /// Why no token can be made, if so.
    pub closed: Option<&'a str>,
    /// What deletion does.
    pub deletion: Deletion,
    /// The version of the settings the form was made from.
    pub version: i64,
    /// People Okta could not add.
    pub issues: &'a [Issue],
    /// The links to more of them.
    pub pager: Pager<'a>,
    /// The instant of looking.
    pub now: OffsetDateTime,
}

/// The SCIM section.
pub fn scim(facts: &Provisioning<'_>) -> Markup {
    let body = html! {
        @if let Some(wrong) = facts.wrong { (note(Tone::Bad, wrong)) }
        @if let Some(token) = facts.fresh {
            div.note.good role="status" {
                p { strong { "Copy this token into Okta now." } " It is shown this once; the service keeps only a digest of it." }
                code.copy { (token) }
            }
        }
        div.grid.loose { (tokens(facts)) (connection(facts)) }
        (issues(facts))
        (features(facts))
    };
    let lead = "Okta adds, updates and deactivates people by itself. New people become Members; roles are given on the members page.";
    page(facts.viewer, Tab::Scim, lead, &body)
}

fn tokens(facts: &Provisioning<'_>) -> Markup {
    let another = !facts.tokens.is_empty();
    html! {
        section.card {
            h2 { "SCIM OAuth token" }
            p.soft { "The OAuth bearer token that Okta asks for as API token. Owners and Admins make it here." }
            @if !another { p.soft { "None yet." } }
            @for token in facts.tokens { (token_row(facts, token)) }
            @match facts.closed {
                Some(why) => {
                    (note(Tone::Warn, why))
                    p { "Needed for a token: an active Enterprise plan, " a href="/settings/access/sso" { "Single Sign-On" }
                        " set up with Okta, and a " a href="/settings/access/domains" { "claimed domain" } "." }
                },
                None => form method="post" action="/settings/access/scim/token" {
                    (hidden(&facts.viewer.csrf))
                    @if another {
                        label for="overlap" { "The present token keeps working for" }
                        select id="overlap" name="overlap" {
                            option value="0" { "no longer, end it now" }
                            option value="24" selected { "one day" }
                            option value="168" { "one week" }
                        }
                    }
                    div.actions { button.primary type="submit" { @if another { "Make a new token" } @else { "Make a token" } } }
                },
            }
        }
    }
}

fn token_row(facts: &Provisioning<'_>, token: &TokenInfo) -> Markup {
    let record = &token.record;
    let ended = record.expires_at.is_some_and(|end| end <= facts.now);
    let mut others = facts.tokens.iter().map(|other| other.record.expires_at);
    let replaced = record
        .expires_at
        .is_some_and(|end| others.any(|other| other.is_none_or(|other| other > end)));
    html! {
        div.row.firm.between.item {
            div {
                code { (record.id.as_str()) "…" } " "
                @if ended { (tag(Tone::Plain, "ended")) }
                @else if replaced { (tag(Tone::Plain, "being replaced")) }
                @else if let Some(end) = record.expires_at { @let (tone, word) = until(end, facts.now); (tag(tone, word)) }
                @else { (tag(Tone::Good, "in force")) }
                br;
                span.soft.small {
                    "made " (instant(record.created_at))
                    @if let Some(end) = record.expires_at { ", ends " (instant(end)) }
                    @match record.last_used { Some(used) => { ", last used " (ago(used, facts.now)) }, None => ", never used" }
                }
            }
            form.inline method="post" action="/settings/access/scim/revoke" {
                (hidden(&facts.viewer.csrf))
                input type="hidden" name="token" value=(record.id.as_str());
                button.slim.danger type="submit" { "Revoke" }
            }
        }
    }
}

fn connection(facts: &Provisioning<'_>) -> Markup {
    html! {
        section.card {
            h2 { "Into Okta" }
            p.soft { "In the app, on the tab " strong { "Provisioning" } ":" }
            ol.steps {
                li { strong { "Configure API Integration" } }
                li {
                    "Check " strong { "Enable API Integration" } " and enter the token made here. Okta's generic SCIM app also \
                        asks for these:"
                    h3 { "Base URL" } code.copy { (facts.base_url) }
                    h3 { "Unique identifier field for users" } code.copy { "userName" }
                }
                li { "Under " strong { "To App" } ", enable " strong { "Create" } ", " strong { "Update" } " and " strong { "Deactivate" } "." }
                li { "Send Username, Given name, Family name and Primary email. The Username has to be an e-mail address at \
                    a " a href="/settings/access/domains" { "domain you have claimed" } "." }
                li { "Assign the people, or their groups, whom Okta shall provision." }
            }
        }
    }
}

fn features(facts: &Provisioning<'_>) -> Markup {
    html! {
        section.card {
            h2 { "What Okta may do" }
            dl.facts {
                dt { "Push New Users" } dd { "Assigned people are added as Members, without a password. Roles are given on the " a href="/members" { "members page" } ", not in Okta." }
                dt { "Push Profile Updates" } dd { "First Name, Last Name and Email follow what Okta sends." }
                dt { "Push User Deactivation" } dd { "Sessions end at once and the person cannot come back in." }
                dt { "Reactivate Users" } dd { "Assigning again lets the same person in again." }
            }
            form method="post" action="/settings/access/scim/deletion" {
                (hidden(&facts.viewer.csrf))
                input type="hidden" name="version" value=(facts.version);
                fieldset {
                    legend { "When Okta deletes a person" }
                    label.tick { input type="radio" name="deletion" value="remove_membership" checked[facts.deletion == Deletion::RemoveMembership];
                        span { "End the membership and keep the account" span.hint { "The default: deactivation can be undone." } } }
                    label.tick { input type="radio" name="deletion" value="delete_account" checked[facts.deletion == Deletion::DeleteAccount];
                        span { "Delete the account too" span.hint { "Only accounts that provisioning made and that are in no other organization." } } }
                }
                div.actions { button type="submit" { "Save" } }
            }
        }
    }
}

fn issues(facts: &Provisioning<'_>) -> Markup {
    html! {
        section.card {
            h2 { "People Okta could not add" }
            @if facts.issues.is_empty() { p.soft { "None. Everybody Okta sent is here." } }
            @else {
                p.soft { "Provisioning stays off for a person whose account or domain is not yours to manage. Invite them by hand: \
                    they become members outside of provisioning." }
                table.stack {
                    thead { tr { th scope="col" { "Person" } th scope="col" { "Why" } th scope="col" { "Last" } th.right scope="col" { "What to do" } } }
                    tbody { @for issue in facts.issues { tr {
                        td { (issue.user_name) }
                        td { (issue.detail) br; code.small { (issue.code) } }
                        td.small { (ago(issue.last_seen, facts.now)) " (" (issue.seen) "×)" }
                        td.right { div.row {
                            a.button.slim href=(invite_link(&issue.user_name)) { "Invite" }
                            form.inline method="post" action="/settings/access/scim/dismiss" {
                                (hidden(&facts.viewer.csrf))
                                input type="hidden" name="user_name" value=(issue.user_name);
                                button.slim type="submit" { "Dismiss" }
                            }
                        } }
                    } } }
                }
            }
            (facts.pager.links())
        }
    }
}
