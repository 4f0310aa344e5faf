//! A validating resolver on this machine: its AD bit counts, and nobody else's.

use std::time::Duration;

use org_domain::dns_hickory::{HickoryLookup, Patience, SetupError};
use org_domain::proof::*;

use super::responder::Responder;

const PATIENCE: Patience = Patience {
    question: Duration::from_millis(800),
    resolver: Duration::from_secs(4),
};

async fn look(name: &str) -> Sighting {
    let responder = Responder::start().await;
    let dns = HickoryLookup::with_patience(&[], PATIENCE).unwrap();
    let dns = dns.and_validating(responder.address).unwrap();
    let mut seen = dns.look(&format!("{name}.zone.test")).await;
    assert_eq!(seen.sightings.len(), 1);
    seen.sightings.remove(0)
}

fn here() -> TxtAnswer {
    TxtAnswer::Present(vec![b"token=here".to_vec()])
}

#[tokio::test]
async fn what_it_vouches_for_decides_by_itself() {
    let signed = look("signed").await;
    assert_eq!(
        (signed.answer, signed.authentication),
        (here(), Authentication::Validated)
    );
    let unsigned = look("present").await;
    assert_eq!(
        (unsigned.answer, unsigned.authentication),
        (here(), Authentication::None)
    );
    let gone = look("signed-gone").await;
    assert_eq!(gone.authentication, Authentication::Validated);
    assert_eq!(gone.time_to_live, Some(time::Duration::seconds(30)));
    let record = crate::fixture::pending("o1", "zone.test").record();
    let seen = Observation {
        name: "signed-gone.zone.test".into(),
        sightings: vec![gone],
    };
    assert_eq!(seen.verdict(&record, Quorum::TWO), Verdict::Absent);
}

#[tokio::test]
async fn the_same_bit_from_another_resolver_counts_for_nothing() {
    let responder = Responder::start().await;
    let plain = HickoryLookup::with_patience(&[responder.address], PATIENCE).unwrap();
    let seen = plain.look("signed.zone.test").await;
    assert_eq!(seen.sightings[0].answer, here());
    assert_eq!(seen.sightings[0].authentication, Authentication::None);
}

#[tokio::test]
async fn broken_signatures_are_told_from_a_broken_server() {
    assert_eq!(look("bogus").await.answer, TxtAnswer::Bogus);
    let failing = look("servfail").await.answer;
    assert_eq!(failing, TxtAnswer::Indeterminate(Doubt::ServerFailure));
}

#[tokio::test]
async fn it_is_read_as_strictly_as_the_others() {
    for (name, answer) in [
        ("nodata", TxtAnswer::Absent(Absence::NoData)),
        ("nxdomain", TxtAnswer::Absent(Absence::NoName)),
        ("lame", TxtAnswer::Indeterminate(Doubt::Malformed)),
        ("refused", TxtAnswer::Indeterminate(Doubt::Refused)),
        ("stranger", TxtAnswer::Indeterminate(Doubt::Malformed)),
        ("other-id", TxtAnswer::Indeterminate(Doubt::Malformed)),
        ("garbage", TxtAnswer::Indeterminate(Doubt::Malformed)),
        ("silent", TxtAnswer::Indeterminate(Doubt::Network)),
        (
            "truncated",
            TxtAnswer::Present(vec![b"token=complete".to_vec()]),
        ),
    ] {
        let seen = look(name).await;
        assert_eq!(seen.answer, answer, "{name}");
    }
    let alias = look("signed-alias").await;
    assert_eq!(alias.aliases, ["elsewhere.zone.test"]);
    assert_eq!(
        (alias.answer, alias.authentication),
        (here(), Authentication::Validated)
    );
}

#[tokio::test]
async fn only_this_machine_is_believed() {
    for far in [
        "9.9.9.9:53",
        "[2620:fe::fe]:53",
        "192.168.0.1:53",
        "[::ffff:9.9.9.9]:53",
    ] {
        let refused = HickoryLookup::new(&[])
            .unwrap()
            .and_validating(far.parse().unwrap());
        assert_eq!(refused.err(), Some(SetupError::NotLoopback), "{far}");
    }
    for near in ["127.0.0.1:53", "127.0.0.53:53", "[::1]:53"] {
        let taken = HickoryLookup::new(&[])
            .unwrap()
            .and_validating(near.parse().unwrap());
        assert!(taken.is_ok(), "{near}");
    }
}

#[tokio::test]
async fn silence_and_a_closed_door_say_nothing() {
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let patience = Patience {
        question: Duration::from_millis(100),
        ..PATIENCE
    };
    let ask = async |address| {
        let dns = HickoryLookup::with_patience(&[], patience).unwrap();
        let dns = dns.and_validating(address).unwrap();
        dns.look("present.zone.test")
            .await
            .sightings
            .remove(0)
            .answer
    };
    let address = mute.local_addr().unwrap();
    assert_eq!(ask(address).await, TxtAnswer::Indeterminate(Doubt::Timeout));
    drop(mute);
    assert_eq!(ask(address).await, TxtAnswer::Indeterminate(Doubt::Network));
}
