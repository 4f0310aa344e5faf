//! The discovery documents (RFC 7644 section 4): what this service can do.
//!
//! They are written once, when the service is built, from the configuration the
//! engine works by, so that they promise what it keeps.

use bytes::Bytes;

use crate::config::{Config, Events};
use crate::error::{ScimError, Status};
use crate::json;
use crate::resource::{Attributes, Name, Value};
use crate::route::Discovery;
use crate::set::Event;

/// URN of the document at `/ServiceProviderConfig` (RFC 7643 section 5).
const CONFIG_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// URN of every list (RFC 7644 section 3.4.2).
pub(crate) const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// Every discovery document of one service, as it is sent.
#[derive(Debug, Clone)]
pub struct Documents {
    config: Bytes,
    types: Collection,
    schemas: Collection,
}

/// A list document and its elements by id.
#[derive(Debug, Clone)]
struct Collection {
    list: Bytes,
    elements: Vec<(String, Bytes)>,
}

impl Documents {
    /// Writes the documents of a configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let registry = config.registry();
        let types = registry.types().iter().map(|served| {
            let id = served.kind().as_str().to_owned();
            (id, served.to_attributes(), "ResourceType", "ResourceTypes")
        });
        let schemas = registry.schemas().into_iter().map(|schema| {
            let id = schema.id().as_str().to_owned();
            (id, schema.to_attributes(), "Schema", "Schemas")
        });
        Self {
            config: write(&located(
                service_provider_config(config),
                "ServiceProviderConfig",
                format!("{}/ServiceProviderConfig", config.base_url()),
            )),
            types: Collection::new(config.base_url(), types),
            schemas: Collection::new(config.base_url(), schemas),
        }
    }

    /// The document asked for. Paging and sorting parameters are ignored
    /// (RFC 7644 section 4).
    ///
    /// # Errors
    /// 403 when the query has a `filter`; 404 for an unknown name or URN.
    pub fn find(&self, what: &Discovery, query: &str) -> Result<Bytes, ScimError> {
        if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "filter") {
            return Err(ScimError::new(
                Status::Forbidden,
                "discovery documents cannot be filtered",
            ));
        }
        match what {
            Discovery::Config => Ok(self.config.clone()),
            Discovery::ResourceTypes => Ok(self.types.list.clone()),
            Discovery::ResourceType(name) => self.types.find(name),
            Discovery::Schemas => Ok(self.schemas.list.clone()),
            Discovery::Schema(urn) => self.schemas.find(urn),
        }
    }
}

impl Collection {
    fn new<'a>(
        base: &str,
        elements: impl Iterator<Item = (String, Attributes, &'a str, &'a str)>,
    ) -> Self {
        let elements: Vec<(String, Attributes)> = elements
            .map(|(id, attributes, kind, path)| {
                let location = format!("{base}/{path}/{id}");
                (id, located(attributes, kind, location))
            })
            .collect();
        let total = i64::try_from(elements.len()).unwrap_or(i64::MAX);
        let list = Attributes::new()
            .with(Name::SCHEMAS, Value::from_iter([LIST_URN]))
            .with(Name::TOTAL_RESULTS, total)
            .with(Name::START_INDEX, 1)
            .with(Name::ITEMS_PER_PAGE, total)
            .with(
                Name::RESOURCES,
                Value::from_iter(elements.iter().map(|(_, element)| element.clone())),
            );
        Self {
            list: write(&list),
            elements: elements
                .iter()
                .map(|(id, element)| (id.clone(), write(element)))
                .collect(),
        }
    }

    /// URNs and type names are compared without case, as attribute names are.
    fn find(&self, id: &str) -> Result<Bytes, ScimError> {
        let mut elements = self.elements.iter();
        let found = elements.find(|(known, _)| known.eq_ignore_ascii_case(id));
        found.map(|(_, document)| document.clone()).ok_or_else(|| {
            ScimError::new(Status::NotFound, "no schema or resource type has this name")
        })
    }
}

/// Adds `meta` with the type and the place of a document.
fn located(document: Attributes, kind: &str, location: String) -> Attributes {
    let meta = Attributes::new()
        .with(Name::RESOURCE_TYPE, kind)
        .with(Name::LOCATION, location);
    document.with(Name::META, meta)
}

fn write(document: &Attributes) -> Bytes {
    let mut out = Vec::with_capacity(1024);
    json::write_object(document, &mut out);
    out.into()
}

/// What the service can do (RFC 7643 section 5, RFC 9865 section 4).
fn service_provider_config(config: &Config) -> Attributes {
    let limits = config.limits();
    let supported = |yes: bool| Attributes::new().with("supported".into(), yes);
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let bulk = supported(true)
        .with("maxOperations".into(), number(limits.bulk_operations))
        .with("maxPayloadSize".into(), number(limits.body.bytes));
    let filter = supported(true).with("maxResults".into(), i64::from(limits.max_count));
    let pagination = Attributes::new()
        .with("cursor".into(), true)
        .with("index".into(), true)
        .with("defaultPaginationMethod".into(), "index")
        .with("defaultPageSize".into(), i64::from(limits.default_count))
        .with("maxPageSize".into(), i64::from(limits.max_count))
        .with(
            "cursorTimeout".into(),
            limits.cursor_lifetime.whole_seconds(),
        );
    let mut out = Attributes::new()
        .with(Name::SCHEMAS, Value::from_iter([CONFIG_URN]))
        .with("patch".into(), supported(true))
        .with("bulk".into(), bulk)
        .with("filter".into(), filter)
        .with("changePassword".into(), supported(false))
        .with("sort".into(), supported(true))
        .with("etag".into(), supported(true))
        .with("pagination".into(), pagination)
        .with(
            "authenticationSchemes".into(),
            Value::from_iter([bearer_scheme()]),
        );
    if config.events() == Events::Delivered {
        out.insert("securityEvents".into(), security_events().into());
    }
    if config.dialect().is_strict() {
        out.insert("interopProfileConformant".into(), Value::from(true));
    }
    out
}

/// RFC 9967 section 4: no request is answered asynchronously.
fn security_events() -> Attributes {
    Attributes::new().with("asyncRequest".into(), "none").with(
        "eventUris".into(),
        Value::from_iter(Event::ALL.map(Event::uri)),
    )
}

fn bearer_scheme() -> Attributes {
    Attributes::new()
        .with(Name::TYPE, "oauthbearertoken")
        .with(Name::NAME, "OAuth Bearer Token")
        .with(
            Name::DESCRIPTION,
            "A token of one organisation, sent as `Authorization: Bearer`",
        )
        .with("specUri".into(), "https://www.rfc-editor.org/rfc/rfc6750")
        .with(Name::PRIMARY, true)
}
