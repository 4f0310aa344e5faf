//! The memory store against the contract.

#[cfg(feature = "contract-tests")]
#[tokio::test]
async fn the_memory_store_keeps_the_contract() {
    use org_domain::{MemoryClaimStore, store::contract};
    contract::run(async || MemoryClaimStore::default())
        .await
        .unwrap();
}
