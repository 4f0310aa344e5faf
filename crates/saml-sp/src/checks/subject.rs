//! The bearer confirmation (Profiles 4.1.4.2).
//!
//! A bearer assertion says: whoever brings this is the subject, if it is brought to this place
//! (`Recipient`), in this time (`NotOnOrAfter`, and no `NotBefore`), in answer to this request
//! (`InResponseTo`). One confirmation must hold in every point. Points of different confirmations do
//! not add up, and confirmations by other methods, such as holder-of-key, confirm nothing here.

use super::Context;
use super::response::{answers, list};
use crate::assertion::{Confirmation, Statement, write_time};
use crate::error::{Code, Finding};
use crate::login::NameDemand;
use crate::names::BEARER;
use crate::near;

const PLACE: &str = "/Response/Assertion/Subject/SubjectConfirmation";

/// There is a name where one is demanded; if it says for which service it was made, it was made
/// for us.
pub(super) fn name(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(name) = &said.assertion.subject.name_id else {
        if context.name == NameDemand::Required {
            findings.push(
                Finding::new(Code::NameIdMissing)
                    .expected("Subject/NameID")
                    .at("/Response/Assertion/Subject"),
            );
        }
        return;
    };
    let qualifier = name.sp_name_qualifier();
    if let Some(other) = qualifier.filter(|qualifier| *qualifier != context.entity_id) {
        findings.push(
            Finding::new(Code::NameIdForOther)
                .expected(context.entity_id)
                .seen(other)
                .at("/Response/Assertion/Subject/NameID/@SPNameQualifier"),
        );
    }
}

/// At least one bearer confirmation holds in every point. If none does, the one that fails in the
/// fewest points is told.
pub(super) fn confirmation(said: &Statement, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let subject = &said.assertion.subject;
    let failures = subject
        .bearers
        .iter()
        .map(|bearer| failures(context, bearer));
    match failures.min_by_key(Vec::len) {
        Some(fewest) => findings.extend(fewest),
        None => {
            let mut finding = Finding::new(Code::ConfirmationMissing)
                .expected(BEARER)
                .at(PLACE);
            if subject.others > 0 {
                finding = finding.seen(format!(
                    "{} confirmation(s) by another method",
                    subject.others
                ));
            }
            findings.push(finding);
        }
    }
}

fn failures(context: &Context<'_>, bearer: &Confirmation) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(recipient(context, bearer));
    found.extend(answers(
        context,
        bearer.in_response_to.as_deref(),
        "/Response/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData/@InResponseTo",
    ));
    found.extend(not_on_or_after(context, bearer));
    if let Some(not_before) = bearer.not_before {
        found.push(
            Finding::new(Code::ConfirmationNotBefore)
                .expected("no NotBefore on a bearer confirmation")
                .seen(write_time(not_before))
                .at(format!("{PLACE}/SubjectConfirmationData/@NotBefore")),
        );
    }
    found
}

fn recipient(context: &Context<'_>, bearer: &Confirmation) -> Option<Finding> {
    let finding = |code| {
        Finding::new(code)
            .expected(list(context.acs.recipients()))
            .at(format!("{PLACE}/SubjectConfirmationData/@Recipient"))
    };
    let Some(seen) = bearer.recipient.as_deref() else {
        return Some(finding(Code::RecipientMissing));
    };
    if context.acs.recipients().any(|ours| ours == seen) {
        return None;
    }
    let finding = finding(Code::RecipientMismatch).seen(seen);
    if seen == context.entity_id {
        return Some(finding.hint("this is our entity id: Recipient and Audience are swapped"));
    }
    Some(match near::any(context.acs.recipients(), seen) {
        Some(hint) => finding.hint(hint),
        None => finding,
    })
}

fn not_on_or_after(context: &Context<'_>, bearer: &Confirmation) -> Option<Finding> {
    let place =
        "/Response/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData/@NotOnOrAfter";
    match bearer.not_on_or_after {
        None => Some(Finding::new(Code::ConfirmationNotOnOrAfterMissing).at(place)),
        Some(end) if context.is_over(end) => Some(
            Finding::new(Code::ConfirmationExpired)
                .expected(format!("an end after {}", write_time(context.now)))
                .seen(write_time(end))
                .at(place),
        ),
        Some(_) => None,
    }
}
