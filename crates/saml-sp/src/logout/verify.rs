//! From an arrived message to the text that was signed.
//!
//! By POST the signature is in the message; by redirect it is over the raw query, in the sender's own
//! spelling, and the message carries none. Both end in the same type, so that what follows cannot tell
//! them apart. A logout message without signature is refused whatever it says: it would let anybody
//! sign anybody out.

use time::OffsetDateTime;

use super::message::{Carried, LogoutMessage};
use crate::assertion::{issuer, required_time, version, write_time};
use crate::binding::Role;
use crate::dsig::{Envelope, Nested};
use crate::error::{Code, Finding, Rejection};
use crate::idp::Idp;
use crate::message;
use crate::names::{saml, samlp};
use crate::near;
use crate::sp::ServiceProvider;
use crate::xml::Element;

/// The text of a message whose signature was verified. Made by [`verified`] only.
#[derive(Debug)]
pub(super) struct SignedText(String);

impl SignedText {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Verify a message of this kind; an unsigned one is refused whatever it says.
pub(super) fn verified(
    sp: &ServiceProvider,
    idp: &Idp,
    message: &LogoutMessage,
    role: Role,
) -> Result<SignedText, Rejection> {
    let name = match role {
        Role::Request => "LogoutRequest",
        Role::Response => "LogoutResponse",
    };
    if message.role != role {
        return Err(Finding::new(Code::RootUnexpected)
            .expected(name)
            .seen(message.role.parameter())
            .into());
    }
    let document = message::document(&message.xml, &sp.limits)?;
    let envelope = Envelope::message(&document, samlp(name), Nested::Refused)?;
    match &message.signature {
        Carried::Enveloped => {
            let candidate = envelope.candidate()?;
            let verified = candidate.verify(&idp.pinned(), idp.policy(), &sp.crypto, &sp.limits)?;
            let signed = verified.signed_bytes(&sp.crypto)?;
            Ok(SignedText(signed.as_str().to_owned()))
        }
        Carried::Detached(None) => Err(Finding::new(Code::Unsigned)
            .expected("SigAlg and Signature")
            .into()),
        Carried::Detached(Some(signed)) => {
            idp.pinned().verify_detached(
                &signed.algorithm,
                signed.octets.as_bytes(),
                &signed.value,
                idp.policy(),
                &sp.crypto,
            )?;
            // The query's signature covers the deflated text of this very document.
            Ok(SignedText(document.text().to_owned()))
        }
    }
}

/// What both messages must say: version, issuer, destination, a recent instant.
pub(super) fn envelope_findings(
    sp: &ServiceProvider,
    idp: &Idp,
    root: Element<'_>,
    now: OffsetDateTime,
) -> Result<Vec<Finding>, Rejection> {
    version(root)?;
    let mut findings = Vec::new();
    let element = root
        .optional(saml("Issuer"))
        .map_err(|error| crate::assertion::refuse(root, &error))?;
    let Some(element) = element else {
        return Err(Finding::new(Code::IssuerMissing)
            .expected(idp.issuer())
            .at(root.path())
            .into());
    };
    let named = issuer(element)?;
    if named != idp.issuer() {
        findings.push(
            Finding::new(Code::IssuerMismatch)
                .expected(idp.issuer())
                .seen(named)
                .at(element.path()),
        );
    }
    findings.extend(destination(sp, root));
    let issued = required_time(root, "IssueInstant")?;
    let skew = sp.skew_for(idp);
    let place = format!("{}/@IssueInstant", root.path());
    if issued > now.saturating_add(skew) {
        findings.push(
            Finding::new(Code::IssuedInFuture)
                .seen(write_time(issued))
                .at(place),
        );
    } else if now >= issued.saturating_add(sp.max_age).saturating_add(skew) {
        findings.push(
            Finding::new(Code::IssuedTooLongAgo)
                .seen(write_time(issued))
                .at(place),
        );
    }
    Ok(findings)
}

/// A signed message must say where it was meant to go (Bindings 3.4.5.2, 3.5.5.2).
fn destination(sp: &ServiceProvider, root: Element<'_>) -> Option<Finding> {
    let expected = sp.logout_urls.join(" or ");
    let finding = |code| {
        Finding::new(code)
            .expected(&expected)
            .at(format!("{}/@Destination", root.path()))
    };
    match root.attribute("Destination").as_deref() {
        None => Some(finding(Code::DestinationMissing)),
        Some(seen) if sp.logout_urls.iter().any(|url| url == seen) => None,
        Some(seen) => {
            let finding = finding(Code::DestinationMismatch).seen(seen);
            Some(
                match near::any(sp.logout_urls.iter().map(String::as_str), seen) {
                    Some(hint) => finding.hint(hint),
                    None => finding,
                },
            )
        }
    }
}
