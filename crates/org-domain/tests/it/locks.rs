//! The owner's lock is asked when a proof is found, not only when a claim starts.

use org_domain::claim::*;
use org_domain::proof::*;
use org_domain::settle;
use org_domain::store::*;
use org_domain::*;
use time::OffsetDateTime;

use crate::fixture::*;

const UNCLEAR: LockStanding = LockStanding::Indeterminate(Doubt::ServerFailure);
const NOBODY: Elsewhere = Elsewhere::Nobody;

/// What a seen record makes of the claim under each lock: the state, or the refusal's code.
fn proven_under(claim: &Claim, lock: LockStanding, now: OffsetDateTime) -> &'static str {
    match try_locked(claim, lock, Verdict::Proven, NOBODY, now) {
        Ok(after) => after.claim.state().name().as_str(),
        Err(refusal) => refusal.code(),
    }
}

fn proof_of(claim: &Claim) -> PendingProof {
    match claim.state() {
        ClaimState::Pending { proof, .. } => *proof,
        other => panic!("{other:?}"),
    }
}

/// A claim that waited in vain and was started again.
fn restarted() -> Claim {
    let waited = pending("o1", "acme.com");
    let gone = waited.apply(ClaimEvent::Tick, START + days(7)).unwrap();
    assert_eq!(gone.claim.state().name(), StateName::Expired);
    let start = permit("o1", ClaimAction::Start);
    let again = ClaimEvent::Restart(&start, fresh_token());
    gone.claim.apply(again, START + days(7)).unwrap().claim
}

#[test]
fn a_proof_verifies_only_under_a_lock_that_was_seen_open() {
    let (lapsed, since) = lapsed("o1", "acme.com");
    let soon = START + hours(1);
    let cases = [
        (pending("o1", "acme.com"), soon, "pending"),
        (restarted(), START + days(7), "pending"),
        (lapsed, since + days(1), "lapsed"),
    ];
    for (claim, now, stays) in cases {
        for (lock, expected) in [
            (LockStanding::Absent, "verified"),
            (LockStanding::ForUs, "verified"),
            (LockStanding::ForOthers, stays),
            (UNCLEAR, stays),
            (LockStanding::NotLooked, "claim_lock_not_looked"),
        ] {
            let said = proven_under(&claim, lock, now);
            assert_eq!(said, expected, "{stays} under {lock:?}");
        }
    }
}

#[test]
fn a_claim_that_holds_its_domain_is_not_asked_for_a_lock() {
    let offer = permit("o1", ClaimAction::OfferTransfer);
    let held = verified("o1", "acme.com");
    let offered = held
        .apply(ClaimEvent::OfferTransfer(&offer, org("o2")), START)
        .unwrap();
    let contested = held.apply(ClaimEvent::Contested, START).unwrap();
    let (failing, failed) = failing("o1", "acme.com");
    for (claim, now, after) in [
        (held, START + hours(1), "verified"),
        (offered.claim, START + hours(1), "transferring"),
        (contested.claim, START + hours(1), "verified"),
        (failing, failed + hours(1), "verified"),
    ] {
        for lock in [LockStanding::ForOthers, UNCLEAR, LockStanding::NotLooked] {
            assert_eq!(proven_under(&claim, lock, now), after, "{lock:?}");
        }
    }
}

#[test]
fn without_a_proof_nobody_has_to_look_for_the_lock() {
    let claim = pending("o1", "acme.com");
    let unseen = LockStanding::NotLooked;
    for verdict in [
        Verdict::Absent,
        Verdict::Indeterminate(Doubt::Timeout),
        Verdict::Bogus,
    ] {
        let after = try_locked(&claim, unseen, verdict, NOBODY, START + hours(1)).unwrap();
        assert_eq!(proof_of(&after.claim), PendingProof::Missing);
    }
    assert_eq!(proven_under(&claim, unseen, START + days(7)), "expired");
    let (lapsed, since) = lapsed("o1", "acme.com");
    let late = since + days(30);
    assert_eq!(proven_under(&lapsed, unseen, late), "lapsed", "too late");
}

#[test]
fn a_claim_locked_for_others_says_so_once_and_wins_when_the_lock_names_it() {
    let claim = pending("o1", "acme.com");
    let look = |claim: &Claim, lock, hour| {
        try_locked(claim, lock, Verdict::Proven, NOBODY, START + hours(hour)).unwrap()
    };
    let first = look(&claim, LockStanding::ForOthers, 1);
    assert_eq!(proof_of(&first.claim), PendingProof::LockedForOthers);
    assert_eq!(first.effects, [Effect::Notify(Notice::LockedForOthers)]);
    let second = look(&first.claim, LockStanding::ForOthers, 2);
    assert!(second.effects.is_empty(), "{:?}", second.effects);
    let unclear = look(&second.claim, UNCLEAR, 3);
    assert_eq!(
        proof_of(&unclear.claim),
        PendingProof::LockedForOthers,
        "no statement changes nothing"
    );
    assert!(
        unclear
            .claim
            .next_check()
            .is_some_and(|next| next <= START + hours(15)),
        "it is looked for again"
    );
    let won = look(&unclear.claim, LockStanding::ForUs, 4);
    assert_eq!(won.claim.state().name(), StateName::Verified);
    assert!(won.effects.contains(&Effect::AccessBegins));
    let kept = serde_json::to_string(&first.claim).unwrap();
    assert_eq!(serde_json::from_str::<Claim>(&kept).unwrap(), first.claim);
}

struct World {
    store: MemoryClaimStore,
    dns: Zones,
}

impl World {
    async fn with(names: &[&str]) -> Self {
        let world = Self {
            store: MemoryClaimStore::default(),
            dns: Zones::default(),
        };
        for name in names {
            let claim = store_new(&world.store, name, "acme.com", START).await;
            world.dns.add(&claim);
        }
        world
    }

    async fn check(&self, name: &str, now: OffsetDateTime) -> Claim {
        let dns = asking(&self.dns);
        settle::check(&self.store, dns, &org(name), &domain("acme.com"), now)
            .await
            .unwrap()
    }

    async fn act(&self, name: &str, event: ClaimEvent<'_>, now: OffsetDateTime) {
        settle::act(&self.store, &org(name), &domain("acme.com"), event, now)
            .await
            .unwrap();
    }

    async fn claim(&self, name: &str) -> Claim {
        let claim = self.store.load(&org(name), &domain("acme.com")).await;
        claim.unwrap().unwrap()
    }

    async fn state(&self, name: &str) -> StateName {
        self.claim(name).await.state().name()
    }

    fn lock(&self, text: &str) {
        let answer = TxtAnswer::Present(vec![text.as_bytes().to_vec()]);
        self.dns.set("_app-policy.acme.com", answer);
    }

    fn unlock(&self) {
        let answer = TxtAnswer::Absent(Absence::NoName);
        self.dns.set("_app-policy.acme.com", answer);
    }

    fn break_lock(&self) {
        let answer = TxtAnswer::Indeterminate(Doubt::ServerFailure);
        self.dns.set("_app-policy.acme.com", answer);
    }
}

fn lock_for(name: &str) -> String {
    format!("v=1 org={}", HANDLES.handle(&org(name)).as_str())
}

#[tokio::test]
async fn a_lock_published_after_the_start_counts() {
    for (text, allowed) in [
        ("v=1 claims=none".to_owned(), false),
        (lock_for("o2"), false),
        (lock_for("o1"), true),
        ("v=spf1 -all".to_owned(), true),
    ] {
        let world = World::with(&["o1"]).await;
        world.lock(&text);
        let after = world.check("o1", START + hours(1)).await;
        assert_eq!(after.holds_domain(), allowed, "{text}");
        if !allowed {
            assert_eq!(proof_of(&after), PendingProof::LockedForOthers, "{text}");
            world.unlock();
            let after = world.check("o1", START + hours(2)).await;
            assert!(after.holds_domain(), "the lock is gone");
        }
    }
}

#[tokio::test]
async fn a_lock_that_cannot_be_read_is_asked_again() {
    let world = World::with(&["o1"]).await;
    world.break_lock();
    let after = world.check("o1", START + hours(1)).await;
    assert_eq!(proof_of(&after), PendingProof::Missing);
    let next = after.next_check().unwrap();
    world.unlock();
    let looked = settle::check_due(&world.store, asking(&world.dns), 9, next).await;
    assert_eq!(looked.unwrap().len(), 1);
    assert_eq!(world.state("o1").await, StateName::Verified);
}

#[tokio::test]
async fn a_lock_that_appears_later_revokes_nothing() {
    let world = World::with(&["o1"]).await;
    world.check("o1", START + hours(1)).await;
    world.lock("v=1 claims=none");
    for day in 1..40 {
        let after = world.check("o1", START + days(day)).await;
        assert_eq!(after.state().name(), StateName::Verified);
    }
}

#[tokio::test]
async fn a_lapsed_claim_comes_back_only_with_the_owners_leave() {
    let world = World::with(&["o1"]).await;
    world.check("o1", START + hours(1)).await;
    let held = world.claim("o1").await;
    world.dns.remove(&held);
    let mut now = START;
    while world.state("o1").await != StateName::Lapsed {
        now += days(1);
        world.check("o1", now).await;
    }
    world.dns.add(&held);
    world.lock("v=1 claims=none");
    let locked = world.check("o1", now + days(1)).await;
    assert_eq!(locked.state().name(), StateName::Lapsed);
    world.lock(&lock_for("o1"));
    let named = world.check("o1", now + days(2)).await;
    assert_eq!(named.state().name(), StateName::Verified);
}

/// A holder whose record is gone, and a rival who has proven the domain.
async fn contest() -> World {
    let world = World::with(&["o1"]).await;
    world.check("o1", START + hours(1)).await;
    world.dns.remove(&world.claim("o1").await);
    let rival = store_new(&world.store, "o2", "acme.com", START).await;
    world.dns.add(&rival);
    world
}

#[tokio::test]
async fn whoever_the_lock_keeps_out_contests_nobody() {
    let world = contest().await;
    world.lock("v=1 claims=none");
    let after = world.check("o2", START + hours(2)).await;
    assert_eq!(proof_of(&after), PendingProof::LockedForOthers);
    assert_eq!(world.state("o1").await, StateName::Verified);
    world.unlock();
    assert!(world.check("o2", START + hours(3)).await.waits_for_hold());
    assert_eq!(world.state("o1").await, StateName::Contested);
    world.lock("v=1 claims=none");
    let after = world.check("o2", START + hours(4)).await;
    assert_eq!(proof_of(&after), PendingProof::LockedForOthers);
    assert_eq!(
        world.state("o1").await,
        StateName::Failing,
        "the contest is void"
    );
}

#[tokio::test]
async fn nobody_gives_way_to_a_rival_whose_lock_is_unclear() {
    let world = contest().await;
    let begun = START + hours(2);
    assert!(world.check("o2", begun).await.waits_for_hold());
    world.break_lock();
    assert!(world.check("o2", begun + hours(72)).await.waits_for_hold());
    assert_eq!(world.state("o1").await, StateName::Contested);
    world.unlock();
    assert!(world.check("o2", begun + hours(73)).await.holds_domain());
    assert_eq!(world.state("o1").await, StateName::Released);
}

#[tokio::test]
async fn a_transfer_needs_the_owners_leave_as_well() {
    let world = World::with(&["o1"]).await;
    world.check("o1", START + hours(1)).await;
    let taker = store_new(&world.store, "o2", "acme.com", START).await;
    world.dns.add(&taker);
    let offer = permit("o1", ClaimAction::OfferTransfer);
    let offered = ClaimEvent::OfferTransfer(&offer, org("o2"));
    world.act("o1", offered, START + hours(2)).await;
    let accept = permit("o2", ClaimAction::AcceptTransfer);
    let accepted = ClaimEvent::AcceptTransfer(&accept);
    world.act("o1", accepted, START + hours(3)).await;
    world.lock(&lock_for("o1"));
    let kept_out = world.check("o2", START + hours(4)).await;
    assert_eq!(proof_of(&kept_out), PendingProof::LockedForOthers);
    assert_eq!(world.state("o1").await, StateName::Transferring);
    world.lock(&lock_for("o2"));
    assert!(world.check("o2", START + hours(5)).await.holds_domain());
    assert_eq!(world.state("o1").await, StateName::Released);
}
