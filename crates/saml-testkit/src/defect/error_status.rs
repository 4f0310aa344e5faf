//! Answers that say no.

use crate::names::PROTOCOL;
use crate::response::ResponseBuilder;
use crate::sign::Signing;
use crate::tree::{Element, Node};

/// An error answer as an identity provider sends it: signed, without Assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorStatus {
    /// `Responder` / `AuthnFailed`: the user did not manage to sign in.
    AuthnFailed,
    /// `Responder` / `NoPassive`: a passive request found no session.
    NoPassive,
    /// `Responder` / `RequestDenied`: the provider will not answer, e.g. the user has no app.
    RequestDenied,
    /// `Requester` / `InvalidNameIDPolicy`: the requested format is not configured.
    InvalidNameIdPolicy,
    /// `Requester` / `NoAuthnContext`: the requested context cannot be met.
    NoAuthnContext,
    /// `VersionMismatch`, without a second code.
    VersionMismatch,
}

impl ErrorStatus {
    /// Every member.
    pub const ALL: &'static [Self] = &[
        Self::AuthnFailed,
        Self::NoPassive,
        Self::RequestDenied,
        Self::InvalidNameIdPolicy,
        Self::NoAuthnContext,
        Self::VersionMismatch,
    ];

    /// The top-level code and the second one, without their common prefix
    /// `urn:oasis:names:tc:SAML:2.0:status:`.
    #[must_use]
    pub const fn codes(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::AuthnFailed => ("Responder", Some("AuthnFailed")),
            Self::NoPassive => ("Responder", Some("NoPassive")),
            Self::RequestDenied => ("Responder", Some("RequestDenied")),
            Self::InvalidNameIdPolicy => ("Requester", Some("InvalidNameIDPolicy")),
            Self::NoAuthnContext => ("Requester", Some("NoAuthnContext")),
            Self::VersionMismatch => ("VersionMismatch", None),
        }
    }
}

impl ResponseBuilder {
    /// Turns the answer into a signed error: this status, this message, no Assertion.
    #[must_use]
    pub fn error(self, status: ErrorStatus, message: &str) -> Self {
        const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";
        let message = message.to_owned();
        self.sign(Signing::Response).edit(move |root| {
            root.take("saml2:Assertion");
            let (top, second) = status.codes();
            let mut code =
                Element::new("saml2p:StatusCode").attribute("Value", &format!("{PREFIX}{top}"));
            if let Some(second) = second {
                code = code.child(
                    Element::new("saml2p:StatusCode")
                        .attribute("Value", &format!("{PREFIX}{second}")),
                );
            }
            let message = Element::new("saml2p:StatusMessage").text(&message);
            let status = Element::new("saml2p:Status")
                .attribute("xmlns:saml2p", PROTOCOL)
                .child(code)
                .child(message);
            root.take("saml2p:Status");
            root.children_mut().push(Node::Element(status));
        })
    }
}
