//! The cases of the contract about writing.

use core::fmt::Debug;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use crate::claim::{Claim, Elsewhere};
use crate::store::contract::Breach;
use crate::store::contract::samples::{domain, org, proven, released, started};
use crate::store::{ClaimStore, ClaimWrite, CommitError};

pub(super) type Outcome = Result<(), Breach>;

/// States what must hold, with what was seen instead.
pub(super) fn hold(
    case: &'static str,
    expected: &'static str,
    holds: bool,
    seen: impl Debug,
) -> Outcome {
    if holds {
        Ok(())
    } else {
        Err(Breach {
            case,
            expected,
            seen: format!("{seen:?}"),
        })
    }
}

/// The value of a call that must not fail.
pub(super) fn ok<T, E: Debug>(case: &'static str, result: Result<T, E>) -> Result<T, Breach> {
    result.map_err(|error| Breach {
        case,
        expected: "success",
        seen: format!("{error:?}"),
    })
}

/// Starts claims and commits each by itself.
pub(super) async fn start<S: ClaimStore>(
    store: &S,
    case: &'static str,
    claims: &[(&str, &str)],
) -> Result<Vec<Claim>, Breach> {
    let mut all = Vec::new();
    for (org_name, domain_name) in claims {
        let transition = started(org_name, domain_name)?;
        all.push(transition.claim.clone());
        ok(case, store.commit(&[ClaimWrite::insert(transition)]).await)?;
    }
    Ok(all)
}

/// The claims of `claims[n]`, where the suite knows that they are there.
pub(super) fn nth<'a>(
    case: &'static str,
    claims: &'a [Claim],
    n: usize,
) -> Result<&'a Claim, Breach> {
    claims.get(n).ok_or_else(|| Breach {
        case,
        expected: "a claim",
        seen: "none".to_owned(),
    })
}

pub(super) async fn what_is_written_is_read_back<S: ClaimStore>(store: &S) -> Outcome {
    let case = "what is written is read back";
    let claims = start(
        store,
        case,
        &[("o1", "b.com"), ("o1", "a.com"), ("o2", "a.com")],
    )
    .await?;
    let claim = nth(case, &claims, 0)?;
    let read = ok(case, store.load(claim.org(), claim.domain()).await)?;
    hold(case, "the same claim", read.as_ref() == Some(claim), &read)?;
    let none = ok(case, store.load(&org("o2")?, &domain("b.com")?).await)?;
    hold(
        case,
        "no claim of another organisation",
        none.is_none(),
        &none,
    )?;
    let listed = ok(case, store.list(&org("o1")?).await)?;
    let names: Vec<&str> = listed.iter().map(|claim| claim.domain().as_str()).collect();
    hold(
        case,
        "one organisation's claims by domain",
        names == ["a.com", "b.com"],
        names,
    )?;
    let to = ok(case, store.claims_to(&domain("a.com")?).await)?;
    hold(
        case,
        "every organisation's claim to a domain",
        to.len() == 2,
        &to,
    )?;
    let transition = proven(claim, Elsewhere::Nobody)?;
    let verified = transition.claim.clone();
    ok(
        case,
        store.commit(&[ClaimWrite::update(claim, transition)]).await,
    )?;
    let read = ok(case, store.load(claim.org(), claim.domain()).await)?;
    hold(
        case,
        "the changed claim",
        read.as_ref() == Some(&verified),
        &read,
    )?;
    let holder = ok(case, store.holder(claim.domain()).await)?;
    hold(
        case,
        "the holder",
        holder.as_ref() == Some(&verified),
        &holder,
    )
}

pub(super) async fn a_claim_starts_once<S: ClaimStore>(store: &S) -> Outcome {
    let case = "a claim starts once";
    start(store, case, &[("o1", "a.com")]).await?;
    let again = store
        .commit(&[ClaimWrite::insert(started("o1", "a.com")?)])
        .await;
    hold(
        case,
        "a conflict",
        matches!(again, Err(CommitError::Conflict { .. })),
        again,
    )
}

pub(super) async fn a_stale_version_writes_nothing<S: ClaimStore>(store: &S) -> Outcome {
    let case = "a stale version writes nothing";
    let claims = start(store, case, &[("o1", "a.com")]).await?;
    let first = nth(case, &claims, 0)?;
    ok(
        case,
        store
            .commit(&[ClaimWrite::update(first, proven(first, Elsewhere::Nobody)?)])
            .await,
    )?;
    let before = ok(case, store.outbox(100).await)?;
    let stale = store
        .commit(&[ClaimWrite::update(first, released(first)?)])
        .await;
    hold(
        case,
        "a conflict",
        matches!(stale, Err(CommitError::Conflict { .. })),
        stale,
    )?;
    let unknown = proven(&started("o9", "z.com")?.claim, Elsewhere::Nobody)?;
    let phantom = store
        .commit(&[ClaimWrite::update(&started("o9", "z.com")?.claim, unknown)])
        .await;
    hold(
        case,
        "a conflict for a claim that is not there",
        matches!(phantom, Err(CommitError::Conflict { .. })),
        phantom,
    )?;
    let read = ok(case, store.load(first.org(), first.domain()).await)?;
    hold(
        case,
        "the committed claim",
        read.as_ref().is_some_and(Claim::holds_domain),
        &read,
    )?;
    let after = ok(case, store.outbox(100).await)?;
    hold(case, "no effect of a refused write", before == after, after)
}

pub(super) async fn a_batch_is_one_transaction<S: ClaimStore>(store: &S) -> Outcome {
    let case = "a batch is one transaction";
    start(store, case, &[("o1", "a.com")]).await?;
    let before = ok(case, store.outbox(100).await)?;
    let batch = [
        ClaimWrite::insert(started("o1", "b.com")?),
        ClaimWrite::insert(started("o1", "a.com")?),
    ];
    let refused = store.commit(&batch).await;
    hold(
        case,
        "a conflict",
        matches!(refused, Err(CommitError::Conflict { .. })),
        refused,
    )?;
    let first = ok(case, store.load(&org("o1")?, &domain("b.com")?).await)?;
    hold(case, "nothing of the batch", first.is_none(), first)?;
    let after = ok(case, store.outbox(100).await)?;
    hold(case, "no effect of the batch", before == after, after)
}

pub(super) async fn a_domain_has_one_holder<S: ClaimStore>(store: &S) -> Outcome {
    let case = "a domain has one holder";
    let claims = start(store, case, &[("o1", "a.com"), ("o2", "a.com")]).await?;
    let (first, second) = (nth(case, &claims, 0)?, nth(case, &claims, 1)?);
    ok(
        case,
        store
            .commit(&[ClaimWrite::update(first, proven(first, Elsewhere::Nobody)?)])
            .await,
    )?;
    let refused = store
        .commit(&[ClaimWrite::update(
            second,
            proven(second, Elsewhere::Nobody)?,
        )])
        .await;
    hold(
        case,
        "domain held",
        matches!(refused, Err(CommitError::DomainHeld(_))),
        refused,
    )?;
    let holder = ok(case, store.holder(first.domain()).await)?;
    hold(
        case,
        "the first holder",
        holder.as_ref().map(Claim::org) == Some(first.org()),
        &holder,
    )?;
    let read = ok(case, store.load(second.org(), second.domain()).await)?;
    hold(
        case,
        "the second claim unchanged",
        read.as_ref() == Some(second),
        &read,
    )
}

pub(super) async fn pending_claims_block_nobody<S: ClaimStore>(store: &S) -> Outcome {
    let case = "pending claims block nobody";
    let claims = start(
        store,
        case,
        &[("o1", "a.com"), ("o2", "a.com"), ("o3", "a.com")],
    )
    .await?;
    let none = ok(case, store.holder(&domain("a.com")?).await)?;
    hold(case, "no holder", none.is_none(), none)?;
    let third = nth(case, &claims, 2)?;
    ok(
        case,
        store
            .commit(&[ClaimWrite::update(third, proven(third, Elsewhere::Nobody)?)])
            .await,
    )?;
    let holder = ok(case, store.holder(third.domain()).await)?;
    hold(
        case,
        "the one that was proven",
        holder.as_ref().map(Claim::org) == Some(third.org()),
        &holder,
    )
}

pub(super) async fn a_domain_moves_in_one_commit<S: ClaimStore>(store: &S) -> Outcome {
    let case = "a domain moves in one commit";
    let claims = start(store, case, &[("o1", "a.com"), ("o2", "a.com")]).await?;
    let (first, second) = (nth(case, &claims, 0)?, nth(case, &claims, 1)?);
    let held = proven(first, Elsewhere::Nobody)?;
    let holder = held.claim.clone();
    ok(case, store.commit(&[ClaimWrite::update(first, held)]).await)?;
    let batch = [
        ClaimWrite::update(&holder, released(&holder)?),
        ClaimWrite::update(second, proven(second, Elsewhere::Yields)?),
    ];
    ok(case, store.commit(&batch).await)?;
    let now = ok(case, store.holder(second.domain()).await)?;
    hold(
        case,
        "the new holder",
        now.as_ref().map(Claim::org) == Some(second.org()),
        &now,
    )
}

/// Both commits are under way at once; whatever the store does, one wins and one is told.
pub(super) async fn two_verify_in_the_same_instant<S: ClaimStore>(store: &S) -> Outcome {
    let case = "two verify in the same instant";
    let claims = start(store, case, &[("o1", "a.com"), ("o2", "a.com")]).await?;
    let (first, second) = (nth(case, &claims, 0)?, nth(case, &claims, 1)?);
    let ours = [ClaimWrite::update(first, proven(first, Elsewhere::Nobody)?)];
    let theirs = [ClaimWrite::update(
        second,
        proven(second, Elsewhere::Nobody)?,
    )];
    let (ours, theirs) = both(store.commit(&ours), store.commit(&theirs)).await;
    let won = usize::from(ours.is_ok()) + usize::from(theirs.is_ok());
    hold(case, "exactly one winner", won == 1, (&ours, &theirs))?;
    let told = [&ours, &theirs]
        .into_iter()
        .any(|result| matches!(result, Err(CommitError::DomainHeld(_))));
    hold(case, "domain held for the other", told, (&ours, &theirs))?;
    let to = ok(case, store.claims_to(&domain("a.com")?).await)?;
    let holders = to.iter().filter(|claim| claim.holds_domain()).count();
    hold(case, "one holder", holders == 1, to)
}

/// Polls two futures in turn until both are done.
async fn both<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            second = Some(value);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(two)) => Poll::Ready((one, two)),
            (one, two) => {
                (first, second) = (one, two);
                Poll::Pending
            }
        }
    })
    .await
}
