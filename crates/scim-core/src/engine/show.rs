//! What a response shows of a resource, and where it is.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Scim;
use super::call::Call;
use super::members::Groups;
use super::reply::Reply;
use crate::auth::TokenStore;
use crate::config::Config;
use crate::error::ScimError;
use crate::guard::Guard;
use crate::id::{Kind, ResourceId, TenantId};
use crate::query::{Load, Parameters};
use crate::resource::{Attributes, Name, Value};
use crate::schema::{Projection, ResourceType};
use crate::store::{Store, Stored};

/// What stays as it is in a path segment: RFC 3986 unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What the answer to one request shows of each resource.
#[derive(Debug)]
pub(super) struct Shown<'s> {
    served: &'s ResourceType,
    projection: Cow<'s, Projection>,
    asked: Asked,
}

/// Whether the client named attributes it wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nothing,
    Attributes,
}

/// The projections of requests that ask for nothing in particular, made once.
#[derive(Debug, Clone)]
pub(super) struct Defaults(Vec<(Kind, Projection)>);

impl Defaults {
    pub(super) fn new(config: &Config) -> Self {
        let types = config.registry().types().iter();
        Self(
            types
                .map(|t| (t.kind().clone(), Projection::default_of(t)))
                .collect(),
        )
    }

    fn of(&self, kind: &Kind) -> Option<&Projection> {
        self.0
            .iter()
            .find(|(known, _)| known == kind)
            .map(|(_, projection)| projection)
    }
}

impl<'s> Shown<'s> {
    /// What a request's `attributes` and `excludedAttributes` ask for.
    ///
    /// # Errors
    /// 400 when both are given (RFC 7644 section 3.9).
    pub(super) fn new(
        served: &'s ResourceType,
        defaults: &'s Defaults,
        asked: &Parameters,
    ) -> Result<Self, ScimError> {
        let attributes = asked.attributes.as_deref();
        let excluded = asked.excluded_attributes.as_deref();
        let projection = match (attributes, excluded, defaults.of(served.kind())) {
            (None, None, Some(default)) => Cow::Borrowed(default),
            _ => Cow::Owned(Projection::new(served, attributes, excluded)?),
        };
        let asked = if attributes.is_some() || excluded.is_some() {
            Asked::Attributes
        } else {
            Asked::Nothing
        };
        Ok(Self {
            served,
            projection,
            asked,
        })
    }

    /// The type it shows resources of.
    pub(super) fn kind(&self) -> &Kind {
        self.served.kind()
    }

    /// Whether the client wants to see the result (RFC 7644 section 3.5.2: 200
    /// with a body when `attributes` is given).
    pub(super) fn is_asked_for(&self) -> bool {
        self.asked == Asked::Attributes
    }

    /// What need not be loaded to show this.
    pub(super) fn load(&self) -> Load {
        if self.projection.wants(&Name::MEMBERS) {
            Load::All
        } else {
            Load::Without(vec![Name::MEMBERS])
        }
    }

    /// The URI of a resource: its `meta.location`.
    pub(super) fn location(&self, id: &ResourceId, config: &Config) -> String {
        Self::place(self.served, id, config)
    }

    /// The URI of a resource of a type.
    pub(super) fn place(served: &ResourceType, id: &ResourceId, config: &Config) -> String {
        let id = utf8_percent_encode(id.as_str(), SEGMENT);
        format!("{}{}/{id}", config.base_url(), served.endpoint())
    }

    /// Whether users are shown with their groups.
    pub(super) fn wants_groups(&self) -> bool {
        *self.kind() == Kind::USER && self.projection.wants(&Name::GROUPS)
    }

    /// Writes a resource as the client may see it.
    pub(super) fn write(
        &self,
        stored: &Stored,
        groups: &Groups,
        config: &Config,
        out: &mut Vec<u8>,
    ) {
        let mut over = Attributes::new();
        self.locate(&mut over, stored, config);
        if self.projection.wants(&Name::MEMBERS) {
            refer_members(&mut over, stored, config);
        }
        let place = |id: &ResourceId| place_of(&Kind::GROUP, id, config).unwrap_or_default();
        if let Some(groups) = groups.of(stored.id(), place) {
            over.insert(Name::GROUPS, groups);
        }
        self.projection.write_over(stored.resource(), &over, out);
    }

    /// 200 with the resource.
    pub(super) fn reply(&self, stored: &Stored, groups: &Groups, config: &Config) -> Reply {
        let mut out = Vec::with_capacity(1024);
        self.write(stored, groups, config, &mut out);
        Reply::ok(out)
            .at(self.location(stored.id(), config))
            .of(stored.version())
    }

    /// `meta` with its `location`, if it shows.
    fn locate(&self, over: &mut Attributes, stored: &Stored, config: &Config) {
        let kept = stored
            .resource()
            .get(&Name::META)
            .and_then(Value::as_object);
        if let Some(kept) = kept.filter(|_| self.projection.wants(&Name::META)) {
            let place = self.location(stored.id(), config);
            over.insert(Name::META, kept.clone().with(Name::LOCATION, place).into());
        }
    }
}

/// The members, each with the `$ref` that follows from its id and type.
fn refer_members(over: &mut Attributes, stored: &Stored, config: &Config) {
    let Some(Value::Array(members)) = stored.resource().get(&Name::MEMBERS) else {
        return;
    };
    let mut members = members.clone();
    for member in members.iter_mut().filter_map(Value::as_object_mut) {
        let text = |name| member.get(name).and_then(Value::as_str);
        let (Some(id), Some(kind)) = (text(&Name::VALUE), text(&Name::TYPE)) else {
            continue;
        };
        let (id, kind) = (ResourceId::new(id), Kind::new(kind.to_owned()));
        if let Some(place) = place_of(&kind, &id, config) {
            member.insert(Name::REF, place.into());
        }
    }
    over.insert(Name::MEMBERS, Value::Array(members));
}

/// The URI of a resource of a kind, if that is served.
fn place_of(kind: &Kind, id: &ResourceId, config: &Config) -> Option<String> {
    let served = config.registry().by_kind(kind)?;
    Some(Shown::place(served, id, config))
}

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// 200 with a resource, its groups looked up when they show.
    ///
    /// # Errors
    /// 500 or 503 from the store.
    pub(super) async fn show(
        &self,
        stored: &Stored,
        shown: &Shown<'_>,
        tenant: &TenantId,
    ) -> Result<Reply, ScimError> {
        let groups = if shown.wants_groups() {
            self.groups_of(std::slice::from_ref(stored), tenant).await?
        } else {
            Groups::default()
        };
        Ok(shown.reply(stored, &groups, &self.config))
    }
}

impl Call<'_> {
    /// The projection parameters of a request that is not a list.
    pub(super) fn shown<'s>(
        &self,
        served: &'s ResourceType,
        defaults: &'s Defaults,
    ) -> Result<Shown<'s>, ScimError> {
        Shown::new(served, defaults, &Parameters::from_query(self.query())?)
    }
}
