//! Reading a document, element by element.

use super::{RequestError, bad};
use crate::names::{ASSERTION, PROTOCOL};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// What is made of a document. Names are `p:` and a local name for the protocol's elements, `a:` for
/// the assertion's, `?:` for all others.
pub(super) trait Reading {
    /// An attribute of an element.
    fn attribute(&mut self, element: &str, name: &str, value: String);
    /// An element begins.
    fn begins(&mut self, _element: &str) {}
    /// Text directly inside an element; there may be several pieces.
    fn text(&mut self, element: &str, text: &str);
}

pub(super) fn walk(xml: &str, into: &mut impl Reading) -> Result<(), RequestError> {
    let mut reader = NsReader::from_str(xml);
    let mut text_of = String::new();
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(bad)?;
        match event {
            Event::Start(e) | Event::Empty(e) => {
                text_of = format!("{}{}", short(&namespace), e.local_name().as_ref());
                into.begins(&text_of);
                attributes(&text_of, &e, into)?;
            }
            Event::Text(t) => into.text(&text_of, &t),
            Event::GeneralRef(r) => match (
                r.resolve_char_ref().map_err(bad)?,
                resolve_predefined_entity(&r),
            ) {
                (Some(c), _) => into.text(&text_of, c.encode_utf8(&mut [0; 4])),
                (None, Some(text)) => into.text(&text_of, text),
                (None, None) => return Err(bad("an undefined entity")),
            },
            Event::End(_) => text_of.clear(),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attributes(
    element: &str,
    tag: &BytesStart<'_>,
    into: &mut impl Reading,
) -> Result<(), RequestError> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(bad)?;
        let value = quick_xml::escape::unescape(&attribute.value)
            .map_err(bad)?
            .into_owned();
        into.attribute(element, attribute.key.as_ref(), value);
    }
    Ok(())
}

fn short(namespace: &ResolveResult<'_>) -> &'static str {
    match namespace {
        ResolveResult::Bound(n) if n.as_ref() == PROTOCOL => "p:",
        ResolveResult::Bound(n) if n.as_ref() == ASSERTION => "a:",
        _ => "?:",
    }
}
