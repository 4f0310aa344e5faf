//! Typed values of an assertion and of the Response around it.
//!
//! [`Assertion::read`] takes signed bytes and nothing else. What stands around a signed assertion
//! in an unsigned Response becomes [`EnvelopeFacts`], which can only be a reason to refuse.

mod conditions;
mod datetime;
mod envelope;
mod read;
mod sequence;
mod statements;
mod subject;

pub(crate) use conditions::Condition;
pub(crate) use datetime::{parse as parse_time, write as write_time};
pub(crate) use envelope::{EnvelopeFacts, Status, issuer, version};
pub(crate) use read::{Around, Assertion, Coverage, Statement, Unproven};
pub(crate) use sequence::{Sequence, refuse};
pub(crate) use subject::{Confirmation, identifier};

#[cfg(test)]
mod tests;

use time::OffsetDateTime;

use crate::error::{Code, Finding, Rejection};
use crate::xml::Element;

/// An optional attribute of type `xs:dateTime`.
pub(crate) fn time_attribute(
    element: Element<'_>,
    name: &str,
) -> Result<Option<OffsetDateTime>, Rejection> {
    let Some(text) = element.attribute(name) else {
        return Ok(None);
    };
    match parse_time(&text) {
        Some(instant) => Ok(Some(instant)),
        None => Err(Finding::new(Code::TimeInvalid)
            .expected("an instant such as 2026-01-31T12:00:00.000Z")
            .seen(text)
            .at(format!("{}/@{name}", element.path()))
            .into()),
    }
}

/// A required attribute of type `xs:dateTime`.
pub(crate) fn required_time(element: Element<'_>, name: &str) -> Result<OffsetDateTime, Rejection> {
    time_attribute(element, name)?.ok_or_else(|| {
        Finding::new(Code::AttributeMissing)
            .expected(name)
            .at(element.path())
            .into()
    })
}
