//! How a write that did not happen is told to scim-core.

use crate::error::{Constraint, Rule, StoreError};
use scim_core::error::{ScimType, Status};
use scim_core::guard::Refusal;
use scim_core::store::{Conflict, Written};

/// Why a write stops; the transaction is then dropped and nothing was changed.
pub(super) enum Failed {
    Stop(Stop),
    Store(StoreError),
    /// Another resource has a unique value of this attribute.
    Taken(String),
    /// The group would have more members than it may.
    TooManyMembers,
    /// A value of this attribute is longer than an index can hold.
    TooLong(String),
}

/// An outcome that is no error of the store.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    Missing,
    Stale,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What stops the INSERT of a resource: the only identifier in it is the resource's.
pub(super) fn same_id(error: StoreError) -> Failed {
    match error {
        StoreError::Conflict(Constraint::Identifier) => Failed::Taken("id".to_owned()),
        other => Failed::Store(other),
    }
}

/// An outcome for the client where there is one, else the store's error.
pub(super) fn written(result: Result<(), Failed>) -> Result<Written, StoreError> {
    match result {
        Ok(()) => Ok(Written::Done),
        Err(Failed::Stop(Stop::Missing)) => Ok(Written::Missing),
        Err(Failed::Stop(Stop::Stale)) => Ok(Written::Stale),
        Err(Failed::TooManyMembers) => Ok(Written::TooManyMembers),
        Err(Failed::Taken(attribute)) => Ok(Written::Conflict(Conflict {
            attribute: attribute.into(),
        })),
        Err(Failed::TooLong(attribute)) => Ok(Written::Refused(Refusal::new(
            Status::BadRequest,
            Some(ScimType::InvalidValue),
            format!("`{attribute}` holds a value of more than 1,024 bytes"),
        ))),
        Err(Failed::Store(StoreError::Conflict(constraint))) => conflict(constraint),
        Err(Failed::Store(StoreError::Rule(rule))) => refused(rule),
        Err(Failed::Store(other)) => Err(other),
    }
}

/// An address that has an account is as taken as a userName that has a member: the guard, had
/// it seen the account, would have refused with the same 409.
fn conflict(constraint: Constraint) -> Result<Written, StoreError> {
    match constraint {
        Constraint::MemberUserName | Constraint::MemberAccount | Constraint::AccountEmail => {
            Ok(Written::Conflict(Conflict {
                attribute: "userName".into(),
            }))
        }
        other => Err(StoreError::Conflict(other)),
    }
}

fn refused(rule: Rule) -> Result<Written, StoreError> {
    let detail = match rule {
        Rule::LastOwner => {
            "this is the last active Owner of the organization; make somebody else Owner first"
        }
        Rule::SuspendedByAdmin => {
            "the member was suspended by an administrator of the organization and is let in again only there"
        }
        Rule::NulCharacter => {
            let detail = "a value holds the character NUL, which cannot be stored";
            return Ok(Written::Refused(Refusal::new(
                Status::BadRequest,
                Some(ScimType::InvalidValue),
                detail,
            )));
        }
        other => return Err(StoreError::Rule(other)),
    };
    Ok(Written::Refused(Refusal::new(
        Status::Forbidden,
        None,
        detail,
    )))
}
