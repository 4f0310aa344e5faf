//! Bindings in scope while parsing, and the table of distinct namespace names.

use std::borrow::Cow;

use super::error::XmlErrorKind;
use super::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// Index of "no namespace".
pub(super) const NONE: u16 = 0;
/// Index of [`XML_NAMESPACE`].
pub(super) const XML: u16 = 1;

/// Distinct namespace names, each stored once, so that comparing two is comparing two numbers.
#[derive(Debug)]
pub(super) struct Names<'x> {
    names: Vec<Cow<'x, str>>,
    limit: usize,
}

impl<'x> Names<'x> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            names: vec![Cow::Borrowed(""), Cow::Borrowed(XML_NAMESPACE)],
            limit,
        }
    }

    /// The number of a name. The list is short by its limit, so it is searched from the end,
    /// where the name of the last declaration usually is.
    pub(super) fn intern(&mut self, name: Cow<'x, str>) -> Result<u16, XmlErrorKind> {
        if let Some(at) = self.names.iter().rposition(|known| *known == name) {
            return u16::try_from(at).map_err(|_| XmlErrorKind::TooManyNamespaces);
        }
        let at = self.names.len();
        if at >= self.limit.saturating_add(2) {
            return Err(XmlErrorKind::TooManyNamespaces);
        }
        self.names.push(name);
        u16::try_from(at).map_err(|_| XmlErrorKind::TooManyNamespaces)
    }

    pub(super) fn into_names(self) -> Vec<Cow<'x, str>> {
        self.names
    }
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
            bindings: Vec::new(),
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
        if let Some(binding) = self.bindings.iter().rev().find(|b| b.prefix == prefix) {
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
