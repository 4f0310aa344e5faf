//! After single logout.

use maud::{Markup, html};

use super::shell;

/// How far it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every session is over.
    Everywhere,
    /// Here it is over; at some other service it may not be.
    Partly,
}

/// The page.
pub fn page(ended: Ended) -> Markup {
    shell::plain(
        "Signed out",
        &html! {
            section.card {
                h1 { "Signed out" }
                @match ended {
                    Ended::Everywhere => p { "Your session here and at your identity provider is over." },
                    Ended::Partly => p { "Your session here is over. Your identity provider could not end all others: close the \
                        browser to be sure." },
                }
                p.actions { a.button href="/sign-in" { "Sign in again" } }
            }
        },
    )
}
