//! When to look at a claim again. Pure, and spread out by the claim's own token.

use time::{Duration, OffsetDateTime};

use crate::claim::state::{ClaimState, PendingProof};
use crate::claim::terms::{
    CONTEST_RECHECK, GRACE, MISS_SPACING, PENDING_CHECKS, PENDING_RECHECK, RECHECK_EVERY,
    REVIVE_WITHIN,
};

/// The next instant at which the claim is due, or nothing for a state that rests.
pub(super) fn next_check(
    state: &ClaimState,
    checks: u32,
    spread: u16,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    match *state {
        ClaimState::Pending {
            proof: PendingProof::WaitingForHold,
            ..
        } => Some(now.saturating_add(CONTEST_RECHECK)),
        ClaimState::Pending { expires_at, .. } => Some(
            now.saturating_add(pending_gap(checks))
                .min(expires_at.max(now)),
        ),
        ClaimState::Verified { watch, .. } | ClaimState::Transferring { watch, .. }
            if watch.misses > 0 =>
        {
            let jitter = part_of(RECHECK_EVERY / 10, mix(spread, checks));
            Some(now.saturating_add(MISS_SPACING + jitter))
        }
        ClaimState::Verified { .. } | ClaimState::Transferring { .. } => {
            Some(now.saturating_add(daily(spread, checks)))
        }
        ClaimState::Failing { since, .. } if now < since.saturating_add(GRACE) => {
            let end = since.saturating_add(GRACE);
            Some(now.saturating_add(daily(spread, checks)).min(end))
        }
        ClaimState::Failing { .. } => Some(now.saturating_add(daily(spread, checks))),
        ClaimState::Contested { until, .. } if now < until => {
            Some(now.saturating_add(CONTEST_RECHECK).min(until))
        }
        ClaimState::Contested { .. } => Some(now.saturating_add(CONTEST_RECHECK)),
        ClaimState::Lapsed { since, .. } if now - since + RECHECK_EVERY < REVIVE_WITHIN => {
            Some(now.saturating_add(daily(spread, checks)))
        }
        ClaimState::Lapsed { .. }
        | ClaimState::ReviewNeeded { .. }
        | ClaimState::Expired { .. }
        | ClaimState::Superseded { .. }
        | ClaimState::Released { .. } => None,
    }
}

/// The time between two looks at a pending claim: the list's steps first, then twelve hours.
fn pending_gap(checks: u32) -> Duration {
    let step = usize::try_from(checks).unwrap_or(usize::MAX);
    let Some(at) = PENDING_CHECKS.get(step) else {
        return PENDING_RECHECK;
    };
    let before = step
        .checked_sub(1)
        .and_then(|index| PENDING_CHECKS.get(index));
    *at - before.copied().unwrap_or(Duration::ZERO)
}

/// A day, moved by up to a tenth in either direction.
fn daily(spread: u16, checks: u32) -> Duration {
    RECHECK_EVERY - RECHECK_EVERY / 10 + part_of(RECHECK_EVERY / 5, mix(spread, checks))
}

/// A share of a period: `0` gives nothing, `65535` nearly all of it.
fn part_of(period: Duration, share: u16) -> Duration {
    Duration::seconds(period.whole_seconds() * i64::from(share) / 65_536)
}

/// A different share at each look, so that claims that once met do not stay together.
fn mix(spread: u16, checks: u32) -> u16 {
    let turned = u32::from(spread).wrapping_add(checks.wrapping_mul(0x9e37)) & 0xffff;
    u16::try_from(turned).unwrap_or(u16::MAX)
}
