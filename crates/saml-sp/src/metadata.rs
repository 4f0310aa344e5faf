//! Metadata: an identity provider's read, ours written.

mod duration;
mod entity;
mod idp;
mod refresh;
mod select;
mod source;
mod sp;

pub use idp::IdpMetadata;
pub use refresh::MetadataChanges;
pub use source::Source;
pub use sp::SignMetadata;

#[cfg(test)]
mod tests;
