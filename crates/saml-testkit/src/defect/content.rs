//! Defects of what is said: properly signed, and not acceptable.

use super::{FORGED_NAME_ID, family, taken};
use crate::message::{issuer, saml, status};
use crate::names::SUCCESS;
use crate::response::{ResponseBuilder, reach};
use crate::sign::Signing;
use crate::tree::{Element, Node};

const ASSERTION: &[&str] = &["saml2:Assertion"];
const SUBJECT: &[&str] = &["saml2:Assertion", "saml2:Subject"];
const NAME_ID: &[&str] = &["saml2:Assertion", "saml2:Subject", "saml2:NameID"];
const CONFIRMATION: &[&str] = &[
    "saml2:Assertion",
    "saml2:Subject",
    "saml2:SubjectConfirmation",
];
const DATA: &[&str] = &[
    "saml2:Assertion",
    "saml2:Subject",
    "saml2:SubjectConfirmation",
    "saml2:SubjectConfirmationData",
];
const CONDITIONS: &[&str] = &["saml2:Assertion", "saml2:Conditions"];
const RESTRICTION: &[&str] = &[
    "saml2:Assertion",
    "saml2:Conditions",
    "saml2:AudienceRestriction",
];
const AUDIENCE: &[&str] = &[
    "saml2:Assertion",
    "saml2:Conditions",
    "saml2:AudienceRestriction",
    "saml2:Audience",
];
const AUTHN: &[&str] = &["saml2:Assertion", "saml2:AuthnStatement"];
const STATEMENT: &[&str] = &["saml2:Assertion", "saml2:AttributeStatement"];
const STATUS: &[&str] = &["saml2p:Status"];
const STATUS_CODE: &[&str] = &["saml2p:Status", "saml2p:StatusCode"];

family! {
    /// Content defects. Both elements are signed unless a member says otherwise.
    Content {
        /// The Response says `Version="1.1"`.
        VersionOfResponse => |b| b.set(&[], "Version", "1.1"),
        /// The Assertion says `Version="2.00"`.
        VersionOfAssertion => |b| b.set(ASSERTION, "Version", "2.00"),
        /// No `Version` on the Assertion.
        VersionMissing => |b| b.unset(ASSERTION, "Version"),
        /// No `ID` on the Assertion; the Response is signed.
        AssertionIdMissing => |b| b.sign(Signing::Response).unset(ASSERTION, "ID"),
        /// No `IssueInstant` on the Assertion.
        IssueInstantMissing => |b| b.unset(ASSERTION, "IssueInstant"),
        /// A top-level status other than Success, with an Assertion.
        StatusNotSuccess => |b| b.status("urn:oasis:names:tc:SAML:2.0:status:Responder"),
        /// Success only as the nested code.
        StatusSuccessNested => |b| b.edit_at(STATUS_CODE, |e| {
            e.set_attribute("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder");
            push(e, Element::new("saml2p:StatusCode").attribute("Value", SUCCESS));
        }),
        /// No Status.
        StatusMissing => |b| b.edit(|root| drop(taken(root, "saml2p:Status"))),
        /// Two Status, the first good.
        StatusTwice => |b| b.edit(|root| root.insert_after("saml2p:Status", status("urn:oasis:names:tc:SAML:2.0:status:Responder"))),
        /// Status without a code.
        StatusCodeMissing => |b| b.edit_at(STATUS, |e| e.children_mut().clear()),
        /// A successful Response without Assertion.
        AssertionMissing => |b| b.edit(|root| drop(taken(root, "saml2:Assertion"))),
        /// Two properly signed Assertions.
        TwoAssertions => |b| b.edit(|root| {
            let mut second = reach(root, ASSERTION).clone();
            second.set_attribute("ID", "id55555555555555555555555555");
            reach(&mut second, &["saml2:Subject", "saml2:NameID"]).set_text(FORGED_NAME_ID);
            push(root, second);
        }),
        /// The document element is an Assertion.
        BareAssertion => |b| b.sign(Signing::Assertion).edit_signed(|root| {
            *root = taken(root, "saml2:Assertion");
        }),
        /// The document element is a signed `LogoutResponse`.
        LogoutResponse => |b| b.edit(|root| {
            root.take("saml2:Assertion");
            "saml2p:LogoutResponse".clone_into(&mut root.name);
        }).sign(Signing::Response),

        /// No Issuer in the Assertion.
        IssuerMissing => |b| b.edit_at(ASSERTION, |e| drop(taken(e, "saml2:Issuer"))),
        /// Another Issuer in both.
        IssuerOther => |b| b.issuer("http://www.okta.com/exkother"),
        /// Another Issuer in the Response only.
        IssuerOfResponseOther => |b| b.response_issuer("http://www.okta.com/exkother"),
        /// Another Issuer in the Assertion only.
        IssuerOfAssertionOther => |b| b.assertion_issuer("http://www.okta.com/exkother"),
        /// Two Issuers in the Assertion.
        IssuerTwice => |b| b.edit_at(ASSERTION, |e| e.insert_after("saml2:Issuer", issuer("http://www.okta.com/exkother"))),
        /// An Issuer of another format than entity.
        IssuerFormatOther => |b| b.set(&["saml2:Assertion", "saml2:Issuer"], "Format", crate::names::NAME_ID_EMAIL),

        /// No Subject.
        SubjectMissing => |b| b.edit_at(ASSERTION, |e| drop(taken(e, "saml2:Subject"))),
        /// Two Subjects.
        SubjectTwice => |b| b.edit_at(ASSERTION, |e| again(e, "saml2:Subject")),
        /// No `NameID`.
        NameIdMissing => |b| b.edit_at(SUBJECT, |e| drop(taken(e, "saml2:NameID"))),
        /// An empty `NameID`.
        NameIdEmpty => |b| b.name_id(""),
        /// A `NameID` of white space.
        NameIdBlank => |b| b.name_id(" \t "),
        /// A `NameID` of five thousand characters.
        NameIdHuge => |b| b.name_id(&"a".repeat(5_000)),
        /// Two `NameID`.
        NameIdTwice => |b| b.edit_at(SUBJECT, |e| again(e, "saml2:NameID")),
        /// A `NameID` meant for another service provider.
        NameIdOfOtherSp => |b| b.set(NAME_ID, "SPNameQualifier", "https://other.test/entity"),
        /// `BaseID` in place of `NameID`.
        BaseId => |b| b.edit_at(NAME_ID, |e| "saml2:BaseID".clone_into(&mut e.name)),

        /// No confirmation.
        ConfirmationMissing => |b| b.edit_at(SUBJECT, |e| drop(taken(e, "saml2:SubjectConfirmation"))),
        /// A holder-of-key confirmation only.
        ConfirmationHolderOfKey => |b| b.set(CONFIRMATION, "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
        /// A sender-vouches confirmation only.
        ConfirmationSenderVouches => |b| b.set(CONFIRMATION, "Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"),
        /// A bearer confirmation without data.
        ConfirmationDataMissing => |b| b.edit_at(CONFIRMATION, |e| drop(taken(e, "saml2:SubjectConfirmationData"))),
        /// `NotBefore` in the bearer confirmation.
        ConfirmationNotBefore => |b| b.set(DATA, "NotBefore", "2000-01-01T00:00:00Z"),
        /// No end of the bearer confirmation.
        ConfirmationEndless => |b| b.unset(DATA, "NotOnOrAfter"),
        /// The confirmation ended long ago.
        ConfirmationExpired => |b| b.set(DATA, "NotOnOrAfter", "2000-01-01T00:00:00Z"),
        /// No Recipient.
        RecipientMissing => |b| b.unset(DATA, "Recipient"),
        /// Another Recipient.
        RecipientOther => |b| b.recipient("https://other.test/acs"),
        /// The right Recipient with a slash behind it.
        RecipientWithSlash => |b| edit_value(b, DATA, "Recipient", |v| format!("{v}/")),
        /// The right Recipient in other letter case.
        RecipientOtherCase => |b| edit_value(b, DATA, "Recipient", |v| v.replacen("https://", "HTTPS://", 1)),
        /// Another Destination.
        DestinationOther => |b| b.destination("https://other.test/acs"),
        /// An empty Destination.
        DestinationEmpty => |b| b.destination(""),
        /// No Destination.
        DestinationMissing => |b| b.unset(&[], "Destination"),
        /// Answers another request.
        InResponseToOther => |b| b.in_response_to("_another-request"),
        /// The confirmation answers another request than the Response.
        InResponseToSplit => |b| b.set(DATA, "InResponseTo", "_another-request"),
        /// The Response answers another request than the confirmation.
        InResponseToOfResponseOther => |b| b.set(&[], "InResponseTo", "_another-request"),

        /// No Conditions.
        ConditionsMissing => |b| b.edit_at(ASSERTION, |e| drop(taken(e, "saml2:Conditions"))),
        /// Two Conditions.
        ConditionsTwice => |b| b.edit_at(ASSERTION, |e| again(e, "saml2:Conditions")),
        /// No audience restriction.
        RestrictionMissing => |b| b.edit_at(CONDITIONS, |e| drop(taken(e, "saml2:AudienceRestriction"))),
        /// An audience restriction without audience.
        AudienceMissing => |b| b.edit_at(RESTRICTION, |e| drop(taken(e, "saml2:Audience"))),
        /// An empty audience.
        AudienceEmpty => |b| b.audience(""),
        /// Another audience.
        AudienceOther => |b| b.audience("https://other.test/entity"),
        /// The right audience with a slash behind it.
        AudienceWithSlash => |b| edit_text(b, AUDIENCE, |v| format!("{v}/")),
        /// The right audience in other letter case.
        AudienceOtherCase => |b| edit_text(b, AUDIENCE, |v| v.to_uppercase()),
        /// Two restrictions, of which only the first names us: both must hold.
        RestrictionsBothMustHold => |b| b.edit_at(CONDITIONS, |e| {
            let other = Element::new("saml2:Audience").text("https://other.test/entity");
            push(e, Element::new("saml2:AudienceRestriction").child(other));
        }),
        /// Conditions not yet valid.
        ConditionsFuture => |b| b.set(CONDITIONS, "NotBefore", "2100-01-01T00:00:00Z").set(CONDITIONS, "NotOnOrAfter", "2100-01-02T00:00:00Z"),
        /// Conditions long over.
        ConditionsExpired => |b| b.set(CONDITIONS, "NotBefore", "2000-01-01T00:00:00Z").set(CONDITIONS, "NotOnOrAfter", "2000-01-02T00:00:00Z"),
        /// Conditions that end before they begin.
        ConditionsBackwards => |b| b.set(CONDITIONS, "NotOnOrAfter", "2000-01-02T00:00:00Z"),
        /// A condition nobody knows.
        ConditionUnknown => |b| b.edit_at(CONDITIONS, |e| {
            let unknown = Element::new("saml2:Condition")
                .attribute("xmlns:xsi", crate::names::XSI)
                .attribute("xmlns:x", "urn:x")
                .attribute("xsi:type", "x:Unknown");
            push(e, unknown);
        }),
        /// No `AuthnStatement`.
        AuthnStatementMissing => |b| b.edit_at(ASSERTION, |e| drop(taken(e, "saml2:AuthnStatement"))),
        /// The user authenticated in the future.
        AuthnInstantFuture => |b| b.set(AUTHN, "AuthnInstant", "2100-01-01T00:00:00Z"),
        /// The session is over already.
        SessionExpired => |b| b.set(AUTHN, "SessionNotOnOrAfter", "2000-01-01T00:00:00Z"),
        /// Issued in the future.
        IssueInstantFuture => |b| b.set(ASSERTION, "IssueInstant", "2100-01-01T00:00:00Z").set(&[], "IssueInstant", "2100-01-01T00:00:00Z"),
        /// Issued long ago, with fresh conditions.
        IssueInstantAncient => |b| b.set(ASSERTION, "IssueInstant", "2000-01-01T00:00:00Z"),

        /// An instant without zone.
        InstantWithoutZone => |b| b.set(DATA, "NotOnOrAfter", "2100-01-01T00:00:00"),
        /// An instant on the 30th of February.
        InstantImpossible => |b| b.set(DATA, "NotOnOrAfter", "2100-02-30T00:00:00Z"),
        /// An instant with a small `z`.
        InstantSmallZ => |b| b.set(DATA, "NotOnOrAfter", "2100-01-01T00:00:00z"),
        /// An instant of five-digit year.
        InstantHugeYear => |b| b.set(DATA, "NotOnOrAfter", "10000-01-01T00:00:00Z"),
        /// An instant in Arabic-Indic digits.
        InstantOtherDigits => |b| b.set(DATA, "NotOnOrAfter", "٢١٠٠-01-01T00:00:00Z"),
        /// An instant that is no instant.
        InstantGarbage => |b| b.set(CONDITIONS, "NotOnOrAfter", "tomorrow"),

        /// An attribute value with an element in it.
        AttributeValueElement => |b| b.edit_at(STATEMENT, |e| {
            let value = Element::new("saml2:AttributeValue").child(Element::new("saml2:NameID").text(FORGED_NAME_ID));
            push(e, Element::new("saml2:Attribute").attribute("Name", "nested").child(value));
        }),
        /// An attribute without name.
        AttributeNameMissing => |b| b.edit_at(STATEMENT, |e| push(e, Element::new("saml2:Attribute"))),
        /// An encrypted attribute, which nobody can read.
        EncryptedAttribute => |b| b.edit_at(STATEMENT, |e| push(e, Element::new("saml2:EncryptedAttribute"))),
        /// An Assertion inside the Assertion's `Advice`.
        AdviceAssertion => |b| b.edit_at(ASSERTION, |e| {
            let mut inner = e.clone();
            inner.set_attribute("ID", "id44444444444444444444444444");
            e.insert_after("saml2:Conditions", saml("saml2:Advice").child(inner));
        }),
        /// An unknown child of the Assertion.
        UnknownChildOfAssertion => |b| b.edit_at(ASSERTION, |e| push(e, Element::new("saml2:Unknown"))),
        /// Statements before the Subject.
        ChildrenOutOfOrder => |b| b.edit_at(ASSERTION, |e| {
            let subject = taken(e, "saml2:Subject");
            push(e, subject);
        }),
        /// SAML 1.1's namespace on the Assertion.
        AssertionOfSaml11 => |b| b.edit_at(ASSERTION, |e| e.set_attribute("xmlns:saml2", "urn:oasis:names:tc:SAML:1.0:assertion")),

        /// The Assertion alone is signed; the Response around it claims another Issuer.
        EnvelopeIssuerForged => |b| envelope(b, |root| reach(root, &["saml2:Issuer"]).set_text("http://www.okta.com/exkother")),
        /// The Assertion alone is signed; the Response around it claims another Destination.
        EnvelopeDestinationForged => |b| envelope(b, |root| root.set_attribute("Destination", "https://other.test/acs")),
        /// The Assertion alone is signed; the Response around it answers another request.
        EnvelopeInResponseToForged => |b| envelope(b, |root| root.set_attribute("InResponseTo", "_another-request")),
        /// The Assertion alone is signed; the Response around it reports an error.
        EnvelopeStatusForged => |b| envelope(b, |root| {
            reach(root, STATUS_CODE).set_attribute("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder");
        }),
    }
}

fn envelope(
    b: ResponseBuilder,
    change: impl Fn(&mut Element) + Send + Sync + 'static,
) -> ResponseBuilder {
    b.sign(Signing::Assertion).edit_signed(change)
}

fn edit_value(
    b: ResponseBuilder,
    path: &'static [&'static str],
    name: &'static str,
    change: fn(&str) -> String,
) -> ResponseBuilder {
    b.edit_at(path, move |e| {
        let value = change(e.attribute_value(name).unwrap_or(""));
        e.set_attribute(name, &value);
    })
}

fn edit_text(
    b: ResponseBuilder,
    path: &'static [&'static str],
    change: fn(&str) -> String,
) -> ResponseBuilder {
    b.edit_at(path, move |e| {
        let text = change(&e.own_text());
        e.set_text(&text);
    })
}

fn again(parent: &mut Element, name: &str) {
    if let Some(copy) = parent.first(name).cloned() {
        parent.insert_after(name, copy);
    }
}

fn push(to: &mut Element, child: Element) {
    to.children_mut().push(Node::Element(child));
}
