//! Which namespace declarations an element is written with.

use crate::xml::{Document, Node, same};

use super::error::{C14nError, C14nErrorKind};
use super::form::{Form, Method};

/// "No namespace" in the table of names.
const NONE: u16 = 0;

/// A prefix and the number of its namespace name.
type Binding<'d> = (&'d str, u16);

/// The declarations that have been written and are in force, innermost last, and the reckoning of
/// which ones the next element needs.
pub(super) struct Rendered<'d, 'f> {
    document: &'d Document<'d>,
    form: &'f Form,
    written: Vec<Binding<'d>>,
    /// What the element needs that is looked at now, or was looked at last.
    wanted: Vec<Binding<'d>>,
    /// Whether any name of the document is relative. Hardly ever.
    relative: bool,
}

impl<'d, 'f> Rendered<'d, 'f> {
    pub(super) fn new(document: &'d Document<'d>, form: &'f Form) -> Self {
        Self {
            document,
            form,
            written: Vec::with_capacity(8),
            wanted: Vec::with_capacity(4),
            relative: document.namespaces.iter().any(is_relative),
        }
    }

    /// How many declarations are in force.
    pub(super) fn mark(&self) -> usize {
        self.written.len()
    }

    /// Forgets the declarations of an element that ends.
    pub(super) fn release(&mut self, mark: usize) {
        self.written.truncate(mark);
    }

    /// The declarations for an element, in canonical order; they are in force from now on.
    pub(super) fn element(
        &mut self,
        node: &'d Node,
        apex: bool,
    ) -> Result<&[Binding<'d>], C14nError> {
        self.wanted.clear();
        if self.relative {
            for declared in self.document.declarations_of(node) {
                self.refuse_relative(declared.namespace)?;
            }
        }
        match self.form.method {
            Method::Exclusive => self.exclusive(node, apex),
            Method::Inclusive | Method::Inclusive11 => self.inclusive(node, apex),
        }
        if self.wanted.len() > 1 {
            self.wanted.sort_unstable_by_key(|(prefix, _)| *prefix);
        }
        for (_, namespace) in &self.wanted {
            self.refuse_relative(*namespace)?;
        }
        self.written.extend_from_slice(&self.wanted);
        Ok(&self.wanted)
    }

    /// As [`element`](Self::element), for an element that repeats its sibling, the one before it.
    pub(super) fn again(&mut self) {
        self.written.extend_from_slice(&self.wanted);
    }

    fn refuse_relative(&self, namespace: u16) -> Result<(), C14nError> {
        if self.relative && is_relative(self.document.namespace_name(namespace)) {
            return Err(C14nError(C14nErrorKind::RelativeNamespace));
        }
        Ok(())
    }

    /// Prefixes that are visibly used, and the listed ones where they are declared.
    fn exclusive(&mut self, node: &'d Node, apex: bool) {
        let document = self.document;
        self.want(document.prefix_of(node.span, node.prefix), node.namespace);
        for attribute in document.attributes_of(node) {
            if attribute.prefix != 0 {
                self.want(
                    document.prefix_of(attribute.name, attribute.prefix),
                    attribute.namespace,
                );
            }
        }
        let form = self.form;
        if form.prefixes.is_empty() {
            return;
        }
        if apex {
            for (prefix, namespace) in in_scope(document, node) {
                if form.prefixes.contains(prefix) {
                    self.want(prefix, namespace);
                }
            }
        } else {
            for declared in document.declarations_of(node) {
                let prefix = document.slice(declared.prefix);
                if form.prefixes.contains(prefix) {
                    self.want(prefix, declared.namespace);
                }
            }
        }
    }

    /// All that is in scope for the apex, then what is declared.
    fn inclusive(&mut self, node: &'d Node, apex: bool) {
        if apex {
            for (prefix, namespace) in in_scope(self.document, node) {
                self.want(prefix, namespace);
            }
        } else {
            for declared in self.document.declarations_of(node) {
                self.want(self.document.slice(declared.prefix), declared.namespace);
            }
        }
    }

    fn want(&mut self, prefix: &'d str, namespace: u16) {
        if prefix == "xml" {
            return;
        }
        let in_force = self
            .written
            .iter()
            .rev()
            .find(|(known, _)| same(known, prefix));
        let satisfied = match in_force {
            Some((_, known)) => *known == namespace,
            // Nothing says otherwise, so the default namespace is none already.
            None => prefix.is_empty() && namespace == NONE,
        };
        let is_wanted = |(known, number): &Binding<'_>| *number == namespace && same(known, prefix);
        if !satisfied && !self.wanted.iter().any(is_wanted) {
            self.wanted.push((prefix, namespace));
        }
    }
}

/// The bindings in scope inside an element, nearest declaration of each prefix.
fn in_scope<'d>(document: &'d Document<'d>, apex: &'d Node) -> Vec<Binding<'d>> {
    let mut found: Vec<Binding<'d>> = Vec::new();
    let mut add = |prefix: &'d str, namespace: u16| {
        if !found.iter().any(|(known, _)| *known == prefix) {
            found.push((prefix, namespace));
        }
    };
    let mut at = Some(apex);
    while let Some(node) = at {
        for declared in document.declarations_of(node) {
            add(document.slice(declared.prefix), declared.namespace);
        }
        at = document.node(node.parent);
    }
    for (prefix, namespace) in &document.context {
        add(prefix, *namespace);
    }
    found
}

/// A name is absolute when it begins with a scheme (RFC 3986, 3.1).
fn is_relative(name: &str) -> bool {
    let Some((scheme, _)) = name.split_once(':') else {
        return !name.is_empty();
    };
    let mut bytes = scheme.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    !(begins
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))
}
