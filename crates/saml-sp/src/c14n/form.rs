//! Which canonical form.

use crate::policy::Limits;

use super::error::{C14nError, C14nErrorKind};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const EXCLUSIVE_COMMENTS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const INCLUSIVE_COMMENTS: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
const INCLUSIVE_11: &str = "http://www.w3.org/2006/12/xml-c14n11";
const INCLUSIVE_11_COMMENTS: &str = "http://www.w3.org/2006/12/xml-c14n11#WithComments";

/// How namespaces of the surroundings are treated.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Method {
    /// Only what is used is written: Exclusive XML Canonicalization 1.0.
    Exclusive,
    /// All that is in scope is written: Canonical XML 1.0.
    Inclusive,
    /// As Canonical XML 1.1 has it: of the attributes above only `xml:lang` and `xml:space` are handed
    /// on. Where an ancestor has an `xml:base`,
    /// there is no form here: 1.1 joins such addresses, and no SAML message has one.
    Inclusive11,
}

impl Method {
    /// Whether everything in scope is written.
    pub(super) const fn is_inclusive(self) -> bool {
        !matches!(self, Self::Exclusive)
    }
}

/// Whether comments are written.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Comments {
    /// Left out.
    Dropped,
    /// Written.
    Kept,
}

/// Prefixes that exclusive form treats as inclusive form does; the empty one is the default
/// namespace, written `#default`.
// Each followed by a space, which is part of no name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Prefixes(String);

impl Prefixes {
    /// Reads a `PrefixList`: names with XML white space between them. A prefix that is bound
    /// nowhere has no effect.
    ///
    /// # Errors
    /// `TooManyPrefixes`.
    pub fn parse(list: &str, limits: &Limits) -> Result<Self, C14nError> {
        let mut prefixes = Self(String::with_capacity(list.len() + 1));
        let mut count = 0;
        for name in list
            .split([' ', '\t', '\r', '\n'])
            .filter(|name| !name.is_empty())
        {
            let name = if name == "#default" { "" } else { name };
            if prefixes.contains(name) {
                continue;
            }
            if count >= limits.prefixes {
                return Err(C14nError(C14nErrorKind::TooManyPrefixes));
            }
            count += 1;
            prefixes.0.push_str(name);
            prefixes.0.push(' ');
        }
        Ok(prefixes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, prefix: &str) -> bool {
        self.0.split_terminator(' ').any(|known| known == prefix)
    }
}

/// A canonical form with its parameters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Form {
    /// How namespaces of the surroundings are treated.
    pub method: Method,
    /// Whether comments are written.
    pub comments: Comments,
    /// Inclusive prefixes; without effect in inclusive form.
    pub prefixes: Prefixes,
}

impl Form {
    /// Exclusive form without comments: what identity providers use.
    #[must_use]
    pub fn exclusive() -> Self {
        Self {
            method: Method::Exclusive,
            comments: Comments::Dropped,
            prefixes: Prefixes::default(),
        }
    }

    /// Inclusive form 1.0 without comments.
    #[must_use]
    pub fn inclusive() -> Self {
        Self {
            method: Method::Inclusive,
            ..Self::exclusive()
        }
    }

    /// The form of an algorithm identifier, without inclusive prefixes.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        let (method, comments) = match uri {
            EXCLUSIVE => (Method::Exclusive, Comments::Dropped),
            EXCLUSIVE_COMMENTS => (Method::Exclusive, Comments::Kept),
            INCLUSIVE => (Method::Inclusive, Comments::Dropped),
            INCLUSIVE_COMMENTS => (Method::Inclusive, Comments::Kept),
            INCLUSIVE_11 => (Method::Inclusive11, Comments::Dropped),
            INCLUSIVE_11_COMMENTS => (Method::Inclusive11, Comments::Kept),
            _ => return None,
        };
        Some(Self {
            method,
            comments,
            prefixes: Prefixes::default(),
        })
    }

    /// The algorithm identifier.
    #[must_use]
    pub const fn uri(&self) -> &'static str {
        match (self.method, self.comments) {
            (Method::Exclusive, Comments::Dropped) => EXCLUSIVE,
            (Method::Exclusive, Comments::Kept) => EXCLUSIVE_COMMENTS,
            (Method::Inclusive, Comments::Dropped) => INCLUSIVE,
            (Method::Inclusive, Comments::Kept) => INCLUSIVE_COMMENTS,
            (Method::Inclusive11, Comments::Dropped) => INCLUSIVE_11,
            (Method::Inclusive11, Comments::Kept) => INCLUSIVE_11_COMMENTS,
        }
    }
}
