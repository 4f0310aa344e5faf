//! The host's permission, and the write on a condition.

use super::Scim;
use super::call::Call;
use super::size;
use crate::auth::TokenStore;
use crate::config::Limits;
use crate::error::{Advice, ScimError, ScimType, Status};
use crate::events::{Action, Activation, ChangeRecord};
use crate::guard::{Change, Facet, Facets, Guard, Verdict};
use crate::resource::Resource;
use crate::store::{
    Commit, Conflict, Fault, MemberDelta, Store, Stored, UniqueValue, Version, Written,
};

/// The host's permission for one change: its plan, and the change log entry.
///
/// Made only by [`Scim::judge`], used up by one write.
#[derive(Debug)]
pub(super) struct Permit<P> {
    plan: P,
    record: ChangeRecord,
    /// The resource's unique values from now on, unless they are as before.
    unique: Option<Vec<UniqueValue>>,
}

impl<P> Permit<P> {
    /// What the store needs for it.
    fn commit(&self, limits: &Limits) -> Commit<'_, P> {
        Commit::new(&self.plan, &self.record)
            .with_unique(self.unique.as_deref())
            .with_most_members(limits.max_members)
    }
}

/// How a conditional overwrite ended.
#[derive(Debug)]
pub(super) enum Overwrite {
    /// It is written.
    Done,
    /// Another write came first; the next state has to be computed again.
    Stale,
}

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Asks the host about a change.
    ///
    /// # Errors
    /// 413 for what would be too large; the host's refusal, or 503 when it cannot decide.
    pub(super) async fn judge(
        &self,
        change: &Change<'_>,
        action: Action,
        call: &mut Call<'_>,
    ) -> Result<Permit<S::Plan>, ScimError> {
        size::check(change, self.config.limits())?;
        let record = record(change, action, call)?;
        let verdict = self.guard.judge(call.tenant(), change, call.now).await;
        match verdict.map_err(|error| ScimError::fault(Status::Unavailable, error))? {
            Verdict::Allow(plan) => Ok(Permit {
                plan,
                record,
                unique: self.unique(change),
            }),
            Verdict::Refuse(refusal) => Err(refusal.into()),
        }
    }

    /// The unique values a change leaves its resource with, if it moves them.
    fn unique(&self, change: &Change<'_>) -> Option<Vec<UniqueValue>> {
        let served = self.config.registry().by_kind(change.kind())?;
        let (before, next) = match change {
            Change::Create { next, .. } => (Vec::new(), *next),
            Change::Replace { current, next, .. } => {
                (UniqueValue::all_of(served, current.resource()), *next)
            }
            Change::Delete { .. } => return None,
        };
        let after = UniqueValue::all_of(served, next);
        (after != before).then_some(after)
    }

    /// Writes a new resource.
    ///
    /// # Errors
    /// 409 for a taken value, the plan's refusal, 500 or 503 from the store.
    pub(super) async fn insert(
        &self,
        permit: Permit<S::Plan>,
        new: &Stored,
        call: &mut Call<'_>,
    ) -> Result<(), ScimError> {
        let commit = permit.commit(self.config.limits());
        let written = self.store.create(call.tenant(), new, &commit).await;
        match self.ended(written)? {
            Overwrite::Done => {
                call.note(permit.record);
                Ok(())
            }
            Overwrite::Stale => Err(contended()),
        }
    }

    /// Writes the next state over the version it was computed from; of a group
    /// only the difference in its members, when that is given.
    ///
    /// # Errors
    /// As [`insert`](Self::insert), and 404 when the resource is gone.
    pub(super) async fn overwrite(
        &self,
        permit: Permit<S::Plan>,
        next: &Stored,
        delta: Option<&MemberDelta>,
        expected: Version,
        call: &mut Call<'_>,
    ) -> Result<Overwrite, ScimError> {
        let commit = permit.commit(self.config.limits());
        let (store, tenant) = (&self.store, call.tenant());
        let written = match delta {
            None => store.replace(tenant, next, expected, &commit).await,
            Some(delta) => {
                store
                    .change_members(tenant, next, delta, expected, &commit)
                    .await
            }
        };
        let ended = self.ended(written)?;
        if matches!(ended, Overwrite::Done) {
            call.note(permit.record);
        }
        Ok(ended)
    }

    /// Removes the version that was judged.
    ///
    /// # Errors
    /// As [`overwrite`](Self::overwrite).
    pub(super) async fn remove(
        &self,
        permit: Permit<S::Plan>,
        current: &Stored,
        call: &mut Call<'_>,
    ) -> Result<Overwrite, ScimError> {
        let commit = permit.commit(self.config.limits());
        let (kind, id) = (current.kind(), current.id());
        let written = self
            .store
            .delete(call.tenant(), kind, id, current.version(), &commit)
            .await;
        let ended = self.ended(written)?;
        if matches!(ended, Overwrite::Done) {
            call.note(permit.record);
        }
        Ok(ended)
    }

    /// What a store's answer to a write means for the client.
    fn ended(&self, written: Result<Written, S::Error>) -> Result<Overwrite, ScimError> {
        match self.known(written)? {
            Written::Done => Ok(Overwrite::Done),
            Written::Stale => Ok(Overwrite::Stale),
            Written::Missing => Err(ScimError::not_found()),
            Written::Conflict(conflict) => Err(taken(&conflict)),
            Written::TooManyMembers => Err(size::too_many_members(self.config.limits())),
            Written::Refused(refusal) => Err(refusal.into()),
        }
    }

    /// A store's failure as 500 or 503, its text kept off the wire; a search beyond
    /// its limit as 400.
    pub(super) fn known<V>(&self, result: Result<V, S::Error>) -> Result<V, ScimError> {
        result.map_err(|error| {
            let status = match S::fault(&error) {
                Fault::Unavailable => Status::Unavailable,
                Fault::Internal => Status::Internal,
                Fault::TooMany => return too_many(),
            };
            ScimError::fault(status, error)
        })
    }
}

fn too_many() -> ScimError {
    let text = "too many resources would have to be searched; filter by userName, externalId or \
                id, or list them page by page without filter and sortBy";
    ScimError::bad_request(ScimType::TooMany, text)
}

/// The change log entry of a change that may happen.
fn record(
    change: &Change<'_>,
    action: Action,
    call: &mut Call<'_>,
) -> Result<ChangeRecord, ScimError> {
    let (resource, attributes, activation) = match change {
        Change::Create { next, .. } => {
            let all = Facets::between(&Resource::default(), next);
            (*next, all.attributes().to_vec(), None)
        }
        Change::Replace { next, facets, .. } => {
            (*next, facets.attributes().to_vec(), activation(facets))
        }
        Change::Delete { current } => (current.resource(), Vec::new(), None),
    };
    Ok(ChangeRecord {
        txn: call.issue_txn()?,
        token: Some(call.bearer().token().clone()),
        at: call.now,
        kind: change.kind().clone(),
        id: change.id().clone(),
        external_id: resource.external_id().map(str::to_owned),
        action,
        attributes,
        activation,
    })
}

fn activation(facets: &Facets) -> Option<Activation> {
    if facets.contains(Facet::Deactivate) {
        Some(Activation::Deactivated)
    } else if facets.contains(Facet::Reactivate) {
        Some(Activation::Reactivated)
    } else {
        None
    }
}

/// 409 `uniqueness`; names the attribute and not its holder.
fn taken(conflict: &Conflict) -> ScimError {
    let attribute = &conflict.attribute;
    ScimError::uniqueness(format!(
        "`{attribute}` is taken by another resource of this organisation"
    ))
}

/// 503: so many writers at once that none of the attempts came through. They are done in a moment.
pub(super) fn contended() -> ScimError {
    ScimError::new(
        Status::Unavailable,
        "the resource was changed by others all the while; try again",
    )
    .with_advice(Advice::RetryAfter(1))
}
