//! Under which conditions the assertion holds (Core 2.5).
//!
//! White space at the ends of an `Audience` does not count, because its type is `xs:anyURI`. Nothing
//! else is normalised: a trailing slash makes another audience.

use time::OffsetDateTime;

use super::sequence::{Sequence, refuse};
use super::time_attribute;
use crate::error::Rejection;
use crate::names::saml;
use crate::xml::Element;

/// `Conditions`.
#[derive(Debug)]
pub(crate) struct Conditions {
    pub(crate) not_before: Option<OffsetDateTime>,
    pub(crate) not_on_or_after: Option<OffsetDateTime>,
    pub(crate) list: Vec<Condition>,
}

/// One condition. All of them must hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// One of these audiences.
    Audience(Vec<String>),
    /// Not to be kept for later use.
    OneTimeUse,
    /// About assertions made from this one, which a service provider does not make.
    ProxyRestriction,
    /// Anything else, by its local name: it cannot hold, since nobody here understands it.
    Unknown(String),
}

impl Conditions {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Rejection> {
        let mut children = Sequence::of(element)?;
        let mut list = Vec::new();
        while let Some(child) = children.any() {
            list.push(Condition::read(child)?);
        }
        Ok(Self {
            not_before: time_attribute(element, "NotBefore")?,
            not_on_or_after: time_attribute(element, "NotOnOrAfter")?,
            list,
        })
    }
}

impl Condition {
    fn read(element: Element<'_>) -> Result<Self, Rejection> {
        if element.is(saml("AudienceRestriction")) {
            return audiences(element).map(Self::Audience);
        }
        if element.is(saml("OneTimeUse")) {
            return Ok(Self::OneTimeUse);
        }
        if element.is(saml("ProxyRestriction")) {
            return Ok(Self::ProxyRestriction);
        }
        Ok(Self::Unknown(element.name().local.to_owned()))
    }
}

/// The audiences of one restriction. `Audience` is an `xs:anyURI`, whose white space at both ends
/// does not count.
fn audiences(element: Element<'_>) -> Result<Vec<String>, Rejection> {
    let mut children = Sequence::of(element)?;
    let mut audiences = Vec::new();
    while let Some(audience) = children.optional(saml("Audience")) {
        let text = audience
            .text_only()
            .map_err(|error| refuse(audience, &error))?;
        audiences.push(text.trim_matches([' ', '\t', '\r', '\n']).to_owned());
    }
    children.end()?;
    Ok(audiences)
}
