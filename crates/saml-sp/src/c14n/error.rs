//! When canonical form is not defined.

use std::fmt;

use crate::error::{Code, Finding};

/// Why there are no canonical octets. The kinds are stable.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum C14nErrorKind {
    /// A namespace name is relative; the specification demands failure (Canonical XML 1.0, 1.3).
    RelativeNamespace,
    /// An ancestor has an `xml:base`, which Canonical XML 1.1 would join with others.
    InheritedBase,
    /// There was nothing to write: the apex itself was left out.
    Empty,
    /// `PrefixList` has more prefixes than [`Limits::prefixes`](crate::Limits).
    TooManyPrefixes,
    /// The octets would be many times longer than the document: somebody repeats declarations.
    TooLong,
}

/// A [`C14nErrorKind`] as an error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct C14nError(pub(super) C14nErrorKind);

impl C14nError {
    /// Why.
    #[must_use]
    pub const fn kind(&self) -> C14nErrorKind {
        self.0
    }

    /// The code under which a rejection reports this error.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.0 {
            C14nErrorKind::TooManyPrefixes => Code::LimitPrefixes,
            C14nErrorKind::TooLong => Code::LimitBytes,
            _ => Code::CanonicalFormInvalid,
        }
    }
}

impl From<C14nError> for Finding {
    fn from(error: C14nError) -> Self {
        Self::new(error.code()).seen(error.to_string())
    }
}

impl fmt::Display for C14nError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            C14nErrorKind::RelativeNamespace => "a namespace name is relative",
            C14nErrorKind::InheritedBase => "an ancestor has an xml:base",
            C14nErrorKind::Empty => "the canonical form is empty",
            C14nErrorKind::TooLong => "the canonical form is far longer than the document",
            C14nErrorKind::TooManyPrefixes => "the prefix list is longer than the limit",
        })
    }
}

impl std::error::Error for C14nError {}
