//! One call per changed value: everything here is signed as it stands.

use crate::response::{ResponseBuilder, reach};
use crate::stamp::instant;
use time::OffsetDateTime;

const ASSERTION: &[&str] = &["saml2:Assertion"];
const CONDITIONS: &[&str] = &["saml2:Assertion", "saml2:Conditions"];
const AUDIENCE: &[&str] = &[
    "saml2:Assertion",
    "saml2:Conditions",
    "saml2:AudienceRestriction",
    "saml2:Audience",
];
const NAME_ID: &[&str] = &["saml2:Assertion", "saml2:Subject", "saml2:NameID"];
const CONFIRMATION: &[&str] = &[
    "saml2:Assertion",
    "saml2:Subject",
    "saml2:SubjectConfirmation",
    "saml2:SubjectConfirmationData",
];
const AUTHN: &[&str] = &["saml2:Assertion", "saml2:AuthnStatement"];

impl ResponseBuilder {
    /// Another issuer, in the Response and in the Assertion.
    #[must_use]
    pub fn issuer(self, value: &str) -> Self {
        self.response_issuer(value).assertion_issuer(value)
    }

    /// Another issuer of the Response alone.
    #[must_use]
    pub fn response_issuer(self, value: &str) -> Self {
        let value = value.to_owned();
        self.edit_at(&["saml2:Issuer"], move |e| e.set_text(&value))
    }

    /// Another issuer of the Assertion alone.
    #[must_use]
    pub fn assertion_issuer(self, value: &str) -> Self {
        let value = value.to_owned();
        self.edit_at(&["saml2:Assertion", "saml2:Issuer"], move |e| {
            e.set_text(&value)
        })
    }

    /// Another audience.
    #[must_use]
    pub fn audience(self, value: &str) -> Self {
        let value = value.to_owned();
        self.edit_at(AUDIENCE, move |e| e.set_text(&value))
    }

    /// Another `Recipient`.
    #[must_use]
    pub fn recipient(self, value: &str) -> Self {
        self.set(CONFIRMATION, "Recipient", value)
    }

    /// Another `Destination`.
    #[must_use]
    pub fn destination(self, value: &str) -> Self {
        self.set(&[], "Destination", value)
    }

    /// Another `InResponseTo`, in the Response and in the confirmation.
    #[must_use]
    pub fn in_response_to(self, value: &str) -> Self {
        self.set(&[], "InResponseTo", value)
            .set(CONFIRMATION, "InResponseTo", value)
    }

    /// Another `NameID` value; the attributes stay.
    #[must_use]
    pub fn name_id(self, value: &str) -> Self {
        let value = value.to_owned();
        self.edit_at(NAME_ID, move |e| e.set_text(&value))
    }

    /// Another top-level status code; the Assertion stays.
    #[must_use]
    pub fn status(self, code: &str) -> Self {
        self.set(&["saml2p:Status", "saml2p:StatusCode"], "Value", code)
    }

    /// Another end of the confirmation's validity.
    #[must_use]
    pub fn confirmation_until(self, at: OffsetDateTime) -> Self {
        self.set(CONFIRMATION, "NotOnOrAfter", &instant(at))
    }

    /// Other bounds of `Conditions`.
    #[must_use]
    pub fn conditions(self, not_before: OffsetDateTime, not_on_or_after: OffsetDateTime) -> Self {
        self.set(CONDITIONS, "NotBefore", &instant(not_before)).set(
            CONDITIONS,
            "NotOnOrAfter",
            &instant(not_on_or_after),
        )
    }

    /// Another `AuthnInstant`.
    #[must_use]
    pub fn authn_instant(self, at: OffsetDateTime) -> Self {
        self.set(AUTHN, "AuthnInstant", &instant(at))
    }

    /// A `SessionNotOnOrAfter`, which Okta writes only when told to.
    #[must_use]
    pub fn session_until(self, at: OffsetDateTime) -> Self {
        self.set(AUTHN, "SessionNotOnOrAfter", &instant(at))
    }

    /// Another id of the Assertion, for replay tests.
    #[must_use]
    pub fn assertion_id(self, id: &str) -> Self {
        self.set(ASSERTION, "ID", id)
    }

    /// Sets one attribute of the element at `path` before signing; see [`Self::edit_at`].
    ///
    /// # Panics
    /// When the message is built and has no such element.
    #[must_use]
    pub fn set(self, path: &'static [&'static str], attribute: &'static str, value: &str) -> Self {
        let value = value.to_owned();
        self.edit(move |root| reach(root, path).set_attribute(attribute, &value))
    }

    /// Takes one attribute of the element at `path` away before signing.
    ///
    /// # Panics
    /// When the message is built and has no such element or attribute.
    #[must_use]
    pub fn unset(self, path: &'static [&'static str], attribute: &'static str) -> Self {
        self.edit(move |root| {
            assert!(
                reach(root, path).remove_attribute(attribute),
                "the message has no {}/@{attribute}",
                path.join("/")
            );
        })
    }
}
