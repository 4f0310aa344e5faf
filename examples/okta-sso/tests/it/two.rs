//! Two processes on one database do what is to be done once, on both engines.

use std::collections::BTreeSet;

use okta_sso::claims;
use org_domain::{
    Claim, ClaimStore as _, Effect, OrgId,
    store::{ClaimWrite, Expected},
};
use serde_json::json;
use sso_store::OpenOptions;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    rows::number,
    server::Server,
    world::{Files, Ground, START, World},
    zone::Zone,
};

fn on(url: String) -> Ground {
    Ground {
        url,
        options: OpenOptions::default(),
    }
}

/// Two processes on this data, with this name server.
async fn two(url: String, zone: &Zone) -> [World; 2] {
    let (ground, server) = (on(url), zone.serve().await);
    let one = World::at(&ground, |config| config.dns = vec![server]).await;
    let other = World::at(&ground, |config| config.dns = vec![server]).await;
    assert_eq!(one.org_id(), other.org_id());
    [one, other]
}

/// Runs a check on a new database of each engine.
macro_rules! on_both {
    ($name:ident, $check:ident) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let files = Files::new();
                $check(format!("sqlite:{}", files.data().display())).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(server) = Server::start_or_skip() {
                    $check(server.url()).await;
                }
            }
        }
    };
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap()
}

/// A claim that waits for its record and is due.
fn waiting(org: &OrgId, number: u32) -> Claim {
    serde_json::from_value(json!({
        "org": org, "domain": format!("d{number}.com"), "scope": "exact", "app": "okta-sso",
        "placement": "challenge", "pending_seconds": 604_800, "token": "a".repeat(52), "attempt": 1,
        "version": 1, "checks": 0, "pinned": null, "created_at": rfc3339(START),
        "state": {"name": "pending", "expires_at": rfc3339(START + Duration::days(7)), "proof": "missing"},
        "next_check": rfc3339(START),
    }))
    .unwrap()
}

pub async fn begin(world: &World, number: u32, effects: Vec<Effect>) -> Claim {
    let claim = waiting(&OrgId::new(&world.org_id()).unwrap(), number);
    let write = ClaimWrite {
        expected: Expected::Nothing,
        claim: claim.clone(),
        effects,
    };
    let database = world.site.app().database();
    database.commit(&[write]).await.unwrap();
    claim
}

/// Carries effects out until there are none.
async fn carry_out(world: &World) {
    while claims::carry_out_effects(world.site.app()).await.unwrap() > 0 {}
}

on_both!(an_effect_is_noted_once, effects_once);

async fn effects_once(url: String) {
    const EFFECTS: u32 = 150;
    let [one, other] = two(url.clone(), &Zone::default()).await;
    carry_out(&one).await;
    for number in 0..EFFECTS {
        begin(&one, number, vec![Effect::AccessBegins]).await;
    }
    tokio::join!(carry_out(&one), carry_out(&other));
    let noted = "FROM audit WHERE kind = 'domain_claim' AND subject LIKE 'd%.com'";
    for what in ["COUNT(*)", "COUNT(DISTINCT subject)"] {
        let seen = number(&url, &format!("SELECT {what} {noted}")).await;
        assert_eq!(seen, i64::from(EFFECTS), "{what}");
    }
    assert_eq!(one.site.app().database().outbox(1).await.unwrap(), []);
}

on_both!(a_due_claim_is_looked_for_once, looks_once);

async fn looks_once(url: String) {
    const DUE: u32 = 50;
    let zone = Zone::default();
    let [one, other] = two(url, &zone).await;
    let mut records = Vec::new();
    for number in 0..DUE {
        let claim = begin(&one, number, Vec::new()).await;
        records.push(claim.record().name().to_owned());
    }
    let work = async |world: &World| {
        let mut looked = 0;
        loop {
            match claims::check_due(world.site.app()).await.unwrap() {
                0 => return looked,
                more => looked += more,
            }
        }
    };
    let (here, there) = tokio::join!(work(&one), work(&other));
    assert_eq!(here + there, DUE as usize, "every due claim");
    let asked = zone.asked();
    for record in &records {
        let times = asked.iter().filter(|name| *name == record).count();
        assert_eq!(times, 1, "{record}");
    }
    // They are due again, and looked for again.
    for world in [&one, &other] {
        world.pass(Duration::hours(13));
    }
    let (here, there) = tokio::join!(work(&one), work(&other));
    assert_eq!(here + there, DUE as usize);
}

on_both!(a_claim_is_leased_when_its_turn_comes, leased_in_turn);

/// Where name servers take their time, no claim waits with a lease that runs out meanwhile.
async fn leased_in_turn(url: String) {
    const LANES: usize = 8;
    let zone = Zone::default();
    let [one, _] = two(url.clone(), &zone).await;
    for number in 0..30 {
        begin(&one, number, Vec::new()).await;
    }
    let silent = zone.hold().await;
    let app = one.site.app().clone();
    let work = tokio::spawn(async move { claims::check_due(&app).await });
    // A resolver that waits asks again, so names are counted and not questions.
    while zone.asked().iter().collect::<BTreeSet<_>>().len() < LANES {
        tokio::task::yield_now().await;
    }
    let leased = "SELECT COUNT(*) FROM claims WHERE leased_until IS NOT NULL";
    assert_eq!(number(&url, leased).await, 8, "no more than are looked at");
    drop(silent);
    assert_eq!(work.await.unwrap().unwrap(), 30);
    assert_eq!(number(&url, leased).await, 0);
}
