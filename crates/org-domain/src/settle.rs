//! Carrying a claim's events through DNS and store: the order of steps that keeps one owner.
//!
//! The DNS is asked outside any transaction. Afterwards the claim is read again, together with
//! whoever holds the domain; everything that follows (the rival that is superseded, the holder that
//! gives way) is worked out from that and written in one commit, or not at all.

mod dns;

use time::{Duration, OffsetDateTime};

pub use dns::Dns;

use crate::claim::{
    Claim, ClaimEvent, ClaimState, Effect, Elsewhere, HolderRecord, Refusal, Transition,
};
use crate::domain::Domain;
use crate::ident::OrgId;
use crate::proof::{LockStanding, Token, TxtLookup, Verdict};
use crate::store::{ClaimStore, ClaimWrite, CommitError};

/// How often a commit is worked out anew when somebody else was faster.
const ATTEMPTS: usize = 4;
/// How long a due claim is kept from other workers: longer than all resolvers' timeouts together.
pub const LEASE: Duration = Duration::minutes(2);

/// Why a claim could not be carried on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError<E> {
    /// There is no such claim.
    #[error("the organization has no claim to this domain")]
    NoClaim,
    /// The event is refused; nothing was changed.
    #[error(transparent)]
    Refused(Refusal),
    /// Others kept changing the claim; try again.
    #[error("the claim kept changing; try again")]
    Busy,
    /// Another organisation holds the domain; nothing was changed.
    #[error("another organization holds the domain")]
    Held,
    /// The store failed.
    #[error("the store of claims failed")]
    Store(#[source] E),
}

/// Looks for a claim's record and settles what follows.
///
/// Where the record is there and the claim does not hold its domain yet, the owner's lock is looked
/// for in the same check. One that names others keeps the claim waiting
/// ([`crate::claim::PendingProof::LockedForOthers`]); one that cannot be read changes nothing, and
/// the next look asks again. A claim that holds its domain is not asked for the lock any more.
///
/// ```
/// # use org_domain::{proof::*, settle, ClaimStore, Domain, OrgId};
/// # async fn demo(store: &impl ClaimStore, lookup: &impl TxtLookup, handles: &HandleKey, now: time::OffsetDateTime) -> Result<(), Box<dyn std::error::Error>> {
/// let (org, domain) = (OrgId::new("1729")?, Domain::parse("acme.com")?);
/// let dns = settle::Dns { lookup, quorum: Quorum::TWO, handles };
/// if let Ok(claim) = settle::check(store, dns, &org, &domain, now).await {
///     println!("{}", claim.state().name().as_str());
/// }
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`SettleError`]. A claim that was released, expired or rotated meanwhile is
/// [`SettleError::Refused`]: the answer is not for it any more.
pub async fn check<S: ClaimStore>(
    store: &S,
    dns: Dns<'_, impl TxtLookup>,
    org: &OrgId,
    domain: &Domain,
    now: OffsetDateTime,
) -> Result<Claim, SettleError<S::Error>> {
    let asked = load(store, org, domain).await?;
    let record = asked.record();
    let verdict = dns.verdict(&record).await;
    let mut lock = LockStanding::NotLooked;
    for _ in 0..ATTEMPTS {
        let claim = load(store, org, domain).await?;
        if verdict == Verdict::Proven && could_win(&claim) && lock == LockStanding::NotLooked {
            lock = dns.lock(&claim).await;
        }
        let holder = store.holder(domain).await.map_err(SettleError::Store)?;
        let rival = holder.filter(|holder| holder.org() != org);
        let rival_seen = match &rival {
            Some(holder) if verdict == Verdict::Proven => {
                Some(dns.holder_record(holder, now).await)
            }
            _ => None,
        };
        let plan = Plan {
            store,
            now,
            claim,
            look: Look {
                token: record.token(),
                verdict,
                lock,
            },
            rival,
            rival_seen,
        };
        match plan.commit().await {
            Err(SettleError::Busy | SettleError::Held) => {}
            done => return done,
        }
    }
    Err(SettleError::Busy)
}

/// Applies an event that a person, an operator or a review causes, with what follows from it.
///
/// # Errors
/// [`SettleError::Busy`] when the claim changed meanwhile; read it again and ask the person again.
pub async fn act<S: ClaimStore>(
    store: &S,
    org: &OrgId,
    domain: &Domain,
    event: ClaimEvent<'_>,
    now: OffsetDateTime,
) -> Result<Claim, SettleError<S::Error>> {
    let claim = load(store, org, domain).await?;
    let transition = claim.apply(event, now).map_err(SettleError::Refused)?;
    let mut batch = Batch {
        first: None,
        own: ClaimWrite::update(&claim, transition),
        then: Vec::new(),
    };
    batch.follow_up(store, now).await?;
    batch.commit(store).await
}

/// Looks after up to `limit` claims that are due. Each result stands by itself: one failing zone
/// does not keep the others from being looked at.
///
/// They are leased together for [`LEASE`] and looked at one after another, so ask for as many as can
/// be looked at in that time where name servers do not answer; one is always right, and several
/// callers may do so side by side.
///
/// # Errors
/// [`SettleError::Store`] when the due claims cannot be read.
pub async fn check_due<S: ClaimStore>(
    store: &S,
    dns: Dns<'_, impl TxtLookup>,
    limit: usize,
    now: OffsetDateTime,
) -> Result<Vec<Result<Claim, SettleError<S::Error>>>, SettleError<S::Error>> {
    let due = store
        .lease_due(now, now.saturating_add(LEASE), limit)
        .await
        .map_err(SettleError::Store)?;
    let mut results = Vec::with_capacity(due.len());
    for claim in due {
        results.push(check(store, dns, claim.org(), claim.domain(), now).await);
    }
    Ok(results)
}

/// Whether a proof could give the claim its domain, so that the owner's lock has to be asked.
const fn could_win(claim: &Claim) -> bool {
    matches!(
        claim.state(),
        ClaimState::Pending { .. } | ClaimState::Lapsed { .. }
    )
}

async fn load<S: ClaimStore>(
    store: &S,
    org: &OrgId,
    domain: &Domain,
) -> Result<Claim, SettleError<S::Error>> {
    store
        .load(org, domain)
        .await
        .map_err(SettleError::Store)?
        .ok_or(SettleError::NoClaim)
}

/// What one look at the DNS said about the claim.
#[derive(Clone, Copy)]
struct Look {
    token: Token,
    verdict: Verdict,
    lock: LockStanding,
}

/// One look, worked out on what the store says now.
struct Plan<'a, S: ClaimStore> {
    store: &'a S,
    now: OffsetDateTime,
    claim: Claim,
    look: Look,
    rival: Option<Claim>,
    rival_seen: Option<HolderRecord>,
}

impl<S: ClaimStore> Plan<'_, S> {
    async fn commit(&self) -> Result<Claim, SettleError<S::Error>> {
        let (first, elsewhere) = self.elsewhere()?;
        let own = self.own(elsewhere)?;
        let (first, own) = if elsewhere == Elsewhere::Yields && !own.claim.holds_domain() {
            let held = Elsewhere::Held(HolderRecord::Indeterminate);
            (None, self.own(held)?)
        } else {
            (first, own)
        };
        let mut batch = Batch {
            first,
            own: ClaimWrite::update(&self.claim, own),
            then: Vec::new(),
        };
        batch.follow_up(self.store, self.now).await?;
        batch.commit(self.store).await
    }

    /// The claim's own part. Nobody gives way to a claim that does not take the domain in the same
    /// commit, because it expired meanwhile, an operator holds it in place, or the owner's lock keeps
    /// it waiting.
    fn own(&self, elsewhere: Elsewhere) -> Result<Transition, SettleError<S::Error>> {
        let event = ClaimEvent::Checked {
            token: self.look.token,
            verdict: self.look.verdict,
            lock: self.look.lock,
            elsewhere,
        };
        self.claim
            .apply(event, self.now)
            .map_err(SettleError::Refused)
    }

    /// Who holds the domain, and what becomes of them in this commit: they give way, or their record
    /// was seen to be back.
    fn elsewhere(&self) -> Result<(Option<ClaimWrite>, Elsewhere), SettleError<S::Error>> {
        let Some(holder) = &self.rival else {
            return Ok((None, Elsewhere::Nobody));
        };
        let Some(seen) = self.rival_seen else {
            return Ok((None, Elsewhere::Held(HolderRecord::Indeterminate)));
        };
        let (event, elsewhere) = match holder.state() {
            ClaimState::Transferring {
                to,
                accepted_by: Some(_),
                expires_at,
                ..
            } if to == self.claim.org() && self.now < *expires_at => {
                (ClaimEvent::HandOver, Elsewhere::Yields)
            }
            ClaimState::Contested { until, .. }
                if seen == HolderRecord::Absent && self.now >= *until =>
            {
                (ClaimEvent::Yield, Elsewhere::Yields)
            }
            ClaimState::Contested { .. } if seen == HolderRecord::Present => {
                let token = holder.record().token();
                let back = ClaimEvent::Checked {
                    token,
                    verdict: Verdict::Proven,
                    lock: LockStanding::NotLooked,
                    elsewhere: Elsewhere::Nobody,
                };
                (back, Elsewhere::Held(seen))
            }
            _ => return Ok((None, Elsewhere::Held(seen))),
        };
        let transition = holder
            .apply(event, self.now)
            .map_err(SettleError::Refused)?;
        Ok((Some(ClaimWrite::update(holder, transition)), elsewhere))
    }
}

/// What goes into one commit, in this order: who gives way, the claim itself, whom it concerns.
struct Batch {
    first: Option<ClaimWrite>,
    own: ClaimWrite,
    then: Vec<ClaimWrite>,
}

impl Batch {
    /// Works out what the claim's effects ask of other claims, and takes those effects off the
    /// outbox: they are carried out in this commit.
    async fn follow_up<S: ClaimStore>(
        &mut self,
        store: &S,
        now: OffsetDateTime,
    ) -> Result<(), SettleError<S::Error>> {
        let effects = core::mem::take(&mut self.own.effects);
        let (asked, kept): (Vec<Effect>, Vec<Effect>) =
            effects.into_iter().partition(is_for_others);
        self.own.effects = kept;
        let is_contested = matches!(self.own.claim.state(), ClaimState::Contested { .. });
        if asked.is_empty() && !is_contested {
            return Ok(());
        }
        let claims = store
            .claims_to(self.own.claim.domain())
            .await
            .map_err(SettleError::Store)?;
        let known = [Some(&self.own), self.first.as_ref()];
        let is_known = |claim: &Claim| {
            known
                .iter()
                .flatten()
                .any(|write| write.claim.org() == claim.org())
        };
        let others = claims.iter().filter(|claim| !is_known(claim));
        self.then = others
            .filter_map(|other| {
                let transition = asked.iter().find_map(|effect| react(effect, other, now))?;
                Some(ClaimWrite::update(other, transition))
            })
            .collect();
        if is_contested && !claims.iter().any(Claim::waits_for_hold) {
            self.drop_contest(now);
        }
        Ok(())
    }

    /// A contested claim whose rival is gone without a word goes on by itself.
    fn drop_contest(&mut self, now: OffsetDateTime) {
        if let Ok(dropped) = self.own.claim.apply(ClaimEvent::ContestDropped, now) {
            self.own.effects.extend(dropped.effects);
            self.own.claim = dropped.claim;
        }
    }

    async fn commit<S: ClaimStore>(self, store: &S) -> Result<Claim, SettleError<S::Error>> {
        let claim = self.own.claim.clone();
        let writes: Vec<ClaimWrite> = self
            .first
            .into_iter()
            .chain([self.own])
            .chain(self.then)
            .collect();
        match store.commit(&writes).await {
            Ok(()) => Ok(claim),
            Err(CommitError::Conflict { .. }) => Err(SettleError::Busy),
            Err(CommitError::DomainHeld(_)) => Err(SettleError::Held),
            Err(CommitError::Store(error)) => Err(SettleError::Store(error)),
        }
    }
}

const fn is_for_others(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::SupersedeRivals | Effect::ContestHolder | Effect::DropContest
    )
}

/// What another claim to the domain makes of an effect; nothing where it does not concern it.
fn react(effect: &Effect, other: &Claim, now: OffsetDateTime) -> Option<Transition> {
    let event = match effect {
        Effect::SupersedeRivals if !other.holds_domain() => ClaimEvent::Superseded,
        Effect::ContestHolder if other.holds_domain() => ClaimEvent::Contested,
        Effect::DropContest if other.holds_domain() => ClaimEvent::ContestDropped,
        _ => return None,
    };
    other.apply(event, now).ok()
}
