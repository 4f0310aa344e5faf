//! Stores in memory, for one process: bounded, and failing closed when full.
//!
//! With more than one process an assertion could be used once in each; use a shared store there.
//!
//! For one process, and for tests. Bounded: when a store is full it refuses new entries instead of
//! forgetting old ones, because a forgotten assertion could be used again. Entries whose time is over
//! make room first.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use time::OffsetDateTime;

use super::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore};
use crate::record::{RequestId, RequestRecord};

/// Why a memory store refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryError {
    /// Every place is taken by an entry that has not expired. Nothing was forgotten to make room.
    Full,
    /// The ID or the relay handle is taken.
    Taken,
}

impl fmt::Display for MemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the store is full",
            Self::Taken => "the request is already stored",
        })
    }
}

impl Error for MemoryError {}

/// Used assertions, in memory.
///
/// ```
/// use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, memory::MemoryReplayStore};
/// # use time::{Duration, OffsetDateTime};
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (store, now) = (MemoryReplayStore::with_capacity(10_000), OffsetDateTime::UNIX_EPOCH);
/// let key = ReplayKey::new("https://idp", "_1");
/// let until = now + Duration::minutes(8);
/// assert_eq!(store.claim(&key, until, now).await, Ok(FirstUse::First));
/// assert_eq!(store.claim(&key, until, now).await, Ok(FirstUse::Replayed));
/// # }
/// ```
#[derive(Debug)]
pub struct MemoryReplayStore {
    capacity: usize,
    used: Mutex<HashMap<ReplayKey, OffsetDateTime>>,
}

impl MemoryReplayStore {
    /// A store for at most `capacity` unexpired assertions (some 100 bytes each). An assertion
    /// lives about eight minutes here, so 100,000 serve 200 logins a second.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            used: Mutex::default(),
        }
    }

    fn claim_now(
        &self,
        key: &ReplayKey,
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<FirstUse, MemoryError> {
        // A panic elsewhere cannot leave the map half changed: every change is one call.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.get(key).is_some_and(|end| *end > now) {
            return Ok(FirstUse::Replayed);
        }
        if used.len() >= self.capacity {
            used.retain(|_, end| *end > now);
        }
        if used.len() >= self.capacity {
            return Err(MemoryError::Full);
        }
        used.insert(*key, until);
        Ok(FirstUse::First)
    }
}

impl ReplayStore for MemoryReplayStore {
    type Error = MemoryError;

    async fn claim(
        &self,
        key: &ReplayKey,
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<FirstUse, MemoryError> {
        self.claim_now(key, until, now)
    }
}

/// Pending requests, in memory.
///
/// Anyone can start a login, so a full store means a flood or a too small capacity; new logins
/// then fail until old requests expire, and no pending one is lost.
#[derive(Debug)]
pub struct MemoryRequestStore {
    capacity: usize,
    pending: Mutex<Pending>,
}

#[derive(Debug, Default)]
struct Pending {
    by_id: HashMap<String, Entry>,
    by_relay: HashMap<String, String>,
}

#[derive(Debug)]
struct Entry {
    record: RequestRecord,
    claimed: bool,
}

impl Pending {
    fn forget_expired(&mut self, now: OffsetDateTime) {
        let Self { by_id, by_relay } = self;
        by_id.retain(|_, entry| entry.record.expires_at() > now);
        by_relay.retain(|_, id| by_id.contains_key(id));
    }
}

impl MemoryRequestStore {
    /// A store for at most `capacity` unexpired requests (some 1 kB each).
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            pending: Mutex::default(),
        }
    }

    fn put_now(&self, record: &RequestRecord) -> Result<(), MemoryError> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.by_id.len() >= self.capacity {
            pending.forget_expired(record.issued_at());
        }
        if pending.by_id.len() >= self.capacity {
            return Err(MemoryError::Full);
        }
        let (id, relay) = (record.id().as_str(), record.relay().as_str());
        if pending.by_id.contains_key(id) || pending.by_relay.contains_key(relay) {
            return Err(MemoryError::Taken);
        }
        pending.by_relay.insert(relay.to_owned(), id.to_owned());
        pending.by_id.insert(
            id.to_owned(),
            Entry {
                record: record.clone(),
                claimed: false,
            },
        );
        Ok(())
    }

    fn find_now(&self, handle: RequestHandle<'_>, now: OffsetDateTime) -> Option<RequestRecord> {
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match handle {
            RequestHandle::ById(id) => id,
            RequestHandle::ByRelayState(relay) => pending.by_relay.get(relay)?,
        };
        let record = &pending.by_id.get(id)?.record;
        (record.expires_at() > now).then(|| record.clone())
    }

    fn claim_now(&self, id: &RequestId, now: OffsetDateTime) -> FirstUse {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        match pending.by_id.get_mut(id.as_str()) {
            Some(entry) if !entry.claimed && entry.record.expires_at() > now => {
                entry.claimed = true;
                FirstUse::First
            }
            _ => FirstUse::Replayed,
        }
    }
}

impl RequestStore for MemoryRequestStore {
    type Error = MemoryError;

    async fn put(&self, record: &RequestRecord) -> Result<(), MemoryError> {
        self.put_now(record)
    }

    async fn find(
        &self,
        handle: RequestHandle<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<RequestRecord>, MemoryError> {
        Ok(self.find_now(handle, now))
    }

    async fn claim(&self, id: &RequestId, now: OffsetDateTime) -> Result<FirstUse, MemoryError> {
        Ok(self.claim_now(id, now))
    }
}
