//! Keys and endpoints of an identity provider's role.
//!
//! A key without `use` serves both purposes (E62), and one for encryption does not verify. Addresses
//! must be absolute https URLs: a browser is sent there, so `javascript:` and the like would be ours
//! to run.

use super::select::uri;
use crate::assertion::refuse;
use crate::cert::{CertError, Certificate};
use crate::error::{Code, Finding, Rejection, UsageError};
use crate::names::{ds, md};
use crate::url::{self, PlainHttp};
use crate::xml::Element;

/// The certificates to verify with: those for signing and those without a stated use (E62). A key
/// of a kind that is not supported is passed over when there is another: it could verify nothing.
/// What is passed over is told beside them.
pub(super) fn signing_certificates(
    role: Element<'_>,
) -> Result<(Vec<Certificate>, Vec<Finding>), Rejection> {
    let mut certificates: Vec<Certificate> = Vec::new();
    let mut unsupported = Vec::new();
    for descriptor in role.children_named(md("KeyDescriptor")) {
        match descriptor.attribute("use").as_deref() {
            None | Some("signing") => {}
            Some("encryption") => continue,
            Some(other) => {
                return Err(Finding::new(Code::ValueInvalid)
                    .expected("signing or encryption")
                    .seen(other)
                    .at(descriptor.path())
                    .into());
            }
        }
        for certificate in certificates_of(descriptor, &mut unsupported)? {
            if certificates
                .iter()
                .all(|known| known.key() != certificate.key())
            {
                certificates.push(certificate);
            }
        }
    }
    match unsupported.first() {
        Some(refusal) if certificates.is_empty() => Err(refusal.clone().into()),
        _ => Ok((certificates, unsupported)),
    }
}

fn certificates_of(
    descriptor: Element<'_>,
    unsupported: &mut Vec<Finding>,
) -> Result<Vec<Certificate>, Rejection> {
    let info = descriptor
        .one(ds("KeyInfo"))
        .map_err(|error| refuse(descriptor, &error))?;
    let mut certificates = Vec::new();
    for data in info.children_named(ds("X509Data")) {
        for element in data.children_named(ds("X509Certificate")) {
            let text = element
                .text_only()
                .map_err(|error| refuse(element, &error))?;
            let refusal = |error: CertError| Finding::from(error).at(element.path());
            match Certificate::parse(text.as_bytes()) {
                Ok(certificate) => certificates.push(certificate),
                Err(error) if error.kind().code() == Code::KeyUnsupported => {
                    unsupported.push(refusal(error));
                }
                Err(error) => return Err(refusal(error).into()),
            }
        }
    }
    Ok(certificates)
}

/// Where a message of one binding goes, and where its answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) location: String,
    pub(super) response_location: Option<String>,
}

/// The first endpoint of this service and binding.
pub(super) fn endpoint(
    role: Element<'_>,
    service: &str,
    binding: &str,
    plain: PlainHttp,
) -> Result<Option<Endpoint>, Rejection> {
    let mut services = role.children_named(md(service));
    let Some(found) = services.find(|s| s.attribute("Binding").as_deref() == Some(binding)) else {
        return Ok(None);
    };
    found
        .required_attribute("Location")
        .map_err(|error| refuse(found, &error))?;
    let location = uri(found, "Location").unwrap_or_default();
    let response_location = uri(found, "ResponseLocation");
    for url in std::iter::once(&location).chain(&response_location) {
        url::check(url, service, plain).map_err(|error| not_an_endpoint(found, &error))?;
    }
    Ok(Some(Endpoint {
        location,
        response_location,
    }))
}

fn not_an_endpoint(element: Element<'_>, error: &UsageError) -> Rejection {
    let mut finding = Finding::new(Code::MetadataEndpoint).at(element.path());
    if let Some(expected) = error.finding().expected_value() {
        finding = finding.expected(expected);
    }
    if let Some(seen) = error.finding().seen_value() {
        finding = finding.seen(seen);
    }
    finding.into()
}
