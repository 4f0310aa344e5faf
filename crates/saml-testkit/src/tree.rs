//! The kit's own element tree: what is written on the wire, node by node.
//!
//! The tree is deliberately dumb. Names are qualified names as written, namespace declarations
//! are ordinary attributes in the order they shall appear, and nothing is checked, because most
//! of what this crate produces is wrong on purpose.

use std::fmt::{self, Write as _};
use std::sync::Arc;

/// A change to a tree, kept until the tree is made.
#[derive(Clone)]
pub(crate) struct Edit(Arc<dyn Fn(&mut Element) + Send + Sync>);

impl Edit {
    pub(crate) fn new(change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        Self(Arc::new(change))
    }

    pub(crate) fn apply(&self, element: &mut Element) {
        (self.0)(element);
    }
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edit")
    }
}

/// One child of an [`Element`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Character data; escaped when written.
    Text(String),
    /// Octets that go out as they stand, next to what exclusive canonicalisation without
    /// comments makes of them. Comments, CDATA, references and processing instructions are
    /// built with this.
    Verbatim {
        /// What the document holds.
        written: String,
        /// What a correct verifier hashes in its place.
        canonical: String,
    },
}

/// An element as it will be written.
///
/// ```
/// use saml_testkit::Element;
///
/// let issuer = Element::new("saml2:Issuer")
///     .attribute("xmlns:saml2", "urn:oasis:names:tc:SAML:2.0:assertion")
///     .text("http://www.okta.com/exk1");
/// assert_eq!(
///     issuer.written(),
///     r#"<saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">http://www.okta.com/exk1</saml2:Issuer>"#
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    /// An element with this qualified name and nothing in it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Appends an attribute (or a namespace declaration: `xmlns:p`).
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Appends a child element.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// Appends character data.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.children.push(Node::Text(text.to_owned()));
        self
    }

    /// Appends octets that are written as they stand; see [`Node::Verbatim`].
    #[must_use]
    pub fn verbatim(mut self, written: &str, canonical: &str) -> Self {
        self.children.push(Node::Verbatim {
            written: written.to_owned(),
            canonical: canonical.to_owned(),
        });
        self
    }

    /// The qualified name, as written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of the attribute written with this name.
    #[must_use]
    pub fn attribute_value(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Sets the attribute of this name, or appends it.
    pub fn set_attribute(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|(n, _)| n == name) {
            Some((_, v)) => value.clone_into(v),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Takes the attribute of this name away; `false` when there was none.
    pub fn remove_attribute(&mut self, name: &str) -> bool {
        let before = self.attributes.len();
        self.attributes.retain(|(n, _)| n != name);
        self.attributes.len() != before
    }

    /// Replaces all children by this text.
    pub fn set_text(&mut self, text: &str) {
        self.children = vec![Node::Text(text.to_owned())];
    }

    /// The concatenated character data of the direct children.
    #[must_use]
    pub fn own_text(&self) -> String {
        self.children.iter().fold(String::new(), |mut all, node| {
            if let Node::Text(t) = node {
                all.push_str(t);
            }
            all
        })
    }

    /// All children, in document order.
    #[must_use]
    pub fn children(&self) -> &[Node] {
        &self.children
    }

    /// All children, to be rearranged at will.
    pub fn children_mut(&mut self) -> &mut Vec<Node> {
        &mut self.children
    }

    /// The first child element written with this qualified name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|node| match node {
            Node::Element(e) if e.name == name => Some(e),
            _ => None,
        })
    }

    /// The first child element written with this qualified name, to be changed.
    pub fn first_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.children.iter_mut().find_map(|node| match node {
            Node::Element(e) if e.name == name => Some(e),
            _ => None,
        })
    }

    /// The element reached by taking the first child of each name in turn.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Self> {
        path.iter()
            .try_fold(self, |here, name| here.first_mut(name))
    }

    /// The position of the first child element of this name among all children.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.children
            .iter()
            .position(|node| matches!(node, Node::Element(e) if e.name == name))
    }

    /// Takes the first child element of this name out of the tree.
    pub fn take(&mut self, name: &str) -> Option<Self> {
        let at = self.position(name)?;
        match self.children.remove(at) {
            Node::Element(e) => Some(e),
            Node::Text(_) | Node::Verbatim { .. } => None,
        }
    }

    /// Puts a child directly behind the first child of this name, or first when there is none.
    pub fn insert_after(&mut self, name: &str, child: Self) {
        let at = self.position(name).map_or(0, |i| i + 1);
        self.children.insert(at, Node::Element(child));
    }

    /// The element as it goes into the document.
    #[must_use]
    pub fn written(&self) -> String {
        let mut out = String::new();
        self.write_into(&mut out);
        out
    }

    fn write_into(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            let _infallible = write!(out, " {name}=\"");
            escape_attribute(value, out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for node in &self.children {
            match node {
                Node::Element(e) => e.write_into(out),
                Node::Text(t) => escape_text(t, out),
                Node::Verbatim { written, .. } => out.push_str(written),
            }
        }
        let _infallible = write!(out, "</{}>", self.name);
    }
}

/// Character data as both the document and the canonical form hold it.
pub(crate) fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            _ => out.push(c),
        }
    }
}

/// An attribute value as both the document and the canonical form hold it.
pub(crate) fn escape_attribute(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            _ => out.push(c),
        }
    }
}
