//! A glance at an assertion that is not verified yet: is its verification worth the time?

use super::Context;
use crate::assertion::parse_time;
use crate::names::saml;
use crate::xml::Element;

/// Whether the assertion seems to be for us, from whom we expect it, and for now. Nothing is kept
/// and nothing is decided here: who does not seem so goes through the checks at once, who does
/// meets the same checks later.
pub(super) fn is_plausible(assertion: Element<'_>, context: &Context<'_>) -> bool {
    let (mut spoken, mut confirmed, mut meant) = (false, false, false);
    for child in assertion.children() {
        if child.is(saml("Issuer")) {
            spoken = child.text_only().is_ok_and(|issuer| issuer == context.idp);
        } else if child.is(saml("Subject")) {
            confirmed = child
                .children_named(saml("SubjectConfirmation"))
                .any(|confirmation| is_confirmed(confirmation, context));
        } else if child.is(saml("Conditions")) {
            meant = is_now(child, context) && is_meant(child, context);
            // Only statements come after the conditions.
            break;
        }
    }
    spoken && confirmed && meant
}

fn is_confirmed(confirmation: Element<'_>, context: &Context<'_>) -> bool {
    let mut data = confirmation.children_named(saml("SubjectConfirmationData"));
    data.any(|data| {
        let recipient = data.attribute("Recipient");
        let ours = |seen: &str| context.acs.recipients().any(|ours| ours == seen);
        recipient.is_some_and(|seen| ours(&seen)) && is_now(data, context)
    })
}

fn is_meant(conditions: Element<'_>, context: &Context<'_>) -> bool {
    let ours = |audience: Element<'_>| {
        let text = audience.text_only();
        text.is_ok_and(|text| text.trim_ascii() == context.entity_id)
    };
    conditions
        .children_named(saml("AudienceRestriction"))
        .all(|restriction| restriction.children_named(saml("Audience")).any(ours))
}

fn is_now(element: Element<'_>, context: &Context<'_>) -> bool {
    let instant = |name| element.attribute(name).and_then(|text| parse_time(&text));
    !instant("NotBefore").is_some_and(|start| context.is_future(start))
        && !instant("NotOnOrAfter").is_some_and(|end| context.is_over(end))
}
