//! Lists while others write, and lists that would take too long.

use crate::directory::make_org;
use crate::engines::{number, on_both};
use crate::pages::query;
use crate::scim::{admit, create, delete, group, scim_account, user, with};
use scim_core::id::{Kind, TenantId};
use scim_core::query::PageRequest;
use scim_core::resource::Name;
use scim_core::store::{Fault, Store, Stored, Version, Written};
use sso_store::{AccountFate, AdmittedAccount, Database, MemberPlan, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A new person with a title, which has no column.
fn titled(person: &Stored, title: &str) -> Stored {
    let next = with(person, Name::new("title"), title);
    let (kind, id, at) = (next.kind().clone(), next.id().clone(), next.created());
    Stored::new(kind, id, next.resource().clone(), Version::FIRST, at, at)
}

/// Somebody comes and goes, over and over, until told to stop.
async fn come_and_go(database: Database, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let n = number();
        let name = format!("z{n}@acme.example");
        let person = user(&format!("z{n}"), &name);
        let plan = admit(AdmittedAccount::New(scim_account(&name)));
        assert_eq!(create(&database, &person, plan).await, Written::Done);
        assert_eq!(
            delete(&database, &person, AccountFate::DeleteIfUnused).await,
            Written::Done
        );
    }
}

on_both! {
    /// Whatever a page is cut from, its total counts: with a writer that makes it one more and one
    /// less all the while, a page and its total never speak of two moments.
    async fn total_and_page_are_of_one_moment(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for n in 0..5 {
            let name = format!("u{n}@acme.example");
            let person = user(&format!("u{n}"), &name);
            let plan = admit(AdmittedAccount::New(scim_account(&name)));
            assert_eq!(create(database, &person, plan).await, Written::Done);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn(come_and_go(bench.another().await, Arc::clone(&stop)));
        let tenant = TenantId::new("acme");
        let index = |start, count| PageRequest::Index { start, count };
        let mut totals = BTreeSet::new();
        let mut rounds = 0;
        while rounds < 100 || (totals.len() < 2 && rounds < 40_000) {
            rounds += 1;
            for (filter, by) in [(None, None), (Some("active eq true"), None), (None, Some("userName"))] {
                // A page with room says how many there are by its length.
                for (start, before) in [(1, 0), (3, 2), (6, 5), (7, 6)] {
                    let page = database.query(&tenant, &query(&Kind::USER, filter, by, index(start, 50))).await.unwrap();
                    let seen = before + page.resources.len() as u64;
                    let fits = if page.resources.is_empty() { page.total <= before } else { page.total == seen };
                    assert!(fits, "{filter:?} from {start}: total {} and {} on the page", page.total, page.resources.len());
                    totals.insert(page.total);
                }
                // A full one is a part of its total.
                let page = database.query(&tenant, &query(&Kind::USER, filter, by, index(5, 2))).await.unwrap();
                assert_eq!(page.total, 4 + page.resources.len() as u64, "{filter:?}");
            }
            let walk = PageRequest::From { after: None, count: 5 };
            let page = database.query(&tenant, &query(&Kind::USER, None, None, walk)).await.unwrap();
            assert_eq!((page.total > 5, page.resources.len()), (page.next.is_some(), 5));
        }
        stop.store(true, Ordering::Relaxed);
        writer.await.unwrap();
        assert_eq!(totals, BTreeSet::from([5, 6]), "the writer was seen at work");
    }

    /// What no index decides is looked at up to a limit; what one decides has none.
    async fn a_search_stops_at_its_limit(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for n in 0..7 {
            let name = format!("u{n}@acme.example");
            let person = titled(&user(&format!("u{n}"), &name), &format!("t{}", n % 2));
            let plan = admit(AdmittedAccount::New(scim_account(&name)));
            assert_eq!(create(database, &person, plan).await, Written::Done);
        }
        for n in 0..2 {
            let team = group(&format!("g{n}"), "Team", &["u0", "u1", "u2"]);
            assert_eq!(create(database, &team, MemberPlan::Nothing).await, Written::Done);
        }
        let tenant = TenantId::new("acme");
        let first = PageRequest::Index { start: 1, count: 1 };
        let users = |filter, sort| query(&Kind::USER, filter, sort, first.clone());
        let groups = |filter| query(&Kind::GROUP, Some(filter), None, first.clone());
        for (mut wanted, cost, matches) in [
            (users(Some(r#"title eq "t1""#), None), 7, 3),
            (users(None, Some("title")), 7, 7),
            // A column rules out all but four.
            (users(Some(r#"userName lt "u4" and title eq "t1""#), None), 4, 2),
            // Two groups, and each of their members.
            (groups(r#"members.display eq "x""#), 8, 0),
            (users(Some(r#"userName eq "u3@acme.example""#), None), 0, 1),
            (users(None, None), 0, 7),
        ] {
            wanted.most_searched = cost;
            assert_eq!(database.query(&tenant, &wanted).await.unwrap().total, matches, "{wanted:?}");
            if cost > 0 {
                wanted.most_searched = cost - 1;
                let refused = database.query(&tenant, &wanted).await;
                assert!(matches!(refused, Err(StoreError::TooMany)), "{wanted:?}: {refused:?}");
                assert_eq!(<Database as Store>::fault(&refused.unwrap_err()), Fault::TooMany);
            }
        }
    }
}
