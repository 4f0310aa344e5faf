//! The checks of a verified Response: a table of functions, all of which run.
//!
//! The signature is good when these run, so all failures can be told at once without helping
//! anyone but the identity provider's admin. Where only the assertion is signed, what the Response
//! says can make a check fail and can never make one pass.

mod authn;
mod conditions;
mod request;
mod response;
mod subject;

use time::{Duration, OffsetDateTime};

use crate::acs::Acs;
use crate::assertion::{Assertion, Statement};
use crate::error::{Finding, Rejection};
use crate::login::NameDemand;
use crate::record::Expected;

/// Whether logins may begin at the identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum IdpInitiated {
    /// They are refused. The default: such an answer can be planted in somebody's browser.
    #[default]
    Forbidden,
    /// They are accepted where the host says it expects one.
    Allowed,
}

/// Whether the identity provider is configured with a key of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reflected {
    /// It is not.
    No,
    /// It is: what we sign ourselves could be played back as an assertion.
    Yes,
}

/// What the checks compare with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) entity_id: &'a str,
    pub(crate) acs: &'a Acs,
    pub(crate) idp: &'a str,
    pub(crate) idp_initiated: IdpInitiated,
    pub(crate) name: NameDemand,
    pub(crate) reflected: Reflected,
    pub(crate) expected: Expected<'a>,
    pub(crate) now: OffsetDateTime,
    pub(crate) skew: Duration,
    pub(crate) max_age: Duration,
}

/// A statement that passed every check, and from when on it would not any more.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) assertion: Assertion,
    pub(crate) until: OffsetDateTime,
}

impl Context<'_> {
    /// Whether `instant` is later than now, beyond the skew.
    pub(crate) fn is_future(&self, instant: OffsetDateTime) -> bool {
        self.now.saturating_add(self.skew) < instant
    }

    /// Whether `end` (exclusive) has been reached, beyond the skew.
    pub(crate) fn is_over(&self, end: OffsetDateTime) -> bool {
        self.now >= end.saturating_add(self.skew)
    }
}

/// One check: adds a finding for each failure.
type Check = fn(&Statement, &Context<'_>, &mut Vec<Finding>);

/// Every check, the most telling first: who speaks, to what, to whom, when, and how sure.
const CHECKS: &[Check] = &[
    response::status,
    response::reflected,
    response::response_issuer,
    response::assertion_issuer,
    request::solicited,
    request::record,
    response::in_response_to,
    response::destination,
    conditions::present,
    conditions::audience,
    conditions::others,
    conditions::window,
    subject::name,
    subject::confirmation,
    response::issue_instants,
    authn::statement,
    authn::session,
    authn::instant,
    authn::fresh,
    authn::context,
];

/// Run every check.
pub(crate) fn run(statement: Statement, context: &Context<'_>) -> Result<Checked, Rejection> {
    let mut findings = Vec::new();
    for check in CHECKS {
        check(&statement, context, &mut findings);
    }
    match Rejection::from_findings(findings) {
        Some(rejection) => Err(rejection),
        None => {
            let until = until(&statement.assertion, context);
            Ok(Checked {
                assertion: statement.assertion,
                until,
            })
        }
    }
}

/// The instant from which the checks would refuse the same assertion as too old: as long must its
/// use be remembered.
fn until(assertion: &Assertion, context: &Context<'_>) -> OffsetDateTime {
    let confirmed = assertion
        .subject
        .bearers
        .iter()
        .filter_map(|bearer| bearer.not_on_or_after);
    let conditions = assertion
        .conditions
        .iter()
        .filter_map(|c| c.not_on_or_after);
    let oldest = assertion.issue_instant.saturating_add(context.max_age);
    let ends = confirmed.max().into_iter().chain(conditions);
    ends.fold(oldest, OffsetDateTime::min)
        .saturating_add(context.skew)
}
