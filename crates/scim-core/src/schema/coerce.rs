//! One value against its definition: right type, right names, right form.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Attribute, Canonical, Preparation, ResourceType, SchemaError, SchemaFault, Type};
use crate::date;
use crate::dialect::{Reading, Tolerance};
use crate::resource::{Attributes, Name, Text, Value};

/// Base64 with or without padding (RFC 7643 section 2.3.6).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Which way a value goes: read-only attributes are dropped from requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

/// Brings values into the form their definitions ask for.
pub(crate) struct Coercer<'c> {
    resource_type: &'c ResourceType,
    direction: Direction,
    reading: &'c mut Reading,
}

impl<'c> Coercer<'c> {
    pub(crate) const fn new(
        resource_type: &'c ResourceType,
        direction: Direction,
        reading: &'c mut Reading,
    ) -> Self {
        Self {
            resource_type,
            direction,
            reading,
        }
    }

    /// Whether the dialect grants a tolerance; counted.
    pub(crate) fn allows(&mut self, tolerance: Tolerance) -> bool {
        self.reading.allows(tolerance)
    }

    /// The reading the values are part of.
    pub(crate) const fn reading(&mut self) -> &mut Reading {
        self.reading
    }

    /// A whole resource.
    pub(super) fn tree(&mut self, body: Attributes) -> Result<Attributes, SchemaError> {
        let mut out = Vec::with_capacity(body.len());
        for (name, value) in body {
            if let Some(value) = self.field(&name, value)? {
                out.push((name, value));
            }
        }
        // Names were distinct and stay so.
        Ok(Attributes::from_fields(out).unwrap_or_default())
    }

    /// One field at the top of a resource; `None` when nothing is left of it.
    fn field(&mut self, name: &Name, value: Value) -> Result<Option<Value>, SchemaError> {
        let resource_type = self.resource_type;
        if *name == Name::SCHEMAS {
            return Ok(None);
        }
        if let Some(attribute) = resource_type.attribute(name) {
            return self.value(attribute, value, &Place::top(name));
        }
        match resource_type.extension(name) {
            Some(extension) => self.extension(name, extension.schema.attributes(), value),
            None => self.unknown(name.as_str(), name).map(|()| None),
        }
    }

    /// An extension: an object of its own attributes.
    fn extension(
        &mut self,
        urn: &Name,
        definitions: &[Attribute],
        value: Value,
    ) -> Result<Option<Value>, SchemaError> {
        if value.is_absent() {
            return Ok(None);
        }
        let Value::Object(fields) = value else {
            let fault = SchemaFault::WrongType("an object", value.shape());
            return Err(SchemaError::new(urn.as_str(), fault));
        };
        let home = Place::top(urn);
        let mut out = Attributes::new();
        for (name, value) in fields {
            let place = home.within(&name);
            match definitions.iter().find(|d| d.name == name) {
                Some(definition) => {
                    if let Some(value) = self.value(definition, value, &place)? {
                        out.insert(definition.name.clone(), value);
                    }
                }
                None => self.unknown(&place.text(), &name)?,
            }
        }
        Ok((!out.is_empty()).then_some(Value::Object(out)))
    }

    /// An attribute's value, list or not; `None` when it is absent or read-only.
    pub(crate) fn value(
        &mut self,
        definition: &Attribute,
        value: Value,
        place: &Place<'_>,
    ) -> Result<Option<Value>, SchemaError> {
        let dropped = definition.is_read_only() && self.direction == Direction::Request;
        if dropped || value.is_absent() {
            return Ok(None);
        }
        if !definition.is_multi() {
            let value = self.unwrapped(value, definition, place)?;
            return self.single(definition, value, place);
        }
        let values = match value {
            Value::Array(values) => values,
            single if self.reading.allows(Tolerance::BareMultiValue) => vec![single],
            other => return Err(place.wrong("an array", &other)),
        };
        let mut out = Vec::with_capacity(values.len());
        for value in values {
            if let Some(value) = self.element(definition, value, place)? {
                out.push(value);
            }
        }
        super::finish::distinct(&mut out);
        Ok((!out.is_empty()).then_some(Value::Array(out)))
    }

    /// One element of a list.
    pub(crate) fn element(
        &mut self,
        definition: &Attribute,
        value: Value,
        place: &Place<'_>,
    ) -> Result<Option<Value>, SchemaError> {
        if value.is_absent() {
            return Ok(None);
        }
        self.single(definition, value, place)
    }

    /// A single-valued attribute that came in an array of one.
    fn unwrapped(
        &mut self,
        value: Value,
        definition: &Attribute,
        place: &Place<'_>,
    ) -> Result<Value, SchemaError> {
        match value {
            Value::Array(mut values) => match (values.pop(), values.is_empty()) {
                (Some(single), true) if self.reading.allows(Tolerance::WrappedSingle) => Ok(single),
                _ => Err(place.wrong(expectation(definition.kind), &Value::Array(values))),
            },
            single => Ok(single),
        }
    }

    /// One value, brought into the form of its type.
    fn single(
        &mut self,
        definition: &Attribute,
        value: Value,
        place: &Place<'_>,
    ) -> Result<Option<Value>, SchemaError> {
        match (definition.kind, value) {
            (Type::Complex, value) => self.complex(definition, value, place),
            (Type::Boolean, value) => self.boolean(value, place).map(Some),
            (Type::Integer | Type::Decimal, value) => {
                self.number(definition.kind, value, place).map(Some)
            }
            (_, Value::String(text)) => {
                text_fits(definition, &text).map_err(|fault| place.fault(fault))?;
                Ok(Some(Value::String(text)))
            }
            (kind, other) => Err(place.wrong(expectation(kind), &other)),
        }
    }

    /// True or false; a text of one of the two is tolerated.
    fn boolean(&mut self, value: Value, place: &Place<'_>) -> Result<Value, SchemaError> {
        let flag = match &value {
            Value::Boolean(_) => return Ok(value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        match flag {
            Some(flag) if self.reading.allows(Tolerance::StringBoolean) => Ok(Value::Boolean(flag)),
            _ => Err(place.wrong("true or false", &value)),
        }
    }

    /// A number of the right kind; a text of one is tolerated.
    fn number(
        &mut self,
        kind: Type,
        value: Value,
        place: &Place<'_>,
    ) -> Result<Value, SchemaError> {
        let read = match &value {
            Value::Integer(_) => return Ok(value),
            Value::Decimal(_) if kind == Type::Decimal => return Ok(value),
            Value::String(text) => {
                crate::json::value(text.as_bytes(), &crate::json::Limits::default()).ok()
            }
            _ => None,
        };
        let fits = match read {
            Some(Value::Integer(_)) => true,
            Some(Value::Decimal(_)) => kind == Type::Decimal,
            _ => false,
        };
        match read {
            Some(number) if fits && self.reading.allows(Tolerance::StringNumber) => Ok(number),
            _ => Err(place.wrong(expectation(kind), &value)),
        }
    }

    /// An object of sub-attributes; a bare text for its `value` is tolerated where the
    /// definition has one.
    fn complex(
        &mut self,
        definition: &Attribute,
        value: Value,
        place: &Place<'_>,
    ) -> Result<Option<Value>, SchemaError> {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::String(text) if text.starts_with('{') => self.json_in_string(&text, place)?,
            Value::String(text)
                if definition.sub(&Name::VALUE).is_some()
                    && self.reading.allows(Tolerance::BareManager) =>
            {
                Attributes::new().with(Name::VALUE, text)
            }
            other => return Err(place.wrong("an object", &other)),
        };
        let mut out = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            let inner = place.within(&name);
            match definition.sub(&name) {
                Some(sub) => {
                    if let Some(value) = self.value(sub, value, &inner)? {
                        out.push((name, value));
                    }
                }
                None => self.unknown(&inner.text(), &name)?,
            }
        }
        let out = Attributes::from_fields(out).unwrap_or_default();
        Ok((!out.is_empty()).then_some(Value::Object(out)))
    }

    /// An object that came as a text of JSON, which is tolerated.
    fn json_in_string(&mut self, text: &str, place: &Place<'_>) -> Result<Attributes, SchemaError> {
        let limits = crate::json::Limits {
            depth: 4,
            ..crate::json::Limits::default()
        };
        match crate::json::object(text.as_bytes(), &limits) {
            Ok(fields) if self.reading.allows(Tolerance::JsonInString) => Ok(fields),
            _ => Err(place.fault(SchemaFault::WrongType("an object", "a string"))),
        }
    }

    /// An attribute nothing defines: dropped, or refused.
    pub(crate) fn unknown(&mut self, path: &str, name: &Name) -> Result<(), SchemaError> {
        let known_noise = *name == Name::PASSWORD && self.direction == Direction::Request;
        if known_noise || self.reading.allows(Tolerance::UnknownAttribute) {
            Ok(())
        } else {
            Err(SchemaError::new(path, SchemaFault::Unknown))
        }
    }
}

/// Where a value stands, for error texts; written out only in an error.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    owner: Option<&'p Self>,
    name: &'p Name,
}

impl<'p> Place<'p> {
    /// At the top of a resource.
    pub(crate) const fn top(name: &'p Name) -> Self {
        Self { owner: None, name }
    }

    /// Inside another place.
    pub(crate) const fn within(&'p self, name: &'p Name) -> Self {
        Self {
            owner: Some(self),
            name,
        }
    }

    /// The path in words: a colon behind a URN, a dot elsewhere.
    pub(crate) fn text(&self) -> String {
        match self.owner {
            Some(owner) if owner.name.is_urn() => format!("{}:{}", owner.text(), self.name),
            Some(owner) => format!("{}.{}", owner.text(), self.name),
            None => self.name.to_string(),
        }
    }

    /// An error at this place.
    pub(crate) fn fault(&self, fault: SchemaFault) -> SchemaError {
        SchemaError::new(&self.text(), fault)
    }

    /// An error about the JSON type seen here.
    fn wrong(&self, expected: &'static str, seen: &Value) -> SchemaError {
        self.fault(SchemaFault::WrongType(expected, seen.shape()))
    }
}

/// What a type expects, in the words of an error.
const fn expectation(kind: Type) -> &'static str {
    match kind {
        Type::Binary => "a base64 string",
        Type::Boolean => "true or false",
        Type::Complex => "an object",
        Type::DateTime => "a date and time string",
        Type::Decimal => "a number",
        Type::Integer => "an integer",
        Type::Reference => "a URI string",
        Type::String => "a string",
    }
}

/// Whether a text is what its definition asks for: format, canonical values,
/// preparation.
fn text_fits(definition: &Attribute, text: &Text) -> Result<(), SchemaFault> {
    match definition.kind {
        Type::DateTime if date::parse(text).is_none() => {
            return Err(SchemaFault::NotOfFormat(
                "a date and time such as 2026-01-31T08:00:00Z",
            ));
        }
        Type::Binary if BASE64.decode(text.as_bytes()).is_err() => {
            return Err(SchemaFault::NotOfFormat("base64"));
        }
        Type::Reference if text.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            return Err(SchemaFault::NotOfFormat("a URI"));
        }
        _ => {}
    }
    if definition.canonical == Canonical::Enforced
        && !definition
            .canonical_values
            .iter()
            .any(|word| crate::fold::same(word, text))
    {
        return Err(SchemaFault::NotCanonical);
    }
    match definition.preparation {
        Preparation::UserName if !is_prepared(text) => Err(SchemaFault::NotPrepared),
        _ => Ok(()),
    }
}

/// No blanks at the ends, nothing that cannot be seen (RFC 8265 section 3.3).
fn is_prepared(text: &str) -> bool {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c,
                '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
    };
    text.trim() == text && !text.contains(unseen)
}
