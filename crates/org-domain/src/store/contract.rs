//! The suite that every [`ClaimStore`] has to pass.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), org_domain::store::contract::Breach> {
//! use org_domain::{MemoryClaimStore, store::contract};
//! contract::run(async || MemoryClaimStore::default()).await
//! # }
//! ```

mod cases;
mod samples;
mod work;

use crate::store::ClaimStore;

/// A store broke the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{case}: expected {expected}, saw {seen}")]
pub struct Breach {
    /// The case that failed.
    pub case: &'static str,
    /// What the contract says.
    pub expected: &'static str,
    /// What the store did.
    pub seen: String,
}

/// Runs every case, each on a store of its own that `make` gives empty.
///
/// # Errors
/// [`Breach`] for the first case that fails.
pub async fn run<S: ClaimStore>(make: impl AsyncFn() -> S) -> Result<(), Breach> {
    cases::what_is_written_is_read_back(&make().await).await?;
    cases::a_claim_starts_once(&make().await).await?;
    cases::a_stale_version_writes_nothing(&make().await).await?;
    cases::a_batch_is_one_transaction(&make().await).await?;
    cases::a_domain_has_one_holder(&make().await).await?;
    cases::pending_claims_block_nobody(&make().await).await?;
    cases::a_domain_moves_in_one_commit(&make().await).await?;
    cases::two_verify_in_the_same_instant(&make().await).await?;
    work::effects_stay_until_acknowledged(&make().await).await?;
    work::due_claims_are_leased_once(&make().await).await?;
    work::a_commit_ends_the_lease(&make().await).await
}
