//! Statements that belong together and are known beforehand.
//!
//! A unit is for what is written with every request. The engine is given all of it at once and
//! may put it into one commit with the units of others.

use super::Value;
use crate::error::StoreError;
use std::borrow::Cow;

/// One writing statement of a unit.
pub(crate) struct Step {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    pub(crate) expect: Expect,
}

/// What a step has to do for the unit to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Whatever it does.
    Any,
    /// Touch exactly one row: a claim that was won, a version that was still there.
    One,
}

/// Why nothing of a unit was written.
pub(crate) enum UnitError {
    /// The step of this number did not touch the one row it had to.
    Unmet(usize),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for UnitError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl UnitError {
    /// For units without a step that has to touch a row.
    pub(crate) fn into_store(self) -> StoreError {
        match self {
            Self::Unmet(_) => StoreError::corrupt("a condition nobody set"),
            Self::Store(error) => error,
        }
    }
}

impl Step {
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            values,
            expect: Expect::Any,
        }
    }

    /// The same step, which has to touch one row.
    pub(crate) fn expecting_one(self) -> Self {
        Self {
            expect: Expect::One,
            ..self
        }
    }
}
