use super::*;
use crate::guard::Change;
use crate::store::contract::{self, Fixture};

struct Memory(MemoryStore);

impl Fixture for Memory {
    type Store = MemoryStore;

    fn store(&self) -> &MemoryStore {
        &self.0
    }

    fn tenants(&self) -> [TenantId; 2] {
        [TenantId::new("a"), TenantId::new("b")]
    }

    fn plan(&self, _: &TenantId, _: &Change<'_>) {}
}

#[tokio::test]
async fn keeps_the_contract() {
    let checked = contract::check(async || Memory(MemoryStore::new(100))).await;
    assert_eq!(checked, Ok(()));
}
