//! What can be wrong with a logout request.

use crate::defect::taken;
use crate::keys::TestKey;
use crate::logout::LogoutBuilder;
use crate::names::ASSERTION;
use crate::tree::{Element, Node};

const NAME_ID: &str = "saml2:NameID";
const ISSUER: &str = "saml2:Issuer";

/// Defects of a logout request, each in one respect; what can be signed is signed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogoutDefect {
    /// No signature, in neither binding.
    Unsigned,
    /// Signed by an intruder, whose certificate stands in `KeyInfo`.
    IntruderKey,
    /// For another address.
    DestinationOther,
    /// For no address.
    DestinationMissing,
    /// `NotOnOrAfter` years ago.
    Expired,
    /// `Version` 1.1.
    VersionOther,
    /// From another issuer.
    IssuerOther,
    /// From nobody.
    IssuerMissing,
    /// About nobody.
    NameIdMissing,
    /// About an empty name.
    NameIdEmpty,
    /// About two names.
    NameIdTwice,
    /// About a `BaseID`.
    BaseId,
    /// The signed request in the Extensions of a forged one without signature (by POST).
    OriginalInExtensions,
    /// The forged request keeps the signature, the original hides in Extensions (by POST).
    ForgedKeepsSignature,
}

impl LogoutDefect {
    /// Every member.
    pub const ALL: &'static [Self] = &[
        Self::Unsigned,
        Self::IntruderKey,
        Self::DestinationOther,
        Self::DestinationMissing,
        Self::Expired,
        Self::VersionOther,
        Self::IssuerOther,
        Self::IssuerMissing,
        Self::NameIdMissing,
        Self::NameIdEmpty,
        Self::NameIdTwice,
        Self::BaseId,
        Self::OriginalInExtensions,
        Self::ForgedKeepsSignature,
    ];
}

impl LogoutBuilder {
    /// Builds one of the catalogued defects into a logout request.
    ///
    /// ```
    /// use saml_testkit::{Person, TestIdp, defect::LogoutDefect};
    /// let now = time::macros::datetime!(2026-01-31 12:00 UTC);
    /// let request = TestIdp::okta().logout_request("https://sp.test/slo", &Person::named("ann"), None, now);
    /// assert!(!request.with(LogoutDefect::Unsigned).xml().contains("Signature"));
    /// ```
    #[must_use]
    pub fn with(self, defect: LogoutDefect) -> Self {
        match defect {
            LogoutDefect::Unsigned => self.unsigned(),
            LogoutDefect::IntruderKey => self.key(TestKey::Intruder),
            LogoutDefect::DestinationOther => {
                self.edit(|root| root.set_attribute("Destination", "https://other.test/slo"))
            }
            LogoutDefect::DestinationMissing => self.edit(|root| {
                root.remove_attribute("Destination");
            }),
            LogoutDefect::Expired => {
                self.edit(|root| root.set_attribute("NotOnOrAfter", "2001-01-01T00:00:00Z"))
            }
            LogoutDefect::VersionOther => self.edit(|root| root.set_attribute("Version", "1.1")),
            LogoutDefect::IssuerOther => self.edit(|root| text(root, ISSUER, "urn:other")),
            LogoutDefect::IssuerMissing => self.edit(|root| drop(taken(root, ISSUER))),
            LogoutDefect::NameIdMissing => self.edit(|root| drop(taken(root, NAME_ID))),
            LogoutDefect::NameIdEmpty => self.edit(|root| text(root, NAME_ID, "")),
            LogoutDefect::NameIdTwice => self.edit(|root| {
                let name = taken(root, NAME_ID);
                root.insert_after(ISSUER, name.clone());
                root.insert_after(ISSUER, name);
            }),
            LogoutDefect::BaseId => self.edit(|root| {
                taken(root, NAME_ID);
                let base = Element::new("saml2:BaseID").attribute("xmlns:saml2", ASSERTION);
                root.insert_after(ISSUER, base);
            }),
            LogoutDefect::OriginalInExtensions => self.edit_signed(|root| {
                let original = root.clone();
                forge(root);
                taken(root, "ds:Signature");
                root.insert_after(ISSUER, extensions(original));
            }),
            LogoutDefect::ForgedKeepsSignature => self.edit_signed(|root| {
                let mut original = root.clone();
                taken(&mut original, "ds:Signature");
                forge(root);
                root.insert_after("ds:Signature", extensions(original));
            }),
        }
    }
}

/// Another name and another ID.
fn forge(root: &mut Element) {
    root.set_attribute("ID", "id99999999999999999999999999");
    text(root, NAME_ID, crate::defect::FORGED_NAME_ID);
}

fn text(root: &mut Element, name: &str, value: &str) {
    for node in root.children_mut() {
        if let Node::Element(element) = node
            && element.name() == name
        {
            element.set_text(value);
        }
    }
}

fn extensions(content: Element) -> Element {
    Element::new("saml2p:Extensions").child(content)
}
