//! How far a client may stray from the RFCs: named tolerances, on by vendor.
//!
//! A [`Dialect`] is data: a set of [`Tolerance`]s. A [`Reading`] is one request
//! read in a dialect; it is asked before every departure from the RFC, and it
//! counts what was granted, so that a report can tell an operator which client
//! needs which tolerance. Nothing is tolerated that loosens who may do what.
//!
//! # Choosing one
//!
//! - [`Vendor::Generic`], the default, grants everything: what a tolerance takes
//!   would be an error without it, and what is taken without it is taken to the
//!   same end with it (a property the tests hold).
//! - A vendor's own dialect grants what that vendor is known to need. Use it to
//!   notice when a client begins to send something new: the request fails, and
//!   the text of the error says what is wrong.
//! - [`Vendor::Strict`] grants nothing and may declare the interoperability
//!   profile. Okta's catalogue applications cannot work with it, because they
//!   deactivate by an operation without a path.
//!
//! A tolerance can be added to or taken from any dialect by
//! [`Dialect::with`] and [`Dialect::without`].
//!
//! # What is no tolerance
//!
//! Some habits need no permission because the RFC allows them or leaves them to
//! the server: read-only attributes in a create or replace are left out, `null`
//! and empty lists are no values, blank text is a value, names have no case, and
//! a `password` is dropped. Other habits are never tolerated: two names of one
//! object that fold to one, an empty `path` in place of none, a `remove` whose
//! value would be ignored.

#[cfg(test)]
mod tests;

use std::fmt;

/// A family of clients with known habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Vendor {
    /// Microsoft Entra ID as it comes.
    Entra,
    /// Microsoft Entra ID with the tenant URL flag `aadOptscim062020`.
    EntraCompliant,
    /// Any client: every tolerance is on. The default, because a tolerance only
    /// accepts what would otherwise fail and never changes what is accepted.
    #[default]
    Generic,
    /// JumpCloud.
    JumpCloud,
    /// Okta, catalogue and wizard-made applications.
    Okta,
    /// OneLogin.
    OneLogin,
    /// No tolerance, unknown attributes refused: the interoperability profile
    /// of draft-zollner-scim-interop-profile.
    Strict,
}

impl Vendor {
    /// All families.
    pub const ALL: [Self; 7] = [
        Self::Entra,
        Self::EntraCompliant,
        Self::Generic,
        Self::JumpCloud,
        Self::Okta,
        Self::OneLogin,
        Self::Strict,
    ];

    /// The stable word used in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::EntraCompliant => "entra-compliant",
            Self::Generic => "generic",
            Self::JumpCloud => "jumpcloud",
            Self::Okta => "okta",
            Self::OneLogin => "onelogin",
            Self::Strict => "strict",
        }
    }

    /// The family of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.as_str() == word)
    }
}

macro_rules! tolerances {
    ($($variant:ident $word:literal [$($vendor:ident)*] $doc:literal;)*) => {
        /// One departure from the RFCs that a dialect may grant.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Tolerance {
            $(#[doc = $doc] $variant,)*
        }

        impl Tolerance {
            /// All tolerances.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable word used in reports and settings.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What is tolerated, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            /// The vendors known to need it.
            #[must_use]
            pub const fn vendors(self) -> &'static [Vendor] {
                match self { $(Self::$variant => &[$(Vendor::$vendor),*],)* }
            }
        }
    };
}

tolerances! {
    BareExtensionAttribute "bare-extension-attribute" [Entra EntraCompliant]
        "An attribute of an extension named without its URN in a filter: Entra asks `id eq \"…\" and manager eq \"…\"`.";
    BareManager "bare-manager" [Entra EntraCompliant]
        "A complex attribute with a `value` sub-attribute, such as `manager`, given as a bare string.";
    BareMultiValue "bare-multi-value" [Entra JumpCloud OneLogin]
        "A multi-valued attribute given as one value without an array.";
    CaselessLiteral "caseless-literal" [Entra]
        "`True`, `False` or `Null` as a filter literal.";
    CaselessOperation "caseless-operation" [Entra]
        "`Add`, `Replace` or `Remove` as a PATCH operation: the words are lower-case in RFC 7644 section 3.5.2.";
    CreateOnNoMatch "create-on-no-match" [Entra EntraCompliant Okta OneLogin]
        "`add` or `replace` through a value filter that matches nothing creates the entry, when the filter is made of `eq` joined by `and`.";
    DottedKeys "dotted-keys" [Entra EntraCompliant]
        "Keys such as `name.givenName` or a URN with an attribute in the value of a PATCH operation without a path.";
    EmptyPatch "empty-patch" [Entra EntraCompliant]
        "A PATCH request with no operations; it changes nothing.";
    JsonInString "json-in-string" [Entra EntraCompliant]
        "A complex value given as a string of JSON, as in the `roles` of application role assignments.";
    MissingSchemas "missing-schemas" [JumpCloud OneLogin]
        "A body without `schemas`, or with a list that leaves out the schema of its resource type or of an extension it uses.";
    PathlessOperation "pathless-operation" [Okta EntraCompliant OneLogin]
        "`add` or `replace` without a path. The RFC defines it; the interoperability profile forbids it.";
    ReadOnlyInPatch "read-only-in-patch" [Okta Entra EntraCompliant]
        "A read-only attribute in a PATCH value; it is left out, as RFC 7644 section 3.3 does for a create.";
    RemoveWithValue "remove-with-value" [Entra JumpCloud]
        "`remove` with a value: only the entries named in the value are removed.";
    RepeatedPrimary "repeated-primary" []
        "More than one entry marked primary in a create or replace; the first stays primary.";
    SeveralEntries "several-entries" [Entra EntraCompliant JumpCloud Okta OneLogin]
        "`add` or `replace` through a value filter that matches more than one entry. The RFC defines it; the interoperability profile forbids it.";
    StringBoolean "string-boolean" [Entra Okta OneLogin]
        "A boolean given as `\"True\"`, `\"false\"` and their like.";
    StringNumber "string-number" [Entra]
        "A number given as a string.";
    UnknownAttribute "unknown-attribute" [Okta Entra EntraCompliant JumpCloud OneLogin]
        "An attribute that no schema of the resource type defines; it is left out.";
    UnknownSchema "unknown-schema" [Okta Entra EntraCompliant]
        "A URN in `schemas` that the resource type does not have; it is left out.";
    UnquotedLiteral "unquoted-literal" [Entra]
        "A filter value without quotes.";
    WholeEntry "whole-entry" [Entra EntraCompliant JumpCloud Okta OneLogin]
        "`add` or `replace` of a whole entry through a value filter, without a sub-attribute. The RFC defines it; the interoperability profile forbids it.";
    WrappedSingle "wrapped-single" [Entra]
        "A single-valued attribute given as an array of one element.";
}

/// A set of tolerances, named after the vendor it was made for.
///
/// ```
/// use scim_core::dialect::{Dialect, Tolerance, Vendor};
///
/// let strict = Dialect::of(Vendor::Strict);
/// assert!(!strict.grants(Tolerance::StringBoolean));
/// let okta = Dialect::of(Vendor::Okta).without(Tolerance::StringBoolean);
/// assert!(okta.grants(Tolerance::PathlessOperation));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dialect {
    vendor: Vendor,
    granted: u32,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::of(Vendor::default())
    }
}

impl Dialect {
    /// The dialect of a vendor.
    #[must_use]
    pub fn of(vendor: Vendor) -> Self {
        let granted = Tolerance::ALL
            .iter()
            .filter(|t| vendor == Vendor::Generic || t.vendors().contains(&vendor))
            .fold(0, |set, t| set | bit(*t));
        Self { vendor, granted }
    }

    /// The same dialect with one tolerance more.
    #[must_use]
    pub const fn with(self, tolerance: Tolerance) -> Self {
        Self {
            granted: self.granted | bit(tolerance),
            ..self
        }
    }

    /// The same dialect with one tolerance less.
    #[must_use]
    pub const fn without(self, tolerance: Tolerance) -> Self {
        Self {
            granted: self.granted & !bit(tolerance),
            ..self
        }
    }

    /// The vendor it was made for.
    #[must_use]
    pub const fn vendor(self) -> Vendor {
        self.vendor
    }

    /// Whether a tolerance is on.
    #[must_use]
    pub const fn grants(self, tolerance: Tolerance) -> bool {
        self.granted & bit(tolerance) != 0
    }

    /// Whether the server may declare the interoperability profile: no
    /// tolerance is on.
    #[must_use]
    pub const fn is_strict(self) -> bool {
        self.granted == 0
    }

    /// Starts reading one request.
    #[must_use]
    pub const fn reading(self) -> Reading {
        Reading {
            dialect: self,
            used: [0; Tolerance::ALL.len()],
            steps: 0,
        }
    }
}

const fn bit(tolerance: Tolerance) -> u32 {
    1 << tolerance as u8
}

/// One request being read in a dialect: counts the tolerances it needed.
///
/// ```
/// use scim_core::dialect::{Dialect, Tolerance, Vendor};
///
/// let mut reading = Dialect::of(Vendor::Entra).reading();
/// assert!(reading.allows(Tolerance::StringBoolean));
/// assert!(!reading.allows(Tolerance::PathlessOperation));
/// assert_eq!(reading.used().collect::<Vec<_>>(), [(Tolerance::StringBoolean, 1)]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    dialect: Dialect,
    used: [u32; Tolerance::ALL.len()],
    /// What the request has cost so far, where that is not in proportion to its size.
    steps: u64,
}

impl Reading {
    /// Notes that reading goes on for as many steps; the sum so far.
    pub(crate) const fn spend(&mut self, steps: u64) -> u64 {
        self.steps = self.steps.saturating_add(steps);
        self.steps
    }

    /// Whether a departure is granted; counted if it is.
    #[must_use]
    pub fn allows(&mut self, tolerance: Tolerance) -> bool {
        let granted = self.dialect.grants(tolerance);
        if granted && let Some(count) = self.used.get_mut(tolerance as usize) {
            *count = count.saturating_add(1);
        }
        granted
    }

    /// The dialect of the request.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The tolerances the request needed, and how often.
    pub fn used(&self) -> impl Iterator<Item = (Tolerance, u32)> {
        let counted = Tolerance::ALL.iter().copied().zip(self.used);
        counted.filter(|(_, count)| *count > 0)
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("vendor", &self.dialect.vendor)
            .field("used", &self.used().collect::<Vec<_>>())
            .finish()
    }
}
