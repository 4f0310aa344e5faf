//! Operations on a multi-valued attribute.

use std::collections::HashMap;

use super::entries::{Known, Named, fixed_parts};
use super::place::{Where, merge};
use super::work::{copies, spend};
use super::{Op, PatchFault};
use crate::dialect::Tolerance;
use crate::filter::Filter;
use crate::resource::{Attributes, Name, Value};
use crate::schema::coerce::Coercer;
use crate::schema::{Attribute, Mutability, Presence, Type, finish};

/// A multi-valued attribute under change.
pub(super) struct List<'l, 'a> {
    place: &'l Where<'a>,
    values: &'l mut Vec<Value>,
    coercer: Coercer<'l>,
    /// Entries the operation set something of.
    touched: Vec<usize>,
}

impl<'l, 'a> List<'l, 'a> {
    pub(super) const fn new(
        place: &'l Where<'a>,
        values: &'l mut Vec<Value>,
        coercer: Coercer<'l>,
    ) -> Self {
        Self {
            place,
            values,
            coercer,
            touched: Vec::new(),
        }
    }

    /// Does one operation, by what its path chooses: entries by a filter, a part of
    /// every entry, or the list.
    pub(super) fn apply(
        &mut self,
        op: Op,
        filter: Option<&Filter>,
        value: &Value,
    ) -> Result<(), PatchFault> {
        match (op, filter, self.place.sub) {
            (Op::Remove, Some(filter), _) => self.remove_matching(filter, value)?,
            (Op::Remove, None, Some(sub)) => {
                let all = (0..self.values.len()).collect();
                self.remove_sub(all, sub)?;
            }
            (Op::Remove, None, None) => self.remove_all(value)?,
            (_, Some(filter), _) => self.set_matching(op, filter, value)?,
            (_, None, Some(sub)) => self.set_everywhere(op, sub, value)?,
            (Op::Add, None, None) => self.add(value)?,
            (Op::Replace, None, None) => self.replace(value)?,
        }
        self.demote_others();
        if self.place.sub.is_some() || (filter.is_some() && op != Op::Remove) {
            // Entries that lost or were given a part may have become one.
            finish::distinct(self.values);
        }
        Ok(())
    }

    /// The definition of the list.
    const fn definition(&self) -> &'a Attribute {
        self.place.attribute
    }

    /// Appends what is not there; what is there takes over new parts.
    fn add(&mut self, value: &Value) -> Result<(), PatchFault> {
        let definition = self.definition();
        let coerced = self
            .coercer
            .value(definition, value.clone(), &self.place.place())?;
        let Some(Value::Array(new)) = coerced else {
            return Ok(());
        };
        let mut known = Known::over(self.values, definition, new.len());
        for value in new {
            match known.position(self.values, &value) {
                Some(at) => {
                    if let (Some(old), Value::Object(fields)) = (self.values.get_mut(at), value) {
                        merge(definition, old, fields, &[]);
                    }
                    self.touched.push(at);
                }
                None => {
                    known.note(&value, self.values.len());
                    self.touched.push(self.values.len());
                    self.values.push(value);
                }
            }
        }
        Ok(())
    }

    /// Puts other entries in the place of all.
    fn replace(&mut self, value: &Value) -> Result<(), PatchFault> {
        let coerced = self
            .coercer
            .value(self.definition(), value.clone(), &self.place.place())?;
        *self.values = match coerced {
            Some(Value::Array(new)) => new,
            _ => Vec::new(),
        };
        Ok(())
    }

    /// Removes the attribute, or the entries a value names.
    fn remove_all(&mut self, value: &Value) -> Result<(), PatchFault> {
        let definition = self.definition();
        if *value == Value::Null {
            if definition.presence == Presence::Required {
                return Err(PatchFault::Required(self.place.path()));
            }
            self.values.clear();
            return Ok(());
        }
        if !self.coercer.allows(Tolerance::RemoveWithValue) {
            return Err(PatchFault::RemoveWithValue);
        }
        let named = value.elements().iter().filter_map(Named::of);
        let named: HashMap<&str, Option<&str>> = named.map(|n| (n.value, n.kind)).collect();
        self.values.retain(|entry| {
            let Some(entry) = Named::of(entry) else {
                return true;
            };
            match named.get(entry.value) {
                None => true,
                Some(None) => false,
                Some(Some(kind)) => entry.kind.is_some_and(|k| !k.eq_ignore_ascii_case(kind)),
            }
        });
        Ok(())
    }

    /// Removes the entries a filter chooses, or a part of them.
    fn remove_matching(&mut self, filter: &Filter, value: &Value) -> Result<(), PatchFault> {
        if !value.is_absent() && !self.coercer.allows(Tolerance::RemoveWithValue) {
            return Err(PatchFault::RemoveWithValue);
        }
        let matching = self.matching(filter)?;
        if let Some(sub) = self.place.sub {
            return self.remove_sub(matching, sub);
        }
        let mut gone = matching.into_iter().peekable();
        let mut at = 0;
        self.values.retain(|_| {
            let goes = gone.next_if_eq(&at).is_some();
            at += 1;
            !goes
        });
        Ok(())
    }

    /// Removes a part of these entries, and what is then left without a value.
    fn remove_sub(&mut self, entries: Vec<usize>, sub: &Attribute) -> Result<(), PatchFault> {
        if sub.presence == Presence::Required && !entries.is_empty() {
            return Err(PatchFault::Required(self.place.path()));
        }
        let fixed = sub.mutability == Mutability::Immutable;
        for at in entries {
            let fields = self.values.get_mut(at).and_then(Value::as_object_mut);
            let removed = fields.and_then(|fields| fields.remove(&sub.name));
            if fixed && removed.is_some() {
                return Err(PatchFault::Immutable(self.place.path()));
            }
        }
        // An entry without its value says nothing any more.
        let has_value = self.definition().sub(&Name::VALUE).is_some();
        self.values.retain(|entry| {
            let says_nothing = has_value && entry.sub(&Name::VALUE).is_none();
            !says_nothing && !entry.is_absent()
        });
        Ok(())
    }

    /// Sets entries a filter chooses, or makes the entry it describes.
    fn set_matching(&mut self, op: Op, filter: &Filter, value: &Value) -> Result<(), PatchFault> {
        let matching = self.matching(filter)?;
        if value.is_absent() {
            return match op {
                Op::Replace if !matching.is_empty() => self.remove_matching(filter, value),
                _ => Ok(()),
            };
        }
        let fixed = self.fixed(filter)?;
        if !matching.is_empty() {
            return self.set(op, matching, fixed.as_ref(), value);
        }
        let Some(parts) = fixed.filter(|_| self.coercer.allows(Tolerance::CreateOnNoMatch)) else {
            return Err(PatchFault::NoTarget);
        };
        let created = self.values.len();
        self.values.push(Value::Object(parts.clone()));
        self.set(op, vec![created], Some(&parts), value)?;
        if self.matching(filter)?.contains(&created) {
            Ok(())
        } else {
            // The value describes another entry than the filter.
            Err(PatchFault::NoTarget)
        }
    }

    /// What a filter fixes of an entry, each part in the form of its type: a filter
    /// may say `primary eq "True"`, but no entry holds that text.
    fn fixed(&mut self, filter: &Filter) -> Result<Option<Attributes>, PatchFault> {
        let definition = self.definition();
        let parts = match fixed_parts(filter) {
            Some(parts) if definition.kind == Type::Complex => parts,
            simple => return Ok(simple),
        };
        let place = self.place.place();
        let coerced = self.coercer.element(definition, parts.into(), &place)?;
        Ok(match coerced {
            Some(Value::Object(parts)) => Some(parts),
            _ => None,
        })
    }

    /// Sets a sub-attribute of these entries, or the entries themselves.
    fn set(
        &mut self,
        op: Op,
        entries: Vec<usize>,
        fixed: Option<&Attributes>,
        value: &Value,
    ) -> Result<(), PatchFault> {
        if entries.len() > 1 && !self.coercer.allows(Tolerance::SeveralEntries) {
            return Err(PatchFault::SeveralEntries);
        }
        if let Some(sub) = self.place.sub {
            return self.set_sub(entries, sub, value);
        }
        if !self.coercer.allows(Tolerance::WholeEntry) {
            return Err(PatchFault::WholeEntry);
        }
        let single = match value {
            Value::Array(values) if values.len() == 1 => values.first().unwrap_or(value),
            other => other,
        };
        let place = self.place.place();
        let coerced = self
            .coercer
            .element(self.definition(), single.clone(), &place)?;
        if let Some(new) = coerced {
            spend(self.coercer.reading(), copies(entries.len(), &new))?;
            for at in entries {
                self.set_entry(op, at, new.clone(), fixed);
            }
        }
        Ok(())
    }

    /// Sets a whole entry: `add` merges, `replace` keeps only what the filter fixes.
    fn set_entry(&mut self, op: Op, at: usize, new: Value, fixed: Option<&Attributes>) {
        let definition = self.definition();
        let Some(entry) = self.values.get_mut(at) else {
            return;
        };
        match (op, new) {
            (Op::Add, Value::Object(fields)) => merge(definition, entry, fields, &[]),
            (_, Value::Object(mut fields)) => {
                // What the filter fixes stays, so that the entry still matches.
                for (name, value) in fixed.into_iter().flat_map(Attributes::iter) {
                    fields.get_or_insert_with(name, || value.clone());
                }
                *entry = Value::Object(fields);
            }
            (_, simple) => *entry = simple,
        }
        self.touched.push(at);
    }

    /// A sub-attribute of every entry; of the entry to be made if there is none.
    fn set_everywhere(&mut self, op: Op, sub: &Attribute, value: &Value) -> Result<(), PatchFault> {
        if value.is_absent() {
            return match op {
                Op::Replace => self.remove_sub((0..self.values.len()).collect(), sub),
                _ => Ok(()),
            };
        }
        let identifies = sub.name == Name::VALUE || sub.name == Name::REF;
        if identifies && self.values.len() > 1 {
            return Err(PatchFault::Ambiguous(self.place.path()));
        }
        if self.values.is_empty() {
            self.values.push(Value::Object(Attributes::new()));
        }
        self.set_sub((0..self.values.len()).collect(), sub, value)
    }

    /// Sets a part of these entries.
    fn set_sub(
        &mut self,
        entries: Vec<usize>,
        sub: &Attribute,
        value: &Value,
    ) -> Result<(), PatchFault> {
        let owner = self.place.place();
        let coerced = self
            .coercer
            .value(sub, value.clone(), &owner.within(&sub.name))?;
        let Some(new) = coerced else {
            return Ok(());
        };
        spend(self.coercer.reading(), copies(entries.len(), &new))?;
        let definition = self.definition();
        for at in entries {
            let Some(entry) = self.values.get_mut(at) else {
                continue;
            };
            let differs = entry.sub(&sub.name).is_some_and(|old| *old != new);
            if differs && sub.mutability == Mutability::Immutable {
                return Err(PatchFault::Immutable(self.place.path()));
            }
            let part = Attributes::new().with(sub.name.clone(), new.clone());
            merge(definition, entry, part, &[]);
            self.touched.push(at);
        }
        Ok(())
    }

    /// Numbers of the entries a filter chooses, rising.
    fn matching(&mut self, filter: &Filter) -> Result<Vec<usize>, PatchFault> {
        let bound = filter.bind_element(self.definition(), self.coercer.reading())?;
        let numbered = self.values.iter().enumerate();
        Ok(numbered
            .filter(|(_, value)| bound.matches_element(value))
            .map(|(at, _)| at)
            .collect())
    }

    /// Setting `primary` takes it from the others (RFC 7644 section 3.5.2).
    fn demote_others(&mut self) {
        let primary = |v: &Value| v.sub(&Name::PRIMARY) == Some(&Value::Boolean(true));
        let is_primary = |at: &usize| self.values.get(*at).is_some_and(primary);
        let Some(chosen) = self.touched.iter().copied().rfind(is_primary) else {
            return;
        };
        for (at, value) in self.values.iter_mut().enumerate() {
            if at != chosen && primary(value) {
                finish::demote(value);
            }
        }
    }
}
