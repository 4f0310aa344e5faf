//! Bearer tokens: one token speaks for one tenant and for nothing else.
//!
//! A token is a public id and a secret of 256 bits. At rest stands only an
//! HMAC-SHA-256 of both under a pepper the database does not hold; comparison
//! takes constant time; the text exists once, when it is minted. Every tenant
//! has two slots, so that an administrator can paste a new token while Okta
//! still sends the old one.

mod rotate;
mod token;

pub use rotate::{Rotated, rotate};
pub use token::{MalformedToken, Slot, TokenId, TokenRecord, TokenText};

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::error::{Challenge, ScimError, Status};
use crate::id::TenantId;

/// A source of unpredictable bytes, given by the host.
///
/// Every closure `FnMut(&mut [u8]) -> Result<(), RandomError>` is one:
///
/// ```
/// use scim_core::auth::{Random, RandomError};
///
/// let mut random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| RandomError);
/// let mut id = [0u8; 16];
/// random.fill(&mut id)?;
/// # Ok::<(), RandomError>(())
/// ```
pub trait Random {
    /// Fills `bytes` entirely.
    ///
    /// # Errors
    /// The source has nothing to give; the engine answers 503 and changes nothing.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The random source failed.
///
/// It carries no cause, since the client is told 503 and nothing else; keep the cause where your
/// closure sees it. The crates of this workspace that need randomness have such a type each, because
/// none of them depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomError;

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the random source failed")
    }
}

impl Error for RandomError {}

impl<F: FnMut(&mut [u8]) -> Result<(), RandomError>> Random for F {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self(bytes)
    }
}

/// The key under which token secrets are digested, kept outside the database.
///
/// 32 bytes of randomness, the same for every process of a service. Losing it
/// voids every token; leaking the database without it voids none.
#[derive(Clone)]
pub struct Pepper(Hmac<Sha256>);

impl Pepper {
    /// Takes 32 random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        // HMAC pads a short key with zeros to the block size of 64 (RFC 2104
        // section 2); doing it here spares a fallible constructor.
        let mut key = [0; 64];
        for (to, from) in key.iter_mut().zip(bytes) {
            *to = from;
        }
        Self(Hmac::new(&key.into()))
    }

    /// A keyed MAC, its key schedule done once.
    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        self.0.clone()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(..)")
    }
}

/// Where the records of minted tokens are kept.
///
/// The engine verifies; the store only finds. Revoking is deleting the record.
pub trait TokenStore: Send + Sync {
    /// What can go wrong with the medium; never shown to a client.
    type Error: Error + Send + Sync + 'static;

    /// The record with this public id, expired or not, of whatever tenant.
    fn find(
        &self,
        id: &TokenId,
    ) -> impl Future<Output = Result<Option<TokenRecord>, Self::Error>> + Send;

    /// Notes that the token was used at `now`.
    ///
    /// Called at most once in [`LAST_USED_STEP`] per token, so that it costs no
    /// write per request. An error turns nobody away, for whatever can be read is
    /// readable without it: it goes to [`Outcome::unnoted`](crate::events::Outcome::unnoted).
    fn touch(
        &self,
        id: &TokenId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// A shared token store is a token store.
impl<T: TokenStore> TokenStore for Arc<T> {
    type Error = T::Error;

    async fn find(&self, id: &TokenId) -> Result<Option<TokenRecord>, T::Error> {
        T::find(self, id).await
    }

    async fn touch(&self, id: &TokenId, now: OffsetDateTime) -> Result<(), T::Error> {
        T::touch(self, id, now).await
    }
}

/// Resolution of a token's last use: one minute. An administrator asks "is Okta
/// still using this?", for which finer is no better, and a write per request is
/// what an import of 100,000 users cannot afford.
pub const LAST_USED_STEP: Duration = Duration::MINUTE;

/// A verified token: proof that the request speaks for [`Bearer::tenant`].
///
/// Made only by [`authenticate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    record: TokenRecord,
    unnoted: Option<ScimError>,
}

impl Bearer {
    /// The tenant the token belongs to.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.record.tenant
    }

    /// The public id of the token, for the audit log.
    #[must_use]
    pub fn token(&self) -> &TokenId {
        &self.record.id
    }

    /// The record the token was verified against.
    #[must_use]
    pub fn record(&self) -> &TokenRecord {
        &self.record
    }

    /// Why this use of the token could not be noted, if it should have been.
    #[must_use]
    pub fn unnoted(&self) -> Option<&ScimError> {
        self.unnoted.as_ref()
    }
}

/// Verifies an `Authorization` header: `Bearer <token>` or the token alone.
///
/// Unknown, revoked, expired and malformed tokens are refused alike.
///
/// # Errors
/// 401 with a challenge; 503 when the token store cannot find. That it cannot note
/// the use is no error: see [`Bearer::unnoted`].
pub async fn authenticate<T: TokenStore>(
    header: Option<&str>,
    tokens: &T,
    pepper: &Pepper,
    now: OffsetDateTime,
) -> Result<Bearer, ScimError> {
    let header = header.ok_or_else(|| ScimError::unauthorized(Challenge::Missing))?;
    let invalid = || ScimError::unauthorized(Challenge::Invalid);
    let text = TokenText::parse(strip_scheme(header)).map_err(|_| invalid())?;
    let unavailable = |cause| ScimError::fault(Status::Unavailable, cause);
    let record = tokens
        .find(text.id())
        .await
        .map_err(unavailable)?
        .ok_or_else(invalid)?;
    if !record.matches(&text, pepper) || record.is_expired(now) {
        return Err(invalid());
    }
    let is_due = record
        .last_used
        .is_none_or(|last| now - last >= LAST_USED_STEP);
    let noted = match is_due {
        true => tokens.touch(&record.id, now).await.map_err(unavailable),
        false => Ok(()),
    };
    Ok(Bearer {
        record,
        unnoted: noted.err(),
    })
}

/// Removes the scheme word, which is case-insensitive (RFC 9110 section 11.1)
/// and absent in Okta's header mode.
fn strip_scheme(header: &str) -> &str {
    let header = header.trim();
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start(),
        _ => header,
    }
}

#[cfg(test)]
mod tests;
