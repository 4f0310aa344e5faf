//! Organization Settings › Access Security.

pub mod chart;
pub mod claim_words;
pub mod domains;
pub mod history;
pub mod metadata;
pub mod overview;
pub mod scim;
pub mod sso;
pub mod trial;
pub mod values;

use maud::{Markup, html};

use super::shell::{self, Place};
use crate::security::session::Viewer;

/// The sections, in the order in which one sets things up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What is done and what is left.
    Overview,
    /// Claimed domains.
    Domains,
    /// Okta's three values, and Require Single Sign-On; named as Okta's guides for such services do.
    SingleSignOn,
    /// Provisioning.
    Scim,
    /// Recent sign-ins.
    SignIns,
    /// Who changed what.
    Audit,
}

const TABS: [(Tab, &str, &str); 6] = [
    (Tab::Overview, "/settings/access", "Overview"),
    (Tab::Domains, "/settings/access/domains", "Domains"),
    (Tab::SingleSignOn, "/settings/access/sso", "2FA & SSO"),
    (Tab::Scim, "/settings/access/scim", "SCIM"),
    (Tab::SignIns, "/settings/access/sign-ins", "Sign-ins"),
    (Tab::Audit, "/settings/access/audit", "Audit"),
];

/// The members page with an address in the invitation form.
fn invite_link(email: &str) -> String {
    let address: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
    format!("/members?invite={address}#invite")
}

/// A section's page.
pub fn page(viewer: &Viewer, tab: Tab, lead: &str, body: &Markup) -> Markup {
    let (_, _, title) = TABS
        .iter()
        .find(|(known, ..)| *known == tab)
        .copied()
        .unwrap_or((tab, "", ""));
    let content = html! {
        p.soft.small { "Organization Settings › Access Security" }
        h1 { (title) }
        p.lead { (lead) }
        nav aria-label="Access Security" { ul.tabs {
            @for (known, path, word) in TABS {
                li { a href=(path) aria-current=[(known == tab).then_some("page")] { (word) } }
            }
        } }
        (body)
    };
    shell::page(
        &format!("{title} · Access Security"),
        &viewer.bar(Place::Access),
        &content,
    )
}
