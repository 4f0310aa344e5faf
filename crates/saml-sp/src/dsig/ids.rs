//! IDs: unique in the whole document, and not to be confused with look-alikes.

use crate::error::{Code, Finding};
use crate::xml::{Document, Element, is_ncname};

use super::envelope::place;

/// Checks that no two attributes that anything could take for an ID have the same value.
///
/// Besides `ID`, which SAML uses, these are `Id` of XML Signature and XML Encryption, `id`,
/// `AssertionID`, and every namespaced variant such as `xml:id` and `wsu:Id`.
pub(super) fn unique(document: &Document<'_>) -> Result<(), Finding> {
    let mut ids: Vec<(&str, u32)> = Vec::new();
    let mut decoded: Vec<(String, u32)> = Vec::new();
    for data in &document.attributes {
        if is_id_like(document.local_of(data.name, data.prefix)) {
            match document.value_of(data) {
                std::borrow::Cow::Borrowed(value) => ids.push((value, data.name.start)),
                std::borrow::Cow::Owned(value) => decoded.push((value, data.name.start)),
            }
        }
    }
    ids.extend(decoded.iter().map(|(value, at)| (value.as_str(), *at)));
    ids.sort_unstable();
    let twice = ids.windows(2).find_map(|pair| match pair {
        [(one, _), (two, at)] if one == two => Some(*at),
        _ => None,
    });
    match twice {
        Some(at) => Err(Finding::new(Code::IdDuplicate)
            .expected("every ID once in the document")
            .at(document.position_at(at).to_string())),
        None => Ok(()),
    }
}

fn is_id_like(local: &str) -> bool {
    match local.len() {
        2 => local.eq_ignore_ascii_case("id"),
        11 => local.eq_ignore_ascii_case("AssertionID"),
        _ => false,
    }
}

/// The ID of an element that may be signed: its un-namespaced `ID` and no look-alike beside it.
pub(super) fn of(element: Element<'_>) -> Result<String, Finding> {
    for attribute in element.attributes() {
        let genuine = attribute.name.namespace.is_empty() && attribute.name.local == "ID";
        if !genuine && is_id_like(attribute.name.local) {
            return Err(Finding::new(Code::IdForeign)
                .expected("the attribute ID and nothing like it")
                .at(place(element)));
        }
    }
    match element.attribute("ID") {
        Some(id) if is_ncname(&id) => Ok(id.into_owned()),
        _ => Err(Finding::new(Code::IdInvalid)
            .expected("an attribute ID with a name")
            .at(place(element))),
    }
}
