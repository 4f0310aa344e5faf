//! The namespace names, algorithm identifiers and fixed strings of the specifications.

/// SAML 2.0 protocol messages.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML 2.0 assertions.
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML 2.0 metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// XML Signature.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XML Encryption.
pub const XMLENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// Exclusive canonicalisation, both algorithm and namespace.
pub const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// Inclusive canonicalisation 1.0.
pub const INCLUSIVE_C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
/// The transform that leaves the signature itself out of the digest.
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// XML Schema types (`xs:string`).
pub const XS: &str = "http://www.w3.org/2001/XMLSchema";
/// `xsi:type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The status of a successful answer.
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The only confirmation method of browser sign-in.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// `NameID` format: an e-mail address.
pub const NAME_ID_EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
/// `NameID` format Okta uses unless told otherwise.
pub const NAME_ID_UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
/// The format of an `Issuer` that names an entity.
pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// The authentication context Okta states unless told otherwise.
pub const PASSWORD_PROTECTED: &str =
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
/// Okta's default attribute name format.
pub const ATTRNAME_UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified";
/// HTTP-POST binding.
pub const BINDING_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// HTTP-Redirect binding.
pub const BINDING_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
