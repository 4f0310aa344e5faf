//! The one form a `ds:Signature` may have.

use std::borrow::Cow;

use crate::c14n::{Form, Method, Prefixes};
use crate::error::{Code, Finding};
use crate::packed;
use crate::policy::Limits;
use crate::xml::{Element, Name, ShapeError};

use super::envelope::finding;
use super::{EC, ds};

/// The parts of a signature as they stand in the document.
pub(super) struct Parts<'d> {
    pub(super) signed_info: Element<'d>,
    pub(super) form: Form,
    pub(super) value: Vec<u8>,
}

/// Splits a `ds:Signature`: `SignedInfo`, `SignatureValue`, perhaps `KeyInfo`, nothing else.
pub(super) fn parts<'d>(signature: Element<'d>, limits: &Limits) -> Result<Parts<'d>, Finding> {
    attributes(signature, &["Id"])?;
    if signature.has_cdata() {
        return Err(shape(signature));
    }
    let children = sequence(signature)?;
    let (signed_info, value) = match children.as_slice() {
        [info, value] => (*info, *value),
        [info, value, key] if key.is(ds("KeyInfo")) => (*info, *value),
        _ => return Err(shape(signature)),
    };
    if !signed_info.is(ds("SignedInfo")) || !value.is(ds("SignatureValue")) {
        return Err(shape(signature));
    }
    let method = signed_info
        .children()
        .next()
        .filter(|child| child.is(ds("CanonicalizationMethod")));
    let form = canonicalization(method.ok_or_else(|| shape(signed_info))?, limits)?;
    attributes(value, &["Id"])?;
    let value = base64_text(value, Code::SignatureInvalid)?;
    Ok(Parts {
        signed_info,
        form,
        value,
    })
}

/// The form that a `CanonicalizationMethod` or a `Transform` names.
pub(super) fn canonicalization(method: Element<'_>, limits: &Limits) -> Result<Form, Finding> {
    let uri = algorithm(method)?;
    let Some(mut form) = Form::from_uri(&uri) else {
        return Err(finding(Code::CanonicalizationForbidden, method)
            .expected(Form::exclusive().uri())
            .seen(uri));
    };
    let children = sequence(method)?;
    match children.as_slice() {
        [] => {}
        [list]
            if form.method == Method::Exclusive
                && list.is(Name::new(EC, "InclusiveNamespaces")) =>
        {
            form.prefixes = prefixes(*list, limits)?;
        }
        _ => return Err(shape(method)),
    }
    // A same-document reference selects no comments (XML Signature 1.1, 4.4.3.3), and inside a
    // signature there are none.
    form.comments = crate::c14n::Comments::Dropped;
    Ok(form)
}

fn prefixes(list: Element<'_>, limits: &Limits) -> Result<Prefixes, Finding> {
    attributes(list, &["PrefixList"])?;
    list.nothing_inside().map_err(|_| shape(list))?;
    let text = list.attribute("PrefixList").ok_or_else(|| shape(list))?;
    Ok(Prefixes::parse(&text, limits)?)
}

/// The `Algorithm` of an element that has no other attribute.
pub(super) fn algorithm(element: Element<'_>) -> Result<Cow<'_, str>, Finding> {
    attributes(element, &["Algorithm"])?;
    element.attribute("Algorithm").ok_or_else(|| shape(element))
}

/// How many children an element of a good signature has at most.
const FEW: usize = 4;

/// The children of an element in order. There are ten such lists in the signatures of one message,
/// so that few take nothing of the heap.
pub(super) struct List<'d> {
    few: [Element<'d>; FEW],
    count: usize,
    /// All of them, if they are more.
    many: Vec<Element<'d>>,
}

impl<'d> List<'d> {
    fn of(parent: Element<'d>) -> Self {
        let mut few = [parent; FEW];
        for (place, child) in few.iter_mut().zip(parent.children()) {
            *place = child;
        }
        let count = parent.children().count();
        let many = if count > FEW {
            parent.children().collect()
        } else {
            Vec::new()
        };
        Self { few, count, many }
    }

    pub(super) fn as_slice(&self) -> &[Element<'d>] {
        self.few.get(..self.count).unwrap_or(&self.many)
    }
}

/// The children of an element that holds elements only: no text but white space, no comment.
pub(super) fn sequence(element: Element<'_>) -> Result<List<'_>, Finding> {
    element.elements_only().map_err(|_| shape(element))?;
    Ok(List::of(element))
}

/// No attribute but the un-namespaced ones named.
pub(super) fn attributes(element: Element<'_>, allowed: &[&str]) -> Result<(), Finding> {
    let mut others = element
        .attributes()
        .filter(|found| !found.name.namespace.is_empty() || !allowed.contains(&found.name.local));
    match others.next() {
        Some(_) => Err(shape(element)),
        None => Ok(()),
    }
}

/// The octets of an element whose text is base64. XML white space is allowed between characters,
/// everything else is strict: alphabet, padding, trailing bits. Empty text is an error.
pub(super) fn base64_text(element: Element<'_>, code: Code) -> Result<Vec<u8>, Finding> {
    let text = element
        .text_only()
        .map_err(|error: ShapeError| shape(element).seen(error.to_string()))?;
    match packed::decode(&packed::unspaced(&text)) {
        Ok(octets) if !octets.is_empty() => Ok(octets),
        Ok(_) => Err(finding(code, element).seen("an empty value")),
        Err(_) => Err(finding(Code::Base64Invalid, element)),
    }
}

pub(super) fn shape(element: Element<'_>) -> Finding {
    finding(Code::SignatureShape, element)
}
