//! One failed check.
//!
//! A finding is made where something is wrong, by whoever knows what would have been right. What it
//! quotes is made printable on the way in, so no line of a log can be forged through it.

use std::borrow::Cow;

use super::{Code, Fault, advice, printable};

/// One failed check: what, whose fault, expected and seen value, where, and how to mend it.
///
/// A finding never holds a name identifier, an attribute value or a secret; what it quotes from a
/// message is made printable first.
///
/// ```
/// use saml_sp::{Code, Fault, Finding};
/// let finding = Finding::new(Code::AudienceMismatch)
///     .expected("https://sp.example/entity")
///     .seen("https://sp.example/entity/")
///     .hint("differs only by a trailing slash");
/// assert_eq!(finding.code().name(), "audience_mismatch");
/// assert_eq!(finding.fault(), Fault::IdpAdmin);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    code: Code,
    fault: Fault,
    expected: Option<String>,
    seen: Option<String>,
    place: Option<String>,
    hints: Vec<Cow<'static, str>>,
}

impl Finding {
    /// A finding with the code's usual fault and nothing else known yet.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        let fault = code.usual_fault();
        Self {
            code,
            fault,
            expected: None,
            seen: None,
            place: None,
            hints: Vec::new(),
        }
    }

    /// What would have been accepted.
    #[must_use]
    pub fn expected(mut self, expected: impl AsRef<str>) -> Self {
        self.expected = Some(printable(expected.as_ref()));
        self
    }

    /// Whether the other says the same of another place.
    pub(super) fn is_same_elsewhere(&self, other: &Self) -> bool {
        (self.code, self.fault) == (other.code, other.fault)
            && (&self.expected, &self.seen, &self.hints)
                == (&other.expected, &other.seen, &other.hints)
    }

    /// Names the place of the other too.
    pub(super) fn add_place(&mut self, other: &Self) {
        let places = self.place.take().into_iter().chain(other.place.clone());
        let places: Vec<String> = places.collect();
        self.place = (!places.is_empty()).then(|| places.join(" and "));
    }

    /// What the message holds instead. Not for personal values.
    #[must_use]
    pub fn seen(mut self, seen: impl AsRef<str>) -> Self {
        self.seen = Some(printable(seen.as_ref()));
        self
    }

    /// Where: an element path such as `Response/Assertion/Conditions`, or line and column.
    #[must_use]
    pub fn at(mut self, place: impl AsRef<str>) -> Self {
        self.place = Some(printable(place.as_ref()));
        self
    }

    /// Somebody else than usual has to act.
    #[must_use]
    pub const fn fault_of(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    /// A near miss or another observation that helps: one clause, no personal value.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Why it was refused.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Who has to act.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// What would have been accepted, if that can be said.
    #[must_use]
    pub fn expected_value(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// What was there instead, if that can be said.
    #[must_use]
    pub fn seen_value(&self) -> Option<&str> {
        self.seen.as_deref()
    }

    /// Where it was found.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// Near misses and other observations.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        self.hints.iter().map(AsRef::as_ref)
    }

    /// How to mend it.
    #[must_use]
    pub fn fix(&self) -> &'static str {
        advice(self.code).fix
    }

    /// The rule, by document and section.
    #[must_use]
    pub fn spec(&self) -> &'static str {
        advice(self.code).spec
    }
}
