//! What the client makes of servers that fail, lie, stall and talk too much.

use std::sync::atomic::Ordering;
use std::time::Duration;

use org_domain::dns_hickory::{HickoryLookup, Patience};
use org_domain::proof::*;

use super::responder::Responder;

/// Patient enough for a busy machine, impatient enough for a test.
const PATIENCE: Patience = Patience {
    question: Duration::from_millis(400),
    resolver: Duration::from_secs(4),
};

async fn look(name: &str) -> Sighting {
    let responder = Responder::start().await;
    let dns = HickoryLookup::with_patience(&[responder.address], PATIENCE).unwrap();
    let mut seen = dns.look(&format!("{name}.zone.test")).await;
    assert_eq!(seen.sightings.len(), 1);
    seen.sightings.remove(0)
}

fn present(texts: &[&[u8]]) -> TxtAnswer {
    TxtAnswer::Present(texts.iter().map(|text| text.to_vec()).collect())
}

#[tokio::test]
async fn a_record_is_read_and_its_strings_are_joined() {
    assert_eq!(look("present").await.answer, present(&[b"token=here"]));
    let multi = look("multi").await;
    assert_eq!(multi.answer, present(&[b"v=spf1 -all", b"token=abcd"]));
    assert_eq!(multi.time_to_live, Some(time::Duration::seconds(60)));
}

#[tokio::test]
async fn absence_is_definite_with_the_zones_own_word_only() {
    assert_eq!(
        look("nodata").await.answer,
        TxtAnswer::Absent(Absence::NoData)
    );
    assert_eq!(
        look("nxdomain").await.answer,
        TxtAnswer::Absent(Absence::NoName)
    );
    assert_eq!(
        look("lame").await.answer,
        TxtAnswer::Indeterminate(Doubt::Malformed),
        "no SOA, no statement"
    );
}

#[tokio::test]
async fn failures_say_nothing() {
    assert_eq!(
        look("servfail").await.answer,
        TxtAnswer::Indeterminate(Doubt::ServerFailure)
    );
    assert_eq!(
        look("refused").await.answer,
        TxtAnswer::Indeterminate(Doubt::Refused)
    );
    let garbage = look("garbage").await.answer;
    assert!(
        matches!(garbage, TxtAnswer::Indeterminate(_)),
        "{garbage:?}"
    );
}

#[tokio::test]
async fn silence_is_a_timeout_and_is_asked_again() {
    let responder = Responder::start().await;
    let dns = HickoryLookup::with_patience(&[responder.address], PATIENCE).unwrap();
    let seen = dns.look("silent.zone.test").await;
    assert_eq!(
        seen.sightings[0].answer,
        TxtAnswer::Indeterminate(Doubt::Timeout)
    );
    assert!(
        responder.questions.load(Ordering::Relaxed) >= 2,
        "asked again before giving up"
    );
}

#[tokio::test]
async fn a_late_answer_does_not_answer_the_next_question() {
    let responder = Responder::start().await;
    let patience = Patience {
        question: Duration::from_millis(150),
        resolver: Duration::from_millis(300),
    };
    let impatient = HickoryLookup::with_patience(&[responder.address], patience).unwrap();
    let seen = impatient.look("late.zone.test").await;
    assert_ne!(seen.sightings[0].answer, present(&[b"token=here"]));
    let dns = HickoryLookup::with_patience(&[responder.address], PATIENCE).unwrap();
    let next = dns.look("present.zone.test").await;
    assert_eq!(
        next.sightings[0].answer,
        present(&[b"token=here"]),
        "the stale datagram was ignored"
    );
}

#[tokio::test]
async fn a_cut_off_answer_is_fetched_whole_or_not_believed() {
    assert_eq!(
        look("truncated").await.answer,
        present(&[b"token=complete"])
    );
    let cut = look("cutoff").await.answer;
    assert!(matches!(cut, TxtAnswer::Indeterminate(_)), "{cut:?}");
}

#[tokio::test]
async fn aliases_are_followed_told_and_bounded() {
    let delegated = look("delegated").await;
    assert_eq!(delegated.answer, present(&[b"token=here"]));
    assert_eq!(delegated.aliases, ["present.zone.test"]);
    let dangling = look("dangling").await;
    assert_eq!(dangling.answer, TxtAnswer::Absent(Absence::NoName));
    assert_eq!(dangling.aliases, ["nxdomain.zone.test"]);
    let record = crate::fixture::pending("o1", "zone.test").record();
    assert_eq!(dangling.verdict(&record), Verdict::Absent);
    for name in ["loop-a", "hop1"] {
        let seen = look(name).await;
        assert_eq!(
            seen.verdict(&record),
            Verdict::Indeterminate(Doubt::AliasChain),
            "{name}: {seen:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_with_hundreds_of_records_is_not_searched() {
    let seen = look("many").await;
    assert!(
        matches!(&seen.answer, TxtAnswer::Present(texts) if texts.len() == 300),
        "{seen:?}"
    );
    let record = crate::fixture::pending("o1", "zone.test").record();
    assert_eq!(
        seen.verdict(&record),
        Verdict::Indeterminate(Doubt::TooLarge)
    );
}

#[tokio::test]
async fn two_of_three_resolvers_decide() {
    let (good, other) = (Responder::start().await, Responder::start().await);
    let dead = { Responder::start().await.address };
    let dns = HickoryLookup::with_patience(&[good.address, other.address, dead], PATIENCE).unwrap();
    let seen = dns.look("nxdomain.zone.test").await;
    assert_eq!(seen.sightings.len(), 3);
    let record = crate::fixture::pending("o1", "zone.test").record();
    assert_eq!(seen.verdict(&record, Quorum::TWO), Verdict::Absent);
    let alone = HickoryLookup::with_patience(&[good.address, dead], PATIENCE).unwrap();
    let seen = alone.look("nxdomain.zone.test").await;
    assert!(
        matches!(
            seen.verdict(&record, Quorum::TWO),
            Verdict::Indeterminate(_)
        ),
        "one voice is not two"
    );
}
