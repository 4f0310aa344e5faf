//! An Okta-shaped SAML identity provider for tests: fixed clock, fixed keys, one call per defect.
//!
//! The kit writes what Okta writes (prefixes, order, ids, instants, algorithms, `PrefixList`) and
//! signs it with keys that are compiled in. It has no network, no clock and no randomness: the
//! same arguments give the same octets. It shares no code with `saml-sp`, and in particular
//! renders the signed octets by its own writer, so a test never checks a service provider
//! against itself.
//!
//! ```
//! use saml_testkit::{Person, Signing, SpTarget, TestIdp};
//! use time::macros::datetime;
//!
//! let idp = TestIdp::okta();
//! let target = SpTarget::new("https://sp.test/acs", "https://sp.test/entity").in_response_to("_request1");
//! let alice = Person::new("alice@corp.test", "Alice", "Archer");
//! let now = datetime!(2026-01-31 12:00 UTC);
//!
//! let good = idp.response(&target, &alice, now).relay_state("state-1");
//! let wrong = good.clone().sign(Signing::Response).audience("https://somebody-else.test");
//! assert!(good.form_body().starts_with("SAMLResponse=") && good.form_body().ends_with("RelayState=state-1"));
//! assert!(wrong.xml().contains("somebody-else") && wrong.xml().matches("<ds:Signature ").count() == 1);
//! // Configure your service provider with idp.certificate_pem(), idp.sign_in_url() and idp.issuer(),
//! // post both bodies to it, and expect one login and one refusal.
//! ```
//!
//! The private keys are public. Never configure the kit's certificates outside a test.

mod algorithm;
mod canonical;
mod content;
pub mod defect;
mod encrypt;
mod idp;
mod keys;
mod logout;
mod message;
mod metadata;
pub mod names;
mod person;
mod random;
mod request;
mod response;
mod sign;
mod stamp;
mod tree;

pub use algorithm::{DigestAlgorithm, SignatureAlgorithm};
pub use encrypt::{ContentCipher, Encryption, KeyPlacement, KeyTransport};
pub use idp::TestIdp;
pub use keys::TestKey;
pub use logout::LogoutBuilder;
pub use metadata::MetadataBuilder;
pub use person::{Person, SpTarget};
pub use request::{AuthnRequestSeen, RequestError};
pub use response::ResponseBuilder;
pub use sign::{Canonicalization, Covered, Signing};
pub use tree::{Element, Node};
