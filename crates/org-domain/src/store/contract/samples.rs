//! Claims to test stores with.

use time::{Duration, OffsetDateTime};

use crate::claim::{Claim, ClaimEvent, Elsewhere, Transition};
use crate::claimable::ClaimRules;
use crate::domain::Domain;
use crate::ident::{AccountId, OrgId};
use crate::permit::{ClaimAction, Permit};
use crate::policy::{ClaimCircumstances, LastDomain, permit_claim};
use crate::proof::{AppLabel, LockStanding, ProofStyle, Token, Verdict};
use crate::role::{Actor, Role};
use crate::store::contract::Breach;

/// The instant at which every case begins.
pub(super) const START: OffsetDateTime = time::macros::datetime!(2026-01-05 12:00 UTC);

/// Turns a failure to make a sample into a breach, for the suite must not panic.
fn made<T, E: core::fmt::Debug>(result: Result<T, E>) -> Result<T, Breach> {
    result.map_err(|error| Breach {
        case: "samples",
        expected: "a sample",
        seen: format!("{error:?}"),
    })
}

pub(super) fn org(name: &str) -> Result<OrgId, Breach> {
    made(OrgId::new(name))
}

pub(super) fn domain(name: &str) -> Result<Domain, Breach> {
    made(Domain::parse(name))
}

pub(super) fn permit(org_name: &str, action: ClaimAction) -> Result<Permit, Breach> {
    let actor = Actor {
        account: made(AccountId::new("owner"))?,
        role: Role::Owner,
        authenticated_at: START,
    };
    let circumstances = ClaimCircumstances {
        pending_claims: 0,
        claims: 0,
        last_manual_check: None,
        manual_checks_last_hour: 0,
        last_domain_under_required_sso: LastDomain::No,
        owner_lock: LockStanding::Absent,
    };
    made(permit_claim(
        action,
        &org(org_name)?,
        &actor,
        &circumstances,
        START,
    ))
}

/// A claim that starts at [`START`].
pub(super) fn started(org_name: &str, domain_name: &str) -> Result<Transition, Breach> {
    let claimable = made(ClaimRules::default().check(domain(domain_name)?))?;
    let seed = org_name
        .bytes()
        .chain(domain_name.bytes())
        .fold(7_u8, |sum, byte| sum.wrapping_mul(31) ^ byte);
    let token = made(Token::generate(&mut |bytes: &mut [u8]| {
        bytes.fill(seed);
        Ok(())
    }))?;
    let style = ProofStyle::new(made(AppLabel::new("app"))?);
    made(Claim::start(
        &permit(org_name, ClaimAction::Start)?,
        claimable,
        token,
        &style,
        START,
    ))
}

/// What the claim becomes when its record is seen.
pub(super) fn proven(claim: &Claim, elsewhere: Elsewhere) -> Result<Transition, Breach> {
    let token = claim.record().token();
    let event = ClaimEvent::Checked {
        token,
        verdict: Verdict::Proven,
        lock: LockStanding::Absent,
        elsewhere,
    };
    made(claim.apply(event, START + Duration::minutes(1)))
}

/// What the claim becomes when its Owner gives it up.
pub(super) fn released(claim: &Claim) -> Result<Transition, Breach> {
    let permit = permit(claim.org().as_str(), ClaimAction::Release)?;
    made(claim.apply(ClaimEvent::Release(&permit), START + Duration::minutes(2)))
}
