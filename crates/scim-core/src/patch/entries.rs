//! Telling entries of a list apart, and reading an entry out of a filter.

use std::collections::HashMap;

use crate::filter::{Filter, Literal, Operator};
use crate::path::Parts;
use crate::resource::{Attributes, Name, Text, Value};
use crate::schema::{Attribute, finish};

/// From this many new values on, old ones are looked up in a table.
const FEW: usize = 8;

/// Value and type of an entry, or of an entry that a value names.
pub(super) struct Named<'v> {
    pub(super) value: &'v str,
    pub(super) kind: Option<&'v str>,
}

impl<'v> Named<'v> {
    /// `None` for an entry without a value.
    pub(super) fn of(entry: &'v Value) -> Option<Self> {
        let value = entry
            .as_str()
            .or_else(|| entry.sub(&Name::VALUE)?.as_str())?;
        let kind = entry.sub(&Name::TYPE).and_then(Value::as_str);
        Some(Self { value, kind })
    }
}

/// What makes two entries of a list one: a reference by its target, others by
/// value and type.
fn identity(definition: &Attribute, value: &Value) -> Option<(Text, Text)> {
    let (value, kind) = finish::identity(value)?;
    let is_reference = definition.sub(&Name::REF).is_some();
    Some((value, if is_reference { Text::default() } else { kind }))
}

/// The entries of a list by identity.
pub(super) struct Known<'d> {
    definition: &'d Attribute,
    table: Option<HashMap<(Text, Text), usize>>,
}

impl<'d> Known<'d> {
    /// The entries there are, in a table when many are to be compared with them.
    pub(super) fn over(values: &[Value], definition: &'d Attribute, new: usize) -> Self {
        let numbered = values.iter().enumerate();
        let table = (new > FEW).then(|| {
            numbered
                .filter_map(|(at, value)| Some((identity(definition, value)?, at)))
                .collect()
        });
        Self { definition, table }
    }

    /// Where the entry is that a new one repeats.
    pub(super) fn position(&self, values: &[Value], new: &Value) -> Option<usize> {
        let Some(wanted) = identity(self.definition, new) else {
            return values.iter().position(|old| old == new);
        };
        match &self.table {
            Some(table) => table.get(&wanted).copied(),
            None => values
                .iter()
                .position(|old| identity(self.definition, old).as_ref() == Some(&wanted)),
        }
    }

    /// Remembers a new entry.
    pub(super) fn note(&mut self, new: &Value, at: usize) {
        if let (Some(table), Some(identity)) = (&mut self.table, identity(self.definition, new)) {
            table.insert(identity, at);
        }
    }
}

/// What a filter of `eq` joined by `and` says an entry holds; `None` for any
/// other filter, which describes no entry.
pub(super) fn fixed_parts(filter: &Filter) -> Option<Attributes> {
    let mut out = Attributes::new();
    collect(filter, &mut out).then_some(out)
}

/// Collects what a filter fixes; false when it is of another kind, or fixes one
/// part twice.
fn collect(filter: &Filter, out: &mut Attributes) -> bool {
    match filter {
        Filter::And(filters) => filters.iter().all(|f| collect(f, out)),
        Filter::Compare {
            path,
            operator: Operator::Eq,
            value,
        } => {
            let Parts::Plain(name, None) = path.parts() else {
                return false;
            };
            let value = match value {
                Literal::Boolean(flag) => Value::Boolean(*flag),
                Literal::Decimal(number) => Value::Decimal(*number),
                Literal::Integer(number) => Value::Integer(*number),
                Literal::String(text) => Value::String(text.clone()),
                Literal::Null => return false,
            };
            out.insert(name.clone(), value).is_none()
        }
        _ => false,
    }
}
