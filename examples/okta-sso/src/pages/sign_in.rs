//! E-mail first, then whatever the address's organisation has decided.

use maud::{Markup, html};

use super::{
    shell,
    words::{Tone, note, sentence},
};
use crate::demo::DemoPerson;

/// The first page: whom are we talking to?
pub fn email(to: &str, given: &str, wrong: Option<&str>, demo: &[DemoPerson]) -> Markup {
    shell::plain(
        "Sign in",
        &html! {
            section.card {
                h1 { "Sign in" }
                p.soft { "Your organization decides how." }
                (complaint(wrong))
                form method="post" action="/sign-in" {
                    input type="hidden" name="to" value=(to);
                    label for="email" { "E-mail address" }
                    input type="email" id="email" name="email" value=(given) required autofocus autocomplete="username";
                    div.actions { button.primary.wide type="submit" { "Continue" } }
                }
            }
            (hint(demo))
        },
    )
}

/// What the second page offers.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// The address as it was typed.
    pub email: &'a str,
    /// Where to go afterwards, a path here.
    pub to: &'a str,
    /// Single sign-on, when the address's domain has it.
    pub sso: Option<SsoOffer<'a>>,
    /// What was wrong with the last try.
    pub wrong: Option<&'a str>,
}

/// Single sign-on as offered.
#[derive(Clone, Copy, Debug)]
pub struct SsoOffer<'a> {
    /// Whose it is.
    pub org_name: &'a str,
    /// The link that begins it.
    pub start: &'a str,
    /// Whether passwords are for Owners and Admins only.
    pub required: bool,
}

/// The second page: single sign-on, a password, or the choice.
pub fn offer(offer: &Offer<'_>, demo: &[DemoPerson]) -> Markup {
    shell::plain(
        "Sign in",
        &html! {
            section.card {
                h1 { "Sign in" }
                p.soft { (offer.email) " · " a href="/sign-in" { "not you?" } }
                (complaint(offer.wrong))
                @match offer.sso {
                    None => (password_form(offer)),
                    Some(sso) => {
                        p { strong { (sso.org_name) } " signs people in through its identity provider." }
                        p { a.button.primary.wide href=(sso.start) { "Continue with Single Sign-On" } }
                        details open[offer.wrong.is_some()] {
                            summary { @if sso.required { "Owner or Admin, and Single Sign-On is broken?" } @else { "Use a password instead" } }
                            @if sso.required {
                                p.soft.small { "Single Sign-On is required here. Only Owners and Admins can still use a password, \
                                    so that nobody is locked out by a wrong setting." }
                            }
                            (password_form(offer))
                        }
                    }
                }
            }
            (hint(demo))
        },
    )
}

fn password_form(offer: &Offer<'_>) -> Markup {
    html! {
        form method="post" action="/sign-in/password" {
            input type="hidden" name="email" value=(offer.email) autocomplete="username";
            input type="hidden" name="to" value=(offer.to);
            label for="password" { "Password" }
            input type="password" id="password" name="password" required autocomplete="current-password"
                autofocus[offer.sso.is_none()];
            div.actions { button.wide.primary[offer.sso.is_none()] type="submit" { "Sign in with password" } }
        }
    }
}

fn complaint(wrong: Option<&str>) -> Markup {
    html! { @if let Some(wrong) = wrong { (note(Tone::Bad, &sentence(wrong))) } }
}

/// The accounts of the demonstration; empty outside of it.
fn hint(demo: &[DemoPerson]) -> Markup {
    html! {
        @if !demo.is_empty() {
            aside.demo-hint aria-label="Demonstration accounts" {
                p { strong { "Demonstration" } " · any of these can sign in, by password or as anybody at the test \
                    identity provider." }
                table.stack { tbody {
                    @for person in demo {
                        tr { td { code { (person.email) } } td { (person.role.as_str()) } td { code { (person.password) } } }
                    }
                } }
            }
        }
    }
}

/// A sign-in that was refused after the person was proven, with a trace for the Admin.
pub fn refused(refusal: &RefusedSignIn<'_>) -> Markup {
    shell::plain(
        "Not signed in",
        &html! {
            section.card {
                h1 { "You are not signed in" }
                p { (refusal.text) }
                @if let Some(start) = refusal.sso_start {
                    p { a.button.primary.wide href=(start) { "Continue with Single Sign-On" } }
                }
                p.actions { a.button.wide.primary[refusal.sso_start.is_none()] href="/sign-in" { "Sign in another way" } }
            }
            p.soft.small {
                "Trace " code { (refusal.trace) } ". Somebody has to help? Send them this; an Owner or Admin of your organization finds "
                a href=(format!("/settings/access/sign-ins/{}", refusal.trace)) { "the full diagnosis" } "."
            }
        },
    )
}

/// What the refusal page says.
#[derive(Clone, Copy, Debug)]
pub struct RefusedSignIn<'a> {
    /// One public sentence, the same for everything an outsider must not tell apart.
    pub text: &'a str,
    /// The trace id of the sign-in log.
    pub trace: &'a str,
    /// The link that begins single sign-on, when that is what to do.
    pub sso_start: Option<&'a str>,
}
