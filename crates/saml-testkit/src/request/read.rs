//! What an `AuthnRequest` says.

use super::walk::{Reading, walk};
use super::{AuthnRequestSeen, RequestError, bad};

impl AuthnRequestSeen {
    pub(super) fn from_xml(xml: &str) -> Result<Self, RequestError> {
        let mut seen = Self {
            xml: xml.to_owned(),
            ..Self::default()
        };
        walk(xml, &mut seen)?;
        if seen.id.is_empty() || seen.issuer.is_empty() {
            return Err(bad("no samlp:AuthnRequest with ID and Issuer"));
        }
        Ok(seen)
    }
}

impl Reading for AuthnRequestSeen {
    fn begins(&mut self, element: &str) {
        if element == "a:AuthnContextClassRef" {
            self.contexts.push(String::new());
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: String) {
        match (element, name) {
            ("p:AuthnRequest", "ID") => self.id = value,
            ("p:AuthnRequest", "AssertionConsumerServiceURL") => self.acs_url = Some(value),
            ("p:AuthnRequest", "Destination") => self.destination = Some(value),
            ("p:AuthnRequest", "IssueInstant") => self.issue_instant = value,
            ("p:AuthnRequest", "ForceAuthn") => {
                self.force_authn = matches!(value.as_str(), "true" | "1");
            }
            ("p:AuthnRequest", "IsPassive") => {
                self.is_passive = matches!(value.as_str(), "true" | "1");
            }
            ("p:NameIDPolicy", "Format") => self.name_id_format = Some(value),
            _ => {}
        }
    }

    fn text(&mut self, element: &str, text: &str) {
        match element {
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
