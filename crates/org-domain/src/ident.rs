//! Identifiers that the host hands in and this crate only compares.

use core::fmt;

/// Longest identifier taken, in bytes. Room for a UUID, a ULID, a URN or a prefixed key, and still
/// a bound on what an index row costs.
pub const MAX_IDENTIFIER_BYTES: usize = 128;

/// Why a text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// Nothing was given.
    #[error("the identifier is empty")]
    Empty,
    /// More than [`MAX_IDENTIFIER_BYTES`] bytes.
    #[error("the identifier is longer than {MAX_IDENTIFIER_BYTES} bytes")]
    TooLong,
    /// Something other than a printable ASCII character without space.
    #[error("the identifier holds a character outside printable ASCII")]
    Character,
}

/// Refuses what could not be a stable key: empty, over-long, spaces, controls, non-ASCII.
fn check(text: &str) -> Result<(), IdentifierError> {
    if text.is_empty() {
        return Err(IdentifierError::Empty);
    }
    if text.len() > MAX_IDENTIFIER_BYTES {
        return Err(IdentifierError::TooLong);
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(IdentifierError::Character)
    }
}

/// Declares one identifier newtype; all of them obey the same rules and none mixes with another.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes 1 to [`MAX_IDENTIFIER_BYTES`] printable ASCII characters without a space.
            ///
            /// # Errors
            /// [`IdentifierError`] names what is wrong; the text is not repeated.
            pub fn new(text: &str) -> Result<Self, IdentifierError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The identifier as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdentifierError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                check(&text)?;
                Ok(Self(text.into_boxed_str()))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into_string()
            }
        }
    };
}

identifier! {
    /// The host's key of an organisation (a tenant).
    ///
    /// ```
    /// # use org_domain::OrgId;
    /// let org = OrgId::new("org_1729")?;
    /// assert_eq!(org.as_str(), "org_1729");
    /// assert!(OrgId::new("two words").is_err());
    /// # Ok::<(), org_domain::IdentifierError>(())
    /// ```
    OrgId
}

identifier! {
    /// The host's key of a person's account. An account can be a member of several organisations.
    AccountId
}

identifier! {
    /// The public part of a SCIM token: enough to find and revoke it, never enough to use it.
    TokenId
}

/// How often a stored value was changed; the base of every compare-and-set.
///
/// The first stored version is 1. A writer names the version it read, and a store refuses when the
/// value has moved on, so that two administrators cannot overwrite each other unseen.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// The version of a value that was never changed.
    pub const FIRST: Self = Self(1);

    /// Takes a number that a store kept.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number to keep in a store; a signed column of 64 bits holds it, for it counts changes by one.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The version after one more change. Saturates, which no history reaches.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
