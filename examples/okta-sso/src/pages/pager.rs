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
    /// What was searched for, if the list can be searched.
    pub search: &'a str,
    /// The page that is shown.
    pub page: &'a Page,
    /// Where the next one begins.
    pub next: Option<&'a Cursor>,
    /// The word for going on.
    pub onward: &'static str,
}

impl Pager<'_> {
    /// The links, where there is more than this page.
    pub fn links(&self) -> Markup {
        let begun = self.page.after.is_some();
        html! {
            @if begun || self.next.is_some() {
                nav.actions aria-label="Pages" {
                    @if begun { a.button href=(self.link(None)) { "First page" } }
                    @if let Some(next) = self.next { a.button rel="next" href=(self.link(Some(next))) { (self.onward) } }
                }
            }
        }
    }

    /// The query of the address of this page, for forms that lead back to it.
    pub fn here(&self) -> String {
        self.query(self.page.after.as_ref())
    }

    fn link(&self, after: Option<&Cursor>) -> String {
        match self.query(after).as_str() {
            "" => self.path.to_owned(),
            some => format!("{}?{some}", self.path),
        }
    }

    fn query(&self, after: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.search.is_empty() {
            query.append_pair("search", self.search);
        }
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        query.finish()
    }
}
