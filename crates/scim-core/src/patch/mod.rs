//! PATCH: `(resource, operations) -> resource`, all of them or none.
//!
//! [`Patch::parse`] reads the request body, [`Patch::apply`] computes the next
//! state without touching the current one (RFC 7644 section 3.5.2). What clients
//! do beyond the RFC is read as their [dialect](crate::dialect) allows:
//! operations in upper case, dotted keys, a value on `remove`, entries that do
//! not exist yet.
//!
//! # Decisions where the RFC leaves room
//!
//! - **Removing** what is not there succeeds and changes nothing: a member that
//!   is none, an entry no filter matches, an attribute without a value.
//! - **An entry that loses its `value`** says nothing any more and is removed.
//! - **Replacing an entry** chosen by a filter keeps what the filter fixes:
//!   `emails[type eq "work"]` still matches when the new object has no `type`.
//! - **A sub-attribute of a list** without a filter means every entry. `value`
//!   and `$ref` of several entries cannot be one and are refused; with no entry
//!   at all, one is made.
//! - **Creating on no match** (a [tolerance](Tolerance::CreateOnNoMatch)) happens
//!   only for filters of `eq` joined by `and`, because only those describe an
//!   entry, and only when the outcome matches the filter. Never for `ne` or `or`.
//! - **Adding** an entry that is there gives it the new parts. Entries are one
//!   when `value` and `type` agree, references when `value` does.
//! - **`null`** clears with `replace`, part by part in an object; with `add` it
//!   changes nothing. A required attribute cannot be cleared.
//! - **References** that come to point elsewhere lose what described the former
//!   target: `$ref`, `display`, `displayName`.
//! - **`primary`** moves: the entry an operation makes primary is the only one
//!   afterwards. Removing the primary entry makes no other one primary.
//! - **`active`** may be removed; without it a user counts as inactive.
//! - **`remove` with a value** removes the entries named, or is refused; it never
//!   removes them all.
//! - **Read-only attributes** are refused in a path and left out of a value.
//! - **`password`** is taken without a word and kept nowhere.
//!
//! # Cost
//!
//! Operations on a long list of references (adding members, removing one by
//! `value eq`) look entries up in a table made once, so that thousands of them on
//! a group of fifty thousand take the time of one copy. A request that names the
//! members it is about ([`Patch::touched_members`]) needs no others at all.

mod apply;
mod entries;
mod error;
mod list;
mod members;
mod place;
mod target;
mod touched;
mod work;

#[cfg(test)]
mod tests;

pub use error::{PatchError, PatchFault};
pub use target::Target;

use crate::dialect::{Reading, Tolerance};
use crate::filter;
use crate::resource::{Attributes, Name, Value};
use crate::schema::Checked;

/// URN of a PATCH request (RFC 7644 section 3.5.2).
pub const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The most that the operations of one request, a bulk request too, may cost beyond its size: an
/// operation that walks a list counts the entries and their text, once for every comparison of its
/// filter; a value that is written into many entries counts every byte of its copies. That is half a
/// second, and five megabytes.
///
/// Adding members and removing them by `value eq` walks nothing and counts for nothing, and a
/// user's lists are short. Without it 5,000 operations on a list of 20,000 e-mail addresses, which fit
/// into the limit on bodies, would keep a processor busy for ten seconds, and one operation that sets
/// a part of all of them to a long text would make ten gigabytes of it.
pub const MOST_STEPS: u64 = 5_000_000;

/// What a PATCH request may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most operations in one request. Default 5,000: what a client sends that
    /// names every change of a large group by an operation of its own.
    pub operations: usize,
    /// Limits of the filters in paths.
    pub filter: filter::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 5000,
            filter: filter::Limits {
                bytes: 4096,
                depth: 8,
                terms: 32,
            },
        }
    }
}

/// A verb of RFC 7644 section 3.5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Adds values, sets an attribute that may be there already.
    Add,
    /// Takes values away.
    Remove,
    /// Sets values in place of what is there.
    Replace,
}

impl Op {
    /// The word of the RFC.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        }
    }

    /// The verb of a lower-case word.
    fn from_word(word: &str) -> Option<Self> {
        [Self::Add, Self::Remove, Self::Replace]
            .into_iter()
            .find(|op| op.as_str() == word)
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What to do.
    pub op: Op,
    /// Where; without it the value names the attributes.
    pub target: Option<Target>,
    /// With what; `Null` when a `remove` has none.
    pub value: Value,
}

/// A PATCH request, read.
///
/// ```
/// use scim_core::dialect::{Dialect, Vendor};
/// use scim_core::id::Kind;
/// use scim_core::json::{self, Limits};
/// use scim_core::patch::{Effect, Patch};
/// use scim_core::resource::{Activity, Resource};
/// use scim_core::schema::Registry;
///
/// let registry = Registry::standard();
/// let users = registry.by_kind(&Kind::USER).ok_or("no users")?;
/// let ann = Resource::parse(br#"{"userName":"ann","active":true}"#, &Limits::default())?;
///
/// let body = br#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations":[{"op":"replace","value":{"active":false}}]}"#;
/// let mut reading = Dialect::of(Vendor::Okta).reading();
/// let patch = Patch::parse(json::object(body, &Limits::default())?, &mut reading)?;
/// let patched = patch.apply(&ann, users, &mut reading)?;
/// assert_eq!(patched.effect, Effect::Changed);
/// assert_eq!(patched.next.resource().as_user().activity(), Activity::Inactive);
/// assert_eq!(ann.as_user().activity(), Activity::Active, "the current state is untouched");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    operations: Vec<Operation>,
}

/// The outcome of a PATCH.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The next state; equal to the current one when nothing changed.
    pub next: Checked,
    /// Whether anything changed.
    pub effect: Effect,
}

/// Whether a PATCH changes the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The next state differs: version and `lastModified` move.
    Changed,
    /// It does not: nothing is to be written (RFC 7644 section 3.5.2.1).
    Unchanged,
}

impl Patch {
    /// Reads a request body within the default limits.
    ///
    /// # Errors
    /// [`PatchError`], with the number of the operation where it is in one.
    pub fn parse(body: Attributes, reading: &mut Reading) -> Result<Self, PatchError> {
        Self::parse_within(body, &Limits::default(), reading)
    }

    /// Reads a request body.
    ///
    /// # Errors
    /// [`PatchError`], with the number of the operation where it is in one.
    pub fn parse_within(
        mut body: Attributes,
        limits: &Limits,
        reading: &mut Reading,
    ) -> Result<Self, PatchError> {
        let whole = |fault| PatchError::new(0, fault);
        let urns = body.get(&Name::SCHEMAS).map_or(&[][..], Value::elements);
        let named = urns.iter().filter_map(Value::as_str);
        let is_patch = named.clone().any(|urn| urn.eq_ignore_ascii_case(PATCH_URN));
        let left_out = !is_patch && urns.is_empty() && reading.allows(Tolerance::MissingSchemas);
        if !is_patch && !left_out {
            return Err(whole(PatchFault::NotAPatch));
        }
        let Some(Value::Array(operations)) = body.remove(&Name::OPERATIONS) else {
            return Err(whole(PatchFault::NoOperations));
        };
        if operations.is_empty() && !reading.allows(Tolerance::EmptyPatch) {
            return Err(whole(PatchFault::NoOperations));
        }
        if operations.len() > limits.operations {
            return Err(whole(PatchFault::TooManyOperations));
        }
        let numbered = operations.into_iter().zip(1..);
        let operations = numbered.map(|(operation, number)| {
            Operation::read(operation, limits, reading)
                .map_err(|fault| PatchError::new(number, fault))
        });
        Ok(Self {
            operations: operations.collect::<Result<_, _>>()?,
        })
    }

    /// The operations in their order.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

impl Operation {
    /// Reads an operation: its verb, its path, and whether it needs a value.
    fn read(value: Value, limits: &Limits, reading: &mut Reading) -> Result<Self, PatchFault> {
        let Value::Object(mut fields) = value else {
            return Err(PatchFault::NotAnOperation);
        };
        let op = match fields.get(&Name::OP).and_then(Value::as_str) {
            Some(word) => read_op(word, reading)?,
            None => return Err(PatchFault::NotAnOperation),
        };
        let target = match fields.get(&Name::PATH) {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(Target::parse_in(path, &limits.filter, reading)?),
            Some(_) => return Err(PatchFault::NotAnOperation),
        };
        let value = match (fields.remove(&Name::VALUE), op) {
            (Some(value), _) => value,
            (None, Op::Remove) => Value::Null,
            (None, Op::Add | Op::Replace) => return Err(PatchFault::NoValue),
        };
        Ok(Self { op, target, value })
    }
}

/// Reads a verb; other cases are a tolerance.
fn read_op(word: &str, reading: &mut Reading) -> Result<Op, PatchFault> {
    if let Some(op) = Op::from_word(word) {
        return Ok(op);
    }
    match Op::from_word(&word.to_ascii_lowercase()) {
        Some(op) if reading.allows(Tolerance::CaselessOperation) => Ok(op),
        _ => Err(PatchFault::UnknownOp),
    }
}
