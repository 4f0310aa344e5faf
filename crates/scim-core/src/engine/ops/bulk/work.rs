//! What is known of a bulk request while it is worked on.

use crate::bulk::{Bulk, Operation, Order, References};
use crate::error::ScimError;
use crate::id::{Kind, ResourceId};
use crate::message::Method;
use crate::store::Version;

/// How an operation ended.
#[derive(Debug, Clone)]
pub(super) enum Done {
    /// Done: status, resource, version unless it is gone.
    Well {
        status: u16,
        kind: Kind,
        id: ResourceId,
        version: Option<Version>,
    },
    /// Refused; the resource, unless it was to be created.
    Badly {
        error: ScimError,
        at: Option<(Kind, ResourceId)>,
    },
}

/// A bulk request while it is worked on.
pub(super) struct Work<'b> {
    pub(super) bulk: &'b Bulk,
    pub(super) order: &'b Order,
    pub(super) known: References,
    pub(super) done: Vec<Option<Done>>,
}

impl<'b> Work<'b> {
    /// The operation at a place of the request.
    pub(super) fn operation(&self, at: usize) -> Option<&'b Operation> {
        self.bulk.operations.get(at)
    }

    /// Notes how an operation ended, and the id of what it created.
    pub(super) fn end(&mut self, at: usize, done: Done) {
        if let (Some(operation), Done::Well { id, .. }) = (self.operation(at), &done)
            && operation.method == Method::Post
            && let Some(name) = &operation.bulk_id
        {
            self.known.learn(name, id.as_str());
        }
        if let Some(slot) = self.done.get_mut(at) {
            *slot = Some(done);
        }
    }

    /// Whether an operation was tried and done.
    pub(super) fn ended_well(&self, at: usize) -> bool {
        matches!(self.done.get(at), Some(Some(Done::Well { .. })))
    }

    /// Whether something an operation refers to was tried and failed.
    pub(super) fn lacks(&self, at: usize) -> bool {
        let mut needs = self.order.needs.get(at).into_iter().flatten();
        needs.any(|needed| matches!(self.done.get(*needed), Some(Some(Done::Badly { .. }))))
    }

    /// Whether everything an operation refers to is there.
    pub(super) fn has_all(&self, at: usize) -> bool {
        self.order
            .needs
            .get(at)
            .into_iter()
            .flatten()
            .all(|needed| self.ended_well(*needed))
    }

    /// Whether the client wants no more after so many errors.
    pub(super) fn is_over(&self) -> bool {
        let failed = self
            .done
            .iter()
            .flatten()
            .filter(|done| matches!(done, Done::Badly { .. }));
        self.bulk
            .fail_on_errors
            .is_some_and(|limit| failed.count() >= limit)
    }
}
