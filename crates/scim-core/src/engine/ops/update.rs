//! `PUT` and `PATCH` of one resource (RFC 7644 sections 3.5.1 and 3.5.2).

use crate::auth::TokenStore;
use crate::config::GroupPatch;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::reply::Reply;
use crate::engine::write::{Overwrite, contended};
use crate::error::ScimError;
use crate::etag::Condition;
use crate::events::Action;
use crate::guard::{Change, Facets, Guard};
use crate::id::{Kind, ResourceId};
use crate::patch::Patch;
use crate::resource::Resource;
use crate::schema::{Checked, Context, ResourceType};
use crate::store::{Load, Store, Stored};

/// How often a next state is computed anew because another write came first.
/// Five: two clients that update one resource without `If-Match` pass each other
/// at once; more contention than that is for the client to wait out.
const ATTEMPTS: u32 = 5;

/// What the client wants of the current state.
pub(in crate::engine) enum Update {
    /// Put this in its place.
    Replace(Resource),
    /// Apply these operations.
    Modify(Patch),
}

impl Update {
    /// The next state; a function of the current one, without effects.
    fn next(
        &self,
        current: &Stored,
        served: &ResourceType,
        call: &mut Call<'_>,
    ) -> Result<Checked, ScimError> {
        let current = current.resource();
        match self {
            Self::Replace(sent) => {
                let context = Context::Replace { current };
                Ok(served.check(sent.clone(), context, &mut call.reading)?)
            }
            Self::Modify(patch) => Ok(patch.apply(current, served, &mut call.reading)?.next),
        }
    }

    fn action(&self) -> Action {
        match self {
            Self::Replace(_) => Action::Replace,
            Self::Modify(_) => Action::Modify,
        }
    }
}

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Replaces a resource: 200 with the result. Never creates one.
    ///
    /// # Errors
    /// 400, 404, 409, 412, the guard's refusal.
    pub(in crate::engine) async fn replace(
        &self,
        kind: &Kind,
        id: &ResourceId,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let served = self.served(kind)?;
        let shown = call.shown(served, &self.defaults)?;
        let update = Update::Replace(call.object(&self.config.limits().body)?);
        let stored = self
            .updated(served, id, &update, &call.if_match(), call)
            .await?;
        self.show(&stored, &shown, call.tenant()).await
    }

    /// Modifies a resource: 200 with the result, or 204 for a group.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub(in crate::engine) async fn modify(
        &self,
        kind: &Kind,
        id: &ResourceId,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let served = self.served(kind)?;
        let shown = call.shown(served, &self.defaults)?;
        let body = call.object(&self.config.limits().body)?;
        let update = Update::Modify(Patch::parse(body.into_attributes(), &mut call.reading)?);
        let stored = self
            .updated(served, id, &update, &call.if_match(), call)
            .await?;
        let lean = self.config.group_patch() == GroupPatch::NoContent && *kind == Kind::GROUP;
        if lean && !shown.is_asked_for() {
            return Ok(Reply::empty(204).of(stored.version()));
        }
        self.show(&stored, &shown, call.tenant()).await
    }

    /// Loads, computes, judges and writes until no other write comes between.
    /// A request that changes nothing writes nothing: version and
    /// `lastModified` stay.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub(in crate::engine) async fn updated(
        &self,
        served: &ResourceType,
        id: &ResourceId,
        update: &Update,
        condition: &Condition,
        call: &mut Call<'_>,
    ) -> Result<Stored, ScimError> {
        for _ in 0..ATTEMPTS {
            let current = self
                .load(served.kind(), id, &Load::All, call.tenant())
                .await?;
            condition.require(current.version())?;
            let next = update.next(&current, served, call)?.into_resource();
            let before = Some(current.resource());
            let next = self
                .with_members(served.kind(), before, next, call.tenant())
                .await?;
            let facets = Facets::between(current.resource(), &next);
            if facets.is_empty() {
                return Ok(current);
            }
            self.unique(served, Some(current.id()), &next, call.tenant())
                .await?;
            let change = Change::Replace {
                current: &current,
                next: &next,
                facets: &facets,
            };
            let permit = self.judge(&change, update.action(), call).await?;
            let next = successor(&current, next, call);
            match self
                .overwrite(permit, &next, current.version(), call)
                .await?
            {
                Overwrite::Done => return Ok(next),
                Overwrite::Stale => {}
            }
        }
        Err(contended())
    }
}

/// The next version of a resource.
fn successor(current: &Stored, next: Resource, call: &Call<'_>) -> Stored {
    let (kind, id) = (current.kind().clone(), current.id().clone());
    let version = current.version().next();
    Stored::new(kind, id, next, version, current.created(), call.now)
}
