//! Many operations on one long list of references, such as a group's members,
//! without walking it for each.

use std::collections::HashMap;

use super::place::{Where, merge};
use super::{Op, PatchFault};
use crate::filter::{Filter, Literal, Operator};
use crate::path::Parts;
use crate::resource::{Attributes, Name, Text, Value};
use crate::schema::coerce::Coercer;
use crate::schema::{Attribute, Case};

/// Lists up to this length are walked.
const SHORT: usize = 128;

/// A table of one list's entries by `value`, kept while operations add entries
/// or remove single ones by `value eq`. Removed entries are holes (`null`) until
/// [`Index::settle`]; nothing else may look at the list before.
#[derive(Default)]
pub(super) struct Index {
    list: Option<Name>,
    positions: HashMap<Text, usize>,
}

/// An operation the table is for.
enum Step<'v> {
    Add,
    Remove(&'v str),
}

impl Index {
    /// Applies an operation if it is one the table is for.
    pub(super) fn takes(
        &mut self,
        op: Op,
        place: &Where<'_>,
        filter: Option<&Filter>,
        value: &Value,
        next: &mut Attributes,
        coercer: Coercer<'_>,
    ) -> Result<bool, PatchFault> {
        let Some(step) = step(op, place, filter, value) else {
            return Ok(false);
        };
        if self.list.as_ref() != Some(&place.attribute.name) {
            self.settle(next);
            if !self.build(place, next) {
                return Ok(false);
            }
        }
        let Some(Value::Array(values)) = next.get_mut(&place.attribute.name) else {
            return Ok(false);
        };
        match step {
            Step::Remove(value) => {
                let gone = self.positions.remove(value);
                if let Some(entry) = gone.and_then(|at| values.get_mut(at)) {
                    *entry = Value::Null;
                }
            }
            Step::Add => self.add(place, value, values, coercer)?,
        }
        Ok(true)
    }

    /// Makes the table; false where the list is short or entries cannot be told apart
    /// by their value.
    fn build(&mut self, place: &Where<'_>, next: &Attributes) -> bool {
        let values = next
            .get(&place.attribute.name)
            .map_or(&[][..], Value::elements);
        if values.len() <= SHORT {
            return false;
        }
        self.positions.reserve(values.len());
        for (at, entry) in values.iter().enumerate() {
            if let Some(Value::String(value)) = entry.sub(&Name::VALUE)
                && self.positions.insert(value.clone(), at).is_some()
            {
                // One target under two types: the table cannot tell them apart.
                self.positions.clear();
                return false;
            }
        }
        self.list = Some(place.attribute.name.clone());
        true
    }

    /// Adds entries; one that is there takes over new parts.
    fn add(
        &mut self,
        place: &Where<'_>,
        value: &Value,
        values: &mut Vec<Value>,
        mut coercer: Coercer<'_>,
    ) -> Result<(), PatchFault> {
        let coerced = coercer.value(place.attribute, value.clone(), &place.place())?;
        let Some(Value::Array(new)) = coerced else {
            return Ok(());
        };
        for entry in new {
            let known = match entry.sub(&Name::VALUE) {
                Some(Value::String(value)) => {
                    let at = self.positions.get(value).copied();
                    if at.is_none() {
                        self.positions.insert(value.clone(), values.len());
                    }
                    at
                }
                _ => None,
            };
            match (known.and_then(|at| values.get_mut(at)), entry) {
                (Some(old), Value::Object(fields)) => merge(place.attribute, old, fields, &[]),
                (_, entry) => values.push(entry),
            }
        }
        Ok(())
    }

    /// Closes the holes and forgets the table.
    pub(super) fn settle(&mut self, next: &mut Attributes) {
        self.positions.clear();
        let Some(name) = self.list.take() else {
            return;
        };
        if let Some(Value::Array(values)) = next.get_mut(&name) {
            values.retain(|entry| *entry != Value::Null);
            if values.is_empty() {
                next.remove(&name);
            }
        }
    }
}

/// Whether the table can answer for this operation.
fn step<'v>(
    op: Op,
    place: &Where<'_>,
    filter: Option<&'v Filter>,
    value: &Value,
) -> Option<Step<'v>> {
    if place.extension.is_some() || place.sub.is_some() || !is_reference_list(place.attribute) {
        return None;
    }
    match (op, filter) {
        (Op::Add, None) => Some(Step::Add),
        (Op::Remove, Some(filter)) if value.is_absent() => value_equals(filter).map(Step::Remove),
        _ => None,
    }
}

/// Entries are told apart by `value` alone and no entry is primary.
pub(super) fn is_reference_list(list: &Attribute) -> bool {
    let exact = |value: &Attribute| value.case == Case::Exact;
    list.sub(&Name::REF).is_some()
        && list.sub(&Name::VALUE).is_some_and(exact)
        && list.sub(&Name::PRIMARY).is_none()
}

/// The value of a filter `value eq "…"`.
fn value_equals(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Compare {
            path,
            operator: Operator::Eq,
            value: Literal::String(value),
        } if path.parts() == Parts::Plain(&Name::VALUE, None) => Some(value),
        _ => None,
    }
}
