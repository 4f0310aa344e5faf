//! Single parts of a message encrypted: the name, or one attribute.

use crate::encrypt::Encryption;
use crate::logout::LogoutBuilder;
use crate::response::{ResponseBuilder, reach};
use crate::tree::{Element, Node};

const SUBJECT: &[&str] = &["saml2:Assertion", "saml2:Subject"];
const STATEMENT: &[&str] = &["saml2:Assertion", "saml2:AttributeStatement"];

impl ResponseBuilder {
    /// Encrypts the `NameID`, before the Assertion is signed: an `EncryptedID` in its place.
    ///
    /// ```
    /// use saml_testkit::{Encryption, Person, SpTarget, TestIdp};
    /// # let (target, now) = (SpTarget::new("https://sp.test/acs", "https://sp.test/entity"), time::macros::datetime!(2026-01-31 12:00 UTC));
    /// let xml = TestIdp::okta().response(&target, &Person::named("alice"), now).encrypt_name_id(Encryption::default()).xml();
    /// assert!(xml.contains("<saml2:EncryptedID") && !xml.contains(">alice<"));
    /// ```
    #[must_use]
    pub fn encrypt_name_id(self, encryption: Encryption) -> Self {
        self.edit_at(SUBJECT, move |subject| {
            seal(subject, "saml2:NameID", encryption, "saml2:EncryptedID");
        })
    }

    /// Encrypts the attribute of this name, before the Assertion is signed.
    ///
    /// # Panics
    /// When the message is built and has no such attribute.
    #[must_use]
    pub fn encrypt_attribute(self, name: &str, encryption: Encryption) -> Self {
        let name = name.to_owned();
        self.edit(move |root| {
            let statement = reach(root, STATEMENT);
            let named = |node: &Node| matches!(node, Node::Element(e) if e.attribute_value("Name") == Some(&*name));
            let at = statement.children().iter().position(named);
            assert!(at.is_some(), "the message has no attribute {name}");
            if let Some(Node::Element(element)) = at.and_then(|at| statement.children_mut().get_mut(at)) {
                *element = sealed(element, encryption, "saml2:EncryptedAttribute");
            }
        })
    }

    /// Leaves the `NameID` out; the confirmation stays.
    #[must_use]
    pub fn without_name_id(self) -> Self {
        self.edit_at(SUBJECT, |subject| drop(subject.take("saml2:NameID")))
    }
}

impl LogoutBuilder {
    /// Encrypts the `NameID`, before the message is signed.
    #[must_use]
    pub fn encrypt_name_id(self, encryption: Encryption) -> Self {
        self.edit(move |root| seal(root, "saml2:NameID", encryption, "saml2:EncryptedID"))
    }
}

/// Puts the encrypted form in the place of the child of this name.
fn seal(parent: &mut Element, name: &str, encryption: Encryption, into: &str) {
    if let Some(child) = parent.first_mut(name) {
        *child = sealed(child, encryption, into);
    }
}

/// An element of this name that holds the other one encrypted.
fn sealed(plain: &Element, encryption: Encryption, name: &str) -> Element {
    let envelope = encryption.envelope(&plain.written());
    let mut element = Element::new(name).attribute("xmlns:saml2", crate::names::ASSERTION);
    element
        .children_mut()
        .extend(envelope.children().iter().cloned());
    element
}
