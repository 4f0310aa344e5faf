//! Still you? Asked before changes that an unlocked machine must not allow.

use maud::{Markup, html};

use super::{
    shell::{self, hidden},
    words::{Tone, note},
};
use crate::{security::session::Viewer, sso::addresses::POSTBACK};

/// The page that asks again.
pub fn page(viewer: &Viewer, to: &str, wrong: Option<&str>) -> Markup {
    let by_sso = viewer.session.sso.is_some();
    let to_encoded: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    let again = format!(
        "{POSTBACK}?org_id={}&fresh=1&to={to_encoded}",
        viewer.org.id
    );
    shell::plain(
        "Confirm it is you",
        &html! {
            section.card {
                h1 { "Confirm it is you" }
                p.soft { "This change is sensitive and your last sign-in was a while ago. Afterwards you can make it within ten minutes." }
                @if let Some(wrong) = wrong { (note(Tone::Bad, wrong)) }
                @if by_sso {
                    p { a.button.primary.wide href=(again) { "Continue with Single Sign-On" } }
                }
                @if viewer.account.password_hash.is_some() {
                    form method="post" action="/confirm" {
                        (hidden(&viewer.csrf))
                        input type="hidden" name="to" value=(to);
                        label for="password" { "Password of " (viewer.account.email) }
                        input type="password" id="password" name="password" required autofocus autocomplete="current-password";
                        div.actions { button.primary.wide[!by_sso] type="submit" { "Confirm" } a.button href=(to) { "Not now" } }
                    }
                }
            }
        },
    )
}
