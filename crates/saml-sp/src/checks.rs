//! The checks of a verified Response: a table of functions, all of which run.
//!
//! The signature is good when these run, so all failures can be told at once without helping
//! anyone but the identity provider's admin. Where only the assertion is signed, what the Response
//! says can make a check fail and can never make one pass.

mod authn;
mod conditions;
mod glance;
mod request;
mod response;
mod subject;

use time::{Duration, OffsetDateTime};

use crate::acs::Acs;
use crate::assertion::{Around, Assertion, Coverage, EnvelopeFacts, Statement, Unproven};
use crate::error::{Code, Finding, Rejection};
use crate::login::NameDemand;
use crate::policy::Diagnosis;
use crate::prove::{Posed, Trust};
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
    pub(crate) diagnosis: Diagnosis,
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
#[derive(Clone, Copy)]
enum Check {
    /// Of what the Response says of itself.
    Response(fn(&Around<'_>, &Context<'_>, &mut Vec<Finding>)),
    /// Of what the assertion says.
    Assertion(fn(&Statement, &Context<'_>, &mut Vec<Finding>)),
}

/// Every check, the most telling first: who speaks, to what, to whom, when, and how sure.
const CHECKS: &[Check] = &[
    Check::Response(response::status),
    Check::Response(response::reflected),
    Check::Response(response::response_issuer),
    Check::Assertion(response::assertion_issuer),
    Check::Response(request::solicited),
    Check::Response(request::record),
    Check::Response(response::in_response_to),
    Check::Response(response::destination),
    Check::Assertion(conditions::present),
    Check::Assertion(conditions::audience),
    Check::Assertion(conditions::others),
    Check::Assertion(conditions::window),
    Check::Assertion(subject::name),
    Check::Assertion(subject::confirmation),
    Check::Response(response::response_instant),
    Check::Assertion(response::assertion_instant),
    Check::Assertion(authn::statement),
    Check::Assertion(authn::session),
    Check::Assertion(authn::instant),
    Check::Assertion(authn::fresh),
    Check::Assertion(authn::context),
];

/// What every check finds.
fn findings(statement: &Statement, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        match check {
            Check::Response(check) => check(&statement.around(), context, &mut findings),
            Check::Assertion(check) => check(statement, context, &mut findings),
        }
    }
    findings
}

/// What the checks of the Response find that need no assertion.
fn around(around: &Around<'_>, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        if let Check::Response(check) = check {
            check(around, context, &mut findings);
        }
    }
    findings
}

/// Run every check.
pub(crate) fn run(statement: Statement, context: &Context<'_>) -> Result<Checked, Rejection> {
    match Rejection::from_findings(findings(&statement, context)) {
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

/// Refuse what an unverified message says of itself, if the checks would refuse it on the
/// identity provider's word too. Passing means nothing: the same checks run again on what is
/// signed.
///
/// No key of ours is used and nothing is compared but what the sender wrote with what we are
/// configured for, so that there is nothing to learn from being refused here.
pub(crate) fn veto(
    posed: &Posed<'_>,
    claimed: &EnvelopeFacts,
    context: &Context<'_>,
    trust: &Trust<'_>,
) -> Result<(), Rejection> {
    if context.diagnosis == Diagnosis::Full {
        return Ok(());
    }
    let said = Around {
        facts: claimed,
        coverage: if posed.is_root_signed() {
            Coverage::Response
        } else {
            Coverage::AssertionOnly
        },
    };
    let outside = around(&said, context);
    let assertion = posed.plain_assertion();
    let doubtful = assertion.is_some_and(|it| !glance::is_plausible(it, context));
    if outside.is_empty() && !doubtful {
        return Ok(());
    }
    // A message that is only late is worth opening: what is inside tells by how much.
    if assertion.is_none() && outside.iter().all(is_about_time) {
        return Ok(());
    }
    let mut found = outside;
    if let Some(Ok(unproven)) = assertion.map(|it| Unproven::read(it, said, trust)) {
        unproven.refused_by(|statement| found = findings(statement, context));
    }
    match Rejection::from_findings(found) {
        Some(rejection) => Err(rejection.before_verification()),
        None => Ok(()),
    }
}

fn is_about_time(finding: &Finding) -> bool {
    matches!(
        finding.code(),
        Code::IssuedInFuture | Code::IssuedTooLongAgo
    )
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
