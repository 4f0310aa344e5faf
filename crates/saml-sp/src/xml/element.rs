//! A handle on one element.

use std::borrow::Cow;
use std::fmt;

use super::document::{AttributeData, Document, Node, NodeKind};
use super::error::Position;
use super::same::same;

/// An expanded name: namespace and local part. Prefixes never matter.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Name<'a> {
    /// The namespace name, empty for none.
    pub namespace: &'a str,
    /// The local part.
    pub local: &'a str,
}

impl<'a> Name<'a> {
    /// A name in a namespace; an empty namespace means none.
    #[must_use]
    pub const fn new(namespace: &'a str, local: &'a str) -> Self {
        Self { namespace, local }
    }
}

/// A binding of a prefix to a namespace name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Namespace<'d> {
    /// The prefix, empty for the default namespace.
    pub prefix: &'d str,
    /// The namespace name, empty where the default namespace is undeclared.
    pub uri: &'d str,
}

/// One attribute with its normalised value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute<'d> {
    /// The expanded name.
    pub name: Name<'d>,
    /// The value after attribute-value normalisation (XML 1.0, 3.3.3, type CDATA).
    pub value: Cow<'d, str>,
}

/// An element of a [`Document`]. A copyable handle.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) index: u32,
}

/// `Debug` shows where the element stands and nothing of its content.
impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element at {}", self.position())
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.index == other.index
    }
}

impl Eq for Element<'_> {}

/// What an index that names no node would be: never made by the parser.
const NOWHERE: Node = Node {
    kind: NodeKind::Comment,
    span: super::document::Span { start: 0, end: 0 },
    prefix: 0,
    repeats: false,
    attribute_count: 0,
    declaration_count: 0,
    namespace: 0,
    attributes: 0,
    declarations: 0,
    parent: u32::MAX,
    next: u32::MAX,
};

impl<'d> Element<'d> {
    pub(crate) fn new(document: &'d Document<'d>, index: u32) -> Self {
        Self { document, index }
    }

    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// The first node after this element and everything inside it.
    pub(crate) fn next_index(self) -> u32 {
        self.node().next
    }

    /// Roughly how long the element is in the text: to the next node, or to the end.
    pub(crate) fn source_length(self) -> usize {
        let end = self
            .document
            .node(self.next_index())
            .map(|node| node.span.start as usize);
        let start = self.node().span.start as usize;
        end.unwrap_or_else(|| self.document.text().len())
            .saturating_sub(start)
    }

    /// How long the text is that stands first inside, as written: what it stands for is no longer.
    pub(crate) fn source_text_length(self) -> usize {
        let first = self.document.node(self.index + 1);
        first
            .filter(|node| node.parent == self.index && node.kind != NodeKind::Element)
            .map_or(0, |node| {
                node.span.end.saturating_sub(node.span.start) as usize
            })
    }

    pub(crate) fn document(self) -> &'d Document<'d> {
        self.document
    }

    pub(super) fn node(self) -> &'d Node {
        self.document.node(self.index).unwrap_or(&NOWHERE)
    }

    /// The expanded name.
    #[must_use]
    pub fn name(self) -> Name<'d> {
        Name {
            namespace: self.document.namespace_name(self.node().namespace),
            local: self.local(),
        }
    }

    fn local(self) -> &'d str {
        self.document.local_of(self.node().span, self.node().prefix)
    }

    /// Whether this is the element's expanded name.
    #[must_use]
    pub fn is(self, name: Name<'_>) -> bool {
        same(self.local(), name.local)
            && same(
                self.document.namespace_name(self.node().namespace),
                name.namespace,
            )
    }

    /// The prefix as written, empty when there is none. For messages to people only.
    #[must_use]
    pub fn prefix(self) -> &'d str {
        let node = self.node();
        self.document
            .slice(node.span)
            .get(..usize::from(node.prefix))
            .unwrap_or_default()
    }

    /// Where the element's name stands in the text.
    #[must_use]
    pub fn position(self) -> Position {
        self.document.position_at(self.node().span.start)
    }

    /// The parent element, none for the root.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != u32::MAX).then(|| Self::new(self.document, parent))
    }

    /// The value of an attribute without namespace, normalised.
    #[must_use]
    pub fn attribute(self, local: &str) -> Option<Cow<'d, str>> {
        self.attribute_named(Name::new("", local))
    }

    /// The value of an attribute by expanded name, normalised.
    #[must_use]
    pub fn attribute_named(self, name: Name<'_>) -> Option<Cow<'d, str>> {
        self.document
            .attributes_of(self.node())
            .iter()
            .find(|data| {
                same(self.document.local_of(data.name, data.prefix), name.local)
                    && same(self.document.namespace_name(data.namespace), name.namespace)
            })
            .map(|data| self.document.value_of(data))
    }

    /// All attributes in the order of the text, declarations of namespaces not among them.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let document = self.document;
        document
            .attributes_of(self.node())
            .iter()
            .map(move |data| Attribute {
                name: attribute_name(document, data),
                value: document.value_of(data),
            })
    }

    /// The namespaces that this element itself declares, in the order of the text.
    pub fn declarations(self) -> impl Iterator<Item = Namespace<'d>> {
        let document = self.document;
        document
            .declarations_of(self.node())
            .iter()
            .map(move |data| Namespace {
                prefix: document.slice(data.prefix),
                uri: document.namespace_name(data.namespace),
            })
    }

    /// All bindings in scope inside this element: nearest declaration first, one for each prefix,
    /// those that undeclare the default namespace left out. The prefix `xml` is not among them.
    #[must_use]
    pub fn namespaces_in_scope(self) -> Vec<Namespace<'d>> {
        let mut found: Vec<Namespace<'d>> = Vec::new();
        let mut at = Some(self);
        while let Some(element) = at {
            for declared in element.declarations() {
                if !found.iter().any(|known| known.prefix == declared.prefix) {
                    found.push(declared);
                }
            }
            at = element.parent();
        }
        for (prefix, index) in &self.document.context {
            if !found.iter().any(|known| known.prefix == prefix) {
                found.push(Namespace {
                    prefix,
                    uri: self.document.namespace_name(*index),
                });
            }
        }
        found.retain(|binding| !binding.uri.is_empty() && binding.prefix != "xml");
        found
    }

    /// The direct child elements in document order.
    #[must_use]
    pub fn children(self) -> Children<'d> {
        Children {
            document: self.document,
            at: self.index + 1,
            end: self.node().next,
        }
    }
}

/// Iterator over the direct child elements of an element.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    document: &'d Document<'d>,
    at: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.end {
            let index = self.at;
            let node = self.document.node(index)?;
            self.at = node.next;
            if node.kind == NodeKind::Element {
                return Some(Element::new(self.document, index));
            }
        }
        None
    }
}

fn attribute_name<'d>(document: &'d Document<'d>, data: &AttributeData) -> Name<'d> {
    Name {
        namespace: document.namespace_name(data.namespace),
        local: document.local_of(data.name, data.prefix),
    }
}
