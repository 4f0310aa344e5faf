//! Bindings in scope while parsing, and the table of distinct namespace names.

use super::error::XmlErrorKind;
use super::same::same;
use super::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// Index of "no namespace".
pub(super) const NONE: u16 = 0;
/// Index of [`XML_NAMESPACE`].
pub(super) const XML: u16 = 1;

/// Distinct namespace names, each stored once, so that comparing two is comparing two numbers.
/// They stand one after the other in one text. The first is empty, the second is that of `xml`.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    text: String,
    /// Where each name ends.
    ends: Vec<u32>,
}

impl Names {
    pub(crate) fn new() -> Self {
        let mut text = String::with_capacity(512);
        text.push_str(XML_NAMESPACE);
        let mut ends = Vec::with_capacity(16);
        ends.extend([0, offset(text.len())]);
        Self { text, ends }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The name with this number, empty where there is none.
    pub(crate) fn get(&self, number: u16) -> &str {
        let number = usize::from(number);
        let start = number
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let range = (start.copied().unwrap_or(0), self.ends.get(number).copied());
        let (start, Some(end)) = range else { return "" };
        self.text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// All names in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..=u16::MAX)
            .take(self.count())
            .map(|number| self.get(number))
    }

    /// The number of a name, which is added if there are not `limit` names yet besides the two.
    /// The list is short by that limit, so it is searched from the end, where the name of the
    /// last declaration usually is.
    pub(crate) fn intern(&mut self, name: &str, limit: usize) -> Result<u16, XmlErrorKind> {
        let full = Err(XmlErrorKind::TooManyNamespaces);
        let Ok(count) = u16::try_from(self.count()) else {
            return full;
        };
        if let Some(known) = (0..count).rev().find(|known| same(self.get(*known), name)) {
            return Ok(known);
        }
        if self.count() >= limit.saturating_add(2) {
            return full;
        }
        self.text.push_str(name);
        self.ends.push(offset(self.text.len()));
        Ok(count)
    }
}

/// The table is no longer than the text it comes from, which is shorter than 4 GiB.
fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// One prefix bound to one name.
#[derive(Clone, Copy, Debug)]
struct Binding<'x> {
    prefix: &'x str,
    namespace: u16,
}

/// The bindings in scope, innermost last.
#[derive(Debug)]
pub(super) struct Scope<'x> {
    bindings: Vec<Binding<'x>>,
    context: Vec<(String, u16)>,
    limit: usize,
}

impl<'x> Scope<'x> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            bindings: Vec::with_capacity(8),
            context: Vec::new(),
            limit,
        }
    }

    /// Adds a binding that comes from outside the text.
    pub(super) fn inherit(&mut self, prefix: &str, namespace: u16) {
        self.context.push((prefix.to_owned(), namespace));
    }

    pub(super) fn push(&mut self, prefix: &'x str, namespace: u16) -> Result<(), XmlErrorKind> {
        if self.bindings.len() + self.context.len() >= self.limit {
            return Err(XmlErrorKind::TooManyBindings);
        }
        self.bindings.push(Binding { prefix, namespace });
        Ok(())
    }

    /// Drops the bindings of an element that ends.
    pub(super) fn pop(&mut self, count: u16) {
        self.bindings
            .truncate(self.bindings.len().saturating_sub(usize::from(count)));
    }

    /// What an element's prefix stands for; the empty prefix is the default namespace.
    pub(super) fn resolve(&self, prefix: &str) -> Option<u16> {
        if let Some(binding) = self.bindings.iter().rev().find(|b| same(b.prefix, prefix)) {
            return Some(binding.namespace);
        }
        match prefix {
            "" => Some(self.inherited("").unwrap_or(NONE)),
            "xml" => Some(XML),
            _ => self.inherited(prefix),
        }
    }

    fn inherited(&self, prefix: &str) -> Option<u16> {
        self.context
            .iter()
            .rev()
            .find(|(known, _)| known == prefix)
            .map(|(_, number)| *number)
    }

    pub(super) fn into_context(self) -> Vec<(String, u16)> {
        self.context
    }
}

/// The constraints of Namespaces in XML 1.0, sections 3 and 2.2, on one declaration.
pub(super) fn check_declaration(prefix: &str, uri: &str) -> Result<(), &'static str> {
    match (prefix, uri) {
        ("xmlns", _) => Err("the prefix xmlns may not be declared"),
        (_, XMLNS_NAMESPACE) => Err("the namespace of xmlns may not be declared"),
        ("xml", XML_NAMESPACE) => Ok(()),
        ("xml", _) => Err("the prefix xml may only stand for its own namespace"),
        (_, XML_NAMESPACE) => Err("the namespace of xml may only have the prefix xml"),
        ("", "") => Ok(()),
        (_, "") => Err("a prefix may not be undeclared"),
        _ => Ok(()),
    }
}
