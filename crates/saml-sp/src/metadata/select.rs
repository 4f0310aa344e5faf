//! Which entity of a document is meant, and until when it holds.
//!
//! Of several entities the one that is asked for by its id is taken, never the first. An entity that
//! is there twice is refused, since two readers could take two of them. Validity can only shorten on
//! the way down (E76): an entity cannot outlive the document around it.

use time::OffsetDateTime;

use crate::assertion::time_attribute;
use crate::error::{Code, Finding, Rejection};
use crate::names::{PROTOCOL_NS, md};
use crate::xml::Element;

/// One entity of a metadata document, with the earliest end of validity around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected<'d> {
    pub(super) entity: Element<'d>,
    pub(super) role: Element<'d>,
    pub(super) valid_until: Option<OffsetDateTime>,
}

/// The one identity provider of this entity id; without one, the only identity provider there is.
pub(super) fn select<'d>(
    root: Element<'d>,
    entity_id: Option<&str>,
) -> Result<Selected<'d>, Rejection> {
    let mut found = Vec::new();
    collect(root, entity_id, None, &mut found)?;
    if found.is_empty() {
        return Err(missing(root, entity_id));
    }
    if entity_id.is_none() && found.len() > 1 {
        found.retain(|(entity, _)| roles(*entity).next().is_some());
    }
    match found.as_slice() {
        [(entity, valid_until)] => {
            let role = role(*entity)?;
            let own = earlier(*valid_until, time_attribute(role, "validUntil")?);
            Ok(Selected {
                entity: *entity,
                role,
                valid_until: own,
            })
        }
        [] => Err(Finding::new(Code::MetadataRoleMissing)
            .expected("IDPSSODescriptor")
            .into()),
        several => Err(Finding::new(Code::MetadataEntityDuplicate)
            .expected(entity_id.unwrap_or("one identity provider, or its entity id"))
            .seen(format!("{} entities", several.len()))
            .into()),
    }
}

/// The entities below `element` that are meant, with the end of validity that their surroundings
/// give them. What others in the file say of themselves cannot spoil it.
fn collect<'d>(
    element: Element<'d>,
    entity_id: Option<&str>,
    until: Option<OffsetDateTime>,
    into: &mut Vec<(Element<'d>, Option<OffsetDateTime>)>,
) -> Result<(), Rejection> {
    let is_entity = element.is(md("EntityDescriptor"));
    if is_entity
        && entity_id.is_some_and(|wanted| uri(element, "entityID").as_deref() != Some(wanted))
    {
        return Ok(());
    }
    let until = earlier(until, time_attribute(element, "validUntil")?);
    if is_entity {
        into.push((element, until));
        return Ok(());
    }
    if !element.is(md("EntitiesDescriptor")) {
        return Err(Finding::new(Code::RootUnexpected)
            .expected("EntityDescriptor or EntitiesDescriptor")
            .seen(element.name().local)
            .at(element.path())
            .into());
    }
    // Nesting is bounded by `Limits::depth`.
    for child in element.children() {
        if child.is(md("EntityDescriptor")) || child.is(md("EntitiesDescriptor")) {
            collect(child, entity_id, until, into)?;
        }
    }
    Ok(())
}

/// An attribute of type `anyURI`, around which white space means nothing.
pub(super) fn uri(element: Element<'_>, name: &str) -> Option<String> {
    let value = element.attribute(name)?;
    Some(value.trim_matches([' ', '\t', '\r', '\n']).to_owned())
}

/// Validity can only be shortened on the way down (E76).
fn earlier(a: Option<OffsetDateTime>, b: Option<OffsetDateTime>) -> Option<OffsetDateTime> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

fn missing(root: Element<'_>, entity_id: Option<&str>) -> Rejection {
    let mut finding = Finding::new(Code::MetadataEntityMissing);
    if let Some(wanted) = entity_id {
        finding = finding.expected(wanted);
    }
    if let Some(only) = uri(root, "entityID") {
        if let Some(hint) = entity_id.and_then(|wanted| crate::near::issuer(wanted, &only)) {
            finding = finding.hint(hint);
        }
        finding = finding.seen(only);
    }
    finding.into()
}

/// The roles as SAML 2.0 identity provider.
fn roles(entity: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    entity
        .children_named(md("IDPSSODescriptor"))
        .filter(|role| {
            let protocols = role
                .attribute("protocolSupportEnumeration")
                .unwrap_or_default();
            protocols
                .split_ascii_whitespace()
                .any(|protocol| protocol == PROTOCOL_NS)
        })
}

fn role(entity: Element<'_>) -> Result<Element<'_>, Rejection> {
    let mut found = roles(entity);
    let Some(role) = found.next() else {
        let mut finding = Finding::new(Code::MetadataRoleMissing)
            .expected("IDPSSODescriptor for SAML 2.0")
            .at(entity.path());
        if entity
            .children_named(md("SPSSODescriptor"))
            .next()
            .is_some()
        {
            finding = finding.hint("this is the metadata of a service provider");
        }
        return Err(finding.into());
    };
    match found.next() {
        None => Ok(role),
        Some(second) => Err(Finding::new(Code::MetadataEntityDuplicate)
            .at(second.path())
            .into()),
    }
}
