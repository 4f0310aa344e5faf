//! Strict XML 1.0 (fifth edition) with Namespaces in XML 1.0, and nothing else.
//!
//! [`Document::parse`] takes text and answers with a read-only tree or with one [`XmlError`] that
//! says what is wrong and where. The tree borrows the text: an element, an attribute or a run of
//! text is a range of bytes in it, so that canonical octets can be written without copying.
//!
//! What a SAML message may not contain is refused at this layer: a document type declaration in
//! any form always, a comment or a processing instruction unless [`Extras`] says otherwise, any
//! encoding but UTF-8. Nothing is repaired and nothing is guessed.
//!
//! The text is read once, from the start to the end, by a parser of our own: the tokenizers there
//! are accept most documents that are not well-formed, so that every rule had to be held after
//! them anyway, in a second look at each tag that cost as much as the first.
//!
//! # Navigation
//!
//! An [`Element`] offers its direct children by expanded name ([`Element::one`],
//! [`Element::optional`], [`Element::children_named`]) and its un-namespaced attributes
//! ([`Element::attribute`]). There is deliberately no search through descendants by name: such a
//! search is what signature wrapping lives on.
//!
//! ```
//! use saml_sp::Limits;
//! use saml_sp::xml::{Document, Extras, Name};
//!
//! let text = r#"<a xmlns="urn:x" id="1"><b>one &amp; two</b></a>"#;
//! let document = Document::parse(text, &Limits::default(), Extras::Refused)?;
//! let root = document.root();
//! assert!(root.is(Name::new("urn:x", "a")));
//! assert_eq!(root.attribute("id").as_deref(), Some("1"));
//! assert_eq!(root.one(Name::new("urn:x", "b"))?.text_only()?, "one & two");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod chars;
mod declaration;
mod document;
mod element;
mod error;
mod namespaces;
mod navigate;
mod parse;
mod same;
mod tag;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod write;

pub use document::{Document, Extras};
pub use element::{Attribute, Children, Element, Name, Namespace};
pub use error::{Position, ShapeError, ShapeErrorKind, XmlError, XmlErrorKind};
pub use write::{ForbiddenCharacter, Writer, escape_attribute, escape_text};

pub(crate) use chars::is_ncname;
pub(crate) use document::{AttributeData, Node, NodeKind};
pub(crate) use same::same;
pub(crate) use text::{Piece, attribute_pieces, pieces};

/// The namespace that the prefix `xml` is bound to by definition.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace that the prefix `xmlns` is bound to by definition.
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
