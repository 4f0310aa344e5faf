//! Reading one resource, lists, `.search` (RFC 7644 section 3.4).

use crate::auth::TokenStore;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::ops::listing::Listing;
use crate::engine::reply::Reply;
use crate::engine::show::Shown;
use crate::error::{ScimError, ScimType, Status};
use crate::filter::{Filter, Unknown};
use crate::guard::Guard;
use crate::id::{Kind, ResourceId};
use crate::path::{Parts, Path};
use crate::query::cursor::Binding;
use crate::query::{Load, PageRequest, Parameters, Query, Sort, Target, Total};
use crate::resource::Name;
use crate::route::Scope;
use crate::schema::ResourceType;
use crate::store::Store;

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// One resource: 200, or 304 when the client has this version.
    ///
    /// # Errors
    /// 404; 412 for another version than `If-Match` names; 400 for a projection
    /// that is none.
    pub(in crate::engine) async fn read(
        &self,
        kind: &Kind,
        id: &ResourceId,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let served = self.served(kind)?;
        let shown = call.shown(served, &self.defaults)?;
        let stored = self.load(kind, id, &shown.load(), call.tenant()).await?;
        let conditions = call.conditions();
        conditions.if_match.require(stored.version())?;
        if conditions.if_none_match.spares(stored.version()) {
            return Ok(Reply::empty(304).of(stored.version()));
        }
        self.show(&stored, &shown, call.tenant()).await
    }

    /// `GET` of an endpoint or of the root.
    ///
    /// # Errors
    /// 400 with the `scimType` of what is wrong in the query.
    pub(in crate::engine) async fn list(
        &self,
        scope: &Scope,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let asked = Parameters::from_query(call.query())?;
        insensitive(&asked)?;
        self.found(scope, &asked, call).await
    }

    /// `POST /.search`: the same as a list, its parameters in the body.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub(in crate::engine) async fn search(
        &self,
        scope: &Scope,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let body = call.object(&self.config.limits().body)?;
        self.found(scope, &Parameters::from_body(&body)?, call)
            .await
    }

    /// The page of resources that the parameters ask for, as a ListResponse.
    async fn found(
        &self,
        scope: &Scope,
        asked: &Parameters,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let types = self.types_in(scope)?;
        let shown = types
            .iter()
            .map(|served| Shown::new(served, &self.defaults, asked))
            .collect::<Result<Vec<_>, _>>()?;
        let (query, total) = self.query_of(&types, &shown, asked, call)?;
        let listing = Listing {
            scim: self,
            asked,
            shown,
            total,
        };
        listing.answer(query, call).await
    }

    /// The resource types a list looks through.
    fn types_in(&self, scope: &Scope) -> Result<Vec<&ResourceType>, ScimError> {
        match scope {
            Scope::One(kind) => Ok(vec![self.served(kind)?]),
            Scope::Root => Ok(self
                .config
                .registry()
                .types()
                .iter()
                .map(AsRef::as_ref)
                .collect()),
        }
    }

    /// Checks every parameter against the types looked through.
    fn query_of(
        &self,
        types: &[&ResourceType],
        shown: &[Shown<'_>],
        asked: &Parameters,
        call: &mut Call<'_>,
    ) -> Result<(Query, Option<u64>), ScimError> {
        let filter = asked
            .filter
            .as_deref()
            .map(|text| Filter::parse_in(text, &self.config.limits().filter, &mut call.reading))
            .transpose()?;
        let unknown = if types.len() == 1 {
            Unknown::Refuse
        } else {
            Unknown::NoValue
        };
        let mut targets = Vec::with_capacity(types.len());
        for served in types {
            let bind = |filter: &Filter| filter.bind(served, unknown, &mut call.reading);
            let filter = filter.as_ref().map(bind).transpose()?;
            targets.push(Target {
                kind: served.kind().clone(),
                filter,
            });
        }
        let (page, total) = self.page_of(types, asked, call)?;
        let needs_members = shown.iter().any(|shown| shown.load() == Load::All);
        let load = if needs_members {
            Load::All
        } else {
            Load::Without(vec![Name::MEMBERS])
        };
        let query = Query {
            targets,
            sort: sort_of(types, asked)?,
            page,
            load,
            most_searched: self.config.limits().max_searched,
            most_members: self.config.limits().max_members,
            total: total.map_or(Total::Counted, |_| Total::NotAsked),
        };
        Ok((query, total))
    }

    /// How many resources a page may have.
    pub(super) fn count_of(&self, asked: &Parameters) -> u32 {
        let limits = self.config.limits();
        asked.count.map_or(limits.default_count, |count| {
            u32::try_from(count.max(0))
                .unwrap_or(u32::MAX)
                .min(limits.max_count)
        })
    }

    /// Which page: by cursor when one is given, empty or not; else by index. With the
    /// total, when the cursor brings it along.
    fn page_of(
        &self,
        types: &[&ResourceType],
        asked: &Parameters,
        call: &Call<'_>,
    ) -> Result<(PageRequest, Option<u64>), ScimError> {
        let count = self.count_of(asked);
        let Some(cursor) = &asked.cursor else {
            let start = u64::try_from(asked.start_index.unwrap_or(1).max(1)).unwrap_or(1);
            return Ok((PageRequest::Index { start, count }, None));
        };
        if asked.start_index.is_some() {
            let both = "send `startIndex` or `cursor`, not both";
            return Err(ScimError::bad_request(ScimType::InvalidValue, both));
        }
        if cursor.is_empty() {
            return Ok((PageRequest::From { after: None, count }, None));
        }
        let kinds = kinds(types);
        let binding = Binding {
            tenant: call.tenant(),
            kinds: &kinds,
            asked,
        };
        let opened = binding.open(cursor, count, call.now, self.config.pepper())?;
        let after = Some(opened.position);
        Ok((PageRequest::From { after, count }, Some(opened.total)))
    }
}

/// Refuses a password in a URI (RFC 7644 section 7.5.2), where proxies and logs
/// keep it; in the body of a search it is an attribute that no type has.
fn insensitive(asked: &Parameters) -> Result<(), ScimError> {
    let filter = asked.filter.as_deref().map(Filter::parse);
    match filter {
        Some(Ok(filter)) if names_password(&filter) => {
            let detail = "a password must not be in a URI; it cannot be filtered for";
            Err(ScimError::new(Status::Forbidden, detail).with_type(ScimType::Sensitive))
        }
        _ => Ok(()),
    }
}

/// Whether any part of a filter is about `password`.
fn names_password(filter: &Filter) -> bool {
    let is_password =
        |path: &Path| matches!(path.parts(), Parts::Plain(name, _) if *name == Name::PASSWORD);
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(names_password),
        Filter::Not(part) => names_password(part),
        Filter::Compare { path, .. } | Filter::Present(path) => is_password(path),
        Filter::Elements { path, filter } => is_password(path) || names_password(filter),
    }
}

/// The order asked for, by the first type that has the attribute.
fn sort_of(types: &[&ResourceType], asked: &Parameters) -> Result<Option<Sort>, ScimError> {
    let Some(by) = asked.sort_by.as_deref().filter(|by| !by.is_empty()) else {
        return Ok(None);
    };
    let path = Path::parse(by)?;
    let order = asked.sort_order.unwrap_or_default();
    let mut refused = None;
    for served in types {
        match Sort::bind(&path, order, served) {
            Ok(sort) => return Ok(Some(sort)),
            Err(error) => refused = Some(error),
        }
    }
    refused.map_or(Ok(None), Err)
}

/// What a cursor is bound to of the types looked through.
fn kinds(types: &[&ResourceType]) -> Vec<Kind> {
    types.iter().map(|served| served.kind().clone()).collect()
}
