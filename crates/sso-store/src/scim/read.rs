//! Reading resources: by id, and pages of what matches.

use super::columns::{OrderColumn, VISIBLE};
use super::members::{count_each, with_members};
use super::source::{Order, Source};
use super::user::resource_of;
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, params};
use org_domain::OrgId;
use scim_core::filter::Exactness;
use scim_core::id::{Kind, ResourceId};
use scim_core::query::{Load, PageRequest, Place, Position, Query, SortKey, Total};
use scim_core::resource::Name;
use scim_core::store::{Page, Stored, Version};
use std::collections::HashMap;

const COLUMNS: &str = "id, resource, version, created, modified";

/// What a row says besides its resource, so that members can be put into it later.
pub(super) struct Raw {
    kind: Kind,
    id: String,
    row: Row,
}

impl Raw {
    /// From a row of a [`Source`].
    pub(super) fn of(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            kind: kind_of(&row.text(0)?),
            id: row.text(1)?,
            row,
        })
    }

    /// The resource of the row, with these members.
    fn stored(&self, members: &[Row]) -> Result<Stored, StoreError> {
        let row = &self.row;
        let resource = with_members(resource_of(&row.text(2)?)?, members)?;
        let version = Version::new(row.get::<i64>(3)?.unsigned_abs());
        let (created, modified) = (row.instant(4)?, row.instant(5)?);
        let id = ResourceId::new(self.id.as_str());
        Ok(Stored::new(
            self.kind.clone(),
            id,
            resource,
            version,
            created,
            modified,
        ))
    }
}

/// The kind of a name; those of the standard types are not copied.
pub(super) fn kind_of(name: &str) -> Kind {
    match name {
        "User" => Kind::USER,
        "Group" => Kind::GROUP,
        other => Kind::new(other.to_owned()),
    }
}

impl Database {
    /// One resource, if the organisation has it and provisioning may see it.
    pub(super) async fn resource(
        &self,
        org: &OrgId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> Result<Option<Stored>, StoreError> {
        let row = if *kind == Kind::USER {
            let sql = format!(
                "SELECT 'User', {COLUMNS} FROM members m WHERE m.org = $1 AND m.id = $2 AND {VISIBLE}"
            );
            self.row(&sql, params![org, id.as_str()]).await?
        } else {
            let sql = format!(
                "SELECT kind, {COLUMNS} FROM scim_resources WHERE org = $1 AND id = $2 AND kind = $3"
            );
            self.row(&sql, params![org, id.as_str(), kind.as_str()])
                .await?
        };
        let Some(row) = row else { return Ok(None) };
        Ok(self.filled(org, vec![Raw::of(row)?], load).await?.pop())
    }

    /// Reads the members of the groups among the rows, in one statement.
    pub(super) async fn filled(
        &self,
        org: &OrgId,
        raw: Vec<Raw>,
        load: &Load,
    ) -> Result<Vec<Stored>, StoreError> {
        let groups: Vec<&str> = groups(&raw).collect();
        let mut members: Vec<(String, Vec<Row>)> = Vec::new();
        if !groups.is_empty() && !load.skips(&Name::MEMBERS) {
            for row in self.member_rows(org, &groups, load).await? {
                let group = row.text(0)?;
                match members.last_mut() {
                    Some((last, rows)) if *last == group => rows.push(row),
                    _ => members.push((group, vec![row])),
                }
            }
        }
        let of = |id: &str| {
            members
                .iter()
                .find(|(group, _)| group == id)
                .map_or(&[][..], |(_, rows)| rows)
        };
        raw.iter()
            .map(|raw| {
                raw.stored(if raw.kind == Kind::GROUP {
                    of(&raw.id)
                } else {
                    &[]
                })
            })
            .collect()
    }

    /// A page of what matches. Where the database can decide filter and order, it reads just the
    /// rows of the page; where it cannot, every row that it cannot rule out is looked at.
    pub(super) async fn page(&self, org: &OrgId, query: &Query) -> Result<Page, StoreError> {
        if query.targets.is_empty() {
            return Ok(Page {
                total: 0,
                resources: Vec::new(),
                next: None,
            });
        }
        let source = Source::of(org, query, self.engine());
        match (source.exactness, Order::of(query)) {
            (Exactness::Exact, Some(order)) => self.selected(org, query, &source, order).await,
            _ => self.searched(org, query, &source).await,
        }
    }

    /// The database decides filter, order and page.
    async fn selected(
        &self,
        org: &OrgId,
        query: &Query,
        source: &Source,
        order: Order,
    ) -> Result<Page, StoreError> {
        let window = Window::of(&query.page);
        let (mut raw, total) = if window.count == 0 {
            (Vec::new(), self.total(source).await?)
        } else if query.total == Total::NotAsked {
            (self.uncounted(source, order, &window).await?, 0)
        } else if let Some(raw) = self.all(query, source, order, &window).await? {
            let total = raw.len() as u64;
            (raw, total)
        } else {
            self.counted(source, order, &window).await?
        };
        let fit = self.with_room(org, &raw, query).await?;
        let fit = fit.min(window.count as usize);
        let more = raw.len() > fit;
        raw.truncate(fit);
        let last = raw.last().filter(|_| window.by_cursor && more);
        let next = last.map(|last| place(last, order)).transpose()?;
        Ok(Page {
            total,
            resources: self.filled(org, raw, &query.load).await?,
            next,
        })
    }

    /// All matches of a filter, when they fit on the first page: a look-up is one statement that
    /// counts nothing. `None` when they do not, or probably would not.
    async fn all(
        &self,
        query: &Query,
        source: &Source,
        order: Order,
        window: &Window,
    ) -> Result<Option<Vec<Raw>>, StoreError> {
        if !looks_up(query) || window.offset > 0 || window.after.is_some() {
            return Ok(None);
        }
        let raw = self.uncounted(source, order, window).await?;
        Ok((raw.len() <= window.count as usize).then_some(raw))
    }

    /// A page, and one row more if there is one.
    async fn uncounted(
        &self,
        source: &Source,
        order: Order,
        window: &Window,
    ) -> Result<Vec<Raw>, StoreError> {
        let after = window.after.as_ref();
        let (sql, values) = source.page(order, after, window.offset, window.limit());
        let rows = self.rows(&sql, values).await?;
        rows.into_iter().map(Raw::of).collect()
    }

    /// How many of the rows, from the first on, have together no more members than the query
    /// may load; the first in any case.
    async fn with_room(
        &self,
        org: &OrgId,
        raw: &[Raw],
        query: &Query,
    ) -> Result<usize, StoreError> {
        let groups: Vec<&str> = groups(raw).collect();
        if groups.len() < 2 || query.load.skips(&Name::MEMBERS) {
            return Ok(raw.len());
        }
        let (sql, values) = count_each(org, &groups);
        let mut members = HashMap::new();
        for row in self.rows(&sql, values).await? {
            members.insert(row.text(0)?, row.get::<i64>(1)?.unsigned_abs());
        }
        let mut loaded = 0;
        let fits = raw.iter().take_while(|raw| {
            loaded += members.get(&raw.id).copied().unwrap_or_default();
            loaded <= query.most_members
        });
        Ok(fits.count().max(1))
    }

    /// A page and how many rows there are behind all pages, of one moment.
    async fn counted(
        &self,
        source: &Source,
        order: Order,
        window: &Window,
    ) -> Result<(Vec<Raw>, u64), StoreError> {
        let (sql, values) =
            source.counted_page(order, window.after.as_ref(), window.offset, window.limit());
        let (mut raw, mut total) = (Vec::new(), 0);
        for row in self.rows(&sql, values).await? {
            total = row.get::<i64>(7)?.unsigned_abs();
            if row.get::<Option<String>>(0)?.is_some() {
                raw.push(Raw::of(row)?);
            }
        }
        Ok((raw, total))
    }

    /// How many rows there are behind all pages.
    async fn total(&self, source: &Source) -> Result<u64, StoreError> {
        let (sql, values) = source.count();
        self.count(&sql, values).await
    }
}

/// Whether a query is likely to have few results: then it is tried without counting.
pub(super) fn looks_up(query: &Query) -> bool {
    query.targets.iter().any(|target| target.filter.is_some())
}

/// Ids of the groups among some rows.
pub(super) fn groups(raw: &[Raw]) -> impl Iterator<Item = &str> {
    let groups = raw.iter().filter(|raw| raw.kind == Kind::GROUP);
    groups.map(|raw| raw.id.as_str())
}

/// Which part of a result is asked for.
pub(super) struct Window {
    /// Only what comes behind this.
    after: Option<Place>,
    /// How many of those to leave out.
    pub(super) offset: u64,
    /// How many to take.
    pub(super) count: u32,
    /// Whether the next part is asked for by its place.
    pub(super) by_cursor: bool,
}

impl Window {
    pub(super) fn of(page: &PageRequest) -> Self {
        let (after, offset, count, by_cursor) = match page {
            PageRequest::Index { start, count } => (None, start.saturating_sub(1), *count, false),
            PageRequest::From { after, count } => {
                (after.as_ref().and_then(Place::read), 0, *count, true)
            }
        };
        Self {
            after,
            offset,
            count,
            by_cursor,
        }
    }

    /// One row more than asked for tells whether there are more.
    fn limit(&self) -> u64 {
        u64::from(self.count) + 1
    }

    pub(super) fn begins_before(&self, query: &Query, place: &Place) -> bool {
        let after = self.after.as_ref();
        after.is_none_or(|after| after.is_before(query.sort.as_ref(), place))
    }
}

/// The place of a row in an order of the database.
fn place(raw: &Raw, order: Order) -> Result<Position, StoreError> {
    let row = &raw.row;
    let key = match order.column {
        OrderColumn::Created => SortKey::Date(row.instant(4)?),
        OrderColumn::Modified => SortKey::Date(row.instant(5)?),
        OrderColumn::Id => SortKey::Text(row.text(1)?),
        OrderColumn::UserNameKey => SortKey::Text(row.text(6)?),
    };
    Ok(Place {
        key: Some(key),
        id: raw.id.clone(),
    }
    .write())
}
