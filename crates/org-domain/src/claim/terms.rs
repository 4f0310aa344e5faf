//! Every period of a claim's life, with its reason.

use time::Duration;

/// How often a proven claim's record is looked at: daily. Moved by up to 10 % per claim, so that a
/// million claims do not come due at once.
pub const RECHECK_EVERY: Duration = Duration::hours(24);
/// Definite absences, each at least [`MISS_SPACING`] after the one before, until a claim fails: a
/// zone being moved is back within two days.
pub const MISSES_UNTIL_FAILING: u8 = 3;
/// Shortest time between two absences that both count.
pub const MISS_SPACING: Duration = Duration::hours(24);
/// From failing to lapsed: one week, as the service's documentation promises its customers.
pub const GRACE: Duration = Duration::days(7);
/// Days into the grace period on which the administrators are warned.
pub const WARNING_DAYS: [i64; 3] = [0, 3, 6];
/// How long the DNS may say nothing before an alarm: propagation figures name 48 to 72 hours.
pub const DOUBT_ALARM_AFTER: Duration = Duration::hours(72);
/// How long a claim lives on its last proof when nothing can be said: no new grant is made on a
/// proof older than [`GRANT_PROOF_AGE`], so this only keeps known members signing in.
pub const PROOF_LIFE: Duration = Duration::days(30);
/// Oldest proof on which someone new may be let in: 10 days, the reuse limit that the Baseline
/// Requirements set for persistent TXT records.
pub const GRANT_PROOF_AGE: Duration = Duration::days(10);
/// How long a holder whose record is gone may object to a rival who proved the domain.
pub const CONTEST_HOLD: Duration = Duration::hours(72);
/// How often a contested claim's record is looked at.
pub const CONTEST_RECHECK: Duration = Duration::hours(6);
/// How long a lapsed claim can be revived with its old token.
pub const REVIVE_WITHIN: Duration = Duration::days(30);
/// How long an offer to hand a domain over stands.
pub const TRANSFER_OFFER: Duration = Duration::days(7);
/// When a pending claim's record is looked at, counted from the start of the claim: quick at first,
/// then every 12 hours.
pub const PENDING_CHECKS: [Duration; 7] = [
    Duration::minutes(1),
    Duration::minutes(5),
    Duration::minutes(15),
    Duration::minutes(60),
    Duration::hours(3),
    Duration::hours(6),
    Duration::hours(12),
];
/// After [`PENDING_CHECKS`]: one look every 12 hours.
pub const PENDING_RECHECK: Duration = Duration::hours(12);
/// Pending claims an organisation may have: each costs DNS questions.
pub const MAX_PENDING_CLAIMS: u32 = 20;
/// Claims of any state an organisation may have.
pub const MAX_CLAIMS: u32 = 100;
