//! The provider's metadata, as Okta publishes it and as others do.

use crate::canonical::Scope;
use crate::idp::TestIdp;
use crate::keys::TestKey;
use crate::names::{
    BINDING_POST, BINDING_REDIRECT, DSIG, METADATA, NAME_ID_EMAIL, NAME_ID_UNSPECIFIED, PROTOCOL,
};
use crate::sign::{Signer, key_info};
use crate::stamp::{id, instant};
use crate::tree::{Edit, Element, Node};
use time::OffsetDateTime;

impl TestIdp {
    /// The metadata document Okta publishes: unsigned, without `validUntil`, one signing key, the
    /// sign-in URL for POST and Redirect.
    #[must_use]
    pub fn metadata_xml(&self) -> String {
        self.metadata().xml()
    }

    /// The same, to be changed.
    ///
    /// ```
    /// use saml_testkit::{TestIdp, TestKey};
    ///
    /// let rollover = TestIdp::okta().metadata().key(TestKey::IdpNext, Some("signing")).xml();
    /// assert_eq!(rollover.matches("<md:KeyDescriptor ").count(), 2);
    /// ```
    #[must_use]
    pub fn metadata(&self) -> MetadataBuilder {
        let role = Element::new("md:IDPSSODescriptor")
            .attribute("WantAuthnRequestsSigned", "false")
            .attribute("protocolSupportEnumeration", PROTOCOL)
            .child(key_descriptor(self.key(), Some("signing")))
            .child(Element::new("md:NameIDFormat").text(NAME_ID_UNSPECIFIED))
            .child(Element::new("md:NameIDFormat").text(NAME_ID_EMAIL))
            .child(endpoint(
                "md:SingleSignOnService",
                BINDING_POST,
                self.sign_in_url(),
            ))
            .child(endpoint(
                "md:SingleSignOnService",
                BINDING_REDIRECT,
                self.sign_in_url(),
            ));
        let root = Element::new("md:EntityDescriptor")
            .attribute("xmlns:md", METADATA)
            .attribute("entityID", self.issuer())
            .child(role);
        MetadataBuilder {
            root,
            signer: None,
            wrap: None,
            edits: Vec::new(),
        }
    }
}

/// A metadata document under construction; made by [`TestIdp::metadata`].
#[derive(Clone, Debug)]
pub struct MetadataBuilder {
    root: Element,
    signer: Option<Signer>,
    wrap: Option<Vec<Self>>,
    edits: Vec<Edit>,
}

impl MetadataBuilder {
    /// Adds a key behind those that are there; `purpose` is `signing`, `encryption` or, with
    /// `None`, both.
    #[must_use]
    pub fn key(self, key: TestKey, purpose: Option<&'static str>) -> Self {
        self.edit(move |root| {
            if let Some(role) = root.first_mut("md:IDPSSODescriptor") {
                let keys = role.children().iter().take_while(
                    |n| matches!(n, Node::Element(e) if e.name() == "md:KeyDescriptor"),
                );
                let at = keys.count();
                role.children_mut()
                    .insert(at, Node::Element(key_descriptor(key, purpose)));
            }
        })
    }

    /// Takes every key away.
    #[must_use]
    pub fn without_keys(self) -> Self {
        self.edit(|root| {
            if let Some(role) = root.first_mut("md:IDPSSODescriptor") {
                while role.take("md:KeyDescriptor").is_some() {}
            }
        })
    }

    /// Adds `validUntil`.
    #[must_use]
    pub fn valid_until(self, at: OffsetDateTime) -> Self {
        self.edit(move |root| root.set_attribute("validUntil", &instant(at)))
    }

    /// Demands signed requests.
    #[must_use]
    pub fn wants_signed_requests(self) -> Self {
        self.edit(|root| {
            if let Some(role) = root.first_mut("md:IDPSSODescriptor") {
                role.set_attribute("WantAuthnRequestsSigned", "true");
            }
        })
    }

    /// Adds a logout endpoint for both bindings, with another address for responses when given.
    #[must_use]
    pub fn logout(self, url: &str, response_url: Option<&str>) -> Self {
        let (url, response_url) = (url.to_owned(), response_url.map(str::to_owned));
        self.edit(move |root| {
            let Some(role) = root.first_mut("md:IDPSSODescriptor") else {
                return;
            };
            for binding in [BINDING_POST, BINDING_REDIRECT] {
                let mut service = endpoint("md:SingleLogoutService", binding, &url);
                if let Some(response_url) = &response_url {
                    service.set_attribute("ResponseLocation", response_url);
                }
                let before = role.position("md:NameIDFormat").unwrap_or(0);
                role.children_mut().insert(before, Node::Element(service));
            }
        })
    }

    /// Signs the document element.
    #[must_use]
    pub fn signed_by(mut self, key: TestKey) -> Self {
        let mut signer = Signer::new(key);
        signer.prefixes = None;
        self.signer = Some(signer);
        self
    }

    /// Puts the entity behind others in an `EntitiesDescriptor`.
    #[must_use]
    pub fn in_federation(mut self, others: Vec<Self>) -> Self {
        self.wrap = Some(others);
        self
    }

    /// Changes the entity before it is wrapped and signed.
    #[must_use]
    pub fn edit(mut self, change: impl Fn(&mut Element) + Send + Sync + 'static) -> Self {
        self.edits.push(Edit::new(change));
        self
    }

    /// The document.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut root = self.entity();
        if let Some(others) = &self.wrap {
            let open = Element::new("md:EntitiesDescriptor").attribute("xmlns:md", METADATA);
            root = others
                .iter()
                .map(Self::entity)
                .chain([root])
                .fold(open, Element::child);
        }
        if let Some(signer) = &self.signer {
            root.set_attribute("ID", &id(&["metadata", &root.written()]));
            let (signature, _) = signer.signature(&root, &Scope::new());
            root.children_mut().insert(0, Node::Element(signature));
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}",
            root.written()
        )
    }

    fn entity(&self) -> Element {
        let mut root = self.root.clone();
        self.edits.iter().for_each(|edit| edit.apply(&mut root));
        root
    }
}

fn key_descriptor(key: TestKey, purpose: Option<&str>) -> Element {
    let mut info = key_info(&key.certificate_lines());
    info.set_attribute("xmlns:ds", DSIG);
    let open = Element::new("md:KeyDescriptor");
    match purpose {
        Some(purpose) => open.attribute("use", purpose).child(info),
        None => open.child(info),
    }
}

fn endpoint(name: &str, binding: &str, url: &str) -> Element {
    Element::new(name)
        .attribute("Binding", binding)
        .attribute("Location", url)
}
