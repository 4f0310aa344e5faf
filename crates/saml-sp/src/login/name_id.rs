//! The user's name at the identity provider.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name identifier with everything that belongs to it, byte for byte as it was signed.
///
/// Two users are the same only if issuer, value, format and both qualifiers agree. The value is
/// not folded or trimmed. It can be stored (serde) and is what a logout request must repeat.
///
/// `Debug` shows the format only.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NameId {
    pub(crate) value: String,
    pub(crate) format: Option<String>,
    pub(crate) name_qualifier: Option<String>,
    pub(crate) sp_name_qualifier: Option<String>,
    pub(crate) sp_provided_id: Option<String>,
}

impl NameId {
    /// `urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified`, which an absent format means.
    pub const UNSPECIFIED: &'static str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    /// `urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress`.
    pub const EMAIL: &'static str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`.
    pub const PERSISTENT: &'static str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// `urn:oasis:names:tc:SAML:2.0:nameid-format:transient`.
    pub const TRANSIENT: &'static str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

    /// The name itself.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The format's URI as sent.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// The name space the identity provider gives the name in.
    #[must_use]
    pub fn name_qualifier(&self) -> Option<&str> {
        self.name_qualifier.as_deref()
    }

    /// The service provider the name is for.
    #[must_use]
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.sp_name_qualifier.as_deref()
    }

    /// The service provider's own name of the user, if one was agreed.
    #[must_use]
    pub fn sp_provided_id(&self) -> Option<&str> {
        self.sp_provided_id.as_deref()
    }
}

impl fmt::Debug for NameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameId")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
