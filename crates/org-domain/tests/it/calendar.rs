//! When the store in memory says that claims are due.

use std::collections::BTreeMap;

use org_domain::claim::*;
use org_domain::proof::*;
use org_domain::store::*;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::fixture::*;

#[derive(Clone, Copy, Debug)]
enum Turn {
    /// Time passes, in seconds: within a minute of the calendar, or over many.
    Wait(i64),
    /// Up to so many due claims are leased for so many seconds.
    Lease(usize, i64),
    /// A claim is looked at, leased or not, and is due at another time afterwards.
    Look(usize),
    /// The look changed nothing about when it is due, but the claim is stored anew.
    Touch(usize),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        3 => (1..90_i64).prop_map(Turn::Wait),
        2 => (90..90_000_i64).prop_map(Turn::Wait),
        4 => (0..6_usize, 1..900_i64).prop_map(|(limit, life)| Turn::Lease(limit, life)),
        4 => (0..8_usize).prop_map(Turn::Look),
        2 => (0..8_usize).prop_map(Turn::Touch),
    ];
    proptest::collection::vec(turn, 1..80)
}

/// The calendar of the store in memory against a list that is searched from end to end.
async fn leases_agree_with_a_plain_list(turns: &[Turn]) {
    let store = MemoryClaimStore::default();
    let mut claims: Vec<Claim> = Vec::new();
    for number in 0..8_i64 {
        let begun = START + Duration::seconds(number * 20);
        claims.push(store_new(&store, &format!("o{number}"), "acme.com", begun).await);
    }
    let mut leased: BTreeMap<String, OffsetDateTime> = BTreeMap::new();
    let mut now = START;
    for turn in turns {
        match *turn {
            Turn::Wait(seconds) => now += Duration::seconds(seconds),
            Turn::Lease(limit, life) => {
                leased.retain(|_, end| *end > now);
                let mut due: Vec<(OffsetDateTime, String)> = claims
                    .iter()
                    .filter_map(|claim| Some((claim.next_check()?, claim.org().to_string())))
                    .filter(|(due, org)| *due <= now && !leased.contains_key(org))
                    .collect();
                due.sort();
                due.truncate(limit);
                let until = now + Duration::seconds(life);
                let given = store.lease_due(now, until, limit).await.unwrap();
                let given: Vec<(OffsetDateTime, String)> = given
                    .iter()
                    .map(|claim| (claim.next_check().unwrap(), claim.org().to_string()))
                    .collect();
                assert_eq!(given, due, "at {now} with {leased:?}");
                leased.extend(given.into_iter().map(|(_, org)| (org, until)));
            }
            Turn::Look(which) | Turn::Touch(which) => {
                let claim = &claims[which];
                let transition = match turn {
                    Turn::Touch(_) => claim.apply(ClaimEvent::Tick, now).unwrap(),
                    _ => match try_check(claim, Verdict::Absent, Elsewhere::Nobody, now) {
                        Ok(transition) => transition,
                        Err(_) => continue,
                    },
                };
                let next = transition.claim.clone();
                let write = ClaimWrite::update(claim, transition);
                store.commit(&[write]).await.unwrap();
                leased.remove(&next.org().to_string());
                claims[which] = next;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_calendar_leases_what_a_plain_list_would(turns in turns()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(leases_agree_with_a_plain_list(&turns));
    }
}
