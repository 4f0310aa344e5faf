//! A login as one change: all of it or nothing, once.

use crate::directory::{make_member, make_org, session};
use crate::engines::{Bench, on_both, org, t0};
use saml_sp::store::{FirstUse, ReplayKey, ReplayStore, RequestStore, contract};
use serde_json::json;
use sso_store::directory::{Member, NewAuditEntry, NewSignIn, Page, SignInOutcome};
use sso_store::{
    AccountId, Database, Entry, Generate, LoginError, LoginUnit, Role, SignInId, StoreError,
};
use time::Duration;

fn assertion(n: &str) -> ReplayKey {
    ReplayKey::new("https://idp.example", n)
}

fn entry(account: &AccountId) -> Entry {
    let acme = org("acme");
    Entry {
        session: session(account, Some(&acme)),
        sign_in: NewSignIn {
            id: SignInId::generate(t0()).unwrap(),
            org: Some(acme.clone()),
            account: Some(account.clone()),
            method: "sso".into(),
            outcome: SignInOutcome::Accepted,
            code: "S5".into(),
            detail: json!({}).into(),
        },
        audit: vec![NewAuditEntry {
            org: Some(acme),
            actor: account.to_string(),
            kind: "sign_in".into(),
            subject: account.to_string(),
            detail: json!({}),
        }],
    }
}

/// A unit that `redeem` has been through: the request `_r` and the assertion `_a` of this number.
async fn redeemed<'a>(database: &'a Database, request: &str, answer: &str) -> LoginUnit<'a> {
    let unit = database.login();
    let record = contract::sample(request, request);
    let now = record.issued_at();
    assert_eq!(
        RequestStore::claim(&unit, record.id(), now).await.unwrap(),
        FirstUse::First
    );
    let until = t0() + Duration::DAY;
    assert_eq!(
        ReplayStore::claim(&unit, &assertion(answer), until, now)
            .await
            .unwrap(),
        FirstUse::First
    );
    unit
}

async fn prepare(bench: &Bench) -> Member {
    let acme = make_org(&bench.database, "acme").await;
    for request in ["_r1", "_r2"] {
        bench
            .database
            .put(&contract::sample(request, request))
            .await
            .unwrap();
    }
    make_member(&bench.database, &acme, "ann@acme.example", Role::Owner).await
}

/// Sessions, sign-ins and audit entries there are.
async fn written(database: &Database, ann: &Member) -> [usize; 3] {
    let acme = org("acme");
    [
        database
            .sessions_of_account(&ann.account, t0())
            .await
            .unwrap()
            .len(),
        database
            .sign_ins(&acme, &Page::default())
            .await
            .unwrap()
            .entries
            .len(),
        database
            .audit_log(&acme, &Page::default())
            .await
            .unwrap()
            .entries
            .len(),
    ]
}

async fn is_open(database: &Database, request: &str) -> bool {
    let record = contract::sample(request, request);
    let claim = RequestStore::claim(&database.login(), record.id(), record.issued_at()).await;
    claim.unwrap() == FirstUse::First
}

async fn is_unused(database: &Database, answer: &str) -> bool {
    let claim = ReplayStore::claim(&database.login(), &assertion(answer), t0(), t0()).await;
    claim.unwrap() == FirstUse::First
}

on_both! {
    async fn entering_claims_and_writes_all_of_it(bench: Bench) {
        let (ann, database) = (prepare(&bench).await, &bench.database);
        let now = contract::sample("_r1", "_r1").issued_at();
        let unit = redeemed(database, "_r1", "_a1").await;
        assert_eq!(written(database, &ann).await, [0, 0, 0], "noted is not written");
        assert!(is_open(database, "_r1").await && is_unused(database, "_a1").await);

        let cookie = unit.enter(&entry(&ann.account), now).await.unwrap();
        assert!(database.session(cookie.reveal(), t0()).await.unwrap().is_some());
        assert_eq!(written(database, &ann).await, [1, 1, 1]);
        assert!(!is_open(database, "_r1").await && !is_unused(database, "_a1").await);
        assert!(matches!(unit.enter(&entry(&ann.account), now).await, Err(LoginError::RequestUsed)));
    }

    async fn a_lost_claim_writes_nothing_and_claims_nothing(bench: Bench) {
        let (ann, database) = (prepare(&bench).await, &bench.database);
        let now = contract::sample("_r1", "_r1").issued_at();
        // Both have seen the assertion unused; they answer different requests.
        let one = redeemed(database, "_r1", "_a1").await;
        let other = redeemed(database, "_r2", "_a1").await;
        one.make_claims(now).await.unwrap();
        assert!(matches!(other.enter(&entry(&ann.account), now).await, Err(LoginError::Replayed)));
        assert!(matches!(other.refuse(&entry(&ann.account).sign_in, now).await, Err(LoginError::Replayed)));
        assert!(matches!(other.begin(now).await.map(drop), Err(LoginError::Replayed)));
        assert_eq!(written(database, &ann).await, [0, 0, 0]);
        assert!(is_open(database, "_r2").await, "its request can still be answered");
    }

    async fn of_many_logins_with_one_answer_one_enters(bench: Bench) {
        let (ann, database) = (prepare(&bench).await, &bench.database);
        let now = contract::sample("_r1", "_r1").issued_at();
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let process = bench.another().await;
            for _ in 0..8 {
                let (process, account) = (process.clone(), ann.account.clone());
                tasks.push(tokio::spawn(async move {
                    let unit = process.login();
                    let record = contract::sample("_r1", "_r1");
                    // Who comes late is told here already, and then does not go on.
                    let request = RequestStore::claim(&unit, record.id(), now).await.unwrap();
                    let answer = ReplayStore::claim(&unit, &assertion("_a1"), t0() + Duration::DAY, now).await.unwrap();
                    request == FirstUse::First && answer == FirstUse::First && match unit.enter(&entry(&account), now).await {
                        Ok(_) => true,
                        Err(LoginError::RequestUsed | LoginError::Replayed) => false,
                        Err(LoginError::Store(error)) => panic!("{error:?}"),
                    }
                }));
            }
        }
        let mut entered = 0;
        for task in tasks {
            entered += u32::from(task.await.unwrap());
        }
        assert_eq!(entered, 1);
        assert_eq!(written(database, &ann).await, [1, 1, 1]);
    }

    async fn what_fails_leaves_the_unit_usable(bench: Bench) {
        let (ann, database) = (prepare(&bench).await, &bench.database);
        let now = contract::sample("_r1", "_r1").issued_at();
        let unit = redeemed(database, "_r1", "_a1").await;
        let nobody = AccountId::new("nobody").unwrap();
        let refused = unit.enter(&entry(&nobody), now).await;
        assert!(matches!(refused, Err(LoginError::Store(StoreError::Missing))), "{refused:?}");
        assert!(is_open(database, "_r1").await && is_unused(database, "_a1").await);

        let undone = unit.begin(now).await.unwrap();
        drop(undone);
        assert!(is_open(database, "_r1").await && is_unused(database, "_a1").await);

        let mut tx = unit.begin(now).await.unwrap();
        tx.start_session(&entry(&ann.account).session, t0()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(written(database, &ann).await, [1, 0, 0]);
        assert!(!is_open(database, "_r1").await && !is_unused(database, "_a1").await);
    }

    async fn refusing_uses_the_answer_up(bench: Bench) {
        let (ann, database) = (prepare(&bench).await, &bench.database);
        let now = contract::sample("_r1", "_r1").issued_at();
        let unit = redeemed(database, "_r1", "_a1").await;
        unit.refuse(&entry(&ann.account).sign_in, now).await.unwrap();
        assert_eq!(written(database, &ann).await, [0, 1, 0]);
        assert!(!is_open(database, "_r1").await && !is_unused(database, "_a1").await);
    }

    /// Units that come together may share a commit; each stands or falls by itself.
    async fn one_that_fails_takes_nobody_with_it(bench: Bench) {
        let (ann, database) = (prepare(&bench).await, &bench.database);
        let tasks: Vec<_> = (0..200).map(|n| {
            let (process, account) = (database.clone(), ann.account.clone());
            tokio::spawn(async move {
                let account = if n % 3 == 0 { AccountId::new("nobody").unwrap() } else { account };
                let unit = process.login();
                let used = ReplayStore::claim(&unit, &assertion(&n.to_string()), t0() + Duration::DAY, t0()).await;
                assert_eq!(used.unwrap(), FirstUse::First);
                (n, unit.enter(&entry(&account), t0()).await)
            })
        }).collect();
        for task in tasks {
            let (n, outcome) = task.await.unwrap();
            assert_eq!(outcome.is_ok(), n % 3 != 0, "{n}: {outcome:?}");
            assert_eq!(is_unused(database, &n.to_string()).await, n % 3 == 0, "{n}");
        }
        assert_eq!(written(database, &ann).await[0], 133);
    }
}
