//! `DELETE` of one resource (RFC 7644 section 3.6).

use crate::auth::TokenStore;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::reply::Reply;
use crate::engine::write::{Overwrite, contended};
use crate::error::ScimError;
use crate::etag::Conditions;
use crate::events::Action;
use crate::guard::{Change, Guard};
use crate::id::{Kind, ResourceId};
use crate::store::{Load, Store};

/// As for updates: a delete without `If-Match` does not care what came before.
const ATTEMPTS: u32 = 5;

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Removes a resource: 204, and 404 from then on.
    ///
    /// # Errors
    /// 404, 412, the guard's refusal.
    pub(in crate::engine) async fn delete(
        &self,
        kind: &Kind,
        id: &ResourceId,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        self.removed(kind, id, &call.conditions(), call).await?;
        Ok(Reply::empty(204))
    }

    /// Judges and removes what is stored under an id.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub(in crate::engine) async fn removed(
        &self,
        kind: &Kind,
        id: &ResourceId,
        conditions: &Conditions,
        call: &mut Call<'_>,
    ) -> Result<(), ScimError> {
        for _ in 0..ATTEMPTS {
            let current = self.load(kind, id, &Load::All, call.tenant()).await?;
            conditions.require(current.version())?;
            let change = Change::Delete { current: &current };
            let permit = self.judge(&change, Action::Delete, call).await?;
            match self.remove(permit, &current, call).await? {
                Overwrite::Done => return Ok(()),
                Overwrite::Stale => {}
            }
        }
        Err(contended())
    }
}
