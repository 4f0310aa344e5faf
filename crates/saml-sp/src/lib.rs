#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod acs;
mod assertion;
pub mod audit;
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
pub mod manual;
mod message;
pub mod metadata;
mod names;
mod near;
mod packed;
pub mod pending;
pub mod policy;
mod prove;
pub mod random;
pub mod record;
pub mod request;
pub mod setup;
pub mod sp;
pub mod store;
pub mod tenants;
mod url;
pub mod xml;
#[cfg(feature = "encrypted-assertions")]
pub mod xmlenc;

pub use acs::Acs;
pub use crypto::CryptoProvider;
pub use error::{Code, Fault, Finding, Rejection, Report, UsageError};
pub use form::AcsForm;
pub use idp::Idp;
pub use login::{Attributes, Login, NameId};
pub use pending::PendingLogin;
pub use policy::{AlgorithmPolicy, Diagnosis, Limits};
pub use random::{Random, RandomError};
pub use record::{Expected, ForceAuthn, RelayHandle, RequestId, RequestRecord};
pub use request::{StartOptions, StartedLogin};
pub use sp::ServiceProvider;
pub use store::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore};
