//! A page of resources as a ListResponse (RFC 7644 section 3.4.2).

use crate::auth::TokenStore;
use crate::discovery::LIST_URN;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::members::Groups;
use crate::engine::reply::Reply;
use crate::engine::show::Shown;
use crate::error::ScimError;
use crate::guard::Guard;
use crate::id::Kind;
use crate::query::cursor::{Binding, Opened, expiry};
use crate::query::{PageRequest, Parameters, Query, Total};
use crate::store::{Page, Store};

/// What one list request asks for.
pub(super) struct Listing<'a, S, T, G> {
    pub(super) scim: &'a Scim<S, T, G>,
    pub(super) asked: &'a Parameters,
    pub(super) shown: Vec<Shown<'a>>,
    /// The total that the walk began with, which a cursor brings along: counting anew
    /// for every page would take time that grows with the tenant.
    pub(super) total: Option<u64>,
}

/// The resources of a page as JSON, and how many of them there is room for.
struct Written {
    json: Vec<u8>,
    count: usize,
}

impl<S, T, G> Listing<'_, S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Asks the store, and answers with as much of its page as there is room for.
    ///
    /// # Errors
    /// 400 `tooMany`, 500 or 503 from the store.
    pub(super) async fn answer(
        mut self,
        mut query: Query,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        loop {
            let page = self.scim.store.query(call.tenant(), &query).await;
            let page = self.scim.known(page)?;
            let total = *self.total.get_or_insert(page.total);
            let groups = if self.shown.iter().any(Shown::wants_groups) {
                self.scim.groups_of(&page.resources, call.tenant()).await?
            } else {
                Groups::default()
            };
            let written = self.write(&page, &groups);
            if written.count < page.resources.len()
                && let PageRequest::From { count, .. } = &mut query.page
            {
                // Where a page ends, only the store can say: it is asked for the shorter one.
                *count = u32::try_from(written.count).unwrap_or(*count);
                query.total = Total::NotAsked;
                continue;
            }
            let place = self.place(&query, &page, call);
            return Ok(Reply::ok(list(total, &place, &written)));
        }
    }

    /// The first of the resources, as many as fit; the first in any case.
    fn write(&self, page: &Page, groups: &Groups) -> Written {
        let config = &self.scim.config;
        let mut json = Vec::with_capacity(page.resources.len() * 1024);
        let mut count = 0;
        for stored in &page.resources {
            let before = json.len();
            if count > 0 {
                json.push(b',');
            }
            let shown = self.shown.iter().find(|s| s.kind() == stored.kind());
            if let Some(shown) = shown {
                shown.write(stored, groups, config, &mut json);
            }
            if count > 0 && json.len() > config.limits().page_octets {
                json.truncate(before);
                break;
            }
            count += 1;
        }
        Written { json, count }
    }

    /// `startIndex` of a page by index, `nextCursor` of one by cursor.
    fn place(&self, query: &Query, page: &Page, call: &Call<'_>) -> String {
        match query.page {
            PageRequest::Index { start, .. } => format!(r#","startIndex":{start}"#),
            PageRequest::From { .. } => self.next_cursor(query, page, call),
        }
    }

    /// `nextCursor`, unless this is the last page (RFC 9865 section 2). It is bound to
    /// the `count` that was asked for, however many there was room for.
    fn next_cursor(&self, query: &Query, page: &Page, call: &Call<'_>) -> String {
        let Some(position) = page.next.clone() else {
            return String::new();
        };
        let kinds: Vec<Kind> = query
            .targets
            .iter()
            .map(|target| target.kind.clone())
            .collect();
        let binding = Binding {
            tenant: call.tenant(),
            kinds: &kinds,
            asked: self.asked,
        };
        let config = &self.scim.config;
        let expires = expiry(call.now, config.limits().cursor_lifetime);
        let opened = Opened {
            position,
            total: self.total.unwrap_or_default(),
        };
        let count = self.scim.count_of(self.asked);
        let cursor = binding.seal(&opened, count, expires, config.pepper());
        format!(r#","nextCursor":"{cursor}""#)
    }
}

/// The whole answer.
fn list(total: u64, place: &str, written: &Written) -> Vec<u8> {
    let head = format!(
        r#"{{"schemas":["{LIST_URN}"],"totalResults":{total}{place},"itemsPerPage":{},"Resources":["#,
        written.count,
    );
    let mut out = Vec::with_capacity(head.len() + written.json.len() + 2);
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(&written.json);
    out.extend_from_slice(b"]}");
    out
}
