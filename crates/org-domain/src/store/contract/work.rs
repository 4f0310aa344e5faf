//! The cases of the contract about what is left to do: effects and due claims.

use time::Duration;

use crate::claim::Elsewhere;
use crate::store::contract::cases::{Outcome, hold, nth, ok, start};
use crate::store::contract::samples::{START, proven, started};
use crate::store::{ClaimStore, ClaimWrite};

pub(super) async fn effects_stay_until_acknowledged<S: ClaimStore>(store: &S) -> Outcome {
    let case = "effects stay until acknowledged";
    let one = started("o1", "a.com")?;
    let two = started("o2", "b.com")?;
    let expected: Vec<_> = one.effects.iter().chain(&two.effects).cloned().collect();
    ok(
        case,
        store
            .commit(&[ClaimWrite::insert(one), ClaimWrite::insert(two)])
            .await,
    )?;
    let entries = ok(case, store.outbox(100).await)?;
    let effects: Vec<_> = entries.iter().map(|entry| entry.effect.clone()).collect();
    hold(case, "every effect in order", effects == expected, &entries)?;
    let ordered = entries
        .iter()
        .zip(entries.iter().skip(1))
        .all(|(a, b)| a.sequence < b.sequence);
    hold(case, "a growing sequence", ordered, &entries)?;
    let Some(first) = entries.first() else {
        return hold(case, "an effect", false, &entries);
    };
    ok(case, store.acknowledge(first.sequence).await)?;
    ok(case, store.acknowledge(first.sequence).await)?;
    let rest = ok(case, store.outbox(100).await)?;
    hold(
        case,
        "all but the acknowledged one",
        rest.iter().eq(entries.iter().skip(1)),
        &rest,
    )?;
    let limited = ok(case, store.outbox(1).await)?;
    hold(
        case,
        "no more than the limit, oldest first",
        limited.iter().eq(rest.iter().take(1)),
        &limited,
    )
}

pub(super) async fn due_claims_are_leased_once<S: ClaimStore>(store: &S) -> Outcome {
    let case = "due claims are leased once";
    start(
        store,
        case,
        &[("o1", "a.com"), ("o1", "b.com"), ("o1", "c.com")],
    )
    .await?;
    let early = ok(
        case,
        store
            .lease_due(START, START + Duration::minutes(5), 10)
            .await,
    )?;
    hold(case, "nothing before it is due", early.is_empty(), &early)?;
    let now = START + Duration::hours(1);
    let until = now + Duration::minutes(5);
    let two = ok(case, store.lease_due(now, until, 2).await)?;
    hold(case, "no more than the limit", two.len() == 2, &two)?;
    let rest = ok(case, store.lease_due(now, until, 10).await)?;
    hold(
        case,
        "the one that is not leased",
        rest.len() == 1 && rest.iter().all(|claim| !two.contains(claim)),
        &rest,
    )?;
    let none = ok(
        case,
        store
            .lease_due(until - Duration::seconds(1), until, 10)
            .await,
    )?;
    hold(case, "nothing while leases last", none.is_empty(), &none)?;
    let again = ok(
        case,
        store
            .lease_due(until, until + Duration::minutes(5), 10)
            .await,
    )?;
    hold(
        case,
        "all when the leases are over",
        again.len() == 3,
        again,
    )
}

pub(super) async fn a_commit_ends_the_lease<S: ClaimStore>(store: &S) -> Outcome {
    let case = "a commit ends the lease";
    start(store, case, &[("o1", "a.com")]).await?;
    let now = START + Duration::minutes(1);
    let leased = ok(
        case,
        store.lease_due(now, now + Duration::days(30), 10).await,
    )?;
    let claim = nth(case, &leased, 0)?;
    let verified = proven(claim, Elsewhere::Nobody)?;
    let due = verified.claim.next_check().unwrap_or(now);
    ok(
        case,
        store.commit(&[ClaimWrite::update(claim, verified)]).await,
    )?;
    let early = ok(
        case,
        store.lease_due(due - Duration::seconds(1), due, 10).await,
    )?;
    hold(
        case,
        "nothing before the new instant",
        early.is_empty(),
        &early,
    )?;
    let later = ok(
        case,
        store.lease_due(due, due + Duration::minutes(5), 10).await,
    )?;
    hold(
        case,
        "the claim at its new instant",
        later.len() == 1,
        later,
    )
}
