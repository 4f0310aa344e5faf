//! The Response around the assertion.
//!
//! The status is read before anything is verified, and again from what is signed. An error status is
//! told at once with the identity provider's own message: nobody gains by forging a refusal, and the
//! user should not wait for a signature to learn that they pressed "cancel".

use time::OffsetDateTime;

use super::required_time;
use super::sequence::{Sequence, refuse};
use crate::error::{Code, Finding, Rejection};
use crate::names::{ENTITY_FORMAT, STATUS_PREFIX, STATUS_SUCCESS, ds, saml, samlp};
use crate::xml::Element;

/// What the `Response` element itself says.
///
/// Read from signed bytes when the Response is signed. Otherwise it is the sender's word: every
/// check on it can only refuse, and nothing of it reaches a login.
#[derive(Clone, Debug)]
pub(crate) struct EnvelopeFacts {
    pub(crate) issue_instant: OffsetDateTime,
    pub(crate) destination: Option<String>,
    pub(crate) in_response_to: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) status: Status,
}

/// `Status`: the top-level code, the one below it, and the message.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) code: String,
    pub(crate) sub_code: Option<String>,
    pub(crate) message: Option<String>,
}

impl EnvelopeFacts {
    /// Read the root of a Response. The assertion, encrypted or not, is counted by the caller.
    pub(crate) fn read(response: Element<'_>) -> Result<Self, Rejection> {
        if !response.is(samlp("Response")) {
            return Err(Finding::new(Code::RootUnexpected)
                .expected("Response in the SAML 2.0 protocol namespace")
                .seen(response.name().local)
                .at(response.path())
                .into());
        }
        version(response)?;
        let mut children = Sequence::of(response)?;
        let issuer = children.optional(saml("Issuer")).map(issuer).transpose()?;
        let _ = children.optional(ds("Signature"));
        let _ = children.optional(samlp("Extensions"));
        let status = Status::read(children.one(samlp("Status"))?)?;
        while children.optional(saml("Assertion")).is_some()
            || children.optional(saml("EncryptedAssertion")).is_some()
        {}
        children.end()?;
        Ok(Self {
            issue_instant: required_time(response, "IssueInstant")?,
            destination: response.attribute("Destination").map(Into::into),
            in_response_to: response.attribute("InResponseTo").map(Into::into),
            issuer,
            status,
        })
    }
}

impl EnvelopeFacts {
    /// Refuse an error status at once: nobody gains by forging one, and no assertion beside it may
    /// be used (Core 3.2.2.2).
    pub(crate) fn success(self) -> Result<Self, Rejection> {
        match self.status.failure() {
            Some(finding) => Err(finding.into()),
            None => Ok(self),
        }
    }
}

impl Status {
    /// The finding for a status that is not success.
    pub(crate) fn failure(&self) -> Option<Finding> {
        if self.code == STATUS_SUCCESS {
            return None;
        }
        let sub = self.sub_code.as_deref().unwrap_or_default();
        let code = match sub.strip_prefix(STATUS_PREFIX) {
            Some("NoPassive") => Code::StatusNoPassive,
            Some("AuthnFailed") => Code::StatusAuthnFailed,
            Some("RequestDenied") => Code::StatusRequestDenied,
            Some("NoAuthnContext") => Code::StatusNoAuthnContext,
            Some("InvalidNameIDPolicy") => Code::StatusNameIdPolicy,
            _ => Code::StatusNotSuccess,
        };
        let seen = if sub.is_empty() {
            self.code.clone()
        } else {
            format!("{} / {sub}", self.code)
        };
        let mut finding = Finding::new(code)
            .expected(STATUS_SUCCESS)
            .seen(seen)
            .at("/Response/Status/StatusCode");
        if let Some(message) = &self.message {
            let message = crate::error::printable(message);
            finding = finding.hint(format!("the identity provider says: {message}"));
        }
        if self.code.ends_with(":Requester") {
            finding = finding.hint("the identity provider blames the request");
        }
        Some(finding)
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, Rejection> {
        let mut children = Sequence::of(element)?;
        let top = children.one(samlp("StatusCode"))?;
        let message = children.optional(samlp("StatusMessage"));
        let _ = children.optional(samlp("StatusDetail"));
        children.end()?;
        let sub = top
            .optional(samlp("StatusCode"))
            .map_err(|error| refuse(top, &error))?;
        Ok(Self {
            code: value(top)?,
            sub_code: sub.map(value).transpose()?,
            message: message
                .map(|message| message.text_only().map_err(|error| refuse(message, &error)))
                .transpose()?
                .map(Into::into),
        })
    }
}

fn value(code: Element<'_>) -> Result<String, Rejection> {
    code.required_attribute("Value")
        .map(Into::into)
        .map_err(|error| refuse(code, &error))
}

/// `Version="2.0"`, nothing else.
pub(crate) fn version(element: Element<'_>) -> Result<(), Rejection> {
    match element.attribute("Version").as_deref() {
        Some("2.0") => Ok(()),
        other => Err(Finding::new(Code::VersionUnsupported)
            .expected("2.0")
            .seen(other.unwrap_or("no Version"))
            .at(element.path())
            .into()),
    }
}

/// The text of an `Issuer`, whose format must be absent or `entity` (Profiles 4.1.4.2).
pub(crate) fn issuer(element: Element<'_>) -> Result<String, Rejection> {
    if let Some(format) = element
        .attribute("Format")
        .filter(|format| format != ENTITY_FORMAT)
    {
        return Err(Finding::new(Code::IssuerFormat)
            .expected(ENTITY_FORMAT)
            .seen(format)
            .at(element.path())
            .into());
    }
    element
        .text_only()
        .map(Into::into)
        .map_err(|error| refuse(element, &error))
}
