#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod auth;
pub mod bulk;
pub mod config;
pub mod date;
pub mod dialect;
pub mod discovery;
pub mod engine;
pub mod error;
pub mod etag;
pub mod events;
pub mod filter;
pub mod fold;
pub mod guard;
#[cfg(feature = "http")]
mod http;
pub mod id;
pub mod json;
pub mod logout;
pub mod manual;
pub mod message;
pub mod patch;
pub mod path;
pub mod query;
pub mod resource;
pub mod route;
pub mod schema;
pub mod set;
pub mod store;
mod stored;
#[cfg(feature = "tower")]
pub mod tower;

pub use auth::TokenStore;
pub use dialect::Dialect;
pub use engine::Scim;
pub use error::ScimError;
pub use filter::Filter;
pub use guard::{Change, Guard, Verdict};
pub use id::{Kind, ResourceId, TenantId};
pub use message::{Request, Response};
pub use patch::Patch;
pub use resource::{Group, Resource, User};
pub use store::Store;
