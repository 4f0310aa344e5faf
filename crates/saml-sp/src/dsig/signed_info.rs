//! What a `SignedInfo` says, read from its canonical octets.

use crate::c14n::Form;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::error::{Code, Finding};
use crate::policy::Limits;
use crate::xml::{Document, Element, Extras, Name, XML_NAMESPACE, XmlError, is_ncname};

use super::envelope::finding;
use super::grammar::{algorithm, attributes, base64_text, canonicalization, sequence, shape};
use super::{ENVELOPED, ds};

/// The contents of a `SignedInfo` of the one form that is accepted.
#[derive(Clone, Debug)]
pub(super) struct SignedInfo {
    pub(super) canonicalization: Form,
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) id: String,
    pub(super) form: Form,
    pub(super) digest: DigestAlgorithm,
    pub(super) value: Vec<u8>,
}

impl SignedInfo {
    /// Reads canonical octets.
    pub(super) fn read(octets: &str, limits: &Limits) -> Result<Self, Finding> {
        let document = Document::parse(octets, limits, Extras::Refused).map_err(unreadable)?;
        let root = document.root();
        if !root.is(ds("SignedInfo")) {
            return Err(shape(root));
        }
        // Canonical XML 1.0 hands the `xml:` attributes of what is around an element on to it.
        let known = |name: Name<'_>| {
            name.namespace == XML_NAMESPACE || (name.namespace.is_empty() && name.local == "Id")
        };
        if root.attributes().any(|found| !known(found.name)) {
            return Err(shape(root));
        }
        let children = sequence(root)?;
        let [c14n, method, references @ ..] = children.as_slice() else {
            return Err(shape(root));
        };
        if !c14n.is(ds("CanonicalizationMethod")) || !method.is(ds("SignatureMethod")) {
            return Err(shape(root));
        }
        let canonicalization = canonicalization(*c14n, limits)?;
        let algorithm = signature_method(*method)?;
        Reference::only(root, references)?.read(canonicalization, algorithm, limits)
    }
}

fn unreadable(error: XmlError) -> Finding {
    Finding::new(Code::CanonicalFormInvalid).seen(error.to_string())
}

fn signature_method(method: Element<'_>) -> Result<SignatureAlgorithm, Finding> {
    let uri = algorithm(method)?;
    let known = SignatureAlgorithm::from_uri(&uri);
    let known = known.ok_or_else(|| finding(Code::AlgorithmUnknown, method).seen(&uri))?;
    // `HMACOutputLength` and PSS parameters would stand here.
    method.nothing_inside().map_err(|_| shape(method))?;
    Ok(known)
}

struct Reference<'d>(Element<'d>);

impl<'d> Reference<'d> {
    fn only(signed_info: Element<'d>, found: &[Element<'d>]) -> Result<Self, Finding> {
        match found {
            [only] if only.is(ds("Reference")) => Ok(Self(*only)),
            all if all.iter().all(|child| child.is(ds("Reference"))) => {
                Err(finding(Code::ReferenceCount, signed_info)
                    .expected("one Reference")
                    .seen(format!("{}", all.len())))
            }
            _ => Err(shape(signed_info)),
        }
    }

    fn read(
        &self,
        canonicalization: Form,
        algorithm: SignatureAlgorithm,
        limits: &Limits,
    ) -> Result<SignedInfo, Finding> {
        let id = self.id()?;
        let children = sequence(self.0)?;
        let (transforms, method, value) = match children.as_slice() {
            [transforms, method, value] => (*transforms, *method, *value),
            [method, value] if method.is(ds("DigestMethod")) && value.is(ds("DigestValue")) => {
                return Err(finding(Code::TransformForbidden, self.0).expected("Transforms"));
            }
            _ => return Err(shape(self.0)),
        };
        let form = read_transforms(transforms, limits)?;
        let digest = digest_method(method)?;
        if !value.is(ds("DigestValue")) {
            return Err(shape(self.0));
        }
        attributes(value, &[])?;
        let value = base64_text(value, Code::DigestMismatch)?;
        Ok(SignedInfo {
            canonicalization,
            algorithm,
            id,
            form,
            digest,
            value,
        })
    }

    /// `#` and a name, nothing else: no empty URI, no XPointer, no percent-encoding, no `Type`.
    fn id(&self) -> Result<String, Finding> {
        if self.0.attribute("Type").is_some() {
            return Err(finding(Code::ReferenceUri, self.0).seen("a Reference with a Type"));
        }
        attributes(self.0, &["Id", "URI"])?;
        let uri = self.0.attribute("URI").unwrap_or_default();
        match uri.strip_prefix('#') {
            Some(id) if is_ncname(id) => Ok(id.to_owned()),
            _ => Err(finding(Code::ReferenceUri, self.0)
                .expected("# and an ID")
                .seen(&*uri)),
        }
    }
}

fn digest_method(method: Element<'_>) -> Result<DigestAlgorithm, Finding> {
    if !method.is(ds("DigestMethod")) {
        return Err(shape(method));
    }
    let uri = algorithm(method)?;
    method.nothing_inside().map_err(|_| shape(method))?;
    DigestAlgorithm::from_uri(&uri)
        .ok_or_else(|| finding(Code::AlgorithmUnknown, method).seen(&uri))
}

/// Exactly the enveloped-signature transform, then at most one canonicalization. Without one it is
/// Canonical XML 1.0 (XML Signature 1.1, 4.4.3.2), which some identity providers leave unsaid.
fn read_transforms(transforms: Element<'_>, limits: &Limits) -> Result<Form, Finding> {
    if !transforms.is(ds("Transforms")) {
        return Err(shape(transforms));
    }
    attributes(transforms, &[])?;
    let list = sequence(transforms)?;
    let list = list.as_slice();
    if list.iter().any(|transform| !transform.is(ds("Transform"))) {
        return Err(shape(transforms));
    }
    let forbidden = |seen: String| {
        finding(Code::TransformForbidden, transforms)
            .expected("enveloped-signature, then one canonicalization")
            .seen(seen)
    };
    let (enveloped, c14n) = match list {
        [enveloped] => (enveloped, None),
        [enveloped, c14n] => (enveloped, Some(c14n)),
        _ => return Err(forbidden(format!("{} transforms", list.len()))),
    };
    let uri = |transform: &Element<'_>| {
        transform
            .attribute("Algorithm")
            .unwrap_or_default()
            .into_owned()
    };
    if uri(enveloped) != ENVELOPED {
        return Err(forbidden(uri(enveloped)));
    }
    attributes(*enveloped, &["Algorithm"])?;
    enveloped.nothing_inside().map_err(|_| shape(*enveloped))?;
    match c14n {
        None => Ok(Form::inclusive()),
        Some(c14n) if Form::from_uri(&uri(c14n)).is_none() => Err(forbidden(uri(c14n))),
        Some(c14n) => canonicalization(*c14n, limits),
    }
}
