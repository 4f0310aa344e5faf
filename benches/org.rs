//! Decisions of `org-domain`, and a million claims looked after in one process.
//!
//! `cargo bench -p benches --bench org` lets criterion measure the decisions, then prints one line
//! per job with our time, the floor's and the ratio, and then one line per size of the simulation:
//! bytes per idle claim, the most claims due in one tick, and the processor time per look. The floor of a
//! decision is a hand-written `match` over the few facts that settle the same case.
//!
//! The simulation holds verified claims in the memory store, ticks once an hour for three days,
//! leases what is due, applies a proof, and commits. The largest size comes first, on a fresh heap;
//! the bytes of the others are understated, for they reuse its memory. `-- --test` runs it small.
//! Finding, storing and coming due are meant to take the same steps however many claims there are (a
//! hash table and a calendar with a page a minute). What is measured is the processor time per look,
//! and it still grows between sixty thousand claims and a million. Why is not shown here: caches that
//! four hundred megabytes do not fit into are a guess, and no counter of cache misses was read.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use criterion::Criterion;
use org_domain::claim::{ClaimEvent, Elsewhere};
use org_domain::policy::{
    Account, AddressHistory, AssertedEmail, Binding, ClaimCircumstances, Create, Credential,
    DomainStanding, Exemption, Fallback, InvitedAddress, LastDomain, Link, MemberState, Method,
    Occupant, Operation, OrgStanding, OwnSession, Past, Person, PlanStanding, PrimaryEmail, Seats,
    SecondFactor, Side, SsoFacts, Switch, TokenStanding, UserName, Wanted,
};
use org_domain::proof::{AppLabel, LockStanding, ProofStyle, Token, Verdict};
use org_domain::store::ClaimWrite;
use org_domain::{
    AccountId, Actor, Claim, ClaimAction, ClaimRules, ClaimStore, Domain, LoginFacts,
    MemoryClaimStore, OrgId, Outcome, ProvisionFacts, Role, decide_login, decide_provision,
    permit_claim,
};
use time::OffsetDateTime;

const START: OffsetDateTime = time::macros::datetime!(2026-01-05 12:00 UTC);
/// Rounds of measuring per job; the best of each kind counts.
const ROUNDS: u32 = 40;
/// Calls in one round.
const CALLS: u32 = 20_000;

type Failure = Box<dyn std::error::Error>;

fn org() -> OrgStanding {
    OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        scim_plan: PlanStanding::Covered,
        idp_managed: Switch::On,
        fallback: Fallback::Open,
        ..OrgStanding::CLOSED
    }
}

/// A mix of people and methods, so that no branch can be learned by heart.
fn logins() -> Vec<LoginFacts> {
    let sso = SsoFacts {
        side: Side::ServiceProvider,
        binding: Binding::Current,
        email: AssertedEmail::Usable,
        link: Link::SameAddress,
        session: OwnSession::None,
    };
    let member = |role| Person::Member {
        role,
        state: MemberState::Active,
        credential: Credential::SetByPerson,
        exemption: Exemption::None,
    };
    let invited = Person::Invited {
        account: Account::None,
        address: InvitedAddress::Same,
        role: Role::Member,
    };
    let methods = [
        Method::Password(SecondFactor::NotEnrolled),
        Method::MagicLink,
        Method::Sso(sso),
        Method::Sso(SsoFacts {
            link: Link::None,
            ..sso
        }),
    ];
    let people = [
        member(Role::Member),
        member(Role::Owner),
        invited,
        Person::Stranger,
        Person::Outsider(Past::None),
    ];
    let facts = methods.iter().flat_map(|method| {
        people.iter().map(|person| LoginFacts {
            method: *method,
            org: org(),
            domain: DomainStanding::Here,
            person: *person,
            history: AddressHistory::Steady,
        })
    });
    facts.collect()
}

fn provisions() -> Vec<ProvisionFacts> {
    let create = |occupant| Create {
        user_name: UserName::At(DomainStanding::Here),
        primary_email: PrimaryEmail::Fits,
        occupant,
        seats: Seats::Free,
        active: Wanted::Active,
    };
    let facts = Occupant::ALL.iter().map(|occupant| ProvisionFacts {
        token: TokenStanding::Valid,
        org: org(),
        operation: Operation::Create(create(*occupant)),
    });
    facts.collect()
}

/// The least that any policy has to look at: method, role and switch.
fn login_floor(facts: &LoginFacts) -> Outcome {
    match (facts.method, facts.person, facts.org.require_sso) {
        (
            Method::Sso(_),
            Person::Member {
                state: MemberState::Active,
                ..
            },
            _,
        ) => Outcome::Enter(org_domain::Entry::Member),
        (_, Person::Member { role, .. }, Switch::On) if role.administers() => {
            Outcome::Enter(org_domain::Entry::Fallback)
        }
        _ => Outcome::Refuse,
    }
}

fn provision_floor(facts: &ProvisionFacts) -> u16 {
    match facts.operation {
        Operation::Create(Create {
            occupant: Occupant::Nobody,
            ..
        }) => 201,
        Operation::Create(_) => 409,
        _ => 200,
    }
}

/// The best time per call, in nanoseconds.
fn best<F, R>(facts: &[F], job: impl Fn(&F) -> R) -> f64 {
    let calls = CALLS.max(1);
    let rounds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        for fact in facts
            .iter()
            .cycle()
            .take(usize::try_from(calls).unwrap_or(usize::MAX))
        {
            black_box(job(black_box(fact)));
        }
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn say(line: std::fmt::Arguments<'_>) {
    use std::io::Write;
    let _closed = writeln!(std::io::stdout(), "{line}");
}

fn decisions(criterion: &mut Criterion) {
    let (logins, provisions) = (logins(), provisions());
    let mut next = logins.iter().cycle();
    criterion.bench_function("decide_login", |bencher| {
        bencher.iter(|| next.next().map(decide_login))
    });
    let mut next = provisions.iter().cycle();
    criterion.bench_function("decide_provision", |bencher| {
        bencher.iter(|| next.next().map(decide_provision))
    });
    for (name, ours, floor) in [
        (
            "decide_login",
            best(&logins, decide_login),
            best(&logins, login_floor),
        ),
        (
            "decide_provision",
            best(&provisions, decide_provision),
            best(&provisions, provision_floor),
        ),
    ] {
        say(format_args!(
            "{name}: {ours:.1} ns per decision, floor {floor:.1} ns, ratio {:.1}",
            ours / floor.max(0.1)
        ));
    }
}

/// Runs a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// A verified claim of its own organisation to its own domain.
fn verified(number: u32, style: &ProofStyle, actor: &Actor) -> Result<Claim, Failure> {
    let quiet = ClaimCircumstances {
        pending_claims: 0,
        claims: 0,
        last_manual_check: None,
        manual_checks_last_hour: 0,
        last_domain_under_required_sso: LastDomain::No,
        owner_lock: LockStanding::Absent,
    };
    let permit = permit_claim(
        ClaimAction::Start,
        &OrgId::new(&format!("org{number}"))?,
        actor,
        &quiet,
        START,
    )?;
    let domain = ClaimRules::default().check(Domain::parse(&format!("company{number}.com"))?)?;
    let token = Token::generate(&mut |bytes: &mut [u8]| {
        for (at, byte) in (0_u64..).zip(bytes.iter_mut()) {
            let mixed = (u64::from(number) + 1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(u32::try_from(at % 64).unwrap_or(0));
            *byte = mixed.to_be_bytes()[0];
        }
        Ok(())
    })?;
    let claim = Claim::start(&permit, domain, token, style, START)?.claim;
    Ok(proven(&claim, START)?.claim)
}

fn proven(claim: &Claim, at: OffsetDateTime) -> Result<org_domain::Transition, Failure> {
    let token = claim.record().token();
    Ok(claim.apply(
        ClaimEvent::Checked {
            token,
            verdict: Verdict::Proven,
            lock: LockStanding::Absent,
            elsewhere: Elsewhere::Nobody,
        },
        at,
    )?)
}

/// Resident memory of this process, where the system tells it.
fn resident() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    statm
        .split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|pages| pages * 4096)
}

/// Time that this thread spent on a processor, where the system tells it; elapsed time elsewhere. A
/// busy machine must not decide the figure.
fn processor_time(begun: Instant) -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = schedstat.and_then(|text| text.split_whitespace().next()?.parse().ok());
    spent.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

fn simulate(count: u32) -> Result<(), Failure> {
    let actor = Actor {
        account: AccountId::new("owner")?,
        role: Role::Owner,
        authenticated_at: START,
    };
    let style = ProofStyle::new(AppLabel::new("app")?);
    let store = MemoryClaimStore::default();
    let before = resident();
    for number in 0..count {
        let claim = verified(number, &style, &actor)?;
        let write = ClaimWrite {
            expected: org_domain::store::Expected::Nothing,
            claim,
            effects: Vec::new(),
        };
        now(store.commit(&[write])).ok_or("the memory store waits")??;
    }
    let idle = resident().zip(before).map_or(0, |(after, before)| {
        after.saturating_sub(before) / u64::from(count)
    });
    let (mut looks, mut most) = (0_usize, 0_usize);
    let begun = Instant::now();
    let before = processor_time(begun);
    for hour in 1..=72 {
        let at = START + time::Duration::hours(hour);
        let due = now(store.lease_due(at, at + time::Duration::minutes(2), usize::MAX))
            .ok_or("the memory store waits")??;
        most = most.max(due.len());
        looks += due.len();
        for claim in due {
            let write = ClaimWrite::update(&claim, proven(&claim, at)?);
            now(store.commit(&[write])).ok_or("the memory store waits")??;
        }
    }
    let each = processor_time(begun)
        .saturating_sub(before)
        .checked_div(u32::try_from(looks.max(1))?)
        .unwrap_or(Duration::ZERO);
    say(format_args!(
        "claims {count}: {idle} bytes per idle claim, {looks} looks in 72 hourly ticks, at most {most} due in one tick, {} ns per look",
        each.as_nanos()
    ));
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    decisions(&mut criterion);
    criterion.final_summary();
    let is_test = std::env::args().any(|argument| argument == "--test");
    let sizes: &[u32] = if is_test {
        &[1_000]
    } else {
        &[1_000_000, 250_000, 62_500]
    };
    say(format_args!(
        "a claim takes {} bytes without its texts",
        size_of::<Claim>()
    ));
    sizes.iter().try_for_each(|count| simulate(*count))
}
