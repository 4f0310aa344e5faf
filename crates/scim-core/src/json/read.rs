//! From bytes to the attribute tree.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Fault, JsonError, Limits};
use crate::resource::{Attributes, Name, Text, Value};

/// Trees up to this size are taken whatever their body's size.
const FREE: usize = 4096;
/// Largest magnitude of a decimal number: above it a double skips integers.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Elements collected before an array gets memory of its own.
const SHORT: usize = 64;

/// Reads a body that must be an object.
///
/// # Errors
/// [`JsonError`]; nothing of the body is kept.
pub fn object(body: &[u8], limits: &Limits) -> Result<Attributes, JsonError> {
    match value(body, limits)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(JsonError::new(Fault::NotAnObject, 0, 0)),
    }
}

/// Reads a body of any shape.
///
/// # Errors
/// [`JsonError`]; nothing of the body is kept.
pub fn value(body: &[u8], limits: &Limits) -> Result<Value, JsonError> {
    if body.len() > limits.bytes {
        return Err(JsonError::new(Fault::TooLarge, 0, 0));
    }
    let state = State {
        fault: RefCell::new(None),
        budget: Cell::new(body.len().saturating_mul(limits.growth).max(FREE)),
        values: RefCell::new(Vec::new()),
        fields: RefCell::new(Vec::new()),
    };
    let mut source = serde_json::Deserializer::from_slice(body);
    let seed = Seed {
        state: &state,
        depth: limits.depth,
    };
    seed.deserialize(&mut source)
        .and_then(|tree| source.end().map(|()| tree))
        .map_err(|error| place(&error, state.fault.take()))
}

fn place(error: &serde_json::Error, fault: Option<Fault>) -> JsonError {
    let fault = fault.unwrap_or_else(|| {
        let text = error.to_string();
        let why = text.split(" at line ").next().unwrap_or("");
        Fault::Malformed(why.into())
    });
    JsonError::new(fault, error.line(), error.column())
}

/// What all levels of one body share.
struct State {
    /// Set when our own rule refuses; `serde_json` carries texts only.
    fault: RefCell<Option<Fault>>,
    /// Bytes of tree still allowed.
    budget: Cell<usize>,
    /// Elements and fields of the levels being read; each level takes its own
    /// off the end, so that a finished container is allocated once, exactly.
    values: RefCell<Vec<Value>>,
    fields: RefCell<Vec<(Name, Value)>>,
}

impl State {
    fn refuse<E: serde::de::Error>(&self, fault: Fault) -> E {
        *self.fault.borrow_mut() = Some(fault);
        E::custom("")
    }

    fn spend<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(bytes) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(self.refuse(Fault::TooManyValues)),
        }
    }

    fn text<E: serde::de::Error>(&self, text: &str) -> Result<Text, E> {
        if text.as_bytes().contains(&0) {
            return Err(self.refuse(Fault::Nul));
        }
        self.spend(Text::heap_of(text))?;
        Ok(Text::from(text))
    }
}

/// Reads one value with so many levels left below it.
#[derive(Clone, Copy)]
struct Seed<'s> {
    state: &'s State,
    depth: u8,
}

impl<'s> Seed<'s> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(self.state.refuse(Fault::TooDeep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Boolean(flag))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        match i64::try_from(number) {
            Ok(number) => Ok(Value::Integer(number)),
            Err(_) => Err(self.state.refuse(Fault::Number)),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        if number.abs() < EXACT {
            Ok(Value::Decimal(number))
        } else {
            Err(self.state.refuse(Fault::Number))
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.state.text(text).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let start = self.state.values.borrow().len();
        let mut count = 0_usize;
        while let Some(value) = source.next_element_seed(inner)? {
            // Half as much again as an element takes: what growing a long array costs.
            self.state.spend(size_of::<Value>() * 3 / 2)?;
            self.state.values.borrow_mut().push(value);
            count += 1;
            if count == SHORT {
                return self.long(start, inner, source);
            }
        }
        let values = self.state.values.borrow_mut().drain(start..).collect();
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let start = self.state.fields.borrow().len();
        while let Some(name) = source.next_key_seed(NameSeed(self.state))? {
            let value = source.next_value_seed(inner)?;
            self.state.spend(size_of::<(Name, Value)>())?;
            self.state.fields.borrow_mut().push((name, value));
        }
        let fields = self.state.fields.borrow_mut().drain(start..).collect();
        Attributes::from_fields(fields)
            .map(Value::Object)
            .map_err(|twice| self.state.refuse(Fault::DuplicateName(twice.0)))
    }
}

impl Seed<'_> {
    /// The rest of an array that has outgrown the shared stack.
    fn long<'de, A: SeqAccess<'de>>(
        self,
        start: usize,
        inner: Self,
        mut source: A,
    ) -> Result<Value, A::Error> {
        let mut values: Vec<Value> = self.state.values.borrow_mut().drain(start..).collect();
        while let Some(value) = source.next_element_seed(inner)? {
            self.state.spend(size_of::<Value>() * 3 / 2)?;
            values.push(value);
        }
        values.shrink_to_fit();
        Ok(Value::Array(values))
    }
}

/// Reads a field's name.
struct NameSeed<'s>(&'s State);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Name;

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<Name, D::Error> {
        source.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name, E> {
        let name = Name::new(text);
        if name.heap() > 0 {
            self.0.spend(name.heap())?;
            if text.as_bytes().contains(&0) {
                return Err(self.0.refuse(Fault::Nul));
            }
        }
        Ok(name)
    }
}
