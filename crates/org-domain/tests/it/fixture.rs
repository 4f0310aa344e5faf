//! People, claims and a DNS of our own for tests.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use org_domain::claim::*;
use org_domain::policy::*;
use org_domain::proof::*;
use org_domain::store::*;
use org_domain::*;
use time::{Duration, OffsetDateTime};

pub(crate) const START: OffsetDateTime = time::macros::datetime!(2026-01-05 12:00 UTC);

pub(crate) fn days(count: i64) -> Duration {
    Duration::days(count)
}

pub(crate) fn hours(count: i64) -> Duration {
    Duration::hours(count)
}

pub(crate) fn org(name: &str) -> OrgId {
    OrgId::new(name).unwrap()
}

pub(crate) fn domain(name: &str) -> Domain {
    Domain::parse(name).unwrap()
}

pub(crate) fn claimable(name: &str) -> ClaimableDomain {
    ClaimRules::default()
        .allow_top_level("test")
        .check(domain(name))
        .unwrap()
}

pub(crate) fn actor(role: Role, now: OffsetDateTime) -> Actor {
    Actor {
        account: AccountId::new("ada").unwrap(),
        role,
        authenticated_at: now,
    }
}

pub(crate) const QUIET: ClaimCircumstances = ClaimCircumstances {
    pending_claims: 0,
    claims: 0,
    last_manual_check: None,
    manual_checks_last_hour: 0,
    last_domain_under_required_sso: LastDomain::No,
    owner_lock: LockStanding::Absent,
};

pub(crate) fn permit(name: &str, action: ClaimAction) -> Permit {
    permit_claim(
        action,
        &org(name),
        &actor(Role::Owner, START),
        &QUIET,
        START,
    )
    .unwrap()
}

/// A token that no other call gives.
pub(crate) fn fresh_token() -> Token {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    Token::generate(&mut |bytes: &mut [u8]| {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from((number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (at % 56)) & 0xff)
                .unwrap();
        }
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Ok(())
    })
    .unwrap()
}

pub(crate) fn style() -> ProofStyle {
    ProofStyle::new(AppLabel::new("app").unwrap())
}

pub(crate) fn started(org_name: &str, domain_name: &str, now: OffsetDateTime) -> Transition {
    Claim::start(
        &permit(org_name, ClaimAction::Start),
        claimable(domain_name),
        fresh_token(),
        &style(),
        now,
    )
    .unwrap()
}

pub(crate) fn pending(org_name: &str, domain_name: &str) -> Claim {
    started(org_name, domain_name, START).claim
}

pub(crate) fn check(
    claim: &Claim,
    verdict: Verdict,
    elsewhere: Elsewhere,
    now: OffsetDateTime,
) -> Transition {
    try_check(claim, verdict, elsewhere, now).unwrap()
}

pub(crate) fn try_check(
    claim: &Claim,
    verdict: Verdict,
    elsewhere: Elsewhere,
    now: OffsetDateTime,
) -> Result<Transition, Refusal> {
    try_locked(claim, LockStanding::Absent, verdict, elsewhere, now)
}

/// A check that found this lock.
pub(crate) fn try_locked(
    claim: &Claim,
    lock: LockStanding,
    verdict: Verdict,
    elsewhere: Elsewhere,
    now: OffsetDateTime,
) -> Result<Transition, Refusal> {
    let token = claim.record().token();
    let event = ClaimEvent::Checked {
        token,
        verdict,
        lock,
        elsewhere,
    };
    claim.apply(event, now)
}

/// The service's key of handles.
pub(crate) const HANDLES: HandleKey = HandleKey::new([7; 32]);

/// How the DNS is asked: two resolvers have to agree.
pub(crate) fn asking<L>(lookup: &L) -> settle::Dns<'_, L> {
    settle::Dns {
        lookup,
        quorum: Quorum::TWO,
        handles: &HANDLES,
    }
}

/// A verified claim whose record was seen at [`START`].
pub(crate) fn verified(org_name: &str, domain_name: &str) -> Claim {
    check(
        &pending(org_name, domain_name),
        Verdict::Proven,
        Elsewhere::Nobody,
        START,
    )
    .claim
}

pub(crate) fn failing(org_name: &str, domain_name: &str) -> (Claim, OffsetDateTime) {
    let mut claim = verified(org_name, domain_name);
    let mut now = START;
    for _ in 0..3 {
        now += days(1);
        claim = check(&claim, Verdict::Absent, Elsewhere::Nobody, now).claim;
    }
    assert_eq!(claim.state().name(), StateName::Failing);
    (claim, now)
}

pub(crate) fn lapsed(org_name: &str, domain_name: &str) -> (Claim, OffsetDateTime) {
    let (claim, since) = failing(org_name, domain_name);
    let now = since + days(7);
    let claim = check(&claim, Verdict::Absent, Elsewhere::Nobody, now).claim;
    assert_eq!(claim.state().name(), StateName::Lapsed);
    (claim, now)
}

/// A DNS whose zones tests write, seen alike by three resolvers.
#[derive(Debug, Default)]
pub(crate) struct Zones {
    answers: Mutex<BTreeMap<String, TxtAnswer>>,
}

impl Zones {
    pub(crate) fn publish(&self, claim: &Claim) {
        let record = claim.record();
        self.set(
            record.name(),
            TxtAnswer::Present(vec![record.value().into_bytes()]),
        );
    }

    /// Adds the record beside those of others.
    pub(crate) fn add(&self, claim: &Claim) {
        let record = claim.record();
        let mut answers = self.answers.lock().unwrap();
        let entry = answers
            .entry(record.name().to_owned())
            .or_insert_with(|| TxtAnswer::Present(Vec::new()));
        match entry {
            TxtAnswer::Present(texts) => texts.push(record.value().into_bytes()),
            other => *other = TxtAnswer::Present(vec![record.value().into_bytes()]),
        }
    }

    /// Removes one claim's record and leaves those of others.
    pub(crate) fn remove(&self, claim: &Claim) {
        let record = claim.record();
        if let Some(TxtAnswer::Present(texts)) = self.answers.lock().unwrap().get_mut(record.name())
        {
            texts.retain(|text| !record.is_in(text));
        }
    }

    pub(crate) fn set(&self, name: &str, answer: TxtAnswer) {
        self.answers.lock().unwrap().insert(name.to_owned(), answer);
    }
}

impl TxtLookup for Zones {
    async fn look(&self, name: &str) -> Observation {
        let answer = self.answers.lock().unwrap().get(name).cloned();
        let answer = answer.unwrap_or(TxtAnswer::Absent(Absence::NoName));
        let sightings = ["a", "b", "c"].map(|resolver| Sighting {
            resolver: resolver.to_owned(),
            answer: answer.clone(),
            authentication: Authentication::None,
            aliases: Vec::new(),
            time_to_live: None,
        });
        Observation {
            name: name.to_owned(),
            sightings: sightings.into(),
        }
    }
}

/// Commits a new claim and gives it back.
pub(crate) async fn store_new(
    store: &MemoryClaimStore,
    org_name: &str,
    domain_name: &str,
    now: OffsetDateTime,
) -> Claim {
    let transition = started(org_name, domain_name, now);
    let claim = transition.claim.clone();
    store
        .commit(&[ClaimWrite::insert(transition)])
        .await
        .unwrap();
    claim
}
