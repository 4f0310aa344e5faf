//! The contract of org-domain's claim stores.

use crate::directory::make_org;
use crate::engines::{self, Bench, on_both, t0};
use org_domain::claim::{Claim, Effect};
use org_domain::store::{ClaimStore, ClaimWrite, CommitError, Expected, contract};
use org_domain::{Domain, OrgId, Version};
use serde_json::json;
use sso_store::Database;
use std::sync::Mutex;
use time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap()
}

/// A claim as a row holds it.
fn claim(
    org: &OrgId,
    domain: &str,
    version: u64,
    state: &serde_json::Value,
    next: Option<OffsetDateTime>,
) -> Claim {
    serde_json::from_value(json!({
        "org": org, "domain": domain, "scope": "exact", "app": "sso", "placement": "challenge",
        "pending_seconds": 604_800, "token": "a".repeat(52), "attempt": 1, "version": version, "checks": 0,
        "state": state, "pinned": null, "created_at": rfc3339(t0()), "next_check": next.map(rfc3339),
    }))
    .unwrap()
}

fn verified() -> serde_json::Value {
    json!({"name": "verified", "proof_at": rfc3339(t0()), "watch": {"misses": 0, "last_miss": null, "doubt": "no"}})
}

fn pending() -> serde_json::Value {
    json!({"name": "pending", "expires_at": rfc3339(t0() + Duration::days(7)), "proof": "missing"})
}

fn write(expected: Expected, claim: Claim) -> ClaimWrite {
    ClaimWrite {
        expected,
        claim,
        effects: vec![Effect::AccessBegins],
    }
}

/// Makes the organisation the verified owner of a domain.
pub(crate) async fn hold(database: &Database, org: &OrgId, domain: &str) {
    let held = claim(org, domain, 1, &verified(), None);
    database
        .commit(&[write(Expected::Nothing, held)])
        .await
        .unwrap();
}

/// An empty store in which the organisations of the suite exist; its database is kept until
/// the end of the test.
async fn empty(bench: Bench, kept: &Mutex<Vec<Bench>>) -> Database {
    let database = bench.database.clone();
    for name in ["o1", "o2", "o3", "o9", "owner"] {
        make_org(&database, name).await;
    }
    kept.lock().unwrap().push(bench);
    database
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract_of_claim_stores() {
    let kept = Mutex::default();
    Box::pin(contract::run(async || {
        empty(engines::sqlite().await, &kept).await
    }))
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_contract_of_claim_stores() {
    if engines::empty_postgres().await.is_some() {
        let kept = Mutex::default();
        Box::pin(contract::run(async || {
            empty(engines::postgres().await.unwrap(), &kept).await
        }))
        .await
        .unwrap();
    }
}

on_both! {
    async fn of_two_organisations_one_owns_the_domain(bench: Bench) {
        let database = &bench.database;
        let mut tasks = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let org = make_org(database, name).await;
            database.commit(&[write(Expected::Nothing, claim(&org, "acme.example", 1, &pending(), None))]).await.unwrap();
            let process = bench.another().await;
            tasks.push(tokio::spawn(async move {
                let proven = claim(&org, "acme.example", 2, &verified(), None);
                process.commit(&[write(Expected::Version(Version::FIRST), proven)]).await
            }));
        }
        let mut owners = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => owners += 1,
                Err(CommitError::DomainHeld(domain)) => assert_eq!(domain.as_str(), "acme.example"),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(owners, 1);
        let domain = Domain::parse("acme.example").unwrap();
        let holder = database.holder(&domain).await.unwrap().unwrap();
        assert_eq!(database.claims_to(&domain).await.unwrap().len(), 4);
        assert_eq!(database.load(holder.org(), &domain).await.unwrap(), Some(holder));
    }

    async fn a_batch_is_written_wholly_or_not_at_all(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        hold(database, &acme, "acme.example").await;
        let new = claim(&acme, "other.example", 1, &pending(), None);
        let stale = claim(&acme, "acme.example", 3, &verified(), None);
        let batch = [write(Expected::Nothing, new), write(Expected::Version(Version::new(2)), stale)];
        let refused = database.commit(&batch).await;
        assert!(matches!(refused, Err(CommitError::Conflict { .. })), "{refused:?}");
        assert_eq!(database.list(&acme).await.unwrap().len(), 1);
        assert_eq!(database.outbox(10).await.unwrap().len(), 1, "no effect of the refused batch");
    }

    async fn effects_stay_until_they_are_acknowledged(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        hold(database, &acme, "one.example").await;
        hold(database, &acme, "two.example").await;
        let waiting = database.outbox(10).await.unwrap();
        assert_eq!(waiting.iter().map(|e| e.domain.as_str()).collect::<Vec<_>>(), ["one.example", "two.example"]);
        assert_eq!(database.outbox(1).await.unwrap(), waiting[..1]);
        database.acknowledge(waiting[0].sequence).await.unwrap();
        database.acknowledge(waiting[0].sequence).await.unwrap();
        assert_eq!(database.outbox(10).await.unwrap(), waiting[1..]);
    }

    async fn effects_are_taken_with_the_commit_and_not_before(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        hold(database, &acme, "one.example").await;
        hold(database, &acme, "two.example").await;
        let waiting = database.outbox(10).await.unwrap();
        let mut tx = database.begin().await.unwrap();
        assert_eq!(tx.take_effects(10).await.unwrap(), waiting);
        assert_eq!(tx.take_effects(10).await.unwrap(), []);
        drop(tx);
        // PostgreSQL learns of the drop in its own time, and passes the rows over until then.
        let mut again = Vec::new();
        for _ in 0..1_000 {
            let mut tx = database.begin().await.unwrap();
            again = tx.take_effects(1).await.unwrap();
            tx.commit().await.unwrap();
            if !again.is_empty() {
                break;
            }
        }
        assert_eq!(again, waiting[..1], "the first was undone");
        assert_eq!(database.outbox(10).await.unwrap(), waiting[1..]);
    }

    async fn no_two_processes_lease_one_claim(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        for n in 0..40 {
            let due = t0() - Duration::seconds(n);
            let claim = claim(&acme, &format!("d{n}.example"), 1, &pending(), Some(due));
            database.commit(&[write(Expected::Nothing, claim)]).await.unwrap();
        }
        let later = claim(&acme, "later.example", 1, &pending(), Some(t0() + Duration::HOUR));
        database.commit(&[write(Expected::Nothing, later)]).await.unwrap();
        let until = t0() + Duration::minutes(5);
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let process = bench.another().await;
            tasks.push(tokio::spawn(async move {
                let mut leased = Vec::new();
                loop {
                    let some = process.lease_due(t0(), until, 3).await.unwrap();
                    if some.is_empty() {
                        return leased;
                    }
                    leased.extend(some.into_iter().map(|claim| claim.domain().as_str().to_owned()));
                }
            }));
        }
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        assert_eq!(all.len(), 40, "every due claim once");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 40, "none twice");
        // A lease that was not kept ends by itself; one that was ends with the commit.
        assert_eq!(database.lease_due(until, until + Duration::HOUR, 1_000).await.unwrap().len(), 40);
    }

    async fn the_earliest_is_leased_first_and_a_commit_ends_the_lease(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        for (n, domain) in ["b.example", "a.example", "c.example"].into_iter().enumerate() {
            let due = t0() - Duration::seconds(i64::try_from(n).unwrap());
            database.commit(&[write(Expected::Nothing, claim(&acme, domain, 1, &pending(), Some(due)))]).await.unwrap();
        }
        let until = t0() + Duration::minutes(5);
        let leased = database.lease_due(t0(), until, 2).await.unwrap();
        assert_eq!(leased.iter().map(|c| c.domain().as_str()).collect::<Vec<_>>(), ["c.example", "a.example"]);
        let next = claim(&acme, "c.example", 2, &pending(), Some(t0()));
        database.commit(&[write(Expected::Version(Version::FIRST), next)]).await.unwrap();
        let again = database.lease_due(t0(), until, 10).await.unwrap();
        assert_eq!(again.iter().map(|c| c.domain().as_str()).collect::<Vec<_>>(), ["b.example", "c.example"]);
    }
}
