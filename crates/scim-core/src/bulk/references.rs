//! `bulkId:x` in values, paths and value filters.

use std::collections::{BTreeSet, HashMap};

use crate::resource::{Attributes, Value};

/// How a reference begins.
const MARK: &str = "bulkId:";

/// Ids of what was created, by the names the client gave.
#[derive(Debug, Default)]
pub(crate) struct References(HashMap<String, String>);

/// What to do with references whose target does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Without {
    /// Leave out the value that holds one.
    Unresolved,
    /// Nothing: all of them are resolved.
    Nothing,
}

impl References {
    /// Notes the id of what was created under a name.
    pub(crate) fn learn(&mut self, name: &str, id: &str) {
        self.0.insert(name.to_owned(), id.to_owned());
    }

    /// Puts ids in the place of references, everywhere in a text: a value that
    /// is one, a path of a bulk operation, a value filter of a PATCH path.
    pub(crate) fn resolve_text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MARK) {
            let name = name_at(after);
            out.push_str(before);
            match self.0.get(name) {
                Some(id) => out.push_str(id),
                None => {
                    out.push_str(MARK);
                    out.push_str(name);
                }
            }
            rest = after.get(name.len()..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }

    /// The same for every string of a body.
    pub(crate) fn resolve(&self, data: &Attributes, without: Without) -> Attributes {
        let mut out = Attributes::new();
        for (name, value) in data.iter() {
            if let Some(value) = self.resolve_value(value, without) {
                out.insert(name.clone(), value);
            }
        }
        out
    }

    /// `None` for a value to leave out: a string that is an unresolved
    /// reference, and the object that has it as its value.
    fn resolve_value(&self, value: &Value, without: Without) -> Option<Value> {
        match value {
            Value::String(text) if text.contains(MARK) => {
                let resolved = self.resolve_text(text);
                let open = without == Without::Unresolved && resolved.contains(MARK);
                (!open).then(|| Value::from(resolved))
            }
            Value::Array(values) => {
                let kept = values
                    .iter()
                    .filter_map(|value| self.resolve_value(value, without));
                Some(Value::Array(kept.collect()))
            }
            Value::Object(fields) => {
                let resolved = self.resolve(fields, without);
                let lost = resolved.len() < fields.len();
                (!lost).then_some(Value::Object(resolved))
            }
            other => Some(other.clone()),
        }
    }
}

/// Names of the references in a body and a path.
pub(crate) fn refers(data: &Attributes, path: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_text(path, &mut names);
    for (_, value) in data.iter() {
        collect(value, &mut names);
    }
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => collect_text(text, names),
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        Value::Object(fields) => fields.iter().for_each(|(_, value)| collect(value, names)),
        _ => {}
    }
}

fn collect_text(text: &str, names: &mut BTreeSet<String>) {
    for after in text.split(MARK).skip(1) {
        names.insert(name_at(after).to_owned());
    }
}

/// The name that a text begins with: up to what cannot belong to one in a path,
/// a filter or a URI.
fn name_at(text: &str) -> &str {
    let ends =
        |c: char| matches!(c, '"' | '\'' | '/' | ']' | '[' | ')' | '?' | '&') || c.is_whitespace();
    text.split(ends).next().unwrap_or_default()
}
