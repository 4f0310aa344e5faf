//! Identifiers: one newtype per thing named, all opaque text.

use crate::error::StoreError;
use crate::sql::{Row, Value};
use data_encoding::Encoding;
use org_domain::{AccountId, Email, OrgId};
use std::fmt;
use std::sync::LazyLock;
use time::OffsetDateTime;

/// Lower-case base32 in ASCII order, so that text order is the order of the bytes.
static ALPHABET: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut specification = data_encoding::Specification::new();
    specification
        .symbols
        .push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.encoding().ok()
});

/// 26 characters: 48 bits of milliseconds, then 80 random bits. New rows therefore land at
/// the end of every index that starts with their identifier, and sorting by identifier is
/// sorting by creation.
pub(crate) fn fresh(now: OffsetDateTime) -> Result<String, StoreError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Random)?;
    for (byte, time) in bytes.iter_mut().zip(millis(now)) {
        *byte = time;
    }
    let alphabet = ALPHABET
        .as_ref()
        .ok_or_else(|| StoreError::corrupt("the identifier alphabet"))?;
    Ok(alphabet.encode(&bytes))
}

/// Milliseconds since 1970, the highest octet first, so that their order is that of time.
pub(crate) fn millis(now: OffsetDateTime) -> [u8; 6] {
    let [_, _, millis @ ..] = (crate::instant::micros(now) / 1_000).to_be_bytes();
    millis
}

/// 256 random bits as URL-safe text: what a cookie or a link carries.
pub(crate) fn secret() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Random)?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// Making new identifiers, of this crate and of org-domain.
///
/// ```
/// use sso_store::{AccountId, Generate};
/// use time::OffsetDateTime;
///
/// let id = AccountId::generate(OffsetDateTime::UNIX_EPOCH)?;
/// assert_eq!(id.as_str().len(), 26);
/// # Ok::<(), sso_store::StoreError>(())
/// ```
pub trait Generate: Sized {
    /// A new identifier: 26 characters that sort after those made in an earlier millisecond.
    ///
    /// # Errors
    /// [`StoreError::Random`] when the operating system gives no random bytes.
    fn generate(now: OffsetDateTime) -> Result<Self, StoreError>;
}

macro_rules! foreign {
    ($($name:ident)*) => { $(
        impl Generate for $name {
            fn generate(now: OffsetDateTime) -> Result<Self, StoreError> {
                Self::new(&fresh(now)?).map_err(|_| unreadable())
            }
        }
        impl From<&$name> for Value {
            fn from(id: &$name) -> Self {
                Self::Text(Some(id.as_str().to_owned()))
            }
        }
        impl From<Option<&$name>> for Value {
            fn from(id: Option<&$name>) -> Self {
                Self::Text(id.map(|id| id.as_str().to_owned()))
            }
        }
    )* };
}
foreign! { AccountId OrgId }

fn unreadable() -> StoreError {
    StoreError::corrupt("an identifier that org-domain does not take")
}

macro_rules! identifier {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes an identifier as it stands in a URL, a request or a row; unknown ones
            /// are found out by looking them up.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text of it.
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

        impl Generate for $name {
            fn generate(now: OffsetDateTime) -> Result<Self, StoreError> {
                fresh(now).map(Self)
            }
        }

        impl From<&$name> for Value {
            fn from(id: &$name) -> Self {
                Self::Text(Some(id.0.clone()))
            }
        }
        impl From<Option<&$name>> for Value {
            fn from(id: Option<&$name>) -> Self {
                Self::Text(id.map(|id| id.0.clone()))
            }
        }
    )* };
}

identifier! {
    /// An entry of the audit log.
    AuditId;
    /// An invitation.
    InvitationId;
    /// A membership: the person within one organisation. It is also the SCIM `id`.
    MemberId;
    /// An entry of the sign-in log: the trace id an error page shows.
    SignInId;
}

/// A secret that is shown once: a session cookie's value, an invitation link's token.
/// The database keeps only its digest.
pub struct Secret(pub(crate) String);

impl Secret {
    /// The text to put into the cookie or the link.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

pub(crate) fn org(row: &Row, column: usize) -> Result<OrgId, StoreError> {
    OrgId::new(&row.text(column)?).map_err(|_| unreadable())
}

pub(crate) fn maybe_org(row: &Row, column: usize) -> Result<Option<OrgId>, StoreError> {
    let text = row.get::<Option<String>>(column)?;
    text.map(|text| OrgId::new(&text).map_err(|_| unreadable()))
        .transpose()
}

pub(crate) fn account(row: &Row, column: usize) -> Result<AccountId, StoreError> {
    AccountId::new(&row.text(column)?).map_err(|_| unreadable())
}

pub(crate) fn maybe_account(row: &Row, column: usize) -> Result<Option<AccountId>, StoreError> {
    let text = row.get::<Option<String>>(column)?;
    text.map(|text| AccountId::new(&text).map_err(|_| unreadable()))
        .transpose()
}

pub(crate) fn email(row: &Row, column: usize) -> Result<Email, StoreError> {
    Email::parse(&row.text(column)?)
        .map_err(|_| StoreError::corrupt("an address that org-domain does not take"))
}
