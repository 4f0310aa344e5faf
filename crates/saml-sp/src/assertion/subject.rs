//! Who the assertion is about, and how the bearer is confirmed (Core 2.4).
//!
//! A name is handed out byte for byte: neither trimmed nor folded nor normalised, since what it means
//! is an agreement between the host and the identity provider. Only what can be no name is refused:
//! nothing, white space alone, control characters, more than 256 characters.

use time::OffsetDateTime;

use super::sequence::{Sequence, refuse};
use super::time_attribute;
use crate::error::{Code, Finding, Rejection};
use crate::login::NameId;
use crate::names::{BEARER, saml};
use crate::prove::Trust;
use crate::xml::Element;

/// The most characters a name may have; the standards ask for 256 to be accepted.
const LONGEST_NAME: usize = 256;

/// `Subject`.
#[derive(Debug, Default)]
pub(crate) struct Subject {
    /// Who; whether nobody is enough is a check of its own.
    pub(crate) name_id: Option<NameId>,
    /// The bearer confirmations. Other methods confirm nothing here.
    pub(crate) bearers: Vec<Confirmation>,
    /// How many confirmations of other methods there are.
    pub(crate) others: usize,
}

/// `SubjectConfirmationData` of a bearer confirmation.
#[derive(Debug, Default)]
pub(crate) struct Confirmation {
    pub(crate) not_before: Option<OffsetDateTime>,
    pub(crate) not_on_or_after: Option<OffsetDateTime>,
    pub(crate) recipient: Option<String>,
    pub(crate) in_response_to: Option<String>,
}

impl Subject {
    pub(crate) fn read(element: Element<'_>, trust: &Trust<'_>) -> Result<Self, Rejection> {
        let mut children = Sequence::of(element)?;
        let name = identifier(&mut children, trust)?;
        let (mut bearers, mut others) = (Vec::new(), 0);
        while let Some(confirmation) = children.optional(saml("SubjectConfirmation")) {
            match confirmation.attribute("Method").as_deref() {
                Some(BEARER) => bearers.push(Confirmation::read(confirmation)?),
                Some(_) => others += 1,
                None => {
                    return Err(Finding::new(Code::AttributeMissing)
                        .expected("Method")
                        .at(confirmation.path())
                        .into());
                }
            }
        }
        children.end()?;
        Ok(Self {
            name_id: name,
            bearers,
            others,
        })
    }
}

impl Confirmation {
    fn read(element: Element<'_>) -> Result<Self, Rejection> {
        let mut children = Sequence::of(element)?;
        // The confirming party may be named; a bearer is whoever brings the message.
        for party in ["BaseID", "NameID", "EncryptedID"] {
            let _ = children.optional(saml(party));
        }
        let data = children.optional(saml("SubjectConfirmationData"));
        children.end()?;
        let Some(data) = data else {
            return Ok(Self::default());
        };
        Ok(Self {
            not_before: time_attribute(data, "NotBefore")?,
            not_on_or_after: time_attribute(data, "NotOnOrAfter")?,
            recipient: data.attribute("Recipient").map(Into::into),
            in_response_to: data.attribute("InResponseTo").map(Into::into),
        })
    }
}

/// The name that stands next, in the clear or encrypted. A `BaseID` is a name of a kind that
/// nobody here understands.
pub(crate) fn identifier(
    children: &mut Sequence<'_>,
    trust: &Trust<'_>,
) -> Result<Option<NameId>, Rejection> {
    if let Some(encrypted) = children.optional(saml("EncryptedID")) {
        return trust.with_opened(encrypted, opened_name).map(Some);
    }
    if let Some(base) = children.optional(saml("BaseID")) {
        return Err(Finding::new(Code::NameIdMissing)
            .expected("NameID")
            .seen("BaseID")
            .at(base.path())
            .into());
    }
    children.optional(saml("NameID")).map(name_id).transpose()
}

/// What an `EncryptedID` held must be a `NameID`.
fn opened_name(element: Element<'_>) -> Result<NameId, Rejection> {
    if element.is(saml("NameID")) {
        return name_id(element);
    }
    Err(Finding::new(Code::NameIdMissing)
        .expected("NameID inside EncryptedID")
        .into())
}

/// A `NameID` with all its attributes, unchanged.
pub(crate) fn name_id(element: Element<'_>) -> Result<NameId, Rejection> {
    let value = element
        .text_only()
        .map_err(|error| refuse(element, &error))?;
    let invalid = |code, expected: &str| {
        Err(Finding::new(code)
            .expected(expected)
            .at(element.path())
            .into())
    };
    if value.trim().is_empty() {
        return invalid(Code::NameIdMissing, "a NameID that is not empty");
    }
    if value.chars().count() > LONGEST_NAME {
        return invalid(Code::ValueInvalid, "at most 256 characters");
    }
    if value.chars().any(char::is_control) {
        return invalid(Code::ValueInvalid, "no control characters");
    }
    Ok(NameId {
        value: value.into_owned(),
        format: element.attribute("Format").map(Into::into),
        name_qualifier: element.attribute("NameQualifier").map(Into::into),
        sp_name_qualifier: element.attribute("SPNameQualifier").map(Into::into),
        sp_provided_id: element.attribute("SPProvidedID").map(Into::into),
    })
}
