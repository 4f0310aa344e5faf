//! Random histories of three organisations that fight over two domains.

use std::collections::BTreeMap;

use org_domain::claim::*;
use org_domain::proof::*;
use org_domain::settle;
use org_domain::store::*;
use org_domain::*;
use proptest::prelude::*;
use time::OffsetDateTime;

use crate::fixture::*;

const ORGS: [&str; 3] = ["o1", "o2", "o3"];
const DOMAINS: [&str; 2] = ["acme.com", "other.com"];

#[derive(Clone, Copy, Debug)]
enum Step {
    Publish,
    Remove,
    Break,
    Lock(Locked),
    Check,
    Tick,
    Restart,
    Rotate,
    Release,
    Offer(usize),
    Withdraw,
    Accept(usize),
    Override(OverrideTo),
    Wait(i64),
}

#[derive(Clone, Copy, Debug)]
enum Locked {
    Open,
    Only(usize),
    Nobody,
    Unclear,
}

fn locked() -> impl Strategy<Value = Locked> {
    prop_oneof![
        3 => Just(Locked::Open),
        2 => (0..3_usize).prop_map(Locked::Only),
        1 => Just(Locked::Nobody),
        1 => Just(Locked::Unclear),
    ]
}

impl Locked {
    fn answer(self) -> TxtAnswer {
        let text = match self {
            Self::Open => return TxtAnswer::Absent(Absence::NoName),
            Self::Unclear => return TxtAnswer::Indeterminate(Doubt::Timeout),
            Self::Nobody => "v=1 claims=none".to_owned(),
            Self::Only(who) => format!("v=1 org={}", HANDLES.handle(&org(ORGS[who])).as_str()),
        };
        TxtAnswer::Present(vec![text.into_bytes()])
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Publish),
        2 => Just(Step::Remove),
        1 => Just(Step::Break),
        2 => locked().prop_map(Step::Lock),
        8 => Just(Step::Check),
        2 => Just(Step::Tick),
        2 => Just(Step::Restart),
        1 => Just(Step::Rotate),
        1 => Just(Step::Release),
        1 => (0..3_usize).prop_map(Step::Offer),
        1 => Just(Step::Withdraw),
        2 => (0..3_usize).prop_map(Step::Accept),
        1 => prop_oneof![Just(OverrideTo::Verified), Just(OverrideTo::Released)].prop_map(Step::Override),
        6 => (1..200_i64).prop_map(Step::Wait),
    ]
}

type History = Vec<(usize, usize, Step)>;

fn history() -> impl Strategy<Value = History> {
    proptest::collection::vec((0..3_usize, 0..2_usize, step()), 1..60)
}

struct Run {
    store: MemoryClaimStore,
    dns: Zones,
    now: OffsetDateTime,
    tokens: u64,
}

impl Run {
    /// Tokens that depend on the history alone, so that it can be replayed.
    fn token(&mut self) -> Token {
        self.tokens += 1;
        let number = self.tokens;
        Token::generate(&mut |bytes: &mut [u8]| {
            bytes.fill(0x5a);
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            Ok(())
        })
        .unwrap()
    }

    async fn claims(&self) -> Vec<Claim> {
        let mut all = Vec::new();
        for name in DOMAINS {
            all.extend(self.store.claims_to(&domain(name)).await.unwrap());
        }
        all
    }

    async fn take(&mut self, who: usize, what: usize, step: Step) {
        let (name, domain) = (ORGS[who], domain(DOMAINS[what]));
        match self.store.load(&org(name), &domain).await.unwrap() {
            None => self.start(name, DOMAINS[what]).await,
            Some(claim) => self.step(&claim, step).await,
        }
    }

    async fn start(&mut self, name: &str, domain: &str) {
        let start = permit(name, ClaimAction::Start);
        let token = self.token();
        let begun = Claim::start(&start, claimable(domain), token, &style(), self.now).unwrap();
        self.store
            .commit(&[ClaimWrite::insert(begun)])
            .await
            .unwrap();
    }

    /// What happens to the zone, to the clock, or by a look; everything else is an event.
    async fn step(&mut self, claim: &Claim, step: Step) {
        let (org, domain, now) = (claim.org(), claim.domain(), self.now);
        match step {
            Step::Publish => self.dns.add(claim),
            Step::Remove => self.dns.remove(claim),
            Step::Break => self.dns.set(
                claim.record().name(),
                TxtAnswer::Indeterminate(Doubt::ServerFailure),
            ),
            Step::Lock(lock) => self.dns.set(&claim.lock_name(), lock.answer()),
            Step::Wait(by) => self.now += hours(by),
            Step::Check => {
                let _refused =
                    settle::check(&self.store, asking(&self.dns), org, domain, now).await;
            }
            Step::Accept(from) => {
                let accept = permit(org.as_str(), ClaimAction::AcceptTransfer);
                let holder = crate::fixture::org(ORGS[from]);
                let event = ClaimEvent::AcceptTransfer(&accept);
                let _refused = settle::act(&self.store, &holder, domain, event, now).await;
            }
            other => self.act(claim, other).await,
        }
    }

    async fn act(&mut self, claim: &Claim, step: Step) {
        let token = self.token();
        let permit = |action| permit(claim.org().as_str(), action);
        let (restart, rotate) = (permit(ClaimAction::Start), permit(ClaimAction::RotateToken));
        let (release, offer) = (
            permit(ClaimAction::Release),
            permit(ClaimAction::OfferTransfer),
        );
        let event = match step {
            Step::Restart => ClaimEvent::Restart(&restart, token),
            Step::Rotate => ClaimEvent::Rotate(&rotate, token),
            Step::Release => ClaimEvent::Release(&release),
            Step::Offer(to) => ClaimEvent::OfferTransfer(&offer, org(ORGS[to])),
            Step::Withdraw => ClaimEvent::WithdrawTransfer(&offer),
            Step::Override(to) => {
                let until = self.now + hours(50);
                let by = OperatorOverride {
                    operator: "kim".into(),
                    reason: "test".into(),
                    until,
                };
                ClaimEvent::Override(to, by)
            }
            _ => ClaimEvent::Tick,
        };
        let _refused = settle::act(&self.store, claim.org(), claim.domain(), event, self.now).await;
    }
}

/// Runs a history and checks after every step what must always hold.
async fn run(steps: &History) -> (Vec<Claim>, Vec<OutboxEntry>) {
    let mut run = Run {
        store: MemoryClaimStore::default(),
        dns: Zones::default(),
        now: START,
        tokens: 0,
    };
    let mut before: BTreeMap<(String, String), Claim> = BTreeMap::new();
    let mut seen_effects = 0;
    for (who, what, step) in steps {
        run.take(*who, *what, *step).await;
        let claims = run.claims().await;
        for name in DOMAINS {
            let holders = claims
                .iter()
                .filter(|claim| claim.domain().as_str() == name && claim.holds_domain());
            assert!(holders.count() <= 1, "two owners of {name} after {step:?}");
        }
        let outbox = run.store.outbox(usize::MAX).await.unwrap();
        let fresh = &outbox[seen_effects..];
        seen_effects = outbox.len();
        assert_nobody_gives_way_to_nobody(&claims, fresh, run.now);
        for claim in claims {
            let key = (claim.org().to_string(), claim.domain().to_string());
            assert_effects_tell_of(before.get(&key), &claim, fresh);
            let is_new = claim.holds_domain() && !before.get(&key).is_some_and(Claim::holds_domain);
            if is_new && !matches!(step, Step::Override(_)) {
                let lock = asking(&run.dns).lock(&claim).await;
                let open = matches!(lock, LockStanding::Absent | LockStanding::ForUs);
                assert!(open, "{claim:?} took the domain under {lock:?}");
            }
            before.insert(key, claim);
        }
    }
    (
        run.claims().await,
        run.store.outbox(usize::MAX).await.unwrap(),
    )
}

/// A domain that is handed over or overtaken has a new owner in the same commit.
fn assert_nobody_gives_way_to_nobody(claims: &[Claim], fresh: &[OutboxEntry], now: OffsetDateTime) {
    for claim in claims {
        let gave_way = matches!(
            claim.state(),
            ClaimState::Released { since, cause: ReleaseCause::Transferred | ReleaseCause::Overtaken } if *since == now
        );
        let ended = fresh.iter().any(|entry| {
            entry.effect == Effect::AccessEnds
                && entry.org == *claim.org()
                && entry.domain == *claim.domain()
        });
        if gave_way && ended {
            let owned = claims
                .iter()
                .any(|other| other.domain() == claim.domain() && other.holds_domain());
            assert!(owned, "nobody has {} after {claim:?}", claim.domain());
        }
    }
}

/// No effect is lost: whoever reads the outbox alone knows of every change that matters.
fn assert_effects_tell_of(before: Option<&Claim>, after: &Claim, fresh: &[OutboxEntry]) {
    let own: Vec<&Effect> = fresh
        .iter()
        .filter(|entry| entry.org == *after.org() && entry.domain == *after.domain())
        .map(|entry| &entry.effect)
        .collect();
    let held = before.is_some_and(Claim::holds_domain);
    let count = |wanted: &Effect| own.iter().filter(|effect| ***effect == *wanted).count();
    let holds = after.holds_domain();
    assert_eq!(
        count(&Effect::AccessBegins),
        usize::from(holds && !held),
        "{before:?} -> {after:?}: {own:?}"
    );
    assert_eq!(
        count(&Effect::AccessEnds),
        usize::from(held && !holds),
        "{before:?} -> {after:?}: {own:?}"
    );
    let from = before.map(|claim| claim.state().name());
    let to = after.state().name();
    if from != Some(to) {
        assert_eq!(
            count(&Effect::Audit(ClaimChange { from, to })),
            1,
            "{before:?} -> {after:?}: {own:?}"
        );
    }
    if let Some(before) = before {
        assert!(after.version() >= before.version());
        assert!(
            (after == before) == (after.version() == before.version()),
            "a version for every change"
        );
        assert!(after.attempt() >= before.attempt());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn never_two_owners_and_no_effect_lost(steps in history()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let first = runtime.block_on(run(&steps));
        let second = runtime.block_on(run(&steps));
        prop_assert_eq!(first, second, "the same history gives the same state: there is no clock but the argument");
    }
}
