//! Metadata: an identity provider's read, ours written.

mod entity;
mod idp;
mod select;

pub use idp::IdpMetadata;

#[cfg(test)]
mod tests;
