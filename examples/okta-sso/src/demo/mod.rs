//! The demonstration: an organisation to look at, and a test identity provider to come from.
//!
//! It is for one's own machine: the provider signs anybody in as anybody, with a key everybody
//! has. The service refuses to run it on an address that others can reach.

pub mod idp;
mod keep;
pub mod seed;

pub use keep::{DemoKeep, KeepError};

use serde::{Deserialize, Serialize};

use crate::sso::service_key::ServiceKey;

/// The demonstration's domain, reserved for examples.
pub const DOMAIN: &str = "acme.example";

/// An account of the demonstration, with its password in clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    /// Address, at [`DOMAIN`].
    pub email: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// The word for the role in the organisation.
    pub role: String,
    /// Password, made at random for each database.
    pub password: String,
}

impl std::fmt::Debug for DemoPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoPerson")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What the running demonstration knows beyond the database.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Accounts and the SCIM token, from the file beside the database.
    pub keep: DemoKeep,
    /// The provider.
    pub provider: idp::Provider,
}

/// The key of the demonstration's service side: the test kit's, which everybody has.
///
/// # Errors
/// When the kit's key could not be read, which its tests exclude.
pub fn service_key() -> Result<ServiceKey, String> {
    let key = saml_testkit::TestKey::Sp;
    ServiceKey::from_pem(
        key.private_key_pem().as_bytes(),
        key.certificate_pem().as_bytes(),
    )
}
