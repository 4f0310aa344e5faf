//! A store behind an [`Arc`] is a store, so that the state of a web service can be handed over as it
//! is.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore};
use crate::record::{RequestId, RequestRecord};

impl<S: ReplayStore + Send + Sync> ReplayStore for Arc<S> {
    type Error = S::Error;

    async fn claim(
        &self,
        key: &ReplayKey,
        until: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<FirstUse, Self::Error> {
        S::claim(self, key, until, now).await
    }
}

impl<S: RequestStore + Send + Sync> RequestStore for Arc<S> {
    type Error = S::Error;

    async fn put(&self, record: &RequestRecord) -> Result<(), Self::Error> {
        S::put(self, record).await
    }

    async fn find(
        &self,
        handle: RequestHandle<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<RequestRecord>, Self::Error> {
        S::find(self, handle, now).await
    }

    async fn claim(&self, id: &RequestId, now: OffsetDateTime) -> Result<FirstUse, Self::Error> {
        S::claim(self, id, now).await
    }
}
