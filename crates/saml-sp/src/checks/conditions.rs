//! The conditions (Core 2.5).
//!
//! An assertion holds only while all of its conditions do. Three kinds are understood: the audience,
//! one-time use, and proxy restriction. Any other, by whatever name or `xsi:type`, is one that nobody
//! here can say holds, so it refuses (Core 2.5.1.1).
//!
//! Times are half open: at `NotBefore` the assertion is valid, at `NotOnOrAfter` it is not. Both are
//! widened by the skew, outwards. How long a window is does not matter; how old the assertion is does,
//! which is judged by its issue instant.

use super::Context;
use super::response::list;
use crate::assertion::{Condition, Statement, write_time};
use crate::error::{Code, Finding};
use crate::near;

const PLACE: &str = "/Response/Assertion/Conditions";

/// There are conditions.
pub(super) fn present(said: &Statement, _: &Context<'_>, findings: &mut Vec<Finding>) {
    if said.assertion.conditions.is_none() {
        findings.push(
            Finding::new(Code::ConditionsMissing)
                .expected("Conditions with our audience")
                .at(PLACE),
        );
    }
}

/// There is an audience restriction, and each one names us (E46: restrictions are and-ed, the
/// audiences of one are or-ed).
pub(super) fn audience(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(conditions) = &said.assertion.conditions else {
        return;
    };
    let finding = |code| {
        Finding::new(code)
            .expected(context.entity_id)
            .at(format!("{PLACE}/AudienceRestriction/Audience"))
    };
    let mut restrictions = 0;
    for condition in &conditions.list {
        let Condition::Audience(audiences) = condition else {
            continue;
        };
        restrictions += 1;
        if audiences.iter().all(String::is_empty) {
            findings.push(finding(Code::AudienceMissing));
        } else if !audiences
            .iter()
            .any(|audience| audience == context.entity_id)
        {
            let seen = list(audiences.iter().map(String::as_str));
            let finding = finding(Code::AudienceMismatch).seen(seen);
            findings.push(match audience_hint(context, audiences) {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
        }
    }
    if restrictions == 0 {
        findings.push(finding(Code::AudienceMissing));
    }
}

fn audience_hint(context: &Context<'_>, audiences: &[String]) -> Option<&'static str> {
    let is_acs = |audience: &String| {
        context
            .acs
            .destinations()
            .chain(context.acs.recipients())
            .any(|url| url == audience)
    };
    if audiences.iter().any(is_acs) {
        return Some("this is our ACS URL: the audience must be the entity id");
    }
    audiences
        .iter()
        .find_map(|audience| near::url(context.entity_id, audience))
}

/// Nothing else restricts the assertion in a way that is not understood.
pub(super) fn others(said: &Statement, _: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(conditions) = &said.assertion.conditions else {
        return;
    };
    for single in [Condition::OneTimeUse, Condition::ProxyRestriction] {
        if conditions
            .list
            .iter()
            .filter(|condition| **condition == single)
            .count()
            > 1
        {
            findings.push(Finding::new(Code::ConditionDuplicate).at(PLACE));
        }
    }
    for condition in &conditions.list {
        if let Condition::Unknown(name) = condition {
            findings.push(Finding::new(Code::ConditionUnknown).seen(name).at(PLACE));
        }
    }
}

/// Now lies in the window, skew allowed.
pub(super) fn window(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(conditions) = &said.assertion.conditions else {
        return;
    };
    let (start, end) = (conditions.not_before, conditions.not_on_or_after);
    if let (Some(start), Some(end)) = (start, end)
        && start >= end
    {
        findings.push(
            Finding::new(Code::ConditionsInverted)
                .seen(format!("{} to {}", write_time(start), write_time(end)))
                .at(PLACE),
        );
    }
    if let Some(start) = start.filter(|start| context.is_future(*start)) {
        let ahead = (start - context.now).whole_seconds();
        findings.push(
            Finding::new(Code::NotYetValid)
                .expected(format!("a start before {}", write_time(context.now)))
                .seen(write_time(start))
                .at(format!("{PLACE}/@NotBefore"))
                .hint(format!("it becomes valid {ahead} s from now by our clock")),
        );
    }
    if let Some(end) = end.filter(|end| context.is_over(*end)) {
        let since = (context.now - end).whole_seconds();
        let age = (context.now - said.assertion.issue_instant).whole_seconds();
        findings.push(
            Finding::new(Code::Expired)
                .expected(format!("an end after {}", write_time(context.now)))
                .seen(write_time(end))
                .at(format!("{PLACE}/@NotOnOrAfter"))
                .hint(if end < said.assertion.issue_instant {
                    format!("it ended {since} s ago by our clock, before it was issued")
                } else {
                    format!(
                        "it ended {since} s ago by our clock and was issued {age} s ago: either it \
                         came late, or the identity provider's clock is about {age} s behind ours"
                    )
                }),
        );
    }
}
