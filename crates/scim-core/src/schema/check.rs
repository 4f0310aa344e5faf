//! The check of a resource against its type, in the context of a request.

use super::coerce::{Coercer, Direction};
use super::finish;
use super::{Attribute, Omitted, ResourceType, SchemaError, SchemaFault};
use crate::dialect::{Reading, Tolerance};
use crate::resource::{Attributes, Name, Resource, Value};

/// What a resource is checked for.
#[derive(Debug, Clone, Copy)]
pub enum Context<'r> {
    /// The body of a POST (RFC 7644 section 3.3): read-only attributes are left
    /// out, defaults are put in.
    Create,
    /// The body of a PUT (section 3.5.1) over `current`: read-only attributes
    /// stay as they are, immutable ones have to match, what is left out is
    /// cleared unless its definition says to keep it ([`Omitted::Keep`]).
    Replace {
        /// The stored resource.
        current: &'r Resource,
    },
    /// A whole resource as a response would hold it: nothing is left out or put
    /// in, and no tolerance applies. For stores and tests.
    Response,
}

/// A resource that conforms to its type. Made by [`ResourceType::check`] and by
/// [`Patch::apply`](crate::patch::Patch::apply) only.
///
/// `id` and `meta` are the engine's to set; it does so through
/// [`Checked::into_resource`].
#[derive(Debug, Clone, PartialEq)]
pub struct Checked(Resource);

impl Checked {
    /// The only door; whoever calls it has run the rules of `finish`.
    pub(crate) const fn assert(resource: Resource) -> Self {
        Self(resource)
    }

    /// The resource.
    #[must_use]
    pub const fn resource(&self) -> &Resource {
        &self.0
    }

    /// The resource, to be completed and stored.
    #[must_use]
    pub fn into_resource(self) -> Resource {
        self.0
    }
}

impl ResourceType {
    /// Checks a resource and brings it into its stored form: names in the
    /// schema's spelling, `null` and empty lists gone, `schemas` naming what is
    /// in use, no value twice in a list.
    ///
    /// `password` is dropped without a word wherever no schema defines it:
    /// Okta sends one with every create.
    ///
    /// # Errors
    /// [`SchemaError`] naming the first attribute that does not conform.
    ///
    /// ```
    /// use scim_core::dialect::{Dialect, Vendor};
    /// use scim_core::id::Kind;
    /// use scim_core::json::Limits;
    /// use scim_core::resource::{Activity, Resource};
    /// use scim_core::schema::{Context, Registry};
    ///
    /// let registry = Registry::standard();
    /// let users = registry.by_kind(&Kind::USER).ok_or("no users")?;
    /// let body = br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
    ///     "userName":"ann@acme.example","groups":[],"password":"x9"}"#;
    /// let mut reading = Dialect::of(Vendor::Okta).reading();
    /// let body = Resource::parse(body, &Limits::default())?;
    /// let checked = users.check(body, Context::Create, &mut reading)?;
    /// assert_eq!(checked.resource().as_user().activity(), Activity::Active);
    /// assert!(checked.resource().get(&"password".into()).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(
        &self,
        body: Resource,
        context: Context<'_>,
        reading: &mut Reading,
    ) -> Result<Checked, SchemaError> {
        let mut strict = crate::dialect::Dialect::of(crate::dialect::Vendor::Strict).reading();
        let (direction, reading) = match context {
            Context::Response => (Direction::Response, &mut strict),
            _ => (Direction::Request, reading),
        };
        let body = body.into_attributes();
        let named = named_schemas(&body, reading)?;
        let mentioned: Vec<Name> = keeps(self, &body);
        let mut next = Coercer::new(self, direction, reading).tree(body)?;
        self.check_named(&named, &next, reading)?;
        match context {
            Context::Create => put_defaults(self, &mut next),
            Context::Replace { current } => carry_over(self, current, &mentioned, &mut next),
            Context::Response => {}
        }
        let current = match context {
            Context::Replace { current } => Some(current),
            _ => None,
        };
        finish::schemas(self, &mut next);
        finish::required(self, &next)?;
        finish::immutable(self, &next, current)?;
        finish::primaries(self, &mut next, reading)?;
        Ok(Checked::assert(Resource::new(next)))
    }

    /// `schemas` must name the type's schema and each extension in use, and no
    /// other (RFC 7643 section 3).
    fn check_named(
        &self,
        named: &[Name],
        next: &Attributes,
        reading: &mut Reading,
    ) -> Result<(), SchemaError> {
        let core = self.schema().id();
        for urn in named {
            let known = urn == core || self.extension(urn).is_some();
            if !known && !reading.allows(Tolerance::UnknownSchema) {
                return Err(SchemaError::new(urn.as_str(), SchemaFault::SchemaUnknown));
            }
        }
        let used = self.extensions().iter().map(|e| e.schema.id());
        let used = used.filter(|urn| next.contains(urn));
        for urn in std::iter::once(core).chain(used) {
            if !named.contains(urn) && !reading.allows(Tolerance::MissingSchemas) {
                return Err(SchemaError::new(urn.as_str(), SchemaFault::SchemaMissing));
            }
        }
        Ok(())
    }
}

/// The URNs a body names in `schemas`.
fn named_schemas(body: &Attributes, reading: &mut Reading) -> Result<Vec<Name>, SchemaError> {
    let Some(list) = body.get(&Name::SCHEMAS) else {
        return Ok(Vec::new());
    };
    let wrong = || SchemaFault::WrongType("an array of URNs", list.shape());
    let fault = |fault| SchemaError::new(Name::SCHEMAS.as_str(), fault);
    if list.as_array().is_none() && !reading.allows(Tolerance::BareMultiValue) {
        return Err(fault(wrong()));
    }
    let urns = list
        .elements()
        .iter()
        .map(|urn| urn.as_str().map(Name::new));
    urns.collect::<Option<_>>().ok_or_else(|| fault(wrong()))
}

/// Attributes to be kept when omitted that the body does mention, `null` or not.
fn keeps(resource_type: &ResourceType, body: &Attributes) -> Vec<Name> {
    let kept = resource_type.attributes().iter();
    kept.filter(|a| a.omitted == Omitted::Keep && body.contains(&a.name))
        .map(|a| a.name.clone())
        .collect()
}

/// What a create leaves out and the schema has a default for.
fn put_defaults(resource_type: &ResourceType, next: &mut Attributes) {
    for attribute in resource_type.attributes() {
        if let Some(default) = &attribute.default {
            next.get_or_insert_with(&attribute.name, || default.clone());
        }
    }
}

/// What a PUT does not touch.
fn carry_over(
    resource_type: &ResourceType,
    current: &Resource,
    mentioned: &[Name],
    next: &mut Attributes,
) {
    let stays = |a: &Attribute| {
        let kept = a.omitted == Omitted::Keep && !mentioned.contains(&a.name);
        a.is_read_only() || kept || a.mutability == super::Mutability::Immutable
    };
    for attribute in resource_type.attributes().iter().filter(|a| stays(a)) {
        if let Some(value) = current.get(&attribute.name) {
            next.get_or_insert_with(&attribute.name, || value.clone());
        }
    }
    for extension in resource_type.extensions() {
        let urn = extension.schema.id();
        let Some(old) = current.get(urn).and_then(Value::as_object) else {
            continue;
        };
        for attribute in extension.schema.attributes().iter().filter(|a| stays(a)) {
            if let Some(value) = old.get(&attribute.name) {
                let home = next.get_or_insert_with(urn, || Value::Object(Attributes::new()));
                if let Some(home) = home.as_object_mut() {
                    home.get_or_insert_with(&attribute.name, || value.clone());
                }
            }
        }
    }
}
