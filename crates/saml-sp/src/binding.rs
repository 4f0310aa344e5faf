//! How messages travel through the browser: by redirect or by an auto-submitted form.

mod deflate;
mod page;
mod query;
mod send;

pub use page::PostPage;
pub use send::Delivery;

pub(crate) use query::{RedirectQuery, Signed};
pub(crate) use send::{Outgoing, escape, post, redirect};

/// Which of the two messages a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `SAMLRequest`.
    Request,
    /// `SAMLResponse`.
    Response,
}

impl Role {
    /// The parameter's name.
    pub(crate) const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

#[cfg(test)]
mod tests;
