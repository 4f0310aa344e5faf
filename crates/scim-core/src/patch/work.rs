//! What an operation on a list costs, where that is not in proportion to what was sent.

use super::{MOST_STEPS, PatchFault};
use crate::dialect::Reading;
use crate::filter::Filter;
use crate::resource::Value;

/// Bytes of text that are compared in the time that an entry takes by itself.
const BYTES: u64 = 32;

/// Notes what goes beyond the size of the request.
pub(super) fn spend(reading: &mut Reading, steps: u64) -> Result<(), PatchFault> {
    if reading.spend(steps) > MOST_STEPS {
        Err(PatchFault::TooMuchWork)
    } else {
        Ok(())
    }
}

/// The steps of an operation that walks `values`, for each comparison of `filter`.
pub(super) fn steps(values: &[Value], filter: Option<&Filter>) -> u64 {
    let walk = values.iter().map(weight).fold(0, u64::saturating_add);
    let comparisons = filter.map_or(0, comparisons);
    walk.saturating_mul(comparisons.saturating_add(1))
}

/// The steps of writing a value into as many entries. All but the first are more than was sent, and
/// stay in the resource, so every byte of them counts.
pub(super) fn copies(entries: usize, value: &Value) -> u64 {
    let more = entries.saturating_sub(1) as u64;
    more.saturating_mul(weight(value).saturating_mul(BYTES))
}

/// An entry and the text in it.
fn weight(value: &Value) -> u64 {
    match value {
        Value::String(text) => 1 + text.len() as u64 / BYTES,
        Value::Object(fields) => fields
            .iter()
            .map(|(_, part)| weight(part))
            .fold(1, u64::saturating_add),
        _ => 1,
    }
}

/// How often a filter looks at an entry.
fn comparisons(filter: &Filter) -> u64 {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().map(comparisons).sum(),
        Filter::Not(inner) | Filter::Elements { filter: inner, .. } => comparisons(inner),
        Filter::Compare { .. } | Filter::Present(_) => 1,
    }
}
