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
}

impl<'a> Field<'a> {
    /// The field with this `id`.
    pub fn new(id: &'static str, wrong: Option<&'a Wrong>) -> Self {
        let wrong = wrong.filter(|wrong| wrong.field == id);
        let wrong = wrong.map(|wrong| wrong.text.as_str());
        Self { id, wrong }
    }

    /// Whether it is this field that is wrong: it then has the focus.
    pub const fn is_wrong(self) -> bool {
        self.wrong.is_some()
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
