//! The frame around every page.

use maud::{DOCTYPE, Markup, html};

use crate::security::csrf::{CsrfToken, FIELD};

/// The stylesheet, served from memory.
pub const STYLE: &str = include_str!("style.css");

/// Which entry of the bar the page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Who one is and how one was proven.
    Account,
    /// Organization Settings › Access Security.
    Access,
    /// People and roles.
    Members,
}

/// What the bar needs to know of the signed-in person.
#[derive(Clone, Debug)]
pub struct Bar {
    /// The organisation's name.
    pub org_name: String,
    /// Whether the entries for Owners and Admins are shown.
    pub administers: bool,
    /// For the sign-out form.
    pub csrf: CsrfToken,
    /// Where in the bar the page belongs.
    pub place: Place,
}

/// A page for somebody who is signed in.
pub fn page(title: &str, bar: &Bar, body: &Markup) -> Markup {
    let entries = [
        (Place::Account, "/account", "You", true),
        (Place::Members, "/members", "Members", bar.administers),
        (
            Place::Access,
            "/settings/access",
            "Organization Settings",
            bar.administers,
        ),
    ];
    let header = html! {
        header.bar { div {
            a.brand href="/" { (bar.org_name) }
            nav aria-label="Main" {
                @for (place, path, label, shown) in entries {
                    @if shown {
                        a href=(path) aria-current=[(place == bar.place).then_some("page")] { (label) }
                    }
                }
                form.inline method="post" action="/sign-out" {
                    (hidden(&bar.csrf))
                    button.plain type="submit" { "Sign out" }
                }
            }
        } }
    };
    document(title, "", &header, &html! { main id="main" { (body) } })
}

/// A narrow page for somebody who is not signed in, or for a message.
pub fn plain(title: &str, body: &Markup) -> Markup {
    document(
        title,
        "",
        &html! {},
        &html! { main.narrow id="main" { (body) } },
    )
}

/// A page of the demonstration's identity provider, in its own colour.
pub fn provider(title: &str, body: &Markup) -> Markup {
    document(
        title,
        "idp",
        &html! {},
        &html! { main.narrow id="main" { (body) } },
    )
}

/// The hidden field of a form that acts for a signed-in person.
pub fn hidden(csrf: &CsrfToken) -> Markup {
    html! { input type="hidden" name=(FIELD) value=(csrf.as_str()); }
}

fn document(title: &str, class: &str, header: &Markup, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body class=[(!class.is_empty()).then_some(class)] {
                a.skip href="#main" { "Skip to content" }
                (header)
                (main)
            }
        }
    }
}
