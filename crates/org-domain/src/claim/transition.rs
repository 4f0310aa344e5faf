//! `apply`: one arm for each event; the rules behind the arms stand in `checked` and `moves`.

use time::{Duration, OffsetDateTime};

use crate::claim::effect::{ClaimChange, Effect, Notice};
use crate::claim::event::{ClaimEvent, Refusal};
use crate::claim::schedule;
use crate::claim::state::{ClaimState, PendingProof, StateName};
use crate::claim::{Alarm, Claim, Transition};
use crate::permit::{ClaimAction, Permit};

/// A transition being worked out: the claim as it will be, and what follows.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) claim: Claim,
    pub(super) effects: Vec<Effect>,
    pub(super) now: OffsetDateTime,
}

impl Claim {
    /// Works out what an event does to the claim. Pure: the same claim, event and instant always
    /// give the same transition, and the claim itself is not touched.
    ///
    /// An event that has no meaning in the present state is refused; one that merely changes
    /// nothing gives the same claim, with the same version, and no effect.
    ///
    /// ```
    /// # use org_domain::{claim::*, proof::*, *};
    /// # fn demo(claim: &Claim, now: time::OffsetDateTime, seen: TxtAnswer, token: Token) -> Result<(), Refusal> {
    /// let verdict = seen.verdict(&claim.record());
    /// let lock = LockStanding::Absent; // OwnerLock::standing says so
    /// let checked = ClaimEvent::Checked { token, verdict, lock, elsewhere: Elsewhere::Nobody };
    /// let Transition { claim, effects } = claim.apply(checked, now)?;
    /// # let _ = (claim, effects); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Refusal`] says why the event cannot happen now.
    pub fn apply(&self, event: ClaimEvent<'_>, now: OffsetDateTime) -> Result<Transition, Refusal> {
        let mut step = Step {
            claim: self.clone(),
            effects: Vec::new(),
            now,
        };
        step.drop_expired_pin();
        let looked = matches!(event, ClaimEvent::Checked { .. });
        match event {
            ClaimEvent::Checked {
                token,
                verdict,
                lock,
                elsewhere,
            } => step.checked(token, verdict, lock, elsewhere)?,
            ClaimEvent::Tick => step.tick(),
            ClaimEvent::Restart(permit, token) => step.restart(permit, token)?,
            ClaimEvent::Rotate(permit, token) => step.rotate(permit, token)?,
            ClaimEvent::Release(permit) => step.release(permit)?,
            ClaimEvent::OfferTransfer(permit, to) => step.offer_transfer(permit, to)?,
            ClaimEvent::WithdrawTransfer(permit) => step.withdraw_transfer(permit)?,
            ClaimEvent::AcceptTransfer(permit) => step.accept_transfer(permit)?,
            ClaimEvent::HandOver => step.hand_over()?,
            ClaimEvent::Contested => step.contested()?,
            ClaimEvent::ContestDropped => step.contest_dropped()?,
            ClaimEvent::Yield => step.give_way()?,
            ClaimEvent::Superseded => step.superseded()?,
            ClaimEvent::ReviewApproved => step.review_approved()?,
            ClaimEvent::ReviewRejected => step.review_rejected()?,
            ClaimEvent::Override(to, by) => step.overridden(to, by)?,
        }
        Ok(step.finish(self, looked))
    }

    /// The pending state of an attempt that begins now.
    pub(super) fn pending_from(&self, now: OffsetDateTime) -> ClaimState {
        let expires_at = now.saturating_add(Duration::seconds(i64::from(self.pending_seconds)));
        ClaimState::Pending {
            expires_at,
            proof: PendingProof::Missing,
        }
    }

    /// What a new claim causes.
    pub(super) fn opening_effects(&self) -> Vec<Effect> {
        let mut effects = vec![Effect::Audit(ClaimChange {
            from: None,
            to: self.state.name(),
        })];
        if matches!(self.state, ClaimState::ReviewNeeded { .. }) {
            effects.extend([
                Effect::Alarm(Alarm::Review),
                Effect::Notify(Notice::InReview),
            ]);
        } else {
            effects.push(Effect::Notify(Notice::Instructions));
        }
        effects
    }

    /// Sets the next look at the DNS from the state that was reached.
    pub(super) fn reschedule(&mut self, now: OffsetDateTime) {
        self.next_check = schedule::next_check(&self.state, self.checks, self.token.spread(), now);
    }
}

impl Step {
    /// Refuses an event for the state the claim is in.
    pub(super) fn refuse<T>(&self) -> Result<T, Refusal> {
        Err(Refusal::State(self.claim.state.name()))
    }

    /// Refuses a permit that is not for this action of this claim's organisation.
    pub(super) fn demand(&self, permit: &Permit, action: ClaimAction) -> Result<(), Refusal> {
        if permit.action() != action {
            Err(Refusal::WrongPermit)
        } else if permit.org() != &self.claim.org {
            Err(Refusal::WrongOrganization)
        } else {
            Ok(())
        }
    }

    /// Adds something to tell the organisation's administrators.
    pub(super) fn tell(&mut self, notice: Notice) {
        self.effects.push(Effect::Notify(notice));
    }

    fn drop_expired_pin(&mut self) {
        if !self.claim.is_pinned(self.now) {
            self.claim.pinned = None;
        }
    }

    /// Adds the audit entry, the next version and the next look, where anything changed.
    fn finish(mut self, before: &Claim, looked: bool) -> Transition {
        let (from, to): (StateName, StateName) = (before.state.name(), self.claim.state.name());
        if from != to {
            self.claim.checks = 0;
            self.effects.insert(
                0,
                Effect::Audit(ClaimChange {
                    from: Some(from),
                    to,
                }),
            );
        }
        if from != to || looked || before.token != self.claim.token {
            self.claim.reschedule(self.now);
        }
        if self.claim != *before {
            self.claim.version = before.version.next();
        }
        Transition {
            claim: self.claim,
            effects: self.effects,
        }
    }
}
