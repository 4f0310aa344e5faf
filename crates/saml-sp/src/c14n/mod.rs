//! Canonical octets: Exclusive XML Canonicalization 1.0 and Canonical XML 1.0.
//!
//! Both forms are written from the tree of one [`Document`], for the whole document or for one
//! element with everything inside it, with or without comments. Octets leave through a buffer of
//! 8 KiB, so that a digest never sees single tokens ([`feed`]), or into a vector ([`octets`]).
//!
//! ```
//! use saml_sp::Limits;
//! use saml_sp::c14n::{Form, octets};
//! use saml_sp::xml::{Document, Extras};
//!
//! let text = "<a xmlns:x='urn:x' xmlns:y='urn:y'><x:b  two='2' one='1'/></a>";
//! let document = Document::parse(text, &Limits::default(), Extras::Refused)?;
//! let child = document.root().children().next().ok_or("no child")?;
//! let canonical = octets(child, &Form::exclusive(), None)?;
//! assert_eq!(canonical, br#"<x:b xmlns:x="urn:x" one="1" two="2"></x:b>"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod escape;
mod form;
mod namespaces;
mod output;
mod walk;

pub use error::{C14nError, C14nErrorKind};
pub use form::{Comments, Form, Method, Prefixes};

use crate::xml::{Document, Element};

use output::Buffered;
use walk::Walk;

/// The canonical octets of an element and everything inside it, without `omit` and what is inside
/// that.
///
/// # Errors
/// [`C14nError`] when the form is not defined for this input. Never gives empty octets.
pub fn octets(
    apex: Element<'_>,
    form: &Form,
    omit: Option<Element<'_>>,
) -> Result<Vec<u8>, C14nError> {
    // Canonical form can be longer than the source; growing would copy all of it.
    let length = apex.source_length();
    let mut octets = Vec::with_capacity(length + length / 4 + 512);
    Walk::new(apex.document(), form, &mut octets).element(apex, omit)?;
    Ok(octets)
}

/// As [`octets`], but handed to `sink` in pieces of some kilobytes.
///
/// # Errors
/// As [`octets`]. `sink` may then have seen a part.
pub fn feed(
    apex: Element<'_>,
    form: &Form,
    omit: Option<Element<'_>>,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<(), C14nError> {
    let mut buffered = Buffered::new(sink);
    Walk::new(apex.document(), form, &mut buffered).element(apex, omit)?;
    buffered.flush();
    Ok(())
}

/// The canonical octets of a whole document, with what stands around the root.
///
/// # Errors
/// As [`octets`].
pub fn document_octets(document: &Document<'_>, form: &Form) -> Result<Vec<u8>, C14nError> {
    let mut octets = Vec::with_capacity(document.text().len() + 512);
    Walk::new(document, form, &mut octets).document()?;
    Ok(octets)
}
