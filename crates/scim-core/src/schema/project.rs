//! What a response shows: `returned`, `attributes`, `excludedAttributes`.

use super::{Attribute, Resolved, ResourceType, Returned, SchemaError, SchemaFault};
use crate::json;
use crate::path::Path;
use crate::resource::{Attributes, Name, Resource, Value};

/// Which attributes of a resource type a response shows (RFC 7644 section 3.9,
/// RFC 7643 section 7 `returned`).
///
/// `always` attributes cannot be excluded, `never` ones cannot be asked for, and
/// `request` ones show only when asked for by name. Names that the type does not
/// have are ignored; what no schema defines is never shown.
///
/// ```
/// use scim_core::id::Kind;
/// use scim_core::json::Limits;
/// use scim_core::resource::{Name, Resource};
/// use scim_core::schema::{Projection, Registry};
///
/// let registry = Registry::standard();
/// let groups = registry.by_kind(&Kind::GROUP).ok_or("no groups")?;
/// let lean = Projection::new(groups, None, Some(&["members".to_owned()]))?;
/// assert!(!lean.wants(&Name::MEMBERS), "the store need not load them");
///
/// let group = Resource::parse(br#"{"id":"g1","displayName":"Eng","members":[{"value":"u1"}]}"#, &Limits::default())?;
/// let mut out = Vec::new();
/// lean.write(&group, &mut out);
/// assert_eq!(out, br#"{"id":"g1","displayName":"Eng"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    /// In the order of names, extensions under their URN.
    fields: Vec<(Name, Show)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Show {
    /// The whole value.
    Whole,
    /// These parts of it, in the order of names.
    Parts(Vec<(Name, Self)>),
}

/// What a request asks for.
enum Ask<'s> {
    Default,
    Only(Vec<Resolved<'s>>),
    Without(Vec<Resolved<'s>>),
}

impl Projection {
    /// The projection of a request's `attributes` or `excludedAttributes`.
    ///
    /// # Errors
    /// [`SchemaFault::BothProjections`] when both are given.
    pub fn new(
        resource_type: &ResourceType,
        attributes: Option<&[String]>,
        excluded: Option<&[String]>,
    ) -> Result<Self, SchemaError> {
        let resolve = |names: &[String]| -> Vec<Resolved<'_>> {
            let paths = names
                .iter()
                .filter_map(|name| Path::parse(name.trim()).ok());
            let known = paths.filter_map(|path| resource_type.resolve(&path).ok());
            known.collect()
        };
        let ask = match (attributes, excluded) {
            (None, None) => Ask::Default,
            (Some(names), None) => Ask::Only(resolve(names)),
            (None, Some(names)) => Ask::Without(resolve(names)),
            (Some(_), Some(_)) => {
                return Err(SchemaError::new("attributes", SchemaFault::BothProjections));
            }
        };
        Ok(Self::of(resource_type, &ask))
    }

    /// What shows when a request asks for nothing in particular.
    #[must_use]
    pub fn default_of(resource_type: &ResourceType) -> Self {
        Self::of(resource_type, &Ask::Default)
    }

    /// Works out once, for every attribute, whether and how it shows.
    fn of(resource_type: &ResourceType, ask: &Ask<'_>) -> Self {
        let mut fields = shown(resource_type.attributes(), None, ask);
        for extension in resource_type.extensions() {
            let urn = extension.schema.id();
            let parts = shown(extension.schema.attributes(), Some(urn), ask);
            if !parts.is_empty() {
                fields.push((urn.clone(), Show::Parts(parts)));
            }
        }
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        Self { fields }
    }

    /// Whether a top-level attribute or extension shows at all: what does not
    /// need not be loaded.
    #[must_use]
    pub fn wants(&self, name: &Name) -> bool {
        self.fields.binary_search_by(|(n, _)| n.cmp(name)).is_ok()
    }

    /// Writes what shows of a resource as compact JSON.
    pub fn write(&self, resource: &Resource, out: &mut Vec<u8>) {
        write_parts(&self.fields, resource.attributes(), out);
    }

    /// The same, with some attributes taken from elsewhere: those that follow
    /// from where and in which groups a resource is.
    pub fn write_over(&self, resource: &Resource, over: &Attributes, out: &mut Vec<u8>) {
        out.push(b'{');
        let mut first = true;
        let (kept, put) = (resource.attributes(), over);
        for (name, show) in &self.fields {
            let Some(value) = put.get(name).or_else(|| kept.get(name)) else {
                continue;
            };
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            json::write_string(name.as_str(), out);
            out.push(b':');
            write_shown(show, value, out);
        }
        out.push(b'}');
    }

    /// What shows of a resource.
    #[must_use]
    pub fn apply(&self, resource: &Resource) -> Resource {
        Resource::new(parts_of(&self.fields, resource.attributes()))
    }
}

/// The attributes of one schema that show.
fn shown(definitions: &[Attribute], urn: Option<&Name>, ask: &Ask<'_>) -> Vec<(Name, Show)> {
    let mut out: Vec<(Name, Show)> = definitions
        .iter()
        .filter_map(|definition| {
            let show = show(definition, urn, ask)?;
            Some((definition.name.clone(), show))
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// How one attribute shows, if it does.
fn show(definition: &Attribute, urn: Option<&Name>, ask: &Ask<'_>) -> Option<Show> {
    let is_this = |r: &&Resolved<'_>| {
        r.extension == urn && r.attribute.is_none_or(|a| a.name == definition.name)
    };
    let always = definition.returned == Returned::Always;
    match (definition.returned, ask) {
        (Returned::Never, _) => None,
        (_, Ask::Only(asked)) => {
            let mine: Vec<_> = asked.iter().filter(is_this).collect();
            let by_urn_only = mine.iter().all(|r| r.attribute.is_none());
            let by_name = !by_urn_only || definition.returned != Returned::Request;
            let asked = !mine.is_empty() && by_name;
            if !asked && !always {
                return None;
            }
            if !asked || mine.iter().any(|r| r.sub.is_none()) {
                return Some(subs(definition, |sub| sub.returned != Returned::Request));
            }
            let named = |sub: &Attribute| {
                let is_named = mine
                    .iter()
                    .any(|r| r.sub.is_some_and(|s| s.name == sub.name));
                is_named || sub.returned == Returned::Always
            };
            Some(subs(definition, named))
        }
        (Returned::Request, _) => None,
        (_, Ask::Default) => Some(subs(definition, |sub| sub.returned != Returned::Request)),
        (_, Ask::Without(excluded)) => {
            let mine: Vec<_> = excluded.iter().filter(is_this).collect();
            if mine.iter().any(|r| r.sub.is_none()) && !always {
                return None;
            }
            let stays = |sub: &Attribute| match sub.returned {
                Returned::Always => true,
                Returned::Request => false,
                _ => !mine
                    .iter()
                    .any(|r| r.sub.is_some_and(|s| s.name == sub.name)),
            };
            Some(subs(definition, stays))
        }
    }
}

/// The sub-attributes that show, as shortly as it can be said.
fn subs(definition: &Attribute, stays: impl Fn(&Attribute) -> bool) -> Show {
    let keep = |sub: &&Attribute| sub.returned != Returned::Never && stays(sub);
    let kept = definition.sub_attributes.iter().filter(keep);
    if kept.clone().count() == definition.sub_attributes.len() {
        return Show::Whole;
    }
    let mut parts: Vec<_> = kept.map(|sub| (sub.name.clone(), Show::Whole)).collect();
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    Show::Parts(parts)
}

/// Pairs of what shows and what is there, both in the order of names.
fn meet<'a>(
    parts: &'a [(Name, Show)],
    fields: &'a Attributes,
) -> impl Iterator<Item = (&'a Name, &'a Show, &'a Value)> {
    let mut rest = parts.iter().peekable();
    fields.iter().filter_map(move |(name, value)| {
        while rest.next_if(|(n, _)| n < name).is_some() {}
        let (_, show) = rest.next_if(|(n, _)| n == name)?;
        Some((name, show, value))
    })
}

/// Writes the fields that show.
fn write_parts(parts: &[(Name, Show)], fields: &Attributes, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut first = true;
    for (name, show, value) in meet(parts, fields) {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        json::write_string(name.as_str(), out);
        out.push(b':');
        write_shown(show, value, out);
    }
    out.push(b'}');
}

/// Writes a value, or the parts of it that show.
fn write_shown(show: &Show, value: &Value, out: &mut Vec<u8>) {
    match (show, value) {
        (Show::Parts(parts), Value::Object(fields)) => write_parts(parts, fields, out),
        (Show::Parts(_), Value::Array(values)) => {
            out.push(b'[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_shown(show, value, out);
            }
            out.push(b']');
        }
        _ => json::write_value(value, out),
    }
}

/// The fields that show, copied.
fn parts_of(parts: &[(Name, Show)], fields: &Attributes) -> Attributes {
    let mut out = Attributes::new();
    for (name, show, value) in meet(parts, fields) {
        out.insert(name.clone(), shown_of(show, value));
    }
    out
}

/// A value, or the parts of it that show, copied.
fn shown_of(show: &Show, value: &Value) -> Value {
    match (show, value) {
        (Show::Parts(parts), Value::Object(fields)) => Value::Object(parts_of(parts, fields)),
        (Show::Parts(_), Value::Array(values)) => {
            Value::Array(values.iter().map(|v| shown_of(show, v)).collect())
        }
        _ => value.clone(),
    }
}
