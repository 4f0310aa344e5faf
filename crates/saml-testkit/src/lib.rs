#![doc = include_str!("../README.md")]

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
mod sealed;
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
pub use request::{AuthnRequestSeen, LogoutRequestSeen, RequestError};
pub use response::ResponseBuilder;
pub use sign::{Canonicalization, Covered, Signing};
pub use tree::{Element, Node};
