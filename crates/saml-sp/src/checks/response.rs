//! Who speaks, and where to (Core 3.2.2, Profiles 4.1.4.2 and 4.1.4.3).
//!
//! Where only the assertion is signed, what the Response says of itself is anybody's word. It is
//! checked all the same: a forged value can make these checks fail and can never make one pass.
//!
//! Comparison is byte for byte. A near miss is no match; it is only told as one.

use time::OffsetDateTime;

use super::{Context, Reflected};
use crate::assertion::{Around, Coverage, Statement, write_time};
use crate::error::{Code, Fault, Finding};
use crate::near;
use crate::record::Expected;

/// The status is success, and nothing else is.
pub(super) fn status(said: &Around<'_>, _: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(said.facts.status.failure());
}

/// The key that is pinned is not one of ours.
pub(super) fn reflected(_: &Around<'_>, context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.reflected == Reflected::Yes {
        findings.push(Finding::new(Code::KeyReflected).expected("a key of the identity provider"));
    }
}

/// The Response's issuer, where there is one.
pub(super) fn response_issuer(
    said: &Around<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    if let Some(seen) = &said.facts.issuer {
        issuer(context, seen, "/Response/Issuer", findings);
    }
}

/// The assertion's issuer.
pub(super) fn assertion_issuer(
    said: &Statement,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    issuer(
        context,
        &said.assertion.issuer,
        "/Response/Assertion/Issuer",
        findings,
    );
}

fn issuer(context: &Context<'_>, seen: &str, place: &str, findings: &mut Vec<Finding>) {
    if seen == context.idp {
        return;
    }
    let mut finding = Finding::new(Code::IssuerMismatch)
        .expected(context.idp)
        .seen(seen)
        .at(place);
    if let Some(hint) = near::issuer(context.idp, seen) {
        finding = finding.hint(hint);
    }
    findings.push(finding);
}

/// `Destination` is one of ours; it must be there when the Response is signed.
pub(super) fn destination(said: &Around<'_>, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let place = "/Response/@Destination";
    let expected = || list(context.acs.destinations());
    match said.facts.destination.as_deref() {
        Some(seen) if context.acs.destinations().any(|ours| ours == seen) => {}
        Some(seen) => {
            let mut finding = Finding::new(Code::DestinationMismatch)
                .expected(expected())
                .seen(seen)
                .at(place);
            if seen == context.entity_id {
                finding =
                    finding.hint("this is our entity id: Destination and Audience are swapped");
            } else if let Some(hint) = near::any(context.acs.destinations(), seen) {
                finding = finding.hint(hint);
            }
            findings.push(finding);
        }
        None if said.coverage == Coverage::Response => {
            findings.push(
                Finding::new(Code::DestinationMissing)
                    .expected(expected())
                    .at(place),
            );
        }
        None => {}
    }
}

/// The accepted values as one text.
pub(super) fn list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.collect::<Vec<_>>().join(" or ")
}

/// The Response answers the request that was expected, or none.
pub(super) fn in_response_to(
    said: &Around<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    let seen = said.facts.in_response_to.as_deref();
    findings.extend(answers(context, seen, "/Response/@InResponseTo"));
}

/// The finding for an `InResponseTo` that is not the expected one.
pub(super) fn answers(context: &Context<'_>, seen: Option<&str>, place: &str) -> Option<Finding> {
    match (context.expected.record(), seen) {
        (Some(record), Some(seen)) if seen == record.id().as_str() => None,
        (Some(record), Some(seen)) => Some(
            Finding::new(Code::InResponseToMismatch)
                .expected(record.id().as_str())
                .seen(seen)
                .at(place),
        ),
        (Some(record), None) => Some(
            Finding::new(Code::InResponseToMissing)
                .expected(record.id().as_str())
                .at(place)
                .hint("a login begun at the identity provider answers no request"),
        ),
        (None, Some(seen)) => Some(
            Finding::new(Code::UnsolicitedAnswersRequest)
                .seen(seen)
                .at(place),
        ),
        (None, None) => None,
    }
}

/// The Response was not issued in the future or too long ago.
pub(super) fn response_instant(
    said: &Around<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    let issued = said.facts.issue_instant;
    findings.extend(issued_badly(context, issued, "/Response/@IssueInstant"));
}

/// The assertion was not issued in the future or too long ago.
pub(super) fn assertion_instant(
    said: &Statement,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    let issued = said.assertion.issue_instant;
    let place = "/Response/Assertion/@IssueInstant";
    findings.extend(issued_badly(context, issued, place));
}

fn issued_badly(context: &Context<'_>, issued: OffsetDateTime, place: &str) -> Option<Finding> {
    let finding = |code| Finding::new(code).seen(write_time(issued)).at(place);
    if context.is_future(issued) {
        let ahead = (issued - context.now).whole_seconds();
        return Some(
            finding(Code::IssuedInFuture)
                .expected(format!(
                    "at most {} s after {}",
                    context.skew.whole_seconds(),
                    write_time(context.now)
                ))
                .fault_of(Fault::Clock)
                .hint(format!(
                    "the identity provider's clock is about {ahead} s ahead of ours"
                )),
        );
    }
    context
        .is_over(issued.saturating_add(context.max_age))
        .then(|| {
            finding(Code::IssuedTooLongAgo).expected(format!(
                "at most {} s before {}",
                context.max_age.whole_seconds(),
                write_time(context.now)
            ))
        })
}

/// What kind of answer was expected, for the reader of a report.
pub(super) const fn kind(expected: &Expected<'_>) -> &'static str {
    match expected.record() {
        Some(_) => "an answer to a request",
        None => "a login begun at the identity provider",
    }
}
