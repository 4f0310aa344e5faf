//! How and when the user authenticated (Core 2.7.2).
//!
//! What was asked for is enforced here, since identity providers may ignore it without a word: a
//! forced authentication must be younger than the request, and one of the requested contexts must have
//! been used. Contexts are opaque URIs; which is stronger than which is nobody's to guess.

use super::Context;
use super::response::list;
use crate::assertion::{Statement, write_time};
use crate::error::{Code, Finding};
use crate::record::ForceAuthn;

const PLACE: &str = "/Response/Assertion/AuthnStatement";

/// There is a statement about authentication at all.
pub(super) fn statement(said: &Statement, _: &Context<'_>, findings: &mut Vec<Finding>) {
    if said.assertion.authn.is_empty() {
        findings.push(
            Finding::new(Code::AuthnStatementMissing)
                .expected("AuthnStatement")
                .at(PLACE),
        );
    }
}

/// The identity provider's session is not over.
pub(super) fn session(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    for authn in &said.assertion.authn {
        if let Some(end) = authn
            .session_not_on_or_after
            .filter(|end| context.is_over(*end))
        {
            findings.push(
                Finding::new(Code::SessionExpired)
                    .expected(format!("an end after {}", write_time(context.now)))
                    .seen(write_time(end))
                    .at(format!("{PLACE}/@SessionNotOnOrAfter")),
            );
        }
    }
}

/// The authentication does not lie in the future.
pub(super) fn instant(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    for authn in &said.assertion.authn {
        if context.is_future(authn.instant) {
            findings.push(
                Finding::new(Code::AuthnInFuture)
                    .expected(format!("an instant before {}", write_time(context.now)))
                    .seen(write_time(authn.instant))
                    .at(format!("{PLACE}/@AuthnInstant")),
            );
        }
    }
}

/// A fresh authentication is not older than the request that asked for it. Identity providers may
/// ignore `ForceAuthn` without saying so; Okta does unless it is told to honour it.
pub(super) fn fresh(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(record) = context.expected.record() else {
        return;
    };
    if record.asked().force_authn == ForceAuthn::No {
        return;
    }
    let earliest = record.issued_at().saturating_sub(context.skew);
    let newest = said.assertion.authn.iter().map(|authn| authn.instant).max();
    if let Some(newest) = newest.filter(|newest| *newest < earliest) {
        findings.push(
            Finding::new(Code::AuthnTooOld)
                .expected(format!(
                    "an authentication after {}",
                    write_time(record.issued_at())
                ))
                .seen(write_time(newest))
                .at(format!("{PLACE}/@AuthnInstant")),
        );
    }
}

/// One of the requested classes was used. Comparison is exact.
pub(super) fn context(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(record) = context.expected.record() else {
        return;
    };
    let asked = &record.asked().authn_contexts;
    if asked.is_empty() {
        return;
    }
    let mut classes = said
        .assertion
        .authn
        .iter()
        .filter_map(|s| s.context_class.as_ref());
    if classes.clone().any(|class| asked.contains(class)) {
        return;
    }
    let mut finding = Finding::new(Code::AuthnContextMismatch)
        .expected(list(asked.iter().map(String::as_str)))
        .at(format!("{PLACE}/AuthnContext/AuthnContextClassRef"));
    if let Some(class) = classes.next() {
        finding = finding.seen(class);
    }
    findings.push(finding);
}
