//! Names and identifiers of SAML 2.0.

use crate::xml::Name;

/// `urn:oasis:names:tc:SAML:2.0:assertion`.
pub(crate) const ASSERTION_NS: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// `urn:oasis:names:tc:SAML:2.0:protocol`.
pub(crate) const PROTOCOL_NS: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// `http://www.w3.org/2000/09/xmldsig#`.
pub(crate) const SIGNATURE_NS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// `http://www.w3.org/2001/XMLSchema-instance`.
pub(crate) const XSI_NS: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The format an `Issuer` may name (Core 8.3.6).
pub(crate) const ENTITY_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// The bearer confirmation method (Profiles 3.3).
pub(crate) const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// The front-channel POST binding.
pub(crate) const POST_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// The front-channel redirect binding.
pub(crate) const REDIRECT_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// Every status URI begins so.
pub(crate) const STATUS_PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";
/// The one status that is good.
pub(crate) const STATUS_SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// A name in the assertion namespace.
pub(crate) const fn saml(local: &str) -> Name<'_> {
    Name::new(ASSERTION_NS, local)
}

/// A name in the protocol namespace.
pub(crate) const fn samlp(local: &str) -> Name<'_> {
    Name::new(PROTOCOL_NS, local)
}

/// A name in the XML Signature namespace.
pub(crate) const fn ds(local: &str) -> Name<'_> {
    Name::new(SIGNATURE_NS, local)
}

/// `urn:oasis:names:tc:SAML:2.0:metadata`.
pub(crate) const METADATA_NS: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// A name in the metadata namespace.
pub(crate) const fn md(local: &str) -> Name<'_> {
    Name::new(METADATA_NS, local)
}
