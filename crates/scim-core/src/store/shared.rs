//! Stores behind an `Arc`.

use std::sync::Arc;

use super::{Commit, Fault, Load, MemberDelta, Membership, Page, Store, Stored, Version, Written};
use crate::id::{Kind, ResourceId, TenantId};
use crate::query::Query;

/// A shared store is a store.
impl<S: Store> Store for Arc<S> {
    type Plan = S::Plan;
    type Error = S::Error;

    async fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> Result<Option<Stored>, S::Error> {
        S::get(self, tenant, kind, id, load).await
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, S::Error> {
        S::query(self, tenant, query).await
    }

    async fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, S::Plan>,
    ) -> Result<Written, S::Error> {
        S::create(self, tenant, new, commit).await
    }

    async fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, S::Plan>,
    ) -> Result<Written, S::Error> {
        S::replace(self, tenant, next, expected, commit).await
    }

    async fn change_members(
        &self,
        tenant: &TenantId,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        commit: &Commit<'_, S::Plan>,
    ) -> Result<Written, S::Error> {
        S::change_members(self, tenant, next, delta, expected, commit).await
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        commit: &Commit<'_, S::Plan>,
    ) -> Result<Written, S::Error> {
        S::delete(self, tenant, kind, id, expected, commit).await
    }

    async fn kinds_of(
        &self,
        tenant: &TenantId,
        ids: &[ResourceId],
    ) -> Result<Vec<Option<Kind>>, S::Error> {
        S::kinds_of(self, tenant, ids).await
    }

    async fn groups_of(
        &self,
        tenant: &TenantId,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, S::Error> {
        S::groups_of(self, tenant, members).await
    }

    fn fault(error: &S::Error) -> Fault {
        S::fault(error)
    }
}
