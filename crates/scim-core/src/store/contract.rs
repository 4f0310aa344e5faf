//! What every store owes, as a suite to run against your own.
//!
//! Give it a way to open an empty store and it checks, rule by rule, what the
//! engine relies on. The memory store of this crate and the SQL store of the
//! workspace run the same suite.
//!
//! ```
//! use scim_core::guard::Change;
//! use scim_core::store::contract::{self, Fixture};
//! use scim_core::store::memory::MemoryStore;
//! use scim_core::TenantId;
//!
//! struct Memory(MemoryStore);
//!
//! impl Fixture for Memory {
//!     type Store = MemoryStore;
//!
//!     fn store(&self) -> &MemoryStore {
//!         &self.0
//!     }
//!
//!     fn tenants(&self) -> [TenantId; 2] {
//!         [TenantId::new("a"), TenantId::new("b")]
//!     }
//!
//!     fn plan(&self, _: &TenantId, _: &Change<'_>) {}
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), contract::Violation> {
//! contract::check(async || Memory(MemoryStore::new(1_000))).await
//! # }
//! ```

mod groups;
mod lists;
mod rules;
mod script;
mod unique;

use std::error::Error;
use std::fmt;

use crate::guard::Change;
use crate::id::TenantId;
use crate::store::Store;

/// One opened, empty store and what the suite needs to use it.
pub trait Fixture: Send + Sync {
    /// The store under test.
    type Store: Store;

    /// The store, the same on every call.
    fn store(&self) -> &Self::Store;

    /// Two tenants that exist and have no resources.
    fn tenants(&self) -> [TenantId; 2];

    /// A plan that lets the store carry out this change: what the host's guard
    /// would have allowed it with.
    fn plan(&self, tenant: &TenantId, change: &Change<'_>) -> <Self::Store as Store>::Plan;
}

/// A rule that the store breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Name of the rule.
    pub rule: &'static str,
    /// What was expected and what was seen.
    pub seen: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.seen)
    }
}

impl Error for Violation {}

/// Runs every rule, each on a store opened for it.
///
/// # Errors
/// The first rule that does not hold.
pub async fn check<F: Fixture>(open: impl AsyncFn() -> F) -> Result<(), Violation> {
    rules::written_is_read(&open().await).await?;
    rules::unique_names_are_unique(&open().await).await?;
    rules::a_race_has_one_winner(&open().await).await?;
    rules::writes_are_conditional(&open().await).await?;
    rules::a_name_can_move_on(&open().await).await?;
    rules::deleted_is_gone(&open().await).await?;
    rules::tenants_are_apart(&open().await).await?;
    rules::an_id_is_given_once(&open().await).await?;
    rules::index_pages_tile(&open().await).await?;
    rules::counts_are_kept(&open().await).await?;
    rules::walks_neither_skip_nor_repeat(&open().await).await?;
    unique::values_belong_to_one(&open().await).await?;
    unique::a_race_for_a_value_has_one_winner(&open().await).await?;
    lists::look_ups_find(&open().await).await?;
    lists::sorted_pages_tile(&open().await).await?;
    lists::sorted_walks_tile(&open().await).await?;
    groups::members_are_kept(&open().await).await?;
    groups::the_deleted_leave_their_groups(&open().await).await?;
    groups::members_change_by_difference(&open().await).await?;
    groups::members_have_a_limit(&open().await).await
}
