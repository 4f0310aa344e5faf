//! The provider's metadata, as Okta publishes it.

use crate::idp::TestIdp;
use crate::names::{
    BINDING_POST, BINDING_REDIRECT, DSIG, METADATA, NAME_ID_EMAIL, NAME_ID_UNSPECIFIED, PROTOCOL,
};
use crate::sign::key_info;
use crate::tree::Element;

impl TestIdp {
    /// The metadata document: unsigned, without `validUntil`, one signing key, the sign-in URL
    /// for POST and Redirect.
    #[must_use]
    pub fn metadata_xml(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}",
            self.metadata().written()
        )
    }

    fn metadata(&self) -> Element {
        let mut key = key_info(&self.key().certificate_lines());
        key.set_attribute("xmlns:ds", DSIG);
        let role = Element::new("md:IDPSSODescriptor")
            .attribute("WantAuthnRequestsSigned", "false")
            .attribute("protocolSupportEnumeration", PROTOCOL)
            .child(
                Element::new("md:KeyDescriptor")
                    .attribute("use", "signing")
                    .child(key),
            )
            .child(Element::new("md:NameIDFormat").text(NAME_ID_UNSPECIFIED))
            .child(Element::new("md:NameIDFormat").text(NAME_ID_EMAIL))
            .child(self.endpoint(BINDING_POST))
            .child(self.endpoint(BINDING_REDIRECT));
        Element::new("md:EntityDescriptor")
            .attribute("xmlns:md", METADATA)
            .attribute("entityID", self.issuer())
            .child(role)
    }

    fn endpoint(&self, binding: &str) -> Element {
        Element::new("md:SingleSignOnService")
            .attribute("Binding", binding)
            .attribute("Location", self.sign_in_url())
    }
}
