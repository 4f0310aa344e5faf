//! The text of a token, shown once, and the record of it, kept.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use time::OffsetDateTime;

use super::{Pepper, Random, RandomError};
use crate::id::TenantId;

/// First part of every token text, so that secret scanners can find leaks.
const PREFIX: &str = "scim1";
const ID_BYTES: usize = 12;
const SECRET_BYTES: usize = 32;

/// The public half of a token: safe in logs, lists and audit records.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(Arc<str>);

impl TokenId {
    /// Reads an id as a store kept it.
    ///
    /// # Errors
    /// Not 24 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        match HEXLOWER.decode(text.as_bytes()) {
            Ok(bytes) if bytes.len() == ID_BYTES => Ok(Self(text.into())),
            _ => Err(MalformedToken),
        }
    }

    /// 24 lower-case hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The whole token: `scim1.<id>.<secret>`. It is shown to an administrator
/// once and not kept; `Debug` leaves the secret out and there is no `Display`.
#[derive(Clone)]
pub struct TokenText {
    id: TokenId,
    secret: [u8; SECRET_BYTES],
}

/// The text is not a token of this library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedToken;

impl fmt::Display for MalformedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a SCIM token")
    }
}

impl Error for MalformedToken {}

impl TokenText {
    /// Reads a token as a client sends it.
    ///
    /// # Errors
    /// Any other shape than `scim1.<24 hex digits>.<43 base64url characters>`.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        let mut parts = text.split('.');
        let (Some(PREFIX), Some(id), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(MalformedToken);
        };
        let secret = BASE64URL_NOPAD
            .decode(secret.as_bytes())
            .map_err(|_| MalformedToken)?;
        let secret = secret.try_into().map_err(|_| MalformedToken)?;
        Ok(Self {
            id: TokenId::parse(id)?,
            secret,
        })
    }

    /// The public half.
    #[must_use]
    pub fn id(&self) -> &TokenId {
        &self.id
    }

    /// The text to show to the administrator, once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!(
            "{PREFIX}.{}.{}",
            self.id,
            BASE64URL_NOPAD.encode(&self.secret)
        )
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenText({}, ..)", self.id)
    }
}

/// One of the two places a tenant has for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// The place of the first token.
    First,
    /// The place of the next one while the first still works.
    Second,
}

impl Slot {
    /// The other place.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What is kept of a token: everything but the secret.
///
/// The digest is of no use without the pepper, yet `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Public id; the key a [`TokenStore`](super::TokenStore) finds it by.
    pub id: TokenId,
    /// The only tenant the token speaks for.
    pub tenant: TenantId,
    /// Which of the tenant's two places it takes.
    pub slot: Slot,
    /// HMAC-SHA-256 of id and secret under the pepper.
    pub digest: [u8; 32],
    /// When it was minted.
    pub created_at: OffsetDateTime,
    /// From this instant on it is refused; `None` means until it is revoked.
    pub expires_at: Option<OffsetDateTime>,
    /// Last use, to the minute; `None` before the first.
    pub last_used: Option<OffsetDateTime>,
}

impl TokenRecord {
    /// Makes a new token: the text to show once and the record to store.
    ///
    /// ```
    /// use scim_core::TenantId;
    /// use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
    /// use time::OffsetDateTime;
    ///
    /// let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
    /// let pepper = Pepper::new([7; 32]);
    /// let tenant = TenantId::new("org-1");
    /// let now = OffsetDateTime::UNIX_EPOCH;
    /// let (text, record) = TokenRecord::mint(tenant, Slot::First, None, &pepper, now, &mut random)?;
    /// assert!(record.matches(&text, &pepper));
    /// assert!(text.reveal().starts_with("scim1."));
    /// # Ok::<(), RandomError>(())
    /// ```
    ///
    /// # Errors
    /// The random source failed.
    pub fn mint(
        tenant: TenantId,
        slot: Slot,
        expires_at: Option<OffsetDateTime>,
        pepper: &Pepper,
        now: OffsetDateTime,
        random: &mut impl Random,
    ) -> Result<(TokenText, Self), RandomError> {
        let mut id = [0; ID_BYTES];
        let mut secret = [0; SECRET_BYTES];
        random.fill(&mut id)?;
        random.fill(&mut secret)?;
        let text = TokenText {
            id: TokenId(HEXLOWER.encode(&id).into()),
            secret,
        };
        let record = Self {
            id: text.id.clone(),
            tenant,
            slot,
            digest: mac(&text, pepper).finalize().into_bytes().into(),
            created_at: now,
            expires_at,
            last_used: None,
        };
        Ok((text, record))
    }

    /// Whether `text` is the token of this record; takes constant time.
    #[must_use]
    pub fn matches(&self, text: &TokenText, pepper: &Pepper) -> bool {
        mac(text, pepper).verify_slice(&self.digest).is_ok()
    }

    /// Whether the token is refused at `now` for its age.
    #[must_use]
    pub fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl fmt::Debug for TokenRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRecord")
            .field("id", &self.id)
            .field("tenant", &self.tenant)
            .field("slot", &self.slot)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("last_used", &self.last_used)
            .finish_non_exhaustive()
    }
}

/// The digest covers the id too, so a record cannot be moved to another id.
fn mac(text: &TokenText, pepper: &Pepper) -> Hmac<Sha256> {
    let mut mac = pepper.mac();
    mac.update(text.id.0.as_bytes());
    mac.update(&text.secret);
    mac
}
