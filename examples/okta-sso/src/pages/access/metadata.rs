//! What a metadata file would change, before anything does.

use maud::{Markup, html};
use org_domain::{
    Settings,
    settings::{Certificate, Connection},
};

use super::{Tab, page};
use crate::{
    pages::{
        shell::hidden,
        words::{Tone, instant, note, tag},
    },
    security::session::Viewer,
};

/// What the page shows.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The settings as they are.
    pub settings: &'a Settings,
    /// What the file says.
    pub next: &'a Connection,
    /// The file, which comes back when the plan is agreed to.
    pub xml: &'a str,
    /// Whether the new values would stand beside the present ones until tested.
    pub staged: bool,
}

/// The page.
pub fn metadata_plan(plan: &Plan<'_>) -> Markup {
    let present = plan.settings.connection();
    let same = present == plan.next;
    let body = html! {
        section.card {
            h2 { "What would change" }
            @if same { (note(Tone::Good, "Nothing: the file says what is set already.")) }
            @else {
                (addresses(present, plan.next))
                h3 { "Certificates" }
                (certificates(present, plan.next))
                @if plan.staged {
                    (note(Tone::Warn, "People sign in with the present values. The new ones will stand beside them until you \
                        have tested them and put them in place."))
                }
            }
            form.actions method="post" action="/settings/access/sso/metadata" enctype="multipart/form-data" {
                (hidden(&plan.viewer.csrf))
                input type="hidden" name="version" value=(plan.settings.version().get());
                input type="hidden" name="apply" value="yes";
                input type="hidden" name="text" value=(plan.xml);
                @if !same { button.primary type="submit" { @if plan.staged { "Keep them standing by" } @else { "Apply" } } }
                a.button href="/settings/access/sso" { @if same { "Back" } @else { "Change nothing" } }
            }
        }
    };
    let lead = "The file was read and nothing was changed yet.";
    page(plan.viewer, Tab::SingleSignOn, lead, &body)
}

fn addresses(present: &Connection, next: &Connection) -> Markup {
    let text = |value: Option<&str>| value.unwrap_or("none").to_owned();
    let rows = [
        (
            "Issuer URL",
            text(present.issuer.as_ref().map(|issuer| issuer.as_str())),
            text(next.issuer.as_ref().map(|issuer| issuer.as_str())),
        ),
        (
            "Authentication URL",
            text(present.sign_in_url.as_ref().map(|url| url.as_str())),
            text(next.sign_in_url.as_ref().map(|url| url.as_str())),
        ),
        (
            "Single Logout URL",
            text(present.logout.as_ref().map(|logout| logout.url.as_str())),
            text(next.logout.as_ref().map(|logout| logout.url.as_str())),
        ),
    ];
    html! {
        dl.facts {
            @for (label, before, after) in rows {
                dt { (label) }
                @if before == after { dd { code { (after) } " " (tag(Tone::Plain, "as before")) } }
                @else { dd { del { code { (before) } } br; ins { code { (after) } } " " (tag(Tone::Warn, "changes")) } }
            }
        }
    }
}

fn certificates(present: &Connection, next: &Connection) -> Markup {
    let has = |connection: &Connection, wanted: &Certificate| {
        let mut kept = connection.certificates.iter();
        kept.any(|known| known.fingerprint() == wanted.fingerprint())
    };
    html! {
        @for certificate in &next.certificates {
            p.small {
                @if has(present, certificate) { (tag(Tone::Plain, "stays")) } @else { (tag(Tone::Good, "comes")) }
                " until " (instant(certificate.not_after())) br;
                code { (certificate.fingerprint()) }
            }
        }
        @for certificate in &present.certificates {
            @if !has(next, certificate) {
                p.small { (tag(Tone::Bad, "goes")) br; code { (certificate.fingerprint()) } }
            }
        }
    }
}
