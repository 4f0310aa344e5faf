#![doc = include_str!("../README.md")]

pub mod error;
pub mod policy;
pub mod random;
pub mod store;
pub mod xml;

pub mod record;

pub use error::{Code, Fault, Finding, Rejection, Report};
pub use policy::{AlgorithmPolicy, Limits};
pub use random::Random;
pub use record::{Asked, Expected, ForceAuthn, RelayHandle, RequestId, RequestRecord};
pub use store::{ReplayStore, RequestStore};
