//! Single sign-on: what goes into Okta, what comes from it, and the switches.

use maud::{Markup, html};
use org_domain::{
    Settings,
    policy::{IdpInitiated, JoinPolicy},
    settings::{Capability, Certificate, Connection, ServiceValues},
};
use time::OffsetDateTime;

pub use super::trial::{Trial, trial_result, trial_unusable};
pub use super::values::{Refused, Typed};
use super::{
    Tab, page,
    values::{metadata, three_values},
};
use crate::{
    pages::{
        field::{Field, Wrong},
        shell::hidden,
        words::{Tone, counted, instant, note, tag, until},
    },
    security::session::Viewer,
    sso::addresses::Addresses,
};

/// What the single sign-on section shows.
#[derive(Debug)]
pub struct SingleSignOn<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The organisation's settings.
    pub settings: &'a Settings,
    /// Our addresses.
    pub addresses: &'a Addresses,
    /// How many domains the organisation holds.
    pub held: u32,
    /// Whom requiring single sign-on touches.
    pub affected: &'a Affected,
    /// Whether the service has a key of its own, so that there is single logout.
    pub has_key: bool,
    /// Who passed the test login.
    pub tester: Option<&'a str>,
    /// What could not be done.
    pub refused: Option<&'a Refused<'a>>,
    /// The instant of looking.
    pub now: OffsetDateTime,
}

impl SingleSignOn<'_> {
    /// What was wrong with a form, in the order of the page.
    pub(super) fn wrong(&self) -> &[Wrong] {
        self.refused.map_or(&[], |refused| &refused.wrong)
    }
}

/// The dry run of Require Single Sign-On.
#[derive(Clone, Debug, Default)]
pub struct Affected {
    /// Owners and Admins, who keep their password.
    pub keep_password: u64,
    /// Members at claimed domains, who will use single sign-on.
    pub by_sso: u64,
    /// Members at other domains, who could not enter any more.
    pub locked_out: u64,
    /// The addresses of the first of those.
    pub named: Vec<String>,
}

/// The single sign-on section.
pub fn sso(facts: &SingleSignOn<'_>) -> Markup {
    let body = html! {
        @for wrong in facts.wrong().iter().filter_map(Wrong::over) { (note(Tone::Bad, wrong)) }
        (plan(facts))
        div.grid.loose { (into_okta(facts)) (from_okta(facts)) }
        @if let Some(staged) = facts.settings.staged() { (staged_card(facts, &staged.connection, staged.tested.is_some())) }
        (switches(facts))
        (require(facts))
        (second_factor())
        (finer(facts))
    };
    let lead = "Your people sign in at Okta; this service trusts what Okta signs, for addresses at your claimed domains.";
    page(facts.viewer, Tab::SingleSignOn, lead, &body)
}

fn into_okta(facts: &SingleSignOn<'_>) -> Markup {
    let ours = facts.addresses;
    let rows = [
        (
            "Single sign on URL",
            "Your Postback URL",
            ours.postback.as_str(),
        ),
        ("Requestable SSO URLs", "Index 0", ours.requestable.as_str()),
        ("Recipient URL", "", ours.requestable.as_str()),
        ("Destination URL", "", ours.requestable.as_str()),
        ("Audience URI", "SP Entity ID", ours.audience.as_str()),
    ];
    let name = "Name ID format: Unspecified, EmailAddress or Persistent. Not Transient: nobody would be recognised again.";
    html! {
        section.card {
            h2 { "1 · Into Okta" }
            p.soft { "The form of the app's " strong { "Configure SAML" } " step. Click a value to select it whole." }
            @for (label, hint, value) in rows {
                h3 { (label) @if !hint.is_empty() { span.hint { (hint) } } }
                code.copy { (value) }
            }
            @if facts.has_key {
                h3 { "Single Logout URL" }
                code.copy { (ours.logout) }
                p.small { "SP Issuer: the audience above. Signature Certificate: "
                    a href="/sso/certificate.pem" download="okta-sso.pem" { "download" } "." }
            }
            p.small { (name) }
            h3 { "Attribute statements" }
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Value" } } }
                tbody { @for attribute in ServiceValues::ATTRIBUTES {
                    tr { td { code { (attribute.name) } } td { code { (attribute.value) } @if attribute.name == "email" { " " (tag(Tone::Plain, "required")) } } }
                } }
            }
            p.small.soft { "Where the address stands in another field of Okta's profile, such as " code { "user.mail" } ", send that one as " code { "email" } "." }
        }
    }
}

fn from_okta(facts: &SingleSignOn<'_>) -> Markup {
    html! {
        section.card {
            h2 { "2 · From Okta" }
            p.soft { "In Okta: Applications › your app › " strong { "Sign On" } " › SAML 2.0 › " strong { "View Setup Instructions" } " › Configuration Data." }
            (certificates(facts, facts.settings.connection()))
            (three_values(facts))
            (metadata(facts))
        }
    }
}

fn certificates(facts: &SingleSignOn<'_>, connection: &Connection) -> Markup {
    html! {
        @for certificate in &connection.certificates {
            p.small {
                "Certificate " @let (tone, word) = standing(certificate, facts.now); (tag(tone, word))
                " until " (instant(certificate.not_after())) br;
                code { (certificate.fingerprint()) }
            }
        }
        @if let Some(text) = renewal(connection, facts.now) { (note(Tone::Warn, text)) }
    }
}

fn standing(certificate: &Certificate, now: OffsetDateTime) -> (Tone, &'static str) {
    match until(certificate.not_after(), now) {
        (Tone::Good, _) if !certificate.is_valid_at(now) => (Tone::Bad, "not valid yet"),
        standing => standing,
    }
}

/// What to do about certificates of which none lasts.
fn renewal(connection: &Connection, now: OffsetDateTime) -> Option<&'static str> {
    let last = connection
        .certificates
        .iter()
        .max_by_key(|certificate| certificate.not_after())?;
    match until(last.not_after(), now) {
        (Tone::Good, _) => None,
        (Tone::Warn, _) => Some(
            "Make a new certificate in Okta and bring its metadata here before this one ends: both are taken until then, \
             and nobody is kept out.",
        ),
        _ => Some(
            "Nobody can sign in through Okta. Make a new certificate there, activate it, and enter it here.",
        ),
    }
}

/// Single sign-on is part of some plans only.
fn plan(facts: &SingleSignOn<'_>) -> Markup {
    let held = facts.settings.capabilities().single_sign_on;
    html! {
        @if held == Capability::NotHeld {
            (note(Tone::Warn, "Your plan does not include Single Sign-On. The values can be read here; changing them needs the Growth or \
                Enterprise plan."))
        }
    }
}

fn staged_card(facts: &SingleSignOn<'_>, staged: &Connection, tested: bool) -> Markup {
    html! {
        section.card {
            div.row.between { h2 { "New values, standing by" } @if tested { (tag(Tone::Good, "tested")) } @else { (tag(Tone::Warn, "not tested")) } }
            p.soft { "People sign in with the present values until you put these in place." }
            dl.facts {
                dt { "Authentication URL" } dd { code { @if let Some(url) = &staged.sign_in_url { (url) } } }
                dt { "Issuer URL" } dd { code { @if let Some(issuer) = &staged.issuer { (issuer) } } }
                @for certificate in &staged.certificates { dt { "Certificate" } dd { code { (certificate.fingerprint()) } } }
            }
            div.row {
                form.inline method="post" action="/settings/access/sso/test" {
                    (hidden(&facts.viewer.csrf)) input type="hidden" name="staged" value="yes";
                    button type="submit" { "Test login" }
                }
                (button(facts, "promote", "on", "Put in place", "primary"))
                (button(facts, "drop", "on", "Forget them", "danger"))
            }
        }
    }
}

fn switches(facts: &SingleSignOn<'_>) -> Markup {
    let settings = facts.settings;
    let tested = settings
        .tested()
        .filter(|test| test.generation == settings.generation());
    let on = settings.enabled().is_on();
    let complete = settings.connection().is_complete();
    html! {
        section.card {
            div.row.between { h2 { "3 · Test and switch on" } @if on { (tag(Tone::Good, "on")) } @else { (tag(Tone::Plain, "off")) } }
            ol.steps {
                li.done[tested.is_some()] {
                    strong { "Test login. " }
                    @match tested {
                        Some(test) => { "Passed " (instant(test.at)) @if let Some(who) = facts.tester { " by " (who) } "." },
                        None if !complete => "Enter Okta's three values first.",
                        None => "Sign in at Okta as yourself. Nothing changes; you see what Okta sends and what would be decided.",
                    }
                    @if complete {
                        form.actions method="post" action="/settings/access/sso/test" {
                            (hidden(&facts.viewer.csrf)) button.primary[tested.is_none()] type="submit" { "Test login" }
                        }
                    }
                }
                li.done[on] {
                    strong { "Enable Single Sign-On. " } "People at your domains are offered it. Passwords still work."
                    @if facts.held == 0 { p { "First " a href="/settings/access/domains" { "claim a domain" } ": it is offered by the address." } }
                    div.actions {
                        @if on { (button(facts, "enable", "off", "Disable", "danger")) }
                        @else if complete {
                            (button(facts, "enable", "on", "Enable", if tested.is_some() { "primary" } else { "" }))
                            (button(facts, "remove", "on", "Remove configuration", "danger"))
                        }
                    }
                }
            }
        }
    }
}

fn require(facts: &SingleSignOn<'_>) -> Markup {
    let required = facts.settings.require_sso().is_on();
    let affected = facts.affected;
    html! {
        section.card id="require" {
            div.row.between { h2 { "4 · Require Single Sign-On" } @if required { (tag(Tone::Good, "required")) } @else { (tag(Tone::Plain, "not required")) } }
            p { "Nobody signs in with a username and password any more, except Owners and Admins, in case Single Sign-On is not set up correctly." }
            h3 { @if required { "Whom it touches" } @else { "Whom it would touch" } }
            dl.facts {
                dt { "Keep their password" } dd { (counted(affected.keep_password, "Owner or Admin", "Owners and Admins")) }
                dt { "Use Single Sign-On" } dd { (counted(affected.by_sso, "member", "members")) }
                dt { "Cannot enter" } dd {
                    (counted(affected.locked_out, "member at another domain", "members at other domains"))
                    @if !affected.named.is_empty() { ": " (affected.named.join(", ")) }
                    @if affected.locked_out > affected.named.len() as u64 { " and others" }
                }
            }
            div.actions {
                @if required { (button(facts, "require", "off", "Stop requiring it", "danger")) }
                @else { (button(facts, "require", "on", "Require Single Sign-On", if facts.settings.enabled().is_on() { "primary" } else { "" })) }
            }
        }
    }
}

/// The other half of the section's name.
fn second_factor() -> Markup {
    html! {
        section.card {
            h2 { "Two-factor authentication" }
            p { "Okta asks for the second factor, before it vouches for anybody: set it there, in the authentication policy of the app. \
                This service has none of its own, so a password is the weaker way in; requiring Single Sign-On leaves it to Owners and \
                Admins alone." }
        }
    }
}

fn finer(facts: &SingleSignOn<'_>) -> Markup {
    let settings = facts.settings;
    let rows = [
        (
            "managed",
            settings.idp_managed().is_on(),
            "Okta manages everybody at your domains",
            "Whoever signs in at Okta with an address of yours becomes a Member by that. Off: only people who were invited or provisioned.",
        ),
        (
            "join",
            settings.join() == JoinPolicy::AutoJoin,
            "People who have an account here join by themselves",
            "Only where Okta manages your domains. Their old password ends. Off: they need an invitation.",
        ),
        (
            "initiated",
            settings.idp_initiated() == IdpInitiated::Allowed,
            "Logins may start at Okta",
            "The tile on the Okta dashboard. Off: such a login is started again from here.",
        ),
    ];
    html! {
        section.card {
            h2 { "Finer points" }
            table.stack { tbody {
                @for (what, on, label, text) in rows { tr {
                    td { strong { (label) } br; span.soft.small { (text) } }
                    td { @if on { (tag(Tone::Good, "on")) } @else { (tag(Tone::Plain, "off")) } }
                    td.right { @if on { (button(facts, what, "off", "Switch off", "slim")) } @else { (button(facts, what, "on", "Switch on", "slim")) } }
                } }
            } }
            (carry(facts))
        }
    }
}

fn carry(facts: &SingleSignOn<'_>) -> Markup {
    let file = Field::new("settings", facts.wrong());
    html! {
            details open[file.is_wrong()] {
                summary { "Keep or carry these settings" }
                p { a.button href="/settings/access/settings.json" { "Download as a file" } }
                form method="post" action="/settings/access/import" enctype="multipart/form-data" {
                    (hidden(&facts.viewer.csrf))
                    label for="settings" { "Bring settings from a file" }
                    input type="file" id="settings" name="settings" accept=".json" required
                        autofocus[file.has_focus()] aria-invalid=[file.invalid()] aria-describedby=[file.described()];
                    (file.complaint())
                    div.actions { button type="submit" { "Bring them in" } }
                }
            }
    }
}

pub(super) fn version(facts: &SingleSignOn<'_>) -> Markup {
    html! { input type="hidden" name="version" value=(facts.settings.version().get()); }
}

fn button(facts: &SingleSignOn<'_>, what: &str, to: &str, word: &str, class: &str) -> Markup {
    html! {
        form.inline method="post" action=(format!("/settings/access/sso/{what}")) {
            (hidden(&facts.viewer.csrf)) (version(facts))
            input type="hidden" name="to" value=(to);
            button class=(class) type="submit" { (word) }
        }
    }
}
