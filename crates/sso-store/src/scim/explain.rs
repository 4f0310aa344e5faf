//! How the database would answer a query, in its own words.

use super::read::looks_up;
use super::source::{Order, Source};
use crate::database::Database;
use crate::error::StoreError;
use crate::sql::Engine;
use org_domain::OrgId;
use scim_core::query::Query;

impl Database {
    /// The database's plan for the first page of resources, one line per step: for an operator who
    /// wonders about a slow list, and for tests that hold the indexes.
    ///
    /// What the database cannot decide, such as a filter on an attribute without a column, is
    /// decided row by row afterwards; the plan is that of reading those rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn explain_scim_query(
        &self,
        org: &OrgId,
        query: &Query,
    ) -> Result<Vec<String>, StoreError> {
        let source = Source::of(org, query, self.engine());
        let order = Order::of(query).unwrap_or(Order::CREATION);
        let (sql, values) = if looks_up(query) {
            source.page(order, None, 0, 100)
        } else {
            source.counted_page(order, None, 0, 100)
        };
        let (verb, column) = match self.engine() {
            Engine::Postgres => ("EXPLAIN", 0),
            Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        };
        let rows = self.rows(&format!("{verb} {sql}"), values).await?;
        rows.iter().map(|row| row.text(column)).collect()
    }
}
