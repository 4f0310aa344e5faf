//! The stores of saml-sp: assertions used, requests not yet answered.
//!
//! Both claims are one statement each, decided by the database's own unique key or row lock,
//! so any number of processes may race for one assertion and one of them wins.

use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, Step, UnitError, params};
use saml_sp::record::{RequestId, RequestRecord};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore};
use time::OffsetDateTime;

impl ReplayStore for Database {
    type Error = StoreError;

    /// The key of the row is the replay key: whoever inserts it was first. A row is kept
    /// until [`Database::clean`](crate::Database::clean) removes it after `until`.
    async fn claim(
        &self,
        key: &ReplayKey,
        until: OffsetDateTime,
        _now: OffsetDateTime,
    ) -> Result<FirstUse, StoreError> {
        won(self.unit(vec![claim_assertion(key, until)]).await)
    }
}

impl RequestStore for Database {
    type Error = StoreError;

    async fn put(&self, record: &RequestRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO saml_requests (id, relay, tenant, record, expires, claimed) \
                   VALUES ($1, $2, $3, $4, $5, NULL)";
        let values = params![
            record.id().as_str(),
            record.relay().as_str(),
            record.tenant(),
            serde_json::to_string(record)?,
            record.expires_at(),
        ];
        self.execute(sql, values).await.map(drop)
    }

    async fn find(
        &self,
        handle: RequestHandle<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<RequestRecord>, StoreError> {
        let (column, handle) = handle_of(handle);
        // A NUL is text to SQLite and an error to PostgreSQL; no handle of ours holds one.
        if handle.contains('\0') {
            return Ok(None);
        }
        let sql = format!("SELECT record FROM saml_requests WHERE {column} = $1 AND expires > $2");
        self.row(&sql, params![handle, now])
            .await?
            .as_ref()
            .map(record)
            .transpose()
    }

    /// The update finds the row unclaimed or it does not: two updates of one row queue.
    async fn claim(&self, id: &RequestId, now: OffsetDateTime) -> Result<FirstUse, StoreError> {
        if id.as_str().contains('\0') {
            return Ok(FirstUse::Replayed);
        }
        won(self.unit(vec![claim_request(id, now)]).await)
    }
}

/// Touches one row for whoever is first, and none for the others.
pub(crate) fn claim_assertion(key: &ReplayKey, until: OffsetDateTime) -> Step {
    let sql = "INSERT INTO saml_replays (key, until) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    Step::new(sql, params![key.as_bytes().to_vec(), until]).expecting_one()
}

/// As [`claim_assertion`], for a request.
pub(crate) fn claim_request(id: &RequestId, now: OffsetDateTime) -> Step {
    let sql =
        "UPDATE saml_requests SET claimed = $1 WHERE id = $2 AND expires > $1 AND claimed IS NULL";
    Step::new(sql, params![now, id.as_str()]).expecting_one()
}

impl Database {
    pub(crate) async fn is_used(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        let sql = "SELECT until FROM saml_replays WHERE key = $1";
        let row = self.row(sql, params![key.as_bytes().to_vec()]).await?;
        Ok(row.is_some())
    }

    pub(crate) async fn is_open(
        &self,
        id: &RequestId,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        if id.as_str().contains('\0') {
            return Ok(false);
        }
        let sql =
            "SELECT expires FROM saml_requests WHERE id = $1 AND expires > $2 AND claimed IS NULL";
        Ok(self.row(sql, params![id.as_str(), now]).await?.is_some())
    }
}

/// The column that a handle is looked up in, and what is looked for.
pub(crate) const fn handle_of(handle: RequestHandle<'_>) -> (&'static str, &str) {
    match handle {
        RequestHandle::ById(id) => ("id", id),
        RequestHandle::ByRelayState(relay) => ("relay", relay),
    }
}

pub(crate) fn record(row: &Row) -> Result<RequestRecord, StoreError> {
    Ok(serde_json::from_str(&row.text(0)?)?)
}

fn won(claim: Result<Vec<u64>, UnitError>) -> Result<FirstUse, StoreError> {
    match claim {
        Ok(_) => Ok(FirstUse::First),
        Err(UnitError::Unmet(_)) => Ok(FirstUse::Replayed),
        Err(UnitError::Store(error)) => Err(error),
    }
}
