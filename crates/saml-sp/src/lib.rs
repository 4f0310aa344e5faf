#![doc = include_str!("../README.md")]

pub mod acs;
mod assertion;
pub mod binding;
pub mod c14n;
pub mod cert;
mod checks;
pub mod credential;
pub mod crypto;
pub mod dsig;
pub mod error;
mod flow;
pub mod form;
pub mod idp;
pub mod inspect;
pub mod login;
pub mod logout;
mod message;
pub mod metadata;
mod names;
mod near;
pub mod pending;
pub mod policy;
mod prove;
pub mod random;
pub mod record;
pub mod request;
pub mod sp;
pub mod store;
mod url;
pub mod xml;
#[cfg(feature = "encrypted-assertions")]
pub mod xmlenc;

pub use acs::Acs;
pub use crypto::CryptoProvider;
pub use error::{Code, Fault, Finding, Rejection, Report};
pub use form::AcsForm;
pub use idp::Idp;
pub use login::{Attributes, Login, NameId};
pub use pending::PendingLogin;
pub use policy::{AlgorithmPolicy, Limits};
pub use random::Random;
pub use record::{Expected, ForceAuthn, RequestRecord};
pub use request::{StartOptions, StartedLogin};
pub use sp::ServiceProvider;
pub use store::{ReplayStore, RequestStore};
