//! Who signs in, and to which service provider.

use crate::names::{ATTRNAME_UNSPECIFIED, NAME_ID_UNSPECIFIED};
use crate::request::AuthnRequestSeen;

/// The subject of an assertion: a `NameID` and its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub(crate) name_id: String,
    pub(crate) name_id_format: String,
    pub(crate) attributes: Vec<Attribute>,
}

/// One attribute as it is put into the `AttributeStatement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) format: String,
    pub(crate) values: Vec<String>,
}

impl Person {
    /// A person whose `NameID` is the e-mail address (format `unspecified`, Okta's default) and
    /// who carries the attributes `email`, `firstName` and `lastName`.
    #[must_use]
    pub fn new(email: &str, first_name: &str, last_name: &str) -> Self {
        Self::named(email)
            .attribute("email", &[email])
            .attribute("firstName", &[first_name])
            .attribute("lastName", &[last_name])
    }

    /// A person without any attribute: no `AttributeStatement` is written.
    #[must_use]
    pub fn named(name_id: &str) -> Self {
        Self {
            name_id: name_id.to_owned(),
            name_id_format: NAME_ID_UNSPECIFIED.to_owned(),
            attributes: Vec::new(),
        }
    }

    /// Another `NameID` than the e-mail address.
    #[must_use]
    pub fn name_id(mut self, value: &str) -> Self {
        value.clone_into(&mut self.name_id);
        self
    }

    /// Another `NameID` format; [`crate::names`] holds the usual ones.
    #[must_use]
    pub fn name_id_format(mut self, format: &str) -> Self {
        format.clone_into(&mut self.name_id_format);
        self
    }

    /// Adds an attribute; many values become many `AttributeValue` elements.
    #[must_use]
    pub fn attribute(mut self, name: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|v| (*v).to_owned()).collect();
        self.attributes.push(Attribute {
            name: name.to_owned(),
            format: ATTRNAME_UNSPECIFIED.to_owned(),
            values,
        });
        self
    }

    /// Takes every attribute of this name away.
    #[must_use]
    pub fn without_attribute(mut self, name: &str) -> Self {
        self.attributes.retain(|a| a.name != name);
        self
    }

    /// Adds the attribute `groups` with `count` values `group-0000001` and so on.
    #[must_use]
    pub fn groups(self, count: usize) -> Self {
        let names: Vec<String> = (1..=count).map(|n| format!("group-{n:07}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.attribute("groups", &names)
    }
}

/// The service provider an answer is made for, as the identity provider was told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpTarget {
    /// Where the form is posted to.
    pub acs: String,
    /// `Response/@Destination`.
    pub destination: String,
    /// `SubjectConfirmationData/@Recipient`.
    pub recipient: String,
    /// The one `Audience`.
    pub audience: String,
    /// The id of the request that is answered; `None` for a login started at the provider.
    pub in_response_to: Option<String>,
}

impl SpTarget {
    /// A target whose Destination and Recipient are the ACS URL, not answering any request.
    #[must_use]
    pub fn new(acs: &str, audience: &str) -> Self {
        Self {
            acs: acs.to_owned(),
            destination: acs.to_owned(),
            recipient: acs.to_owned(),
            audience: audience.to_owned(),
            in_response_to: None,
        }
    }

    /// The target that a request describes: its ACS URL, its issuer as audience, its id.
    ///
    /// A request may leave the ACS URL out; then `default_acs` stands in.
    #[must_use]
    pub fn of_request(request: &AuthnRequestSeen, default_acs: &str) -> Self {
        Self::new(request.acs_url().unwrap_or(default_acs), request.issuer())
            .in_response_to(request.id())
    }

    /// Another `Destination` than the ACS URL (Okta's "Destination URL").
    #[must_use]
    pub fn destination(mut self, url: &str) -> Self {
        url.clone_into(&mut self.destination);
        self
    }

    /// Another `Recipient` than the ACS URL (Okta's "Recipient URL").
    #[must_use]
    pub fn recipient(mut self, url: &str) -> Self {
        url.clone_into(&mut self.recipient);
        self
    }

    /// Answers the request with this id.
    #[must_use]
    pub fn in_response_to(mut self, id: &str) -> Self {
        self.in_response_to = Some(id.to_owned());
        self
    }
}
