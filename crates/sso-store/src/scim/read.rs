//! Reading resources: by id, and pages of what matches.

use super::columns::{OrderColumn, VISIBLE};
use super::members::with_members;
use super::source::{Order, Source};
use super::user::resource_of;
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::{Row, params};
use org_domain::OrgId;
use scim_core::filter::Exactness;
use scim_core::id::{Kind, ResourceId};
use scim_core::query::{Load, PageRequest, Place, Position, Query, SortKey};
use scim_core::resource::Name;
use scim_core::store::{Page, Stored, Version};

/// Rows looked at in one statement when the database cannot decide the filter or the order.
const BATCH: u64 = 1_000;

const COLUMNS: &str = "id, resource, version, created, modified";

/// What a row says besides its resource, so that members can be put into it later.
struct Raw {
    kind: Kind,
    id: String,
    row: Row,
}

impl Raw {
    /// From a row of a [`Source`].
    fn of(row: Row) -> Result<Self, StoreError> {
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
    async fn filled(
        &self,
        org: &OrgId,
        raw: Vec<Raw>,
        load: &Load,
    ) -> Result<Vec<Stored>, StoreError> {
        let groups: Vec<&str> = raw
            .iter()
            .filter(|raw| raw.kind == Kind::GROUP)
            .map(|raw| raw.id.as_str())
            .collect();
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
        let (after, offset, count, cursor) = window(&query.page);
        // One row more than asked for tells whether a next page exists.
        let limit = if cursor {
            u64::from(count) + 1
        } else {
            u64::from(count)
        };
        let mut raw = Vec::new();
        if limit > 0 {
            let (sql, values) = source.page(order, after.as_ref(), offset, limit);
            for row in self.rows(&sql, values).await? {
                raw.push(Raw::of(row)?);
            }
        }
        let more = raw.len() > count as usize;
        raw.truncate(count as usize);
        let next = if cursor && more {
            raw.last().map(|last| place(last, order)).transpose()?
        } else {
            None
        };
        let whole = after.is_none()
            && !more
            && raw.len() < count as usize
            && (offset == 0 || !raw.is_empty());
        let total = if whole {
            offset + raw.len() as u64
        } else {
            self.total(source).await?
        };
        Ok(Page {
            total,
            resources: self.filled(org, raw, &query.load).await?,
            next,
        })
    }

    /// How many rows there are behind all pages.
    async fn total(&self, source: &Source) -> Result<u64, StoreError> {
        let (sql, values) = source.count();
        let row = self.row(&sql, values).await?.ok_or(StoreError::Missing)?;
        Ok(row.get::<i64>(0)?.unsigned_abs())
    }

    /// Every row the database cannot rule out is looked at; of the matches only the keys are
    /// kept, and the page is read again.
    async fn searched(
        &self,
        org: &OrgId,
        query: &Query,
        source: &Source,
    ) -> Result<Page, StoreError> {
        let mut found = self.matches(org, query, source).await?;
        if let Some(sort) = &query.sort {
            found.sort_by(|(a, _), (b, _)| a.order(Some(sort), b));
        }
        let total = found.len() as u64;
        let (after, offset, count, cursor) = window(&query.page);
        let is_behind = |place: &Place| {
            after
                .as_ref()
                .is_none_or(|after| after.is_before(query.sort.as_ref(), place))
        };
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut rest = found
            .into_iter()
            .filter(|(place, _)| is_behind(place))
            .skip(skip);
        let page: Vec<(Place, Kind)> = rest.by_ref().take(count as usize).collect();
        let next = if cursor {
            rest.next()
                .and_then(|_| page.last())
                .map(|(place, _)| place.write())
        } else {
            None
        };
        let mut resources = Vec::with_capacity(page.len());
        for (place, kind) in page {
            let id = ResourceId::new(place.id);
            resources.extend(self.resource(org, &kind, &id, &query.load).await?);
        }
        Ok(Page {
            total,
            resources,
            next,
        })
    }

    /// Places of all matches, in batches by the order of creation: at no time more than one batch
    /// of resources is in memory, and members only when filter or order look at them.
    async fn matches(
        &self,
        org: &OrgId,
        query: &Query,
        source: &Source,
    ) -> Result<Vec<(Place, Kind)>, StoreError> {
        let (mut found, mut after) = (Vec::new(), None);
        let load = if query.concerns(&Name::MEMBERS) {
            Load::All
        } else {
            Load::Without(vec![Name::MEMBERS])
        };
        loop {
            let (sql, values) = source.page(Order::CREATION, after.as_ref(), 0, BATCH);
            let rows = self.rows(&sql, values).await?;
            let full = rows.len() as u64 == BATCH;
            let raw = rows
                .into_iter()
                .map(Raw::of)
                .collect::<Result<Vec<_>, _>>()?;
            for stored in self.filled(org, raw, &load).await? {
                let id = stored.id().as_str().to_owned();
                let by_creation = Place {
                    key: Some(SortKey::Date(stored.created())),
                    id: id.clone(),
                };
                if query.matches(&stored) {
                    let place = match &query.sort {
                        None => by_creation.clone(),
                        Some(sort) => Place {
                            key: sort.key(stored.resource()),
                            id,
                        },
                    };
                    found.push((place, stored.kind().clone()));
                }
                after = Some(by_creation);
            }
            if !full {
                return Ok(found);
            }
        }
    }
}

/// Where a page begins, how many to leave out, how many to take, and whether by cursor.
fn window(page: &PageRequest) -> (Option<Place>, u64, u32, bool) {
    match page {
        PageRequest::Index { start, count } => (None, start.saturating_sub(1), *count, false),
        PageRequest::From { after, count } => {
            (after.as_ref().and_then(Place::read), 0, *count, true)
        }
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
