//! The user's attributes.

use std::error::Error;
use std::fmt;
use std::iter;

use crate::error::{Code, Finding, Rejection};

/// One attribute. `Debug` shows its name and the number of values.
// All of it is one text: most have one short value, and one allocation each is enough.
#[derive(Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name, the name format if there is one, and the values, one after the other.
    text: String,
    name_end: usize,
    format_end: Option<usize>,
    count: usize,
    /// Where each value but the last ends.
    ends: Vec<usize>,
    pub(crate) structured: usize,
}

impl Attribute {
    /// One without values yet, with room for values of `length` octets in all.
    pub(crate) fn new(name: &str, name_format: Option<&str>, length: usize) -> Self {
        let format = name_format.unwrap_or_default();
        let mut text = String::with_capacity(name.len() + format.len() + length);
        text.push_str(name);
        text.push_str(format);
        Self {
            name_end: name.len(),
            format_end: name_format.map(|_| text.len()),
            text,
            count: 0,
            ends: Vec::new(),
            structured: 0,
        }
    }

    /// Add a text value.
    pub(crate) fn push(&mut self, value: &str) {
        if self.count > 0 {
            self.ends.push(self.text.len());
        }
        self.text.push_str(value);
        self.count += 1;
    }

    /// Add the values of another one.
    pub(crate) fn append(&mut self, other: &Self) {
        for value in other.values() {
            self.push(value);
        }
        self.structured += other.structured;
    }

    /// Whether name and name format are the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.name() == other.name() && self.name_format() == other.name_format()
    }

    /// The name, exactly as sent.
    #[must_use]
    pub fn name(&self) -> &str {
        self.part(0, self.name_end)
    }

    /// The URI that says what kind of name it is.
    #[must_use]
    pub fn name_format(&self) -> Option<&str> {
        self.format_end.map(|end| self.part(self.name_end, end))
    }

    /// The text values in order, neither trimmed nor folded. A value with `xsi:nil` is left out.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        let first = self.format_end.unwrap_or(self.name_end);
        let starts = iter::once(first).chain(self.ends.iter().copied());
        let ends = self.ends.iter().copied().chain([self.text.len()]);
        starts
            .zip(ends)
            .take(self.count)
            .map(|(start, end)| self.part(start, end))
    }

    fn part(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} values)", self.name(), self.count)
    }
}

/// All attributes of a login. Several `Attribute` elements of one name and name format count as
/// one with all their values.
///
/// ```
/// # fn example(login: &saml_sp::Login) -> Result<(), saml_sp::login::AttributeError> {
/// let email = login.attributes().one("email")?;            // exactly one, not empty
/// let first = login.attributes().at_most_one("firstName")?; // none is fine, two are not
/// for group in login.attributes().all("groups") { /* any number */ }
/// # Ok(()) }
/// ```
///
/// They come with a login and in no other way:
///
/// ```compile_fail,E0451
/// let forged = saml_sp::Attributes { list: Vec::new() }; // private
/// ```
///
/// ```compile_fail,E0277
/// let stored: saml_sp::Attributes = serde_json::from_str("[]").unwrap(); // not from storage
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Attributes {
    pub(crate) list: Vec<Attribute>,
}

impl Attributes {
    /// The one value of an attribute that must be there.
    ///
    /// # Errors
    /// [`AttributeError`] when there is no such attribute, no value, an empty one, or several: the
    /// choice among several would be the sender's.
    pub fn one(&self, name: &str) -> Result<&str, AttributeError> {
        self.at_most_one(name)?.ok_or_else(|| self.missing(name))
    }

    /// The value of an attribute that may be missing.
    ///
    /// # Errors
    /// [`AttributeError`] when there are several values, or one that is not text.
    pub fn at_most_one(&self, name: &str) -> Result<Option<&str>, AttributeError> {
        let problem = |kind| AttributeError {
            name: name.to_owned(),
            kind,
        };
        if self.named(name).any(|attribute| attribute.structured > 0) {
            return Err(problem(AttributeErrorKind::NotText));
        }
        let mut values = self.all(name).filter(|value| !value.is_empty());
        let first = values.next();
        match values.count() {
            0 => Ok(first),
            more => Err(problem(AttributeErrorKind::Several(more + 1))),
        }
    }

    /// Every text value under this name, of whatever name format.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.named(name).flat_map(Attribute::values)
    }

    /// The attributes in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.list.iter()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Attribute> {
        self.list
            .iter()
            .filter(move |attribute| attribute.name() == name)
    }

    /// Why `name` is missing, with the nearest name that is there.
    fn missing(&self, name: &str) -> AttributeError {
        let kind = if self.list.is_empty() {
            AttributeErrorKind::NoAttributes
        } else if self.named(name).next().is_some() {
            AttributeErrorKind::Empty
        } else {
            let near = self
                .list
                .iter()
                .map(Attribute::name)
                .find(|n| near(n, name));
            AttributeErrorKind::Missing {
                near: near.map(crate::error::printable),
            }
        };
        AttributeError {
            name: name.to_owned(),
            kind,
        }
    }
}

/// Whether the names differ only by letter case or by a namespace in front, as with
/// `http://schemas.example/claims/email`.
fn near(sent: &str, wanted: &str) -> bool {
    let last = sent.rsplit(['/', ':']).next().unwrap_or(sent);
    sent.eq_ignore_ascii_case(wanted) || last.eq_ignore_ascii_case(wanted)
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}

/// An attribute the host needs is not usable. The text names the attribute, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeError {
    name: String,
    kind: AttributeErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum AttributeErrorKind {
    NoAttributes,
    Missing { near: Option<String> },
    Empty,
    Several(usize),
    NotText,
}

/// As a refusal of the host's: the report then tells the identity provider's admin what to add, in
/// Okta's words unless [`Rejection::from_vendor`] names another maker.
impl From<AttributeError> for Rejection {
    fn from(error: AttributeError) -> Self {
        Finding::new(Code::AttributeUnusable)
            .expected(format!("one value of the attribute `{}`", error.name))
            .at("/Response/Assertion/AttributeStatement")
            .hint(error.to_string())
            .into()
    }
}

impl AttributeError {
    /// The attribute that was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for AttributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.kind {
            AttributeErrorKind::NoAttributes => write!(
                f,
                "attribute `{name}` is missing: the identity provider sent no attributes at all; \
                 add it under Attribute Statements"
            ),
            AttributeErrorKind::Missing { near: Some(near) } => write!(
                f,
                "attribute `{name}` is missing, `{near}` is there: names must match in letter case \
                 and carry no namespace"
            ),
            AttributeErrorKind::Missing { near: None } => write!(
                f,
                "attribute `{name}` is missing: add it under Attribute Statements. If it is there, \
                 its expression gives nothing for this user; in Okta the address is `user.email`, \
                 not `user.mail`"
            ),
            AttributeErrorKind::Empty => write!(f, "attribute `{name}` is there but has no value"),
            AttributeErrorKind::Several(count) => {
                write!(f, "attribute `{name}` has {count} values, one is wanted")
            }
            AttributeErrorKind::NotText => {
                write!(f, "attribute `{name}` has a value that is not text")
            }
        }
    }
}

impl Error for AttributeError {}
