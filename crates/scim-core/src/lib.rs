//! SCIM 2.0 service provider, framework-free: a request in, a checked change out.

pub mod auth;
pub mod error;
pub mod events;
pub mod fold;
pub mod id;
pub mod json;
pub mod message;
pub mod resource;

pub use auth::TokenStore;
pub use error::ScimError;
pub use id::{Kind, ResourceId, TenantId};
pub use message::{Request, Response};
pub use resource::{Group, Resource, User};
