//! The tree: flat vectors of byte ranges in document order.

use std::borrow::Cow;

use super::element::Element;
use super::error::{Position, XmlError};
use super::namespaces::Names;
use super::parse;
use crate::policy::Limits;

/// Whether comments and processing instructions may be in a document.
///
/// A SAML message never needs them and several systems were broken through them (text that ends
/// at a comment for one reader and goes on for another), so messages are read with `Refused`.
/// Metadata files in the wild carry both and are read with `Allowed`; they then never become part
/// of any text that is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extras {
    /// Either is an error. For every message.
    Refused,
    /// Comments are read, instructions are an error.
    CommentsOnly,
    /// Instructions are read, comments are an error.
    InstructionsOnly,
    /// Both are read. For metadata files.
    Allowed,
}

impl Extras {
    pub(super) fn comments(self) -> bool {
        matches!(self, Self::CommentsOnly | Self::Allowed)
    }

    pub(super) fn instructions(self) -> bool {
        matches!(self, Self::InstructionsOnly | Self::Allowed)
    }
}

/// A range of bytes of the text. Documents are shorter than 4 GiB.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// The same range further on in the text.
    pub(super) fn moved(self, by: u32) -> Self {
        Self {
            start: self.start.saturating_add(by),
            end: self.end.saturating_add(by),
        }
    }
}

/// What a node is. Text that follows text in the source is one node, CDATA and references
/// included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NodeKind {
    Element,
    /// Text that is its own canonical form but for the characters that canonical form escapes.
    Text {
        plain: bool,
    },
    Comment,
    Instruction,
}

/// One node. For an element, `span` is the qualified name in the start tag; for text, the raw
/// source; for a comment or an instruction, what is between its delimiters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) span: Span,
    /// Length of the prefix, zero when there is none.
    pub(crate) prefix: u16,
    /// The start tag is, octet for octet, that of the element before it in document order, which
    /// is a sibling: the two mean the same.
    pub(crate) repeats: bool,
    pub(crate) attribute_count: u16,
    pub(crate) declaration_count: u16,
    /// Index into `Document::namespaces`.
    pub(crate) namespace: u16,
    pub(crate) attributes: u32,
    pub(crate) declarations: u32,
    /// The parent element, or `u32::MAX` outside the root.
    pub(crate) parent: u32,
    /// The first node after this one and its descendants.
    pub(crate) next: u32,
}

/// One attribute that is not a declaration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeData {
    pub(crate) name: Span,
    pub(crate) value: Span,
    pub(crate) prefix: u16,
    pub(crate) namespace: u16,
    /// The raw value is the normalised value.
    pub(crate) plain: bool,
}

impl AttributeData {
    /// The same attribute further on in the text.
    pub(super) fn moved(self, by: u32) -> Self {
        Self {
            name: self.name.moved(by),
            value: self.value.moved(by),
            ..self
        }
    }

    /// How long the local part of the name is.
    pub(super) fn local_length(&self) -> u32 {
        let prefix = match self.prefix {
            0 => 0,
            prefix => u32::from(prefix) + 1,
        };
        self.name.end.saturating_sub(self.name.start + prefix)
    }
}

/// One declaration of a namespace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeclarationData {
    /// Empty for the default namespace.
    pub(crate) prefix: Span,
    pub(crate) namespace: u16,
}

/// A well-formed, namespace-well-formed document within its limits. It proves nothing else: what
/// it says is unverified.
///
/// The tree borrows the text it was parsed from and cannot be changed.
#[derive(Clone, Debug)]
pub struct Document<'x> {
    /// Borrowed, but for the canonical octets of signed elements, which live with their tree.
    pub(crate) text: Cow<'x, str>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) attributes: Vec<AttributeData>,
    pub(crate) declarations: Vec<DeclarationData>,
    pub(crate) namespaces: Names,
    /// Bindings from outside a fragment: prefix and index into `namespaces`.
    pub(crate) context: Vec<(String, u16)>,
    pub(crate) root: u32,
}

impl<'x> Document<'x> {
    /// Parses text.
    ///
    /// One byte order mark at the start is skipped. The text must be one root element, with white
    /// space, and if `extras` says so comments and instructions, around it.
    ///
    /// # Errors
    /// [`XmlError`] with the first rule that is broken, in document order.
    pub fn parse(text: &'x str, limits: &Limits, extras: Extras) -> Result<Self, XmlError> {
        parse::document(text, limits, extras, &[])
    }

    /// Parses bytes: they must be UTF-8.
    ///
    /// # Errors
    /// As [`Document::parse`], and `NotUtf8` or `Encoding` where the bytes are something else.
    pub fn parse_bytes(bytes: &'x [u8], limits: &Limits, extras: Extras) -> Result<Self, XmlError> {
        let text = parse::utf8(bytes, limits)?;
        Self::parse(text, limits, extras)
    }

    /// Parses one element that was cut out of another document, such as the plaintext of an
    /// encrypted element, with the bindings `(prefix, namespace)` that were in scope there.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_fragment(
        text: &'x str,
        limits: &Limits,
        extras: Extras,
        context: &[(String, String)],
    ) -> Result<Self, XmlError> {
        parse::document(text, limits, extras, context)
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element::new(self, self.root)
    }

    /// The text that was parsed, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All elements in document order. For counting and for refusing, never for finding: an
    /// element that is wanted is reached from its parent by name.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (0u32..)
            .zip(self.nodes.iter())
            .filter(|(_, node)| node.kind == NodeKind::Element)
            .map(|(index, _)| Element::new(self, index))
    }

    /// The elements whose namespace is one of these, in document order: the others are not even
    /// looked at, so that a look at all elements costs little.
    pub(crate) fn elements_in<'n>(
        &'n self,
        namespaces: &[&str],
    ) -> impl Iterator<Item = Element<'n>> + use<'n, 'x> {
        let wanted: Vec<bool> = self
            .namespaces
            .iter()
            .map(|name| namespaces.contains(&name))
            .collect();
        (0u32..)
            .zip(self.nodes.iter())
            .filter(move |(_, node)| {
                wanted.get(usize::from(node.namespace)) == Some(&true)
                    && node.kind == NodeKind::Element
            })
            .map(|(index, _)| Element::new(self, index))
    }

    /// Where the byte at `offset` stands.
    pub(crate) fn position_at(&self, offset: u32) -> Position {
        parse::position(&self.text, offset as usize)
    }

    pub(crate) fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The prefix of a qualified name.
    pub(crate) fn prefix_of(&self, name: Span, prefix: u16) -> &str {
        self.slice(name)
            .get(..usize::from(prefix))
            .unwrap_or_default()
    }

    /// The local part of a qualified name.
    pub(crate) fn local_of(&self, name: Span, prefix: u16) -> &str {
        let skip = if prefix == 0 {
            0
        } else {
            usize::from(prefix) + 1
        };
        self.slice(name).get(skip..).unwrap_or_default()
    }

    /// The normalised value of an attribute.
    pub(crate) fn value_of(&self, data: &AttributeData) -> Cow<'_, str> {
        super::text::attribute_value_cow(self.slice(data.value), data.plain)
    }

    /// An attribute with the space before it, where it is written as canonical form would write
    /// it: one space, `="` in the middle, a value that stands for itself.
    pub(crate) fn canonical_source(&self, data: &AttributeData) -> Option<&str> {
        let Span { start, end } = data.value;
        if !data.plain || data.name.end + 2 != start {
            return None;
        }
        let source = self
            .text
            .get((data.name.start.checked_sub(1)?) as usize..end as usize + 1)?;
        // The quote is never part of the value that it closes.
        (source.starts_with(' ') && source.ends_with('"')).then_some(source)
    }

    pub(crate) fn namespace_name(&self, index: u16) -> &str {
        self.namespaces.get(index)
    }

    pub(crate) fn attributes_of(&self, node: &Node) -> &[AttributeData] {
        let start = node.attributes as usize;
        self.attributes
            .get(start..start + usize::from(node.attribute_count))
            .unwrap_or_default()
    }

    pub(crate) fn declarations_of(&self, node: &Node) -> &[DeclarationData] {
        let start = node.declarations as usize;
        self.declarations
            .get(start..start + usize::from(node.declaration_count))
            .unwrap_or_default()
    }
}
