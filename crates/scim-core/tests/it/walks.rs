//! The law of cursors: whoever is there from the first page to the last is seen
//! exactly once, whatever comes and goes between the pages.

use std::collections::BTreeSet;

use proptest::prelude::*;
use scim_core::message::Method;
use serde_json::json;

use crate::service::{Bench, USER, json};

/// What happens between two pages.
#[derive(Debug, Clone)]
enum Between {
    Create(u8),
    Delete(u8),
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        any::<u8>().prop_map(Between::Create),
        any::<u8>().prop_map(Between::Delete)
    ]
}

fn sort() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(""),
        Just("&sortBy=userName"),
        Just("&sortBy=title&sortOrder=descending"),
        Just("&sortBy=title"),
        Just("&sortBy=meta.created"),
        Just("&filter=active%20eq%20true"),
    ]
}

async fn create(bench: &Bench, name: &str, title: u8) -> Option<String> {
    let mut user = json!({"schemas": [USER], "userName": format!("{name}@acme.example")});
    // Few titles, so that ties are common; some users have none.
    if !title.is_multiple_of(4) {
        user["title"] = json!(format!("t{}", title % 4));
    }
    let created = bench.send(Method::Post, "/Users", &user.to_string()).await;
    json(&created)["id"].as_str().map(str::to_owned)
}

/// Walks the whole list; returns the ids in the order seen, and those that were
/// there all the time.
async fn walk(
    first: &[u8],
    betweens: &[Between],
    sort: &str,
    count: u8,
) -> (Vec<String>, BTreeSet<String>) {
    let bench = Bench::new();
    let mut alive = Vec::new();
    for (at, title) in first.iter().enumerate() {
        alive.push(create(&bench, &format!("first{at}"), *title).await.unwrap());
    }
    let mut steady: BTreeSet<String> = alive.iter().cloned().collect();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for step in 0_usize.. {
        let target = format!("/Users?cursor={cursor}&count={count}{sort}");
        let page = json(&bench.send(Method::Get, &target, "").await);
        let ids = page["Resources"]
            .as_array()
            .unwrap_or_else(|| panic!("{page}"))
            .iter();
        seen.extend(ids.map(|user| user["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextCursor"].as_str() else {
            break;
        };
        cursor = next.to_owned();
        match betweens.get(step) {
            Some(Between::Create(title)) => {
                alive.extend(create(&bench, &format!("new{step}"), *title).await);
            }
            Some(Between::Delete(which)) if !alive.is_empty() => {
                let gone = alive.remove(usize::from(*which) % alive.len());
                bench
                    .send(Method::Delete, &format!("/Users/{gone}"), "")
                    .await;
                steady.remove(&gone);
            }
            _ => {}
        }
    }
    (seen, steady)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whoever_stays_is_seen_once(
        first in proptest::collection::vec(any::<u8>(), 0..12),
        betweens in proptest::collection::vec(between(), 0..12),
        sort in sort(),
        count in 1_u8..5,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (seen, steady) = runtime.block_on(walk(&first, &betweens, sort, count));
        let once: BTreeSet<String> = seen.iter().cloned().collect();
        prop_assert_eq!(once.len(), seen.len(), "nobody twice");
        prop_assert!(steady.is_subset(&once), "nobody missed");
    }
}
