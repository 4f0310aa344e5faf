//! `PUT` and `PATCH` of one resource (RFC 7644 sections 3.5.1 and 3.5.2).

use crate::auth::TokenStore;
use crate::config::GroupPatch;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::reply::Reply;
use crate::engine::write::{Overwrite, contended};
use crate::error::ScimError;
use crate::etag::Conditions;
use crate::events::Action;
use crate::guard::{Change, Extent, Facets, Guard};
use crate::id::{Kind, ResourceId};
use crate::patch::Patch;
use crate::resource::{Name, Resource};
use crate::schema::{Checked, Context, ResourceType};
use crate::store::{Load, MemberDelta, Store, Stored};

/// How often a next state is computed anew because another write came first.
/// Five: two clients that update one resource without `If-Match` pass each other
/// at once; more contention than that is for the client to wait out.
const ATTEMPTS: u32 = 5;

/// What the client wants of the current state.
pub(in crate::engine) enum Update {
    /// Put this in its place.
    Replace(Resource),
    /// Apply these operations; of a group, only these members are needed for it,
    /// if not all.
    Modify(Patch, Option<Vec<ResourceId>>),
}

/// Whether the answer shows the members of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Answer {
    WithMembers,
    WithoutMembers,
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
            Self::Modify(patch, _) => Ok(patch.apply(current, served, &mut call.reading)?.next),
        }
    }

    fn action(&self) -> Action {
        match self {
            Self::Replace(_) => Action::Replace,
            Self::Modify(..) => Action::Modify,
        }
    }

    /// The only members of a group it is about, if it is about no others.
    fn members(&self) -> Option<&[ResourceId]> {
        match self {
            Self::Modify(_, members) => members.as_deref(),
            Self::Replace(_) => None,
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
            .updated(served, id, &update, &call.conditions(), call)
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
        let patch = Patch::parse(body.into_attributes(), &mut call.reading)?;
        let lean = self.config.group_patch() == GroupPatch::NoContent
            && *kind == Kind::GROUP
            && !shown.is_asked_for();
        let answer = if lean || shown.load().skips(&Name::MEMBERS) {
            Answer::WithoutMembers
        } else {
            Answer::WithMembers
        };
        let update = self.modification(patch, kind, answer);
        let stored = self
            .updated(served, id, &update, &call.conditions(), call)
            .await?;
        if lean {
            return Ok(Reply::empty(204).of(stored.version()));
        }
        self.show(&stored, &shown, call.tenant()).await
    }

    /// A PATCH, and what it needs of a group's members: only those it names, when
    /// neither the guard nor the answer wants to see the others.
    pub(in crate::engine) fn modification(
        &self,
        patch: Patch,
        kind: &Kind,
        answer: Answer,
    ) -> Update {
        let few = *kind == Kind::GROUP
            && answer == Answer::WithoutMembers
            && self.guard.extent() == Extent::Touched;
        let groups = few.then(|| self.config.registry().by_kind(kind)).flatten();
        let members = groups.and_then(|groups| patch.touched_members(groups));
        Update::Modify(patch, members)
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
        conditions: &Conditions,
        call: &mut Call<'_>,
    ) -> Result<Stored, ScimError> {
        let mut members = update.members();
        for _ in 0..ATTEMPTS {
            let (load, extent) = match members {
                Some(ids) => (Load::Members(ids.to_vec()), Extent::Touched),
                None => (Load::All, Extent::Whole),
            };
            let current = self.load(served.kind(), id, &load, call.tenant()).await?;
            conditions.require(current.version())?;
            let next = update.next(&current, served, call)?.into_resource();
            let before = Some(current.resource());
            let next = self
                .with_members(served.kind(), before, next, call.tenant())
                .await?;
            let delta = members.map(|_| MemberDelta::between(current.resource(), &next));
            if let (Some(ids), Some(delta)) = (members, &delta)
                && !delta.is_about(ids)
            {
                // A value was read as another member's id: compare with all of them.
                members = None;
                continue;
            }
            let facets = Facets::between(current.resource(), &next);
            if facets.is_empty() {
                return Ok(current);
            }
            let change = Change::Replace {
                current: &current,
                next: &next,
                facets: &facets,
                extent,
            };
            let permit = self.judge(&change, update.action(), call).await?;
            let next = successor(&current, next, call);
            let expected = current.version();
            match self
                .overwrite(permit, &next, delta.as_ref(), expected, call)
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
