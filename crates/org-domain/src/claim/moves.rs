//! What people, rivals and operators do to a claim.

use crate::claim::effect::{Effect, Notice};
use crate::claim::event::{OperatorOverride, OverrideTo, Refusal};
use crate::claim::state::{ClaimState, ReleaseCause, Watch};
use crate::claim::terms::{CONTEST_HOLD, REVIVE_WITHIN, TRANSFER_OFFER};
use crate::claim::transition::Step;
use crate::ident::OrgId;
use crate::permit::{ClaimAction, Permit};
use crate::proof::Token;

impl Step {
    /// Starts again. A live token stays, so that asking twice never kills a published record.
    pub(super) fn restart(&mut self, permit: &Permit, token: Token) -> Result<(), Refusal> {
        self.demand(permit, ClaimAction::Start)?;
        if self.claim.is_pinned(self.now) {
            return Err(Refusal::TooEarly);
        }
        match self.claim.state {
            ClaimState::Lapsed { since, .. } if self.now - since < REVIVE_WITHIN => {
                self.try_again(self.claim.token)
            }
            ClaimState::Lapsed { .. }
            | ClaimState::Expired { .. }
            | ClaimState::Superseded { .. }
            | ClaimState::Released { .. } => {
                self.demand_new(token)?;
                self.try_again(token);
            }
            ClaimState::Pending { expires_at, .. } if self.now >= expires_at => {
                self.demand_new(token)?;
                self.try_again(token);
            }
            _ => {}
        }
        Ok(())
    }

    /// Replaces the token while the claim waits for its record.
    pub(super) fn rotate(&mut self, permit: &Permit, token: Token) -> Result<(), Refusal> {
        self.demand(permit, ClaimAction::RotateToken)?;
        self.demand_new(token)?;
        if !matches!(self.claim.state, ClaimState::Pending { .. }) {
            return self.refuse();
        }
        self.drop_contest_if_waiting();
        self.try_again(token);
        self.tell(Notice::TokenRotated);
        Ok(())
    }

    fn demand_new(&self, token: Token) -> Result<(), Refusal> {
        if token == self.claim.token {
            Err(Refusal::StaleToken)
        } else {
            Ok(())
        }
    }

    fn try_again(&mut self, token: Token) {
        self.claim.token = token;
        self.claim.attempt = self.claim.attempt.saturating_add(1);
        self.claim.checks = 0;
        self.claim.state = self.claim.pending_from(self.now);
        self.tell(Notice::Instructions);
    }

    /// Gives the domain up, or the wish for it.
    pub(super) fn release(&mut self, permit: &Permit) -> Result<(), Refusal> {
        self.demand(permit, ClaimAction::Release)?;
        match self.claim.state {
            ClaimState::Expired { .. }
            | ClaimState::Superseded { .. }
            | ClaimState::Released { .. } => self.refuse(),
            _ => {
                self.drop_contest_if_waiting();
                self.end(ReleaseCause::ByOwner);
                Ok(())
            }
        }
    }

    fn drop_contest_if_waiting(&mut self) {
        if self.claim.waits_for_hold() {
            self.effects.push(Effect::DropContest);
        }
    }

    /// Ends the claim; where it held the domain, access ends and the links freeze.
    fn end(&mut self, cause: ReleaseCause) {
        let was_proven = self.claim.state.proof_at().is_some();
        if self.claim.holds_domain() {
            self.effects.push(Effect::AccessEnds);
        }
        if was_proven {
            self.effects.push(Effect::FreezeLinks);
        }
        self.claim.state = ClaimState::Released {
            since: self.now,
            cause,
        };
        self.claim.pinned = None;
        self.tell(Notice::Released);
    }

    pub(super) fn offer_transfer(&mut self, permit: &Permit, to: OrgId) -> Result<(), Refusal> {
        self.demand(permit, ClaimAction::OfferTransfer)?;
        if to == self.claim.org {
            return Err(Refusal::SameOrganization);
        }
        let ClaimState::Verified { proof_at, watch } = self.claim.state else {
            return self.refuse();
        };
        self.claim.state = ClaimState::Transferring {
            proof_at,
            to: to.clone(),
            offered_by: permit.by().clone(),
            accepted_by: None,
            expires_at: self.now.saturating_add(TRANSFER_OFFER),
            watch,
        };
        self.tell(Notice::TransferOffered { to });
        Ok(())
    }

    pub(super) fn withdraw_transfer(&mut self, permit: &Permit) -> Result<(), Refusal> {
        self.demand(permit, ClaimAction::OfferTransfer)?;
        let ClaimState::Transferring {
            proof_at, watch, ..
        } = self.claim.state
        else {
            return self.refuse();
        };
        self.claim.state = ClaimState::Verified { proof_at, watch };
        self.tell(Notice::TransferEnded);
        Ok(())
    }

    /// The only event that a permit of another organisation can cause: the one it was offered to.
    pub(super) fn accept_transfer(&mut self, permit: &Permit) -> Result<(), Refusal> {
        if permit.action() != ClaimAction::AcceptTransfer {
            return Err(Refusal::WrongPermit);
        }
        let now = self.now;
        let ClaimState::Transferring {
            to,
            accepted_by,
            expires_at,
            ..
        } = &mut self.claim.state
        else {
            return self.refuse();
        };
        if permit.org() != to {
            return Err(Refusal::WrongOrganization);
        }
        if now >= *expires_at {
            return Err(Refusal::TooLate);
        }
        accepted_by.get_or_insert_with(|| permit.by().clone());
        Ok(())
    }

    pub(super) fn hand_over(&mut self) -> Result<(), Refusal> {
        match &self.claim.state {
            ClaimState::Transferring {
                accepted_by: Some(_),
                expires_at,
                ..
            } if self.now < *expires_at => {
                self.end(ReleaseCause::Transferred);
                Ok(())
            }
            ClaimState::Transferring {
                accepted_by: Some(_),
                ..
            } => Err(Refusal::TooLate),
            ClaimState::Transferring {
                accepted_by: None, ..
            } => Err(Refusal::TooEarly),
            _ => self.refuse(),
        }
    }

    /// A rival proved the domain while this claim's record is definitely gone.
    pub(super) fn contested(&mut self) -> Result<(), Refusal> {
        if self.claim.is_pinned(self.now) {
            return Err(Refusal::TooEarly);
        }
        let proof_at = match self.claim.state {
            ClaimState::Contested { .. } => return Ok(()),
            ClaimState::Verified { proof_at, .. }
            | ClaimState::Failing { proof_at, .. }
            | ClaimState::Transferring { proof_at, .. } => proof_at,
            _ => return self.refuse(),
        };
        let until = self.now.saturating_add(CONTEST_HOLD);
        self.claim.state = ClaimState::Contested {
            proof_at,
            since: self.now,
            until,
        };
        self.tell(Notice::Contested { until });
        Ok(())
    }

    /// The rival is gone, but so is the record: the grace period runs from the contest's start.
    pub(super) fn contest_dropped(&mut self) -> Result<(), Refusal> {
        let ClaimState::Contested {
            proof_at, since, ..
        } = self.claim.state
        else {
            return self.refuse();
        };
        self.claim.state = ClaimState::Failing {
            proof_at,
            since,
            warned: 0,
        };
        self.tell(Notice::ContestEnded);
        Ok(())
    }

    /// The hold is over; the rival is verified in the same commit.
    pub(super) fn give_way(&mut self) -> Result<(), Refusal> {
        let ClaimState::Contested { until, .. } = self.claim.state else {
            return self.refuse();
        };
        if self.now < until || self.claim.is_pinned(self.now) {
            return Err(Refusal::TooEarly);
        }
        self.end(ReleaseCause::Overtaken);
        Ok(())
    }

    /// Another organisation is verified now.
    pub(super) fn superseded(&mut self) -> Result<(), Refusal> {
        match self.claim.state {
            ClaimState::Pending { .. } | ClaimState::ReviewNeeded { .. } => {
                self.claim.state = ClaimState::Superseded { since: self.now };
                self.tell(Notice::Superseded);
            }
            ClaimState::Lapsed { .. } => self.end(ReleaseCause::Overtaken),
            _ => return self.refuse(),
        }
        Ok(())
    }

    pub(super) fn review_approved(&mut self) -> Result<(), Refusal> {
        if !matches!(self.claim.state, ClaimState::ReviewNeeded { .. }) {
            return self.refuse();
        }
        self.claim.state = self.claim.pending_from(self.now);
        self.tell(Notice::Instructions);
        Ok(())
    }

    pub(super) fn review_rejected(&mut self) -> Result<(), Refusal> {
        if !matches!(self.claim.state, ClaimState::ReviewNeeded { .. }) {
            return self.refuse();
        }
        self.end(ReleaseCause::ReviewRejected);
        Ok(())
    }

    /// The operator decides; DNS is silent until the override ends.
    pub(super) fn overridden(
        &mut self,
        to: OverrideTo,
        by: OperatorOverride,
    ) -> Result<(), Refusal> {
        if by.operator.trim().is_empty() || by.reason.trim().is_empty() || by.until <= self.now {
            return Err(Refusal::IncompleteOverride);
        }
        match to {
            OverrideTo::Verified if self.claim.holds_domain() => {
                self.claim.state = ClaimState::Verified {
                    proof_at: self.now,
                    watch: Watch::default(),
                };
            }
            OverrideTo::Verified => self.win(),
            OverrideTo::Released => self.end(ReleaseCause::ByOperator),
        }
        self.claim.pinned = Some(Box::new(by));
        self.tell(Notice::Overridden);
        Ok(())
    }
}
