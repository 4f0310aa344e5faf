//! What must be remembered: assertions already used, and requests not yet answered.
//!
//! Both are traits of the host's storage. [`memory`] has bounded stores for one process;
//! [`contract`] is the suite that any implementation should run.

use std::error::Error;
use std::future::Future;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::record::{RequestId, RequestRecord};

pub mod contract;
pub mod memory;
mod shared;

/// The outcome of a claim: exactly one caller ever sees [`FirstUse::First`] for one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "a claim is won or lost")]
pub enum FirstUse {
    /// This call made the claim.
    First,
    /// Somebody was earlier, or there is nothing to claim.
    Replayed,
}

/// The name of one assertion of one identity provider: a digest of fixed size, so that nothing a
/// sender writes reaches a query, and nothing of it can be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    /// The key of the assertion with this ID from this issuer: SHA-256 over both, each preceded by
    /// its length, so that no two pairs run together.
    #[must_use]
    pub fn new(issuer: &str, assertion_id: &str) -> Self {
        let mut digest = Sha256::new();
        for part in [issuer, assertion_id] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Self(digest.finalize().into())
    }

    /// The 32 bytes, for a binary column.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Remembers which assertions were used.
///
/// `claim` must be atomic: of any number of concurrent calls with one key, in any number of
/// processes, exactly one gets [`FirstUse::First`]. A store that cannot tell must return an error,
/// never `First`.
///
/// In SQL that is one statement, `INSERT … ON CONFLICT DO NOTHING`, and the count of rows it made;
/// never a `SELECT` and then an `INSERT`. Rows whose `until` is over may be deleted at any time.
/// The suite in [`contract`] holds a store to this. A store in an [`Arc`](std::sync::Arc) is one too.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use saml_sp::store::{FirstUse, ReplayKey, ReplayStore};
/// use time::OffsetDateTime;
///
/// #[derive(Default)]
/// struct Claims(Mutex<HashMap<[u8; 32], OffsetDateTime>>);
///
/// impl ReplayStore for Claims {
///     type Error = std::io::Error;
///     async fn claim(&self, key: &ReplayKey, until: OffsetDateTime, now: OffsetDateTime) -> Result<FirstUse, Self::Error> {
///         let mut claims = self.0.lock().map_err(|_| std::io::Error::other("poisoned"))?;
///         claims.retain(|_, until| *until > now);
///         Ok(match claims.insert(*key.as_bytes(), until) {
///             None => FirstUse::First,
///             Some(_) => FirstUse::Replayed,
///         })
///     }
/// }
/// ```
pub trait ReplayStore {
    /// The store's own error.
    type Error: Error + Send + Sync + 'static;

    /// Claim `key` until `until` (exclusive). An entry may be forgotten once `now >= until`.
    ///
    /// # Errors
    /// When the store fails or is full; the login is then refused.
    fn claim(
        &self,
        key: &ReplayKey,
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<FirstUse, Self::Error>> + Send;
}

/// How a pending request is looked up. Both come from the sender and are not to be trusted; they
/// only select a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two things a browser brings back"
)]
pub enum RequestHandle<'a> {
    /// By the `InResponseTo` of the answer.
    ById(&'a str),
    /// By the `RelayState` that came with it.
    ByRelayState(&'a str),
}

/// Remembers requests until they are answered or expire. No cookie is involved, so it works when
/// `SameSite` keeps cookies from the identity provider's cross-site POST.
///
/// Keep a claimed request until it expires, so that a second answer to it is told from an answer
/// to a request that never was. A record holds where the user wanted to go and nothing secret, but
/// whoever can write one can answer a login: it belongs on the server.
pub trait RequestStore {
    /// The store's own error.
    type Error: Error + Send + Sync + 'static;

    /// Remember `record` until its `expires_at`.
    ///
    /// # Errors
    /// When the store fails, is full, or knows the ID or the relay handle already.
    fn put(&self, record: &RequestRecord) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The unexpired record for `handle`, whether or not it was claimed; the claim decides.
    ///
    /// # Errors
    /// When the store fails. An unknown handle is `Ok(None)`.
    fn find(
        &self,
        handle: RequestHandle<'_>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<RequestRecord>, Self::Error>> + Send;

    /// Claim the answer to request `id`, atomically and once. An unknown or expired
    /// (`now >= expires_at`) request is [`FirstUse::Replayed`].
    ///
    /// # Errors
    /// When the store fails; the login is then refused.
    fn claim(
        &self,
        id: &RequestId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<FirstUse, Self::Error>> + Send;
}
