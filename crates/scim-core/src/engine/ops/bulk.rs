//! `POST /Bulk` (RFC 7644 section 3.7): many operations in one request.
//!
//! Every operation goes through the same stages as a request of its own, guard
//! included. Operations are independent: what is done stays done when a later
//! one fails. Only the creates of a circle of references stand or fall together.

mod results;
mod work;

use super::update::{Answer, Update};
use crate::auth::TokenStore;
use crate::bulk::{Bulk, Operation, Order, References, Step, Without, refers};
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::reply::Reply;
use crate::error::{ScimError, ScimType, Status};
use crate::etag::{Condition, Conditions};
use crate::guard::Guard;
use crate::id::{Kind, ResourceId};
use crate::patch::Patch;
use crate::resource::{Attributes, Resource};
use crate::route::{Op, route};
use crate::store::{Store, Version};
use work::{Done, Work};

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Does the operations of a bulk request: 200 with a result for each that
    /// was tried.
    ///
    /// # Errors
    /// 400 for what is no bulk request, 413 over the published limits.
    pub(in crate::engine) async fn bulk(&self, call: &mut Call<'_>) -> Result<Reply, ScimError> {
        let body = call.object(&self.config.limits().body)?;
        let bulk = Bulk::parse(body, self.config.limits().bulk_operations)?;
        let order = Order::of(&bulk);
        call.begin_bulk()?;
        let done = vec![None; bulk.operations.len()];
        let mut work = Work {
            bulk: &bulk,
            order: &order,
            known: References::default(),
            done,
        };
        for step in &order.steps {
            match step {
                _ if work.is_over() && !matches!(step, Step::Close(_)) => {}
                Step::Run(at) => self.run(*at, Without::Nothing, &mut work, call).await,
                Step::Begin(at) => self.run(*at, Without::Unresolved, &mut work, call).await,
                Step::Close(circle) => self.close(circle, &mut work, call).await,
            }
        }
        Ok(Reply::ok(self.results(&work)))
    }

    /// Tries one operation, its references resolved; with
    /// [`Without::Unresolved`] those that close a circle are left out.
    async fn run(&self, at: usize, without: Without, work: &mut Work<'_>, call: &mut Call<'_>) {
        let Some(operation) = work.operation(at) else {
            return;
        };
        if work.lacks(at) {
            return work.end(
                at,
                Done::Badly {
                    error: unresolved(),
                    at: None,
                },
            );
        }
        let path = work.known.resolve_text(&operation.path);
        let data = work.known.resolve(&operation.data, without);
        if !refers(&data, &path).is_empty() {
            return work.end(
                at,
                Done::Badly {
                    error: unresolved(),
                    at: None,
                },
            );
        }
        let done = match route(operation.method, &path, "", self.config.registry()) {
            Ok(op) => self.operate(op, data, operation, call).await,
            Err(error) => Done::Badly { error, at: None },
        };
        work.end(at, done);
    }

    /// One operation through the stages of a request.
    async fn operate(
        &self,
        op: Op,
        data: Attributes,
        operation: &Operation,
        call: &mut Call<'_>,
    ) -> Done {
        let conditions = Conditions::matching(Condition::parse(operation.version.as_deref()));
        let body = Resource::new(data);
        match op {
            Op::Create(_) if operation.bulk_id.is_none() => {
                let missing = "a POST in a bulk request needs a `bulkId`";
                let error = ScimError::bad_request(ScimType::InvalidSyntax, missing);
                Done::Badly { error, at: None }
            }
            Op::Create(kind) => match self.create_one(&kind, body, call).await {
                Ok((id, version)) => Done::Well {
                    status: 201,
                    kind,
                    id,
                    version,
                },
                Err(error) => Done::Badly { error, at: None },
            },
            Op::Replace(kind, id) => {
                let done = self
                    .change(&kind, &id, Update::Replace(body), &conditions, call)
                    .await;
                ended(done, 200, kind, id)
            }
            Op::Modify(kind, id) => {
                let done = match Patch::parse(body.into_attributes(), &mut call.reading) {
                    Ok(patch) => {
                        let update = self.modification(patch, &kind, Answer::WithoutMembers);
                        self.change(&kind, &id, update, &conditions, call).await
                    }
                    Err(error) => Err(error.into()),
                };
                ended(done, 200, kind, id)
            }
            Op::Delete(kind, id) => {
                let done = self
                    .removed(&kind, &id, &conditions, call)
                    .await
                    .map(|()| None);
                ended(done, 204, kind, id)
            }
            _ => {
                let detail = "a bulk operation is a POST, PUT, PATCH or DELETE of a resource";
                let error = ScimError::bad_request(ScimType::InvalidSyntax, detail);
                Done::Badly { error, at: None }
            }
        }
    }

    /// Creates what a POST of the request asks for.
    async fn create_one(
        &self,
        kind: &Kind,
        body: Resource,
        call: &mut Call<'_>,
    ) -> Result<(ResourceId, Option<Version>), ScimError> {
        let stored = self.created(self.served(kind)?, body, call).await?;
        Ok((stored.id().clone(), Some(stored.version())))
    }

    /// Replaces or modifies what an operation names.
    async fn change(
        &self,
        kind: &Kind,
        id: &ResourceId,
        update: Update,
        conditions: &Conditions,
        call: &mut Call<'_>,
    ) -> Result<Option<Version>, ScimError> {
        let stored = self
            .updated(self.served(kind)?, id, &update, conditions, call)
            .await?;
        Ok(Some(stored.version()))
    }

    /// Completes what was begun without a reference; what refers to something
    /// that failed is taken back.
    async fn close(&self, circle: &[usize], work: &mut Work<'_>, call: &mut Call<'_>) {
        while let Some(at) = circle
            .iter()
            .copied()
            .find(|at| work.ended_well(*at) && !work.has_all(*at))
        {
            self.take_back(at, work, call).await;
        }
        for at in circle {
            self.complete(*at, work, call).await;
        }
    }

    /// Puts in what was left out of an operation that closed a circle.
    async fn complete(&self, at: usize, work: &mut Work<'_>, call: &mut Call<'_>) {
        let begun = work.order.steps.contains(&Step::Begin(at));
        let (Some(operation), Some(Some(Done::Well { kind, id, .. }))) =
            (work.operation(at), work.done.get(at).cloned())
        else {
            return;
        };
        if !begun {
            return;
        }
        let body = Resource::new(work.known.resolve(&operation.data, Without::Nothing));
        let update = Update::Replace(body);
        let done = match self
            .change(&kind, &id, update, &Conditions::NONE, call)
            .await
        {
            Ok(version) => Done::Well {
                status: 201,
                kind,
                id,
                version,
            },
            Err(error) => Done::Badly {
                error,
                at: Some((kind, id)),
            },
        };
        work.end(at, done);
    }

    /// Removes what was created for nothing.
    async fn take_back(&self, at: usize, work: &mut Work<'_>, call: &mut Call<'_>) {
        if let Some(Some(Done::Well { kind, id, .. })) = work.done.get(at).cloned() {
            let error = match self.removed(&kind, &id, &Conditions::NONE, call).await {
                Ok(()) => unresolved(),
                Err(error) => error,
            };
            work.end(at, Done::Badly { error, at: None });
        }
    }
}

/// The result of an operation on a resource that has an id.
fn ended(
    done: Result<Option<Version>, ScimError>,
    status: u16,
    kind: Kind,
    id: ResourceId,
) -> Done {
    match done {
        Ok(version) => Done::Well {
            status,
            kind,
            id,
            version,
        },
        Err(error) => Done::Badly {
            error,
            at: Some((kind, id)),
        },
    }
}

/// 409: what the operation refers to does not exist (RFC 7644 section 3.7.1).
fn unresolved() -> ScimError {
    ScimError::new(
        Status::Conflict,
        "refers to a `bulkId` that names nothing, or whose operation failed",
    )
}
