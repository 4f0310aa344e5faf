//! Claims of several organisations through DNS and store.

use org_domain::claim::*;
use org_domain::proof::*;
use org_domain::settle::{self, SettleError};
use org_domain::store::*;
use org_domain::*;
use time::OffsetDateTime;

use crate::fixture::*;

struct World {
    store: MemoryClaimStore,
    dns: Zones,
}

impl World {
    fn new() -> Self {
        Self {
            store: MemoryClaimStore::default(),
            dns: Zones::default(),
        }
    }

    async fn check(&self, name: &str, now: OffsetDateTime) -> Claim {
        settle::check(
            &self.store,
            asking(&self.dns),
            &org(name),
            &domain("acme.com"),
            now,
        )
        .await
        .unwrap()
    }

    async fn act(&self, name: &str, event: ClaimEvent<'_>, now: OffsetDateTime) -> Claim {
        settle::act(&self.store, &org(name), &domain("acme.com"), event, now)
            .await
            .unwrap()
    }

    async fn new_claim(&self, name: &str) -> Claim {
        store_new(&self.store, name, "acme.com", START).await
    }

    async fn state(&self, name: &str) -> StateName {
        self.store
            .load(&org(name), &domain("acme.com"))
            .await
            .unwrap()
            .unwrap()
            .state()
            .name()
    }

    async fn effects(&self) -> Vec<(String, Effect)> {
        let entries = self.store.outbox(10_000).await.unwrap();
        entries
            .into_iter()
            .map(|entry| (entry.org.to_string(), entry.effect))
            .collect()
    }
}

#[tokio::test]
async fn the_first_to_prove_supersedes_the_others() {
    let world = World::new();
    for name in ["o1", "o2", "o3"] {
        world.new_claim(name).await;
    }
    let second = world
        .store
        .load(&org("o2"), &domain("acme.com"))
        .await
        .unwrap()
        .unwrap();
    world.dns.publish(&second);
    assert_eq!(
        world.check("o1", START + hours(1)).await.state().name(),
        StateName::Pending
    );
    assert_eq!(
        world.check("o2", START + hours(1)).await.state().name(),
        StateName::Verified
    );
    assert_eq!(world.state("o1").await, StateName::Superseded);
    assert_eq!(world.state("o3").await, StateName::Superseded);
    let effects = world.effects().await;
    assert!(effects.contains(&("o1".into(), Effect::Notify(Notice::Superseded))));
    assert!(
        !effects
            .iter()
            .any(|(_, effect)| *effect == Effect::SupersedeRivals),
        "carried out, not left over"
    );
}

#[tokio::test]
async fn a_newcomer_cannot_take_a_domain_whose_record_is_there() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    let rival = world.new_claim("o2").await;
    world.dns.add(&rival);
    for day in 1..6 {
        let after = world.check("o2", START + days(day)).await;
        assert!(matches!(
            after.state(),
            ClaimState::Pending {
                proof: PendingProof::HeldElsewhere,
                ..
            }
        ));
        assert_eq!(
            world.check("o1", START + days(day)).await.state().name(),
            StateName::Verified
        );
    }
}

#[tokio::test]
async fn a_contest_runs_its_hold_and_moves_the_domain() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    world.dns.remove(&holder);
    let rival = world.new_claim("o2").await;
    world.dns.add(&rival);
    let begun = START + hours(2);
    assert!(world.check("o2", begun).await.waits_for_hold());
    assert_eq!(world.state("o1").await, StateName::Contested);
    assert!(
        world.check("o2", begun + hours(71)).await.waits_for_hold(),
        "the hold is not over"
    );
    assert_eq!(
        world.check("o2", begun + hours(72)).await.state().name(),
        StateName::Verified
    );
    assert_eq!(world.state("o1").await, StateName::Released);
    let effects = world.effects().await;
    assert!(effects.contains(&("o1".into(), Effect::FreezeLinks)));
    assert!(effects.contains(&("o1".into(), Effect::AccessEnds)));
    assert!(effects.contains(&("o2".into(), Effect::AccessBegins)));
}

#[tokio::test]
async fn a_holder_who_publishes_again_ends_the_contest() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    world.dns.remove(&holder);
    let rival = world.new_claim("o2").await;
    world.dns.add(&rival);
    world.check("o2", START + hours(2)).await;
    world.dns.add(&holder);
    let after = world.check("o2", START + hours(8)).await;
    assert!(matches!(
        after.state(),
        ClaimState::Pending {
            proof: PendingProof::HeldElsewhere,
            ..
        }
    ));
    assert_eq!(
        world.state("o1").await,
        StateName::Verified,
        "seen to be back in the rival's own check"
    );
}

#[tokio::test]
async fn a_contest_ends_when_the_rival_goes_away() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    world.dns.remove(&holder);
    let rival = world.new_claim("o2").await;
    world.dns.add(&rival);
    world.check("o2", START + hours(2)).await;
    let release = permit("o2", ClaimAction::Release);
    world
        .act("o2", ClaimEvent::Release(&release), START + hours(3))
        .await;
    assert_eq!(world.state("o1").await, StateName::Failing);
}

#[tokio::test]
async fn a_holder_in_doubt_is_not_contested_and_does_not_yield() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    let token = fresh_token();
    let permit = permit("o2", ClaimAction::Start);
    let apex = Claim::start(
        &permit,
        claimable("acme.com"),
        token,
        &style().at_apex(),
        START,
    )
    .unwrap();
    let rival = apex.claim.clone();
    world
        .store
        .commit(&[ClaimWrite::insert(apex)])
        .await
        .unwrap();
    world.dns.publish(&rival);
    world.dns.set(
        holder.record().name(),
        TxtAnswer::Indeterminate(Doubt::ServerFailure),
    );
    let after = world.check("o2", START + hours(2)).await;
    assert!(matches!(
        after.state(),
        ClaimState::Pending {
            proof: PendingProof::HeldElsewhere,
            ..
        }
    ));
    assert_eq!(world.state("o1").await, StateName::Verified);
}

#[tokio::test]
async fn a_transfer_has_no_gap_and_needs_the_new_owners_proof() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    let offer = permit("o1", ClaimAction::OfferTransfer);
    world
        .act(
            "o1",
            ClaimEvent::OfferTransfer(&offer, org("o2")),
            START + hours(2),
        )
        .await;
    let taker = world.new_claim("o2").await;
    world.dns.add(&taker);
    let early = world.check("o2", START + hours(3)).await;
    assert!(!early.holds_domain(), "not accepted yet");
    let accept = permit("o2", ClaimAction::AcceptTransfer);
    world
        .act("o1", ClaimEvent::AcceptTransfer(&accept), START + hours(4))
        .await;
    assert_eq!(world.state("o1").await, StateName::Transferring);
    let done = world.check("o2", START + hours(5)).await;
    assert_eq!(done.state().name(), StateName::Verified);
    assert_eq!(world.state("o1").await, StateName::Released);
    let third = world.new_claim("o3").await;
    world.dns.add(&third);
    assert!(!world.check("o3", START + hours(6)).await.holds_domain());
}

#[tokio::test]
async fn a_release_between_answer_and_commit_is_not_undone() {
    let world = World::new();
    let claim = world.new_claim("o1").await;
    world.dns.add(&claim);
    let release = permit("o1", ClaimAction::Release);
    let slow = SlowDns {
        world: &world,
        permit: &release,
    };
    let refused = settle::check(
        &world.store,
        asking(&slow),
        &org("o1"),
        &domain("acme.com"),
        START + hours(1),
    )
    .await;
    assert!(
        matches!(
            refused,
            Err(SettleError::Refused(Refusal::State(StateName::Released)))
        ),
        "{refused:?}"
    );
    assert_eq!(world.state("o1").await, StateName::Released);
}

/// A DNS during whose answer the Owner gives the claim up.
struct SlowDns<'a> {
    world: &'a World,
    permit: &'a Permit,
}

impl TxtLookup for SlowDns<'_> {
    async fn look(&self, name: &str) -> Observation {
        let seen = self.world.dns.look(name).await;
        self.world
            .act("o1", ClaimEvent::Release(self.permit), START + hours(1))
            .await;
        seen
    }
}

#[tokio::test]
async fn due_claims_are_looked_after_until_they_rest() {
    let world = World::new();
    let verified = world.new_claim("o1").await;
    world.dns.add(&verified);
    world.check("o1", START + hours(1)).await;
    store_new(&world.store, "o2", "other.com", START).await;
    let mut now = START + hours(1);
    let mut looked = 0;
    while now < START + days(9) {
        now += hours(6);
        for result in settle::check_due(&world.store, asking(&world.dns), 10, now)
            .await
            .unwrap()
        {
            result.unwrap();
            looked += 1;
        }
    }
    assert_eq!(world.state("o1").await, StateName::Verified);
    let expired = world
        .store
        .load(&org("o2"), &domain("other.com"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(expired.state().name(), StateName::Expired);
    assert!((20..60).contains(&looked), "{looked} looks in nine days");
}

#[tokio::test]
async fn an_override_cannot_take_a_domain_from_its_holder_in_passing() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    world.new_claim("o2").await;
    let by = OperatorOverride {
        operator: "kim".into(),
        reason: "ticket".into(),
        until: START + days(2),
    };
    let event = ClaimEvent::Override(OverrideTo::Verified, by);
    let refused = settle::act(
        &world.store,
        &org("o2"),
        &domain("acme.com"),
        event,
        START + hours(2),
    )
    .await;
    assert!(matches!(refused, Err(SettleError::Held)), "{refused:?}");
    assert_eq!(world.state("o1").await, StateName::Verified);
}

#[tokio::test]
async fn nobody_gives_way_to_a_claim_that_expired_meanwhile() {
    let world = World::new();
    let holder = world.new_claim("o1").await;
    world.dns.add(&holder);
    world.check("o1", START + hours(1)).await;
    let taker = world.new_claim("o2").await;
    world.dns.add(&taker);
    let offer = permit("o1", ClaimAction::OfferTransfer);
    let accept = permit("o2", ClaimAction::AcceptTransfer);
    world
        .act(
            "o1",
            ClaimEvent::OfferTransfer(&offer, org("o2")),
            START + days(6),
        )
        .await;
    world
        .act("o1", ClaimEvent::AcceptTransfer(&accept), START + days(6))
        .await;
    let late = world.check("o2", START + days(7)).await;
    assert_eq!(late.state().name(), StateName::Expired);
    assert_eq!(
        world.state("o1").await,
        StateName::Transferring,
        "the domain is not lost to both"
    );
    let in_time = World::new();
    let holder = in_time.new_claim("o1").await;
    in_time.dns.add(&holder);
    in_time.check("o1", START + hours(1)).await;
    let taker = in_time.new_claim("o2").await;
    in_time.dns.add(&taker);
    in_time
        .act(
            "o1",
            ClaimEvent::OfferTransfer(&offer, org("o2")),
            START + days(6),
        )
        .await;
    in_time
        .act("o1", ClaimEvent::AcceptTransfer(&accept), START + days(6))
        .await;
    assert!(
        in_time
            .check("o2", START + days(7) - hours(1))
            .await
            .holds_domain()
    );
}
