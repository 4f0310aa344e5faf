//! Exactly-one navigation: the only way to the content of an element.

use std::borrow::Cow;

use super::document::NodeKind;
use super::element::{Element, Name};
use super::error::{ShapeError, ShapeErrorKind};
use super::text;

impl<'d> Element<'d> {
    /// The one child of this name.
    ///
    /// # Errors
    /// `Missing` when there is none, `Repeated` when there are two.
    pub fn one(self, name: Name<'_>) -> Result<Self, ShapeError> {
        self.optional(name)?
            .ok_or_else(|| self.shape(ShapeErrorKind::Missing, name.local))
    }

    /// The child of this name, if there is one.
    ///
    /// # Errors
    /// `Repeated` when there are two.
    pub fn optional(self, name: Name<'_>) -> Result<Option<Self>, ShapeError> {
        let mut found = self.children_named(name);
        let first = found.next();
        match found.next() {
            Some(second) => Err(second.shape(ShapeErrorKind::Repeated, name.local)),
            None => Ok(first),
        }
    }

    /// The direct children of this name in document order.
    pub fn children_named<'n>(self, name: Name<'n>) -> impl Iterator<Item = Self> + use<'d, 'n> {
        self.children().filter(move |child| child.is(name))
    }

    /// The value of an un-namespaced attribute that must be there.
    ///
    /// # Errors
    /// `MissingAttribute`.
    pub fn required_attribute(self, local: &str) -> Result<Cow<'d, str>, ShapeError> {
        self.attribute(local)
            .ok_or_else(|| self.shape(ShapeErrorKind::MissingAttribute, local))
    }

    /// All text of an element that holds nothing but text. Line ends, references and CDATA
    /// sections are resolved; nothing is trimmed.
    ///
    /// # Errors
    /// `NotTextOnly` when there is a child element, a comment or an instruction.
    pub fn text_only(self) -> Result<Cow<'d, str>, ShapeError> {
        let node = self.node();
        let first = self.index + 1;
        if first == node.next {
            return Ok(Cow::Borrowed(""));
        }
        match self.document.node(first) {
            Some(content) if content.next == node.next => match content.kind {
                NodeKind::Text { plain } => {
                    let raw = self.document.slice(content.span);
                    Ok(if plain {
                        Cow::Borrowed(raw)
                    } else {
                        Cow::Owned(text::content(raw))
                    })
                }
                _ => Err(self.content(ShapeErrorKind::NotTextOnly)),
            },
            _ => Err(self.content(ShapeErrorKind::NotTextOnly)),
        }
    }

    /// Checks that there is no text but white space directly inside this element.
    ///
    /// # Errors
    /// `NotElementsOnly`.
    pub fn elements_only(self) -> Result<(), ShapeError> {
        let mut at = self.index + 1;
        while at < self.node().next {
            let Some(node) = self.document.node(at) else {
                break;
            };
            if let NodeKind::Text { plain } = node.kind
                && !text::is_blank(self.document.slice(node.span), plain)
            {
                return Err(self.content(ShapeErrorKind::NotElementsOnly));
            }
            at = node.next;
        }
        Ok(())
    }

    /// Checks that there is nothing inside this element but white space.
    ///
    /// # Errors
    /// `Unexpected` for a child element, `NotElementsOnly` for text.
    pub fn nothing_inside(self) -> Result<(), ShapeError> {
        if self.children().next().is_some() {
            return Err(self.content(ShapeErrorKind::Unexpected));
        }
        self.elements_only()
    }

    /// Whether any text inside this element is written as a CDATA section.
    pub(crate) fn has_cdata(self) -> bool {
        let inside = self.index as usize + 1..self.node().next as usize;
        let nodes = self.document.nodes.get(inside).unwrap_or_default();
        nodes.iter().any(|node| {
            node.kind == NodeKind::Text { plain: false }
                && self.document.slice(node.span).contains("<![")
        })
    }

    /// The way from the root to this element as local names, for reports: `/Response/Assertion`.
    /// A name that occurs more than once among its siblings carries its number.
    ///
    /// The names come from the document: show this to operators, never to users.
    #[must_use]
    pub fn path(self) -> String {
        let mut steps = vec![self.step()];
        let mut at = self;
        while let Some(parent) = at.parent() {
            steps.push(parent.step());
            at = parent;
        }
        steps.iter().rev().map(String::as_str).collect()
    }

    fn step(self) -> String {
        let name = self.name();
        let Some(parent) = self.parent() else {
            return format!("/{}", name.local);
        };
        let same: Vec<_> = parent.children_named(name).collect();
        match same.iter().position(|sibling| *sibling == self) {
            Some(at) if same.len() > 1 => format!("/{}[{}]", name.local, at + 1),
            _ => format!("/{}", name.local),
        }
    }

    pub(crate) fn shape(self, kind: ShapeErrorKind, name: &str) -> ShapeError {
        ShapeError {
            kind,
            name: name.to_owned(),
            position: self.position(),
        }
    }

    fn content(self, kind: ShapeErrorKind) -> ShapeError {
        self.shape(kind, self.name().local)
    }
}
