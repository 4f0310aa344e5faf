//! The links under a list that goes on.

use maud::{Markup, html};
use sso_store::directory::{Cursor, Page};

use crate::web::Incoming;

/// The page of a list that an address asks for by its `after`. One without a place, or with a text
/// that is none, such as a link from an older version, asks for the first.
pub fn asked(request: &Incoming, limit: u32) -> Page {
    let after = request.query("after");
    Page {
        after: after.and_then(|text| text.parse().ok()),
        limit,
    }
}

/// What the links of a list are made of.
#[derive(Debug, Clone, Copy)]
pub struct Pager<'a> {
    /// The list's own address.
    pub path: &'static str,
    /// What the list is called, where there are several on a page.
    pub label: &'static str,
    /// The name of the list's place in the address.
    pub place: &'static str,
    /// What else the address holds: a search, the place in another list.
    pub kept: &'a [(&'static str, String)],
    /// Where on the page the list is: empty, or an id with `#`.
    pub at: &'static str,
    /// The page that is shown.
    pub page: &'a Page,
    /// Where the next one begins.
    pub next: Option<&'a Cursor>,
    /// The word for going on.
    pub onward: &'static str,
}

impl<'a> Pager<'a> {
    /// Of the only list at an address, newest first.
    pub const fn newest_first(
        path: &'static str,
        page: &'a Page,
        next: Option<&'a Cursor>,
    ) -> Self {
        Self {
            path,
            label: "Pages",
            place: "after",
            kept: &[],
            at: "",
            page,
            next,
            onward: "Older",
        }
    }

    /// The links, where there is more than this page.
    pub fn links(&self) -> Markup {
        let begun = self.page.after.is_some();
        html! {
            @if begun || self.next.is_some() {
                nav.actions aria-label=(self.label) {
                    @if begun { a.button href=(self.link(None)) { "First page" } }
                    @if let Some(next) = self.next { a.button rel="next" href=(self.link(Some(next))) { (self.onward) } }
                }
            }
        }
    }

    fn link(&self, after: Option<&Cursor>) -> String {
        let after = after.map(|after| (self.place, after.to_string()));
        let query = query(self.kept.iter().cloned().chain(after));
        match query.as_str() {
            "" => format!("{}{}", self.path, self.at),
            some => format!("{}?{some}{}", self.path, self.at),
        }
    }
}

/// The query of an address with these values, without those that are empty.
pub fn query(values: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let values = values.into_iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(values)
        .finish()
}
