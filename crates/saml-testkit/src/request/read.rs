//! Reading the document, element by element.

use super::{AuthnRequestSeen, RequestError, bad};
use crate::names::{ASSERTION, PROTOCOL};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

impl AuthnRequestSeen {
    pub(super) fn from_xml(xml: &str) -> Result<Self, RequestError> {
        let mut seen = Self {
            xml: xml.to_owned(),
            ..Self::default()
        };
        let mut reader = NsReader::from_str(xml);
        let mut text_of = String::new();
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(bad)?;
            match event {
                Event::Start(e) | Event::Empty(e) => {
                    text_of = format!("{}{}", short(&namespace), e.local_name().as_ref());
                    if text_of == "a:AuthnContextClassRef" {
                        seen.contexts.push(String::new());
                    }
                    seen.element(&text_of, &e)?;
                }
                Event::Text(t) => seen.text(&text_of, &t),
                Event::GeneralRef(r) => match (
                    r.resolve_char_ref().map_err(bad)?,
                    resolve_predefined_entity(&r),
                ) {
                    (Some(c), _) => seen.text(&text_of, c.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => seen.text(&text_of, text),
                    (None, None) => return Err(bad("an undefined entity")),
                },
                Event::End(_) => text_of.clear(),
                Event::Eof => break,
                _ => {}
            }
        }
        if seen.id.is_empty() || seen.issuer.is_empty() {
            return Err(bad("no samlp:AuthnRequest with ID and Issuer"));
        }
        Ok(seen)
    }

    fn element(&mut self, name: &str, e: &BytesStart<'_>) -> Result<(), RequestError> {
        for attribute in e.attributes() {
            let attribute = attribute.map_err(bad)?;
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_err(bad)?
                .into_owned();
            match (name, attribute.key.as_ref()) {
                ("p:AuthnRequest", "ID") => self.id = value,
                ("p:AuthnRequest", "AssertionConsumerServiceURL") => self.acs_url = Some(value),
                ("p:AuthnRequest", "Destination") => self.destination = Some(value),
                ("p:AuthnRequest", "IssueInstant") => self.issue_instant = value,
                ("p:AuthnRequest", "ForceAuthn") => {
                    self.force_authn = matches!(value.as_str(), "true" | "1")
                }
                ("p:AuthnRequest", "IsPassive") => {
                    self.is_passive = matches!(value.as_str(), "true" | "1")
                }
                ("p:NameIDPolicy", "Format") => self.name_id_format = Some(value),
                _ => {}
            }
        }
        Ok(())
    }

    fn text(&mut self, name: &str, text: &str) {
        match name {
            "a:Issuer" => self.issuer.push_str(text),
            "a:AuthnContextClassRef" => self
                .contexts
                .last_mut()
                .map(|c| c.push_str(text))
                .unwrap_or_default(),
            _ => {}
        }
    }
}

fn short(namespace: &ResolveResult<'_>) -> &'static str {
    match namespace {
        ResolveResult::Bound(n) if n.as_ref() == PROTOCOL => "p:",
        ResolveResult::Bound(n) if n.as_ref() == ASSERTION => "a:",
        _ => "?:",
    }
}
