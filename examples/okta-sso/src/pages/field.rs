//! What is wrong with what was typed, said where it was typed.

use maud::{Markup, html};

/// Something a form was sent back for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The `id` of the field, which is unique on its page; empty for the form as a whole.
    pub field: &'static str,
    /// What is wrong and what to put there instead, in sentences.
    pub text: String,
}

impl Wrong {
    /// About one field.
    pub fn at(field: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { field, text }
    }

    /// About no field in particular.
    pub fn whole(text: impl Into<String>) -> Self {
        Self::at("", text)
    }

    /// What is said over the page: what no field says.
    pub fn over(&self) -> Option<&str> {
        self.field.is_empty().then_some(self.text.as_str())
    }
}

/// One field's share in what is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    id: &'static str,
    wrong: Option<&'a str>,
    is_first: bool,
}

impl<'a> Field<'a> {
    /// The field with this `id`; what is wrong comes in the order of the page.
    pub fn new(id: &'static str, wrong: impl IntoIterator<Item = &'a Wrong>) -> Self {
        let mut wrong = wrong.into_iter();
        let place = wrong.by_ref().enumerate().find(|(_, at)| at.field == id);
        Self {
            id,
            wrong: place.map(|(_, wrong)| wrong.text.as_str()),
            is_first: place.is_some_and(|(place, _)| place == 0),
        }
    }

    /// Whether this field is wrong.
    pub const fn is_wrong(self) -> bool {
        self.wrong.is_some()
    }

    /// Whether it is the first that is wrong: it then has the focus.
    pub const fn has_focus(self) -> bool {
        self.is_first
    }

    /// For `aria-invalid`.
    pub fn invalid(self) -> Option<&'static str> {
        self.wrong.map(|_| "true")
    }

    /// For `aria-describedby`.
    pub fn described(self) -> Option<String> {
        self.wrong.map(|_| self.said_at())
    }

    /// The sentence below the field, which [`described`](Self::described) refers to.
    pub fn complaint(self) -> Markup {
        html! { @if let Some(text) = self.wrong { p.wrong id=(self.said_at()) role="alert" { (text) } } }
    }

    fn said_at(self) -> String {
        format!("{}-wrong", self.id)
    }
}
