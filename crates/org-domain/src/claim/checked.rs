//! What a look at the DNS, or the mere passing of time, does in each state.

use time::OffsetDateTime;

use crate::claim::effect::{Alarm, Effect, Notice};
use crate::claim::event::{Elsewhere, HolderRecord, Refusal};
use crate::claim::state::{ClaimState, Doubting, LapseCause, PendingProof, Watch};
use crate::claim::terms::{
    CONTEST_HOLD, DOUBT_ALARM_AFTER, GRACE, MISS_SPACING, MISSES_UNTIL_FAILING, PROOF_LIFE,
    RECHECK_EVERY, REVIVE_WITHIN, WARNING_DAYS,
};
use crate::claim::transition::Step;
use crate::proof::{LockStanding, Token, Verdict};

impl Step {
    /// A look at the DNS.
    pub(super) fn checked(
        &mut self,
        token: Token,
        verdict: Verdict,
        lock: LockStanding,
        elsewhere: Elsewhere,
    ) -> Result<(), Refusal> {
        if token != self.claim.token {
            return Err(Refusal::StaleToken);
        }
        if verdict == Verdict::Bogus {
            self.effects.push(Effect::Alarm(Alarm::Bogus));
        }
        self.claim.checks = self.claim.checks.saturating_add(1);
        if self.claim.is_pinned(self.now) {
            return Ok(());
        }
        match self.claim.state.clone() {
            ClaimState::Pending { expires_at, .. } if self.now >= expires_at => self.expire(),
            ClaimState::Pending { expires_at, proof } if verdict == Verdict::Proven => {
                match leave(lock)? {
                    Leave::Given => self.pending_proven(expires_at, proof, elsewhere),
                    Leave::Denied => self.pending_locked(expires_at, proof),
                    Leave::Unclear => {}
                }
            }
            ClaimState::Pending { expires_at, proof } => {
                self.pending_unproven(expires_at, proof, verdict)
            }
            ClaimState::Verified { .. } | ClaimState::Transferring { .. } => {
                self.held_checked(verdict)
            }
            ClaimState::Failing { .. } => self.failing_checked(verdict),
            ClaimState::Contested { .. } if verdict == Verdict::Proven => {
                self.become_proven();
                self.tell(Notice::ContestEnded);
            }
            ClaimState::Contested { .. } => {}
            ClaimState::Lapsed { since, .. } => {
                self.lapsed_checked(since, verdict, lock, elsewhere)?
            }
            ClaimState::ReviewNeeded { .. }
            | ClaimState::Expired { .. }
            | ClaimState::Superseded { .. }
            | ClaimState::Released { .. } => return self.refuse(),
        }
        Ok(())
    }

    /// Nothing but time passed: only periods that need no answer can end.
    pub(super) fn tick(&mut self) {
        if self.claim.is_pinned(self.now) {
            return;
        }
        match self.claim.state.clone() {
            ClaimState::Pending { expires_at, .. } if self.now >= expires_at => self.expire(),
            ClaimState::Transferring {
                proof_at,
                expires_at,
                watch,
                ..
            } if self.now >= expires_at => {
                self.claim.state = ClaimState::Verified { proof_at, watch };
                self.tell(Notice::TransferEnded);
                self.lapse_when_unproven(proof_at);
            }
            ClaimState::Verified { proof_at, .. } | ClaimState::Transferring { proof_at, .. } => {
                self.lapse_when_unproven(proof_at);
            }
            ClaimState::Failing { proof_at, .. } => {
                self.warn();
                self.lapse_when_unproven(proof_at);
            }
            _ => {}
        }
    }

    /// A definite absence is noted; no statement changes nothing.
    fn pending_unproven(
        &mut self,
        expires_at: OffsetDateTime,
        was: PendingProof,
        verdict: Verdict,
    ) {
        if verdict == Verdict::Absent {
            self.fall_back(expires_at, was, PendingProof::Missing);
        }
    }

    /// The record is there, but whoever runs the DNS lets only others have the domain: the proof
    /// counts for nothing, not even against a holder.
    fn pending_locked(&mut self, expires_at: OffsetDateTime, was: PendingProof) {
        self.fall_back(expires_at, was, PendingProof::LockedForOthers);
        if was != PendingProof::LockedForOthers {
            self.tell(Notice::LockedForOthers);
        }
    }

    /// The claim waits on, without a proof that counts.
    fn fall_back(&mut self, expires_at: OffsetDateTime, was: PendingProof, proof: PendingProof) {
        if was == PendingProof::WaitingForHold {
            self.effects.push(Effect::DropContest);
        }
        self.claim.state = ClaimState::Pending { expires_at, proof };
    }

    /// The record is there; whether that is enough depends on who holds the domain.
    fn pending_proven(
        &mut self,
        expires_at: OffsetDateTime,
        was: PendingProof,
        elsewhere: Elsewhere,
    ) {
        let (proof, expires_at) = match elsewhere {
            Elsewhere::Nobody | Elsewhere::Yields => return self.win(),
            Elsewhere::Held(HolderRecord::Absent) => {
                let enough = self.now.saturating_add(CONTEST_HOLD + RECHECK_EVERY);
                (
                    PendingProof::WaitingForHold,
                    if was == PendingProof::WaitingForHold {
                        expires_at
                    } else {
                        expires_at.max(enough)
                    },
                )
            }
            Elsewhere::Held(HolderRecord::Present | HolderRecord::Indeterminate) => {
                (PendingProof::HeldElsewhere, expires_at)
            }
        };
        self.claim.state = ClaimState::Pending { expires_at, proof };
        if proof == was {
            return;
        }
        if proof == PendingProof::WaitingForHold {
            self.tell(Notice::WaitingForHold);
            self.effects
                .extend([Effect::ContestHolder, Effect::Alarm(Alarm::Contest)]);
        } else {
            if was == PendingProof::WaitingForHold {
                self.effects.push(Effect::DropContest);
            }
            self.tell(Notice::HeldElsewhere);
            self.effects.push(Effect::TellHolder);
        }
    }

    /// The domain is this organisation's from now on.
    pub(super) fn win(&mut self) {
        self.become_proven();
        self.tell(Notice::Verified);
        self.effects.extend([
            Effect::AccessBegins,
            Effect::TellAffectedAccounts,
            Effect::SupersedeRivals,
        ]);
        if self.claim.attempt > 1 {
            self.effects.push(Effect::ThawLinks);
        }
    }

    fn become_proven(&mut self) {
        self.claim.state = ClaimState::Verified {
            proof_at: self.now,
            watch: Watch::default(),
        };
    }

    fn expire(&mut self) {
        if self.claim.waits_for_hold() {
            self.effects.push(Effect::DropContest);
        }
        self.claim.state = ClaimState::Expired { since: self.now };
        self.tell(Notice::Expired);
    }

    /// Verified, or on offer: both live on the same record.
    fn held_checked(&mut self, verdict: Verdict) {
        let now = self.now;
        let (ClaimState::Verified { proof_at, watch }
        | ClaimState::Transferring {
            proof_at, watch, ..
        }) = &mut self.claim.state
        else {
            return;
        };
        let proven_at = *proof_at;
        match verdict {
            Verdict::Proven => (*proof_at, *watch) = (now, Watch::default()),
            Verdict::Absent => {
                watch.count_miss(now);
                if watch.misses >= MISSES_UNTIL_FAILING {
                    self.begin_failing(proven_at);
                }
            }
            Verdict::Indeterminate(_) | Verdict::Bogus => {
                if watch.count_doubt(now) {
                    self.effects.push(Effect::Alarm(Alarm::Doubt));
                }
                self.lapse_when_unproven(proven_at);
            }
        }
    }

    fn begin_failing(&mut self, proof_at: OffsetDateTime) {
        if matches!(self.claim.state, ClaimState::Transferring { .. }) {
            self.tell(Notice::TransferEnded);
        }
        self.claim.state = ClaimState::Failing {
            proof_at,
            since: self.now,
            warned: 0,
        };
        self.warn();
    }

    fn failing_checked(&mut self, verdict: Verdict) {
        let ClaimState::Failing {
            proof_at, since, ..
        } = self.claim.state
        else {
            return;
        };
        match verdict {
            Verdict::Proven => {
                self.become_proven();
                self.tell(Notice::RecordBack);
            }
            Verdict::Absent if self.now - since >= GRACE => {
                self.lapse(proof_at, LapseCause::RecordRemoved)
            }
            Verdict::Absent | Verdict::Indeterminate(_) | Verdict::Bogus => {
                self.warn();
                self.lapse_when_unproven(proof_at);
            }
        }
    }

    /// Sends the warning of the day, once each; late checks send only the latest.
    fn warn(&mut self) {
        let ClaimState::Failing { since, warned, .. } = &mut self.claim.state else {
            return;
        };
        let days = (self.now - *since).whole_days();
        let reached = WARNING_DAYS.iter().filter(|day| days >= **day).count();
        let reached = u8::try_from(reached).unwrap_or(u8::MAX);
        if reached > *warned {
            *warned = reached;
            let days_left = (GRACE.whole_days() - days).max(0);
            self.tell(Notice::RecordMissing { days_left });
        }
    }

    fn lapse_when_unproven(&mut self, proof_at: OffsetDateTime) {
        if self.now - proof_at >= PROOF_LIFE {
            self.lapse(proof_at, LapseCause::NoProof);
        }
    }

    fn lapse(&mut self, proof_at: OffsetDateTime, cause: LapseCause) {
        self.claim.state = ClaimState::Lapsed {
            proof_at,
            since: self.now,
            cause,
        };
        self.tell(Notice::Lapsed);
        self.effects.push(Effect::AccessEnds);
    }

    /// The same record revives a lapsed claim, while nobody else has the domain and the owner's lock
    /// lets it.
    fn lapsed_checked(
        &mut self,
        since: OffsetDateTime,
        verdict: Verdict,
        lock: LockStanding,
        elsewhere: Elsewhere,
    ) -> Result<(), Refusal> {
        let in_time = self.now - since < REVIVE_WITHIN;
        if in_time
            && verdict == Verdict::Proven
            && !matches!(elsewhere, Elsewhere::Held(_))
            && leave(lock)? == Leave::Given
        {
            self.win();
        }
        Ok(())
    }
}

/// Whether whoever runs the DNS lets the organisation have the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leave {
    Given,
    Denied,
    Unclear,
}

const fn leave(lock: LockStanding) -> Result<Leave, Refusal> {
    match lock {
        LockStanding::Absent | LockStanding::ForUs => Ok(Leave::Given),
        LockStanding::ForOthers => Ok(Leave::Denied),
        LockStanding::Indeterminate(_) => Ok(Leave::Unclear),
        LockStanding::NotLooked => Err(Refusal::LockNotLooked),
    }
}

impl Watch {
    /// Counts a definite absence, at most one for each [`MISS_SPACING`].
    fn count_miss(&mut self, now: OffsetDateTime) {
        self.doubt = Doubting::No;
        if self.last_miss.is_none_or(|last| now - last >= MISS_SPACING) {
            self.misses = self.misses.saturating_add(1);
            self.last_miss = Some(now);
        }
    }

    /// Notes that nothing could be said; true when it is time to ring the alarm.
    fn count_doubt(&mut self, now: OffsetDateTime) -> bool {
        match self.doubt {
            Doubting::No => self.doubt = Doubting::Since(now),
            Doubting::Since(since) if now - since >= DOUBT_ALARM_AFTER => {
                self.doubt = Doubting::Alarmed(since);
                return true;
            }
            Doubting::Since(_) | Doubting::Alarmed(_) => {}
        }
        false
    }
}
