//! Why something was refused: codes, findings, the [`Rejection`] and its [`Report`].
//!
//! Imports nothing above it: every layer of the crate can name a reason.

mod catalogue;
mod code;
mod fault;
mod finding;
mod printable;
mod rejection;
mod report;
mod vendor;

pub use catalogue::{Advice, advice};
pub use code::Code;
pub use fault::{Family, Fault};
pub use finding::Finding;
pub use printable::printable;
pub use rejection::{Rejection, UsageError};
pub use report::{Level, Report};
pub use vendor::Vendor;

#[cfg(test)]
mod tests;
