//! What the assertion states: authentication and attributes (Core 2.7).
//!
//! Attributes are told apart by name *and* name format; the friendly name is for people and decides
//! nothing. Several elements of one name and format are one attribute with all the values, in order.
//! A value with elements inside is counted and never flattened into text, and `xsi:type` is not
//! needed: identity providers leave it out, or write types that nobody declares.

use std::collections::HashMap;
use std::hash::BuildHasher;

use time::OffsetDateTime;

use super::required_time;
use super::sequence::{Sequence, refuse};
use super::time_attribute;
use crate::error::{Code, Finding, Rejection};
use crate::login::{Attribute, Attributes};
use crate::names::{XSI_NS, saml};
use crate::prove::Trust;
use crate::xml::{Element, Name};

/// `AuthnStatement`.
#[derive(Debug)]
pub(crate) struct AuthnStatement {
    pub(crate) instant: OffsetDateTime,
    pub(crate) session_index: Option<String>,
    pub(crate) session_not_on_or_after: Option<OffsetDateTime>,
    pub(crate) context_class: Option<String>,
}

impl AuthnStatement {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Rejection> {
        let mut children = Sequence::of(element)?;
        let _ = children.optional(saml("SubjectLocality"));
        let context = children.one(saml("AuthnContext"))?;
        children.end()?;
        Ok(Self {
            instant: required_time(element, "AuthnInstant")?,
            session_index: element.attribute("SessionIndex").map(Into::into),
            session_not_on_or_after: time_attribute(element, "SessionNotOnOrAfter")?,
            context_class: context_class(context)?,
        })
    }
}

/// The class reference; declarations after it, such as Okta's, are not read.
fn context_class(context: Element<'_>) -> Result<Option<String>, Rejection> {
    context
        .optional(saml("AuthnContextClassRef"))
        .and_then(|class| class.map(Element::text_only).transpose())
        .map(|text| text.map(|text| text.trim_matches([' ', '\t', '\r', '\n']).to_owned()))
        .map_err(|error| refuse(context, &error))
}

/// Attributes on their way together: those of one name and format become one.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    list: Vec<Attribute>,
    /// Where each attribute is, by a hash of name and format, or by the next free number where
    /// another one has that hash. Filled only when there are many: a search through few costs less.
    places: HashMap<u64, usize>,
    /// How many were encrypted: each costs a private-key operation.
    opened: usize,
}

/// From how many attributes on places are kept.
const MANY: usize = 32;

impl Collector {
    /// All of them, in the order of their first appearance.
    pub(crate) fn finish(self) -> Attributes {
        Attributes { list: self.list }
    }

    /// Count one that is encrypted.
    fn open_one(&mut self, encrypted: Element<'_>, trust: &Trust<'_>) -> Result<(), Rejection> {
        self.opened += 1;
        if self.opened <= trust.limits.keys {
            return Ok(());
        }
        Err(Finding::new(Code::LimitKeys)
            .expected(format!(
                "at most {} encrypted attributes",
                trust.limits.keys
            ))
            .at(encrypted.path())
            .into())
    }

    fn add(&mut self, new: Attribute) {
        let known = self.place(&new).and_then(|place| self.list.get_mut(place));
        if let Some(known) = known {
            return known.append(&new);
        }
        self.list.push(new);
        if self.list.len() >= MANY {
            for (place, unplaced) in self.list.iter().enumerate().skip(self.places.len()) {
                let mut number = self.number(unplaced);
                while self.places.contains_key(&number) {
                    number = number.wrapping_add(1);
                }
                self.places.insert(number, place);
            }
        }
    }

    fn place(&self, new: &Attribute) -> Option<usize> {
        if self.list.len() < MANY {
            return self.list.iter().position(|known| known.is_like(new));
        }
        let mut number = self.number(new);
        loop {
            let place = *self.places.get(&number)?;
            if self.list.get(place)?.is_like(new) {
                return Some(place);
            }
            number = number.wrapping_add(1);
        }
    }

    fn number(&self, of: &Attribute) -> u64 {
        self.places.hasher().hash_one((of.name(), of.name_format()))
    }
}

/// Add the attributes of one `AttributeStatement`.
///
/// Those that are encrypted are opened here, inside octets that a pinned key signed.
pub(crate) fn read_attributes(
    element: Element<'_>,
    trust: &Trust<'_>,
    into: &mut Collector,
) -> Result<(), Rejection> {
    let mut children = Sequence::of(element)?;
    loop {
        if let Some(child) = children.optional(saml("Attribute")) {
            read_attribute(child, into)?;
        } else if let Some(encrypted) = children.optional(saml("EncryptedAttribute")) {
            into.open_one(encrypted, trust)?;
            trust.with_opened(encrypted, |opened| opened_attribute(opened, into))?;
        } else {
            return children.end();
        }
    }
}

/// What an `EncryptedAttribute` held must be an `Attribute`.
fn opened_attribute(element: Element<'_>, into: &mut Collector) -> Result<(), Rejection> {
    if element.is(saml("Attribute")) {
        return read_attribute(element, into);
    }
    Err(Finding::new(Code::ElementUnexpected)
        .expected("Attribute inside EncryptedAttribute")
        .seen(element.name().local)
        .into())
}

fn read_attribute(element: Element<'_>, into: &mut Collector) -> Result<(), Rejection> {
    let name = element
        .required_attribute("Name")
        .map_err(|error| refuse(element, &error))?;
    let name_format = element.attribute("NameFormat");
    let length = element.children().map(Element::source_text_length).sum();
    let mut attribute = Attribute::new(&name, name_format.as_deref(), length);
    let mut children = Sequence::of(element)?;
    while let Some(value) = children.optional(saml("AttributeValue")) {
        if value.children().next().is_some() {
            attribute.structured += 1;
        } else if !is_nil(value) {
            let text = value.text_only().map_err(|error| refuse(value, &error))?;
            attribute.push(&text);
        }
    }
    children.end()?;
    into.add(attribute);
    Ok(())
}

fn is_nil(value: Element<'_>) -> bool {
    let nil = value.attribute_named(Name::new(XSI_NS, "nil"));
    matches!(nil.as_deref().map(str::trim), Some("true" | "1"))
}
