//! What no index decides: resources looked at one by one, up to a limit.

use super::read::{Raw, Window, groups};
use super::source::{Order, Source};
use crate::database::Database;
use crate::error::StoreError;
use org_domain::OrgId;
use scim_core::id::{Kind, ResourceId};
use scim_core::query::{Load, Place, Query, SortKey};
use scim_core::resource::Name;
use scim_core::store::{Page, Stored};

/// Rows looked at in one statement.
const BATCH: u64 = 1_000;

impl Database {
    /// Every row the database cannot rule out is looked at; of the matches only the keys are
    /// kept, and the page is read again. What went meanwhile is on no page and counts no more.
    pub(super) async fn searched(
        &self,
        org: &OrgId,
        query: &Query,
        source: &Source,
    ) -> Result<Page, StoreError> {
        let mut found = self.matches(org, query, source).await?;
        if let Some(sort) = &query.sort {
            found.sort_by(|(a, _), (b, _)| a.order(Some(sort), b));
        }
        let total = found.len();
        let window = Window::of(&query.page);
        let skip = usize::try_from(window.offset).unwrap_or(usize::MAX);
        let mut rest = found
            .into_iter()
            .filter(|(place, _)| window.begins_before(query, place))
            .skip(skip);
        let page: Vec<(Place, Kind)> = rest.by_ref().take(window.count as usize).collect();
        let (resources, asked) = self.again(org, query, &page).await?;
        let more = window.by_cursor && (asked < page.len() || rest.next().is_some());
        let last = page.get(..asked).and_then(<[_]>::last).filter(|_| more);
        let next = last.map(|(place, _)| place.write());
        let gone = asked - resources.len();
        Ok(Page {
            total: (total - gone) as u64,
            resources,
            next,
        })
    }

    /// The resources of these places that are still there and still match, and how many places
    /// were looked at: no more than until there are as many members as one page may have.
    async fn again(
        &self,
        org: &OrgId,
        query: &Query,
        page: &[(Place, Kind)],
    ) -> Result<(Vec<Stored>, usize), StoreError> {
        // Without the members nobody wants to see, a filter on them cannot be asked again.
        let decides = !(query.load.skips(&Name::MEMBERS) && query.concerns(&Name::MEMBERS));
        let mut resources = Vec::with_capacity(page.len());
        let (mut members, mut asked) = (0, 0);
        for (place, kind) in page {
            if members >= query.most_members {
                break;
            }
            asked += 1;
            let id = ResourceId::new(place.id.as_str());
            let found = self.resource(org, kind, &id, &query.load).await?;
            if let Some(stored) = found.filter(|stored| !decides || query.matches(stored)) {
                members += stored.resource().as_group().members().len() as u64;
                resources.push(stored);
            }
        }
        Ok((resources, asked))
    }

    /// Places of all matches, in batches by the order of creation: at no time more than one batch
    /// of resources is in memory, and members only when filter or order look at them. Ends with
    /// [`StoreError::TooMany`] when more would have to be looked at than the query allows.
    async fn matches(
        &self,
        org: &OrgId,
        query: &Query,
        source: &Source,
    ) -> Result<Vec<(Place, Kind)>, StoreError> {
        let (mut found, mut after) = (Vec::new(), None);
        let mut budget = Budget(query.most_searched);
        let load = if query.concerns(&Name::MEMBERS) {
            Load::All
        } else {
            Load::Without(vec![Name::MEMBERS])
        };
        loop {
            let batch = budget.batch();
            let (sql, values) = source.page(Order::CREATION, after.as_ref(), 0, batch);
            let rows = self.rows(&sql, values).await?;
            let full = rows.len() as u64 == batch;
            budget.spend(rows.len() as u64)?;
            let raw = rows
                .into_iter()
                .map(Raw::of)
                .collect::<Result<Vec<_>, _>>()?;
            if load == Load::All {
                budget.spend(self.members_of(org, &raw, budget.0).await?)?;
            }
            for stored in self.filled(org, raw, &load).await? {
                let created = Some(SortKey::Date(stored.created()));
                let by_creation = Place::new(created, stored.id().as_str());
                if query.matches(&stored) {
                    let place = match &query.sort {
                        None => by_creation.clone(),
                        Some(sort) => Place::new(sort.key(stored.resource()), stored.id().as_str()),
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

    /// How many members the groups among the rows have together, counted as far as one beyond
    /// what is left: a group of a million members is not loaded to find out.
    async fn members_of(&self, org: &OrgId, raw: &[Raw], left: u64) -> Result<u64, StoreError> {
        let groups: Vec<&str> = groups(raw).collect();
        if groups.is_empty() {
            return Ok(0);
        }
        let (sql, values) = super::members::count(org, &groups, left.saturating_add(1));
        self.count(&sql, values).await
    }
}

/// How many more rows a search may look at.
struct Budget(u64);

impl Budget {
    /// How many to read next: one beyond the rest tells whether there are more.
    fn batch(&self) -> u64 {
        self.0.saturating_add(1).min(BATCH)
    }

    fn spend(&mut self, rows: u64) -> Result<(), StoreError> {
        self.0 = self.0.checked_sub(rows).ok_or(StoreError::TooMany)?;
        Ok(())
    }
}
