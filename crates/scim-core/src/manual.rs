//! The manual: what clients send and get, and what it costs.
//!
//! Nothing here is code. The pages are part of the documentation so that they are
//! read where the types are, and tests hold what they promise.

/// What Okta sends, what it gets, and how to set it up.
#[doc = include_str!("manual/okta.md")]
pub mod okta {}

/// What Microsoft Entra ID sends, what it gets, and how to set it up.
#[doc = include_str!("manual/entra.md")]
pub mod entra {}

/// Every refusal: its status, its keyword, its cause and its cure.
#[doc = include_str!("manual/errors.md")]
pub mod errors {}

/// What each request costs, in reads and writes of the store and in time.
#[doc = include_str!("manual/costs.md")]
pub mod costs {}

/// Each rule of the documents, each edge and each open question, with what holds it.
#[doc = include_str!("../CONFORMANCE.md")]
pub mod conformance {}
