//! What can be wrong with an identity provider's metadata.

use crate::defect::taken;
use crate::keys::TestKey;
use crate::metadata::MetadataBuilder;
use crate::tree::{Element, Node};

const ROLE: &str = "md:IDPSSODescriptor";
const SIGN_ON: &str = "md:SingleSignOnService";

/// Defects of metadata, each in one respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetadataDefect {
    /// `validUntil` years ago.
    Expired,
    /// No key.
    WithoutKeys,
    /// A key for encryption only.
    EncryptionKeyOnly,
    /// A key for a use that does not exist.
    UnknownKeyUse,
    /// A key of 1024 bits.
    WeakKey,
    /// No role of identity provider.
    WithoutRole,
    /// Two of them.
    TwoRoles,
    /// A role for SAML 1.1 only.
    OldProtocol,
    /// No sign-in address.
    WithoutSignOn,
    /// A sign-in address that is code.
    ScriptAddress,
    /// A sign-in address of plain http.
    PlainHttp,
    /// No entity id.
    EntityIdMissing,
}

impl MetadataDefect {
    /// Every member.
    pub const ALL: &'static [Self] = &[
        Self::Expired,
        Self::WithoutKeys,
        Self::EncryptionKeyOnly,
        Self::UnknownKeyUse,
        Self::WeakKey,
        Self::WithoutRole,
        Self::TwoRoles,
        Self::OldProtocol,
        Self::WithoutSignOn,
        Self::ScriptAddress,
        Self::PlainHttp,
        Self::EntityIdMissing,
    ];
}

impl MetadataBuilder {
    /// Builds one of the catalogued defects into the document.
    ///
    /// ```
    /// use saml_testkit::{TestIdp, defect::MetadataDefect};
    /// let xml = TestIdp::okta().metadata().with(MetadataDefect::ScriptAddress).xml();
    /// assert!(xml.contains("javascript:"));
    /// ```
    #[must_use]
    pub fn with(self, defect: MetadataDefect) -> Self {
        match defect {
            MetadataDefect::Expired => {
                self.edit(|root| root.set_attribute("validUntil", "2001-01-01T00:00:00Z"))
            }
            MetadataDefect::WithoutKeys => self.without_keys(),
            MetadataDefect::EncryptionKeyOnly => {
                self.without_keys().key(TestKey::Idp, Some("encryption"))
            }
            MetadataDefect::UnknownKeyUse => self.without_keys().key(TestKey::Idp, Some("both")),
            MetadataDefect::WeakKey => self.without_keys().key(TestKey::IdpWeak, Some("signing")),
            MetadataDefect::WithoutRole => self.edit(|root| drop(taken(root, ROLE))),
            MetadataDefect::TwoRoles => self.edit(|root| {
                let role = taken(root, ROLE);
                root.children_mut().push(Node::Element(role.clone()));
                root.children_mut().push(Node::Element(role));
            }),
            MetadataDefect::OldProtocol => role(self, |role| {
                let old = "urn:oasis:names:tc:SAML:1.1:protocol";
                role.set_attribute("protocolSupportEnumeration", old);
            }),
            MetadataDefect::WithoutSignOn => {
                role(self, |role| while role.take(SIGN_ON).is_some() {})
            }
            MetadataDefect::ScriptAddress => addresses(self, "javascript:alert(1)"),
            MetadataDefect::PlainHttp => addresses(self, "http://idp.test/sso"),
            MetadataDefect::EntityIdMissing => self.edit(|root| {
                root.remove_attribute("entityID");
            }),
        }
    }
}

fn role(builder: MetadataBuilder, change: fn(&mut Element)) -> MetadataBuilder {
    builder.edit(move |root| {
        let mut role = taken(root, ROLE);
        change(&mut role);
        root.children_mut().push(Node::Element(role));
    })
}

fn addresses(builder: MetadataBuilder, location: &'static str) -> MetadataBuilder {
    builder.edit(move |root| {
        let mut role = taken(root, ROLE);
        for node in role.children_mut() {
            if let Node::Element(element) = node
                && element.name() == SIGN_ON
            {
                element.set_attribute("Location", location);
            }
        }
        root.children_mut().push(Node::Element(role));
    })
}
