//! How the members change a message.

use super::{DIGEST, EMPTY_SHA256, INFO, REFERENCE, SIGNATURE, TRANSFORMS};
use crate::algorithm::SignatureAlgorithm;
use crate::keys::TestKey;
use crate::names::{DSIG, EXC_C14N};
use crate::response::{ResponseBuilder, reach};
use crate::sign::{Signing, algorithm};
use crate::tree::{Element, Node};
use base64::{Engine as _, engine::general_purpose::STANDARD};

pub(super) fn info(
    b: ResponseBuilder,
    change: impl Fn(&mut Element) + Send + Sync + 'static,
) -> ResponseBuilder {
    b.sign(Signing::Response).edit_signed_info(change)
}

pub(super) fn signature(
    b: ResponseBuilder,
    change: impl Fn(&mut Element) + Send + Sync + 'static,
) -> ResponseBuilder {
    b.sign(Signing::Response)
        .edit_signed(move |root| change(reach(root, &[SIGNATURE])))
}

pub(super) fn uri(b: ResponseBuilder, of: fn(&str) -> String) -> ResponseBuilder {
    info(b, move |i| {
        let reference = reach(i, &[REFERENCE]);
        let id = reference
            .attribute_value("URI")
            .unwrap_or("")
            .trim_start_matches('#')
            .to_owned();
        reference.set_attribute("URI", &of(&id));
    })
}

pub(super) fn value(b: ResponseBuilder, change: fn(&mut Vec<u8>)) -> ResponseBuilder {
    signature(b, move |s| {
        let element = reach(s, &["ds:SignatureValue"]);
        let mut octets = STANDARD.decode(element.own_text()).unwrap_or_default();
        change(&mut octets);
        element.set_text(&STANDARD.encode(octets));
    })
}

pub(super) fn id_like(b: ResponseBuilder, attribute: &'static str) -> ResponseBuilder {
    b.sign(Signing::Response).edit(move |root| {
        let id = root.attribute_value("ID").unwrap_or("").to_owned();
        reach(root, &["saml2p:Status"]).set_attribute(attribute, &id);
    })
}

pub(super) fn transform(b: ResponseBuilder, uri: &'static str) -> ResponseBuilder {
    info(b, move |i| {
        reach(i, TRANSFORMS)
            .children_mut()
            .insert(1, Node::Element(algorithm("ds:Transform", uri)))
    })
}

pub(super) fn method(info: &mut Element, path: &[&str], uri: &str) {
    reach(info, path).set_attribute("Algorithm", uri);
}

pub(super) fn twice(parent: &mut Element, name: &str) {
    if let Some(copy) = parent.first(name).cloned() {
        parent.insert_after(name, copy);
    }
}

pub(super) fn taken_last(transforms: &mut Element) -> Element {
    match transforms.children_mut().pop() {
        Some(Node::Element(last)) => last,
        _ => algorithm("ds:Transform", EXC_C14N),
    }
}

pub(super) fn prefix(element: &mut Element, written: &str, canonical: &str) {
    let node = Node::Verbatim {
        written: written.to_owned(),
        canonical: canonical.to_owned(),
    };
    element.children_mut().insert(0, node);
}

pub(super) fn push(to: &mut Element, child: Element) {
    to.children_mut().push(Node::Element(child));
}

/// Replaces the signature value by one over other octets.
pub(super) fn spoil(signature: &mut Element) {
    let other = SignatureAlgorithm::RsaSha256.sign(TestKey::Idp, b"other octets");
    reach(signature, &["ds:SignatureValue"]).set_text(&STANDARD.encode(other));
}

/// A copy of the Signature's `SignedInfo` with another digest.
pub(super) fn forged_info(signature: &mut Element) -> Element {
    let mut forged = reach(signature, &[INFO]).clone();
    reach(&mut forged, DIGEST).set_text(EMPTY_SHA256);
    forged.set_attribute("xmlns:ds", DSIG);
    forged
}

pub(super) fn modulus(key: TestKey) -> Vec<u8> {
    use rsa::traits::PublicKeyParts as _;
    key.rsa()
        .map(|k| k.n().to_be_bytes_trimmed_vartime().to_vec())
        .unwrap_or_default()
}
