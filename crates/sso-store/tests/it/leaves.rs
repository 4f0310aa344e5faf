//! The contract suites of the leaves, and races that only a database can have.

use crate::engines::{on_both, t0};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestHandle, RequestStore, contract};
use time::Duration;

on_both! {
    async fn replay_store_keeps_its_contract(bench: Bench) {
        contract::replay(&bench.database).await;
    }

    async fn request_store_keeps_its_contract(bench: Bench) {
        contract::requests(&bench.database).await;
    }

    async fn of_many_processes_with_one_assertion_one_is_first(bench: Bench) {
        let key = ReplayKey::new("https://idp.example", "_a");
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let process = bench.another().await;
            for _ in 0..8 {
                let (process, key) = (process.clone(), key);
                tasks.push(tokio::spawn(async move {
                    ReplayStore::claim(&process, &key, t0() + Duration::HOUR, t0()).await.unwrap()
                }));
            }
        }
        let mut first = 0;
        for task in tasks {
            first += u32::from(task.await.unwrap() == FirstUse::First);
        }
        assert_eq!(first, 1);
    }

    async fn of_many_answers_to_one_request_one_is_first(bench: Bench) {
        let record = contract::sample("_r1", "relay-1");
        bench.database.put(&record).await.unwrap();
        let now = record.issued_at();
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let process = bench.another().await;
            for _ in 0..8 {
                let (process, id) = (process.clone(), record.id().clone());
                tasks.push(tokio::spawn(async move { RequestStore::claim(&process, &id, now).await.unwrap() }));
            }
        }
        let mut first = 0;
        for task in tasks {
            first += u32::from(task.await.unwrap() == FirstUse::First);
        }
        assert_eq!(first, 1);
    }

    async fn a_handle_with_a_nul_is_unknown(bench: Bench) {
        let handle = RequestHandle::ByRelayState("a\0b");
        assert_eq!(RequestStore::find(&bench.database, handle, t0()).await.unwrap(), None);
    }
}
