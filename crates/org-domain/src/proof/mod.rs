//! Proof of control over a domain: what to publish, what was seen, what it means.

mod answer;
pub mod doctor;
mod lock;
mod observe;
mod record;
mod token;

pub use answer::{Absence, Doubt, MAX_ANSWER_BYTES, MAX_RECORDS, TxtAnswer, Verdict};
pub use lock::{HandleKey, LockStanding, OrgHandle, OwnerLock};
pub use observe::{Authentication, MAX_ALIASES, Observation, Quorum, Sighting, TxtLookup};
pub use record::{AppLabel, AppLabelError, Placement, ProofRecord, ProofStyle, Scope};
pub use token::{NotAToken, Random, RandomError, Token};
