//! The operations, a file for each kind.

mod bulk;
mod create;
mod listing;
mod me;
mod read;
mod remove;
mod update;

use super::Scim;
use crate::auth::TokenStore;
use crate::error::{ScimError, Status};
use crate::guard::Guard;
use crate::id::{Kind, ResourceId, TenantId};
use crate::schema::ResourceType;
use crate::store::{Load, Store, Stored};

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// The resource type of a kind that [`route`](crate::route::route) found.
    ///
    /// # Errors
    /// 404, should the registry not have it.
    fn served(&self, kind: &Kind) -> Result<&ResourceType, ScimError> {
        let found = self.config.registry().by_kind(kind);
        found
            .map(AsRef::as_ref)
            .ok_or_else(|| ScimError::new(Status::NotFound, "no such resource type"))
    }

    /// What is stored under an id.
    ///
    /// # Errors
    /// 404 when this tenant has nothing there; 500 or 503 from the store.
    async fn load(
        &self,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
        tenant: &TenantId,
    ) -> Result<Stored, ScimError> {
        let found = self.store.get(tenant, kind, id, load).await;
        self.known(found)?.ok_or_else(ScimError::not_found)
    }
}
