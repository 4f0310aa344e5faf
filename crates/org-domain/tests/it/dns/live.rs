//! A claim's whole life against a real DNS server.

use org_domain::claim::*;
use org_domain::proof::doctor::{self, Examination, Questions, Symptom};
use org_domain::proof::*;
use org_domain::settle;
use org_domain::*;

use super::knot::Knot;
use crate::fixture::*;

fn add(claim: &Claim) -> String {
    format!(
        "update add {} 60 TXT \"{}\"",
        claim.record().name(),
        claim.record().value()
    )
}

fn remove(claim: &Claim) -> String {
    format!("update delete {} TXT", claim.record().name())
}

/// One server, whose word is enough.
fn alone<L>(lookup: &L) -> settle::Dns<'_, L> {
    settle::Dns {
        quorum: Quorum::SINGLE,
        ..asking(lookup)
    }
}

#[tokio::test]
async fn a_claim_lives_and_lapses_with_its_record() {
    let Some(knot) = Knot::start() else {
        return;
    };
    let (dns, store) = (knot.client(), MemoryClaimStore::default());
    let claim = store_new(&store, "o1", "corp.test", START).await;
    let check = async |now| {
        settle::check(&store, alone(&dns), &org("o1"), &domain("corp.test"), now)
            .await
            .unwrap()
            .state()
            .name()
    };
    assert_eq!(check(START + hours(1)).await, StateName::Pending);
    knot.update(&add(&claim));
    assert_eq!(check(START + hours(2)).await, StateName::Verified);
    knot.update(&remove(&claim));
    for day in 1..=2 {
        assert_eq!(check(START + days(day)).await, StateName::Verified);
    }
    assert_eq!(check(START + days(3)).await, StateName::Failing);
    knot.update(&add(&claim));
    assert_eq!(
        check(START + days(5)).await,
        StateName::Verified,
        "back in time"
    );
    knot.update(&remove(&claim));
    for day in 6..=8 {
        check(START + days(day)).await;
    }
    assert_eq!(check(START + days(15)).await, StateName::Lapsed);
    knot.update(&add(&claim));
    assert_eq!(
        check(START + days(20)).await,
        StateName::Verified,
        "its own record revives it"
    );
    drop(knot);
    assert_eq!(
        check(START + days(21)).await,
        StateName::Verified,
        "a dead server says nothing"
    );
}

#[tokio::test]
async fn a_delegated_challenge_and_a_long_record_are_read() {
    let Some(knot) = Knot::start() else {
        return;
    };
    let dns = knot.client();
    let claim = pending("o1", "corp.test");
    let record = claim.record();
    let long = format!("{} {}", record.value(), "x".repeat(200));
    let (head, tail) = long.split_at(30);
    knot.update(&format!(
        "update add {} 60 CNAME proofs.corp.test.\nupdate add proofs.corp.test 60 TXT \"{head}\" \"{tail}\"",
        record.name()
    ));
    let seen = dns.look(record.name()).await;
    assert_eq!(seen.sightings[0].aliases, ["proofs.corp.test"]);
    assert_eq!(seen.verdict(&record, Quorum::SINGLE), Verdict::Proven);
    let other = pending("o2", "corp.test").record();
    assert_eq!(
        seen.verdict(&other, Quorum::SINGLE),
        Verdict::Absent,
        "another organisation's token"
    );
}

async fn examine(knot: &Knot, claim: &Claim) -> Vec<Symptom> {
    let dns = knot.client();
    let record = claim.record();
    let questions = Questions::for_record(&record, claim.domain(), fresh_token());
    let seen = Examination {
        record: dns.look(&questions.record).await,
        doubled: dns.look(&questions.doubled).await,
        wildcard: dns.look(&questions.wildcard).await,
        apex: dns.look(&questions.apex).await,
        lock: alone(&dns).lock(claim).await,
    };
    doctor::diagnose(&record, claim.domain(), &seen, START).symptoms
}

#[tokio::test]
async fn the_doctor_finds_real_slips() {
    let Some(knot) = Knot::start() else {
        return;
    };
    let claim = pending("o1", "corp.test");
    let record = claim.record();
    assert_eq!(examine(&knot, &claim).await, [Symptom::NothingThere]);
    knot.update(&format!(
        "update add {}.corp.test 60 TXT \"{}\"",
        record.name(),
        record.value()
    ));
    let doubled = Symptom::DoubledZone {
        enter: "_app-challenge".into(),
    };
    assert_eq!(examine(&knot, &claim).await, [doubled]);
    knot.update(&format!(
        "update delete {}.corp.test\nupdate add corp.test 60 TXT \"{}\"",
        record.name(),
        record.value()
    ));
    assert_eq!(examine(&knot, &claim).await, [Symptom::AtApex]);
    knot.update("update delete corp.test TXT\nupdate add *.corp.test 60 TXT \"junk\"");
    assert_eq!(examine(&knot, &claim).await, [Symptom::Wildcard]);
    knot.update(&format!(
        "update add {} 60 TXT \"\\\"{}\\\" \"",
        record.name(),
        record.value()
    ));
    assert_eq!(
        examine(&knot, &claim).await,
        [Symptom::Healthy],
        "quotes and blanks are forgiven"
    );
}
