//! Identifiers, each its own type so that none stands in for another.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// An identifier: a text taken as it is, compared byte for byte, cheap to copy
/// where it is shared.
macro_rules! identifier {
    ($(#[$about:meta])* $name:ident($inner:ty), $new:literal, $text:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name($inner);

        impl $name {
            #[doc = $new]
            #[must_use]
            pub fn new(text: impl Into<$inner>) -> Self {
                Self(text.into())
            }

            #[doc = $text]
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier! {
    /// The customer organisation a request speaks for.
    ///
    /// The host chooses the text; it is compared byte for byte and never shown to
    /// a client.
    TenantId(Arc<str>), "Takes the host's identifier as it is.", "The host's identifier."
}

identifier! {
    /// The server-issued `id` of a resource (RFC 7643 section 3.1): stable, never
    /// reused, compared byte for byte.
    ResourceId(Arc<str>), "Takes an id as a store or a request path holds it.", "The id as written on the wire."
}

identifier! {
    /// Which resource type: the `name` of RFC 7643 section 6, such as `User`.
    Kind(Cow<'static, str>), "A custom resource type, by its name.", "The name as written in `meta.resourceType`."
}

impl Kind {
    /// `User` (RFC 7643 section 4.1).
    pub const USER: Self = Self(Cow::Borrowed("User"));
    /// `Group` (RFC 7643 section 4.2).
    pub const GROUP: Self = Self(Cow::Borrowed("Group"));
}

identifier! {
    /// One transaction of the change log; the `txn` of an event (RFC 9967).
    TxnId(Arc<str>), "Takes an identifier as it was recorded.", "The identifier as recorded."
}
