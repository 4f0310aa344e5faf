//! The Response as Okta lays it out, before anything is signed.

use crate::names::{ASSERTION, BEARER, ENTITY, PASSWORD_PROTECTED, PROTOCOL, SUCCESS, XS, XSI};
use crate::person::{Attribute, Person, SpTarget};
use crate::stamp::{digits, id, instant};
use crate::tree::Element;
use time::{Duration, OffsetDateTime};

/// Everything the layout depends on.
pub(crate) struct Facts<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) target: &'a SpTarget,
    pub(crate) person: &'a Person,
    pub(crate) now: OffsetDateTime,
    pub(crate) serial: u64,
}

impl Facts<'_> {
    fn id(&self, what: &str) -> String {
        let request = self.target.in_response_to.as_deref().unwrap_or("");
        let (now, serial) = (
            self.now.unix_timestamp_nanos().to_string(),
            self.serial.to_string(),
        );
        id(&[
            what,
            self.issuer,
            request,
            &self.person.name_id,
            &now,
            &serial,
        ])
    }

    fn session_index(&self) -> String {
        let millis = self.now.unix_timestamp_nanos() / 1_000_000;
        let own = || {
            format!(
                "id{millis}.{}",
                digits(&["session", &self.id("session")], 9)
            )
        };
        self.target.in_response_to.clone().unwrap_or_else(own)
    }

    /// The whole Response, unsigned.
    pub(crate) fn response(&self) -> Element {
        let mut root = Element::new("saml2p:Response")
            .attribute("xmlns:saml2p", PROTOCOL)
            .attribute("Destination", &self.target.destination)
            .attribute("ID", &self.id("response"));
        if let Some(request) = &self.target.in_response_to {
            root = root.attribute("InResponseTo", request);
        }
        root.attribute("IssueInstant", &instant(self.now))
            .attribute("Version", "2.0")
            .attribute("xmlns:xs", XS)
            .child(issuer(self.issuer))
            .child(status(SUCCESS))
            .child(self.assertion())
    }

    fn assertion(&self) -> Element {
        let assertion = saml("saml2:Assertion")
            .attribute("ID", &self.id("assertion"))
            .attribute("IssueInstant", &instant(self.now))
            .attribute("Version", "2.0")
            .attribute("xmlns:xs", XS)
            .child(issuer(self.issuer))
            .child(self.subject())
            .child(self.conditions())
            .child(self.authn_statement());
        if self.person.attributes.is_empty() {
            return assertion;
        }
        let statement = self.person.attributes.iter().map(attribute);
        assertion.child(statement.fold(saml("saml2:AttributeStatement"), Element::child))
    }

    fn subject(&self) -> Element {
        let mut data = Element::new("saml2:SubjectConfirmationData");
        if let Some(request) = &self.target.in_response_to {
            data = data.attribute("InResponseTo", request);
        }
        let data = data
            .attribute("NotOnOrAfter", &instant(self.now + Duration::minutes(5)))
            .attribute("Recipient", &self.target.recipient);
        let name_id = Element::new("saml2:NameID")
            .attribute("Format", &self.person.name_id_format)
            .text(&self.person.name_id);
        let confirmation = Element::new("saml2:SubjectConfirmation")
            .attribute("Method", BEARER)
            .child(data);
        saml("saml2:Subject").child(name_id).child(confirmation)
    }

    fn conditions(&self) -> Element {
        let audience = Element::new("saml2:Audience").text(&self.target.audience);
        saml("saml2:Conditions")
            .attribute("NotBefore", &instant(self.now - Duration::minutes(5)))
            .attribute("NotOnOrAfter", &instant(self.now + Duration::minutes(5)))
            .child(Element::new("saml2:AudienceRestriction").child(audience))
    }

    fn authn_statement(&self) -> Element {
        let class = Element::new("saml2:AuthnContextClassRef").text(PASSWORD_PROTECTED);
        saml("saml2:AuthnStatement")
            .attribute("AuthnInstant", &instant(self.now))
            .attribute("SessionIndex", &self.session_index())
            .child(Element::new("saml2:AuthnContext").child(class))
    }
}

/// An element that re-declares `saml2`, as Okta does on every subtree.
pub(crate) fn saml(name: &str) -> Element {
    Element::new(name).attribute("xmlns:saml2", ASSERTION)
}

pub(crate) fn issuer(value: &str) -> Element {
    saml("saml2:Issuer").attribute("Format", ENTITY).text(value)
}

pub(crate) fn status(code: &str) -> Element {
    Element::new("saml2p:Status")
        .attribute("xmlns:saml2p", PROTOCOL)
        .child(Element::new("saml2p:StatusCode").attribute("Value", code))
}

fn attribute(attribute: &Attribute) -> Element {
    let open = Element::new("saml2:Attribute")
        .attribute("Name", &attribute.name)
        .attribute("NameFormat", &attribute.format);
    attribute
        .values
        .iter()
        .map(|v| attribute_value(v))
        .fold(open, Element::child)
}

fn attribute_value(value: &str) -> Element {
    Element::new("saml2:AttributeValue")
        .attribute("xmlns:xs", XS)
        .attribute("xmlns:xsi", XSI)
        .attribute("xsi:type", "xs:string")
        .text(value)
}
