//! One authenticated request on its way through the stages.

use data_encoding::HEXLOWER;
use time::OffsetDateTime;

use super::intake::Bounded;
use crate::auth::{Bearer, Random};
use crate::dialect::{Dialect, Reading};
use crate::error::{ScimError, Status};
use crate::etag::{Condition, Conditions};
use crate::events::{ChangeRecord, Outcome};
use crate::id::{ResourceId, TenantId, TxnId};
use crate::json;
use crate::resource::Resource;

/// What every stage after the token check may know and note.
pub(super) struct Call<'c> {
    bounded: &'c Bounded<'c>,
    bearer: &'c Bearer,
    /// The host's clock, to the millisecond: finer parts would not survive
    /// every store, and what was answered has to equal what is read later.
    pub(super) now: OffsetDateTime,
    /// The client's dialect, counting what it grants.
    pub(super) reading: Reading,
    random: &'c mut (dyn Random + Send),
    outcome: &'c mut Outcome,
    /// Transaction and number of writes of a bulk request.
    bulk: Option<(String, usize)>,
}

impl<'c> Call<'c> {
    pub(super) fn new(
        bounded: &'c Bounded<'c>,
        bearer: &'c Bearer,
        dialect: Dialect,
        now: OffsetDateTime,
        random: &'c mut (dyn Random + Send),
        outcome: &'c mut Outcome,
    ) -> Self {
        let now = now.replace_millisecond(now.millisecond()).unwrap_or(now);
        Self {
            bounded,
            bearer,
            now,
            reading: dialect.reading(),
            random,
            outcome,
            bulk: None,
        }
    }

    /// The tenant the token speaks for.
    pub(super) fn tenant(&self) -> &'c TenantId {
        self.bearer.tenant()
    }

    /// The verified token.
    pub(super) fn bearer(&self) -> &'c Bearer {
        self.bearer
    }

    /// The query of the request target.
    pub(super) fn query(&self) -> &'c str {
        &self.bounded.request().query
    }

    /// `If-Match` and `If-None-Match`.
    pub(super) fn conditions(&self) -> Conditions {
        let head = &self.bounded.request().head;
        Conditions {
            if_match: Condition::parse(head.if_match.as_deref()),
            if_none_match: Condition::parse(head.if_none_match.as_deref()),
        }
    }

    /// The body as one JSON object.
    pub(super) fn object(&self, limits: &json::Limits) -> Result<Resource, ScimError> {
        self.bounded.object(limits)
    }

    /// A new resource id: 128 random bits in hexadecimal.
    pub(super) fn issue_id(&mut self) -> Result<ResourceId, ScimError> {
        self.unique().map(ResourceId::new)
    }

    /// Begins a bulk request: its writes are numbered parts of one transaction
    /// (RFC 9967 section 2.5.1.1).
    pub(super) fn begin_bulk(&mut self) -> Result<(), ScimError> {
        self.bulk = Some((self.unique()?, 0));
        Ok(())
    }

    /// A new transaction id.
    pub(super) fn issue_txn(&mut self) -> Result<TxnId, ScimError> {
        if let Some((txn, number)) = &mut self.bulk {
            *number += 1;
            return Ok(TxnId::new(format!("{txn}:{number}")));
        }
        self.unique().map(TxnId::new)
    }

    fn unique(&mut self) -> Result<String, ScimError> {
        let mut bytes = [0; 16];
        let filled = self.random.fill(&mut bytes);
        filled.map_err(|error| ScimError::fault(Status::Unavailable, error))?;
        Ok(HEXLOWER.encode(&bytes))
    }

    /// Notes a write that was done.
    pub(super) fn note(&mut self, record: ChangeRecord) {
        self.outcome.changes.push(record);
    }

    /// Reports what the dialect granted.
    pub(super) fn finish(self) {
        self.outcome.tolerated = self.reading.used().collect();
    }
}
