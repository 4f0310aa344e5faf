//! Signature wrapping: a good signature, and another element where the reader looks.

use super::{family, forge, forged_unsigned, taken};
use crate::canonical::Scope;
use crate::message::saml;
use crate::names::{DSIG, METADATA, PROTOCOL};
use crate::response::{ResponseBuilder, reach};
use crate::sign::{Signer, Signing};
use crate::tree::{Element, Node};

const ASSERTION: &str = "saml2:Assertion";
const SIGNATURE: &str = "ds:Signature";
const ISSUER: &str = "saml2:Issuer";

family! {
    /// Signature wrapping in all the shapes that have worked somewhere.
    ///
    /// Each carries a signature that verifies on its own and the forged identity beside it. The
    /// member chooses what is signed; calling [`ResponseBuilder::sign`] afterwards changes that.
    Wrapping {
        /// XSW1: the forged Response keeps the Signature, the original lies inside that Signature.
        Xsw1 => |b| on_response(b, |evil, mut signature, original| {
            signature.children_mut().push(Node::Element(original));
            evil.insert_after(ISSUER, signature);
        }),
        /// XSW2: the original Response stands before the Signature in the forged one.
        Xsw2 => |b| on_response(b, |evil, signature, original| {
            evil.insert_after(ISSUER, signature);
            evil.insert_after(ISSUER, original);
        }),
        /// XSW3: a forged, unsigned Assertion before the signed one.
        Xsw3 => |b| on_assertion(b, |root, signed| {
            push(root, forged_unsigned(&signed));
            push(root, signed);
        }),
        /// XSW4: the forged Assertion contains the signed one.
        Xsw4 => |b| on_assertion(b, |root, signed| {
            let evil = forged_unsigned(&signed).child(signed);
            push(root, evil);
        }),
        /// XSW5: the forged Assertion keeps the Signature, the original follows without it.
        Xsw5 => |b| on_assertion(b, |root, signed| {
            let (evil, original) = swapped(&signed);
            push(root, evil);
            push(root, original);
        }),
        /// XSW6: as [`Self::Xsw5`], with the original inside the Signature.
        Xsw6 => |b| on_assertion(b, |root, signed| {
            let (mut evil, original) = swapped(&signed);
            push(reach(&mut evil, &[SIGNATURE]), original);
            push(root, evil);
        }),
        /// XSW7: Extensions hold a forged Assertion with the id of the signed one.
        Xsw7 => |b| on_assertion(b, |root, signed| {
            let mut evil = forged_unsigned(&signed);
            evil.set_attribute("ID", signed.attribute_value("ID").unwrap_or(""));
            root.insert_after(ISSUER, extensions(evil));
            push(root, signed);
        }),
        /// XSW8: the original moved into a `ds:Object` of the Signature the forged one keeps.
        Xsw8 => |b| on_assertion(b, |root, signed| {
            let (mut evil, original) = swapped(&signed);
            push(reach(&mut evil, &[SIGNATURE]), Element::new("ds:Object").child(original));
            push(root, evil);
        }),
        /// A forged, unsigned Assertion behind the signed one.
        ForgedLast => |b| on_assertion(b, |root, signed| {
            let evil = forged_unsigned(&signed);
            push(root, signed);
            push(root, evil);
        }),
        /// Forged Assertion with the same id and a copy of the Signature, the original hidden in
        /// Extensions.
        SameIdClone => |b| on_assertion(b, |root, signed| {
            let mut evil = signed.clone();
            forge(&mut evil);
            evil.set_attribute("ID", signed.attribute_value("ID").unwrap_or(""));
            root.insert_after(ISSUER, extensions(signed));
            push(root, evil);
        }),
        /// The signed Assertion in `samlp:Extensions`, a forged one in its place.
        DonorInExtensions => |b| on_assertion(b, |root, signed| {
            push(root, forged_unsigned(&signed));
            root.insert_after(ISSUER, extensions(signed));
        }),
        /// The signed Assertion in `samlp:StatusDetail`.
        DonorInStatusDetail => |b| on_assertion(b, |root, signed| {
            let evil = forged_unsigned(&signed);
            push(reach(root, &["saml2p:Status"]), Element::new("saml2p:StatusDetail").child(signed));
            push(root, evil);
        }),
        /// The signed Assertion in the `Advice` of the forged one.
        DonorInAdvice => |b| on_assertion(b, |root, signed| {
            let mut evil = forged_unsigned(&signed);
            evil.insert_after("saml2:Conditions", saml("saml2:Advice").child(signed));
            push(root, evil);
        }),
        /// The signed Assertion in an `AttributeValue` of the forged one.
        DonorInAttributeValue => |b| on_assertion(b, |root, signed| {
            let value = Element::new("saml2:AttributeValue").child(signed.clone());
            let attribute = Element::new("saml2:Attribute").attribute("Name", "note").child(value);
            let evil = forged_unsigned(&signed).child(saml("saml2:AttributeStatement").child(attribute));
            push(root, evil);
        }),
        /// The signed Assertion in the `SubjectConfirmationData` of the forged one.
        DonorInConfirmationData => |b| on_assertion(b, |root, signed| {
            let mut evil = forged_unsigned(&signed);
            let place = ["saml2:Subject", "saml2:SubjectConfirmation", "saml2:SubjectConfirmationData"];
            push(reach(&mut evil, &place), signed);
            push(root, evil);
        }),
        /// The signed Assertion in the `KeyInfo` of the Signature that the forged one keeps.
        DonorInKeyInfo => |b| on_assertion(b, |root, signed| {
            let (mut evil, original) = swapped(&signed);
            push(reach(&mut evil, &[SIGNATURE, "ds:KeyInfo"]), original);
            push(root, evil);
        }),
        /// The whole signed Response inside the Issuer of a forged one.
        DonorInIssuer => |b| b.sign(Signing::Response).edit_signed(|root| {
            let original = root.clone();
            forge_response(root);
            root.take(SIGNATURE);
            push(reach(root, &[ISSUER]), original);
        }),
        /// A forged Response with the whole signed Response as its last child.
        ResponseInResponse => |b| b.sign(Signing::Response).edit_signed(|root| {
            let original = root.clone();
            forge_response(root);
            root.take(SIGNATURE);
            push(root, original);
        }),
        /// A forged Assertion in a `ds:Object` of the Response's own, valid Signature: the
        /// enveloped transform takes it out of the digest.
        PayloadInSignatureObject => |b| b.sign(Signing::Response).edit_signed(|root| {
            let evil = forged_unsigned(reach(root, &[ASSERTION]));
            push(reach(root, &[SIGNATURE]), Element::new("ds:Object").child(evil));
        }),
        /// A forged Assertion in the `KeyInfo` of the Response's own, valid Signature.
        PayloadInSignatureKeyInfo => |b| b.sign(Signing::Response).edit_signed(|root| {
            let evil = forged_unsigned(reach(root, &[ASSERTION]));
            push(reach(root, &[SIGNATURE, "ds:KeyInfo"]), evil);
        }),
        /// A signed *error* Response without Assertion, to which a forged one is added.
        SignedErrorCarrier => |b| on_error(b, push),
        /// A signed error Response, a forged Assertion in the Object of a second, decoy Signature.
        SignedErrorDecoySignature => |b| on_error(b, |root, evil| {
            let mut decoy = reach(root, &[SIGNATURE]).clone();
            push(&mut decoy, Element::new("ds:Object").child(evil));
            push(root, decoy);
        }),
        /// The Signature stands in the Response and refers to the Assertion, beside a forged one.
        ResponseSignatureOverAssertion => |b| on_assertion(b, |root, mut signed| {
            let signature = taken(&mut signed, SIGNATURE);
            push(root, forged_unsigned(&signed));
            push(root, signed);
            root.insert_after(ISSUER, signature);
        }),
        /// The Signature stands in the forged Assertion and refers to a Response kept inside it.
        AssertionSignatureOverResponse => |b| on_response(b, |evil, signature, original| {
            let assertion = reach(evil, &[ASSERTION]);
            assertion.insert_after(ISSUER, signature);
            let advice = saml("saml2:Advice").child(original);
            assertion.insert_after("saml2:Conditions", advice);
        }),
        /// The provider's signed metadata in Extensions, an unsigned forged Assertion beside it.
        SignedMetadataDonor => |b| b.sign(Signing::None).edit_signed(|root| {
            let donor = Element::new("md:EntityDescriptor")
                .attribute("xmlns:md", METADATA)
                .attribute("ID", "id77777777777777777777777777")
                .attribute("entityID", "http://www.okta.com/exktestkit0000000001");
            let mut signed = donor.clone();
            signed.insert_after("", Signer::new(crate::TestKey::Idp).signature(&donor, &Scope::new()).0);
            forge_response(root);
            root.insert_after(ISSUER, extensions(signed));
        }),
        /// Only the Issuer element is covered, by a Signature beside it.
        SignatureOverIssuerOnly => |b| b.sign(Signing::None).edit_signed(|root| {
            forge_response(root);
            let issuer = reach(root, &[ISSUER]);
            issuer.set_attribute("ID", "id66666666666666666666666666");
            let signature = Signer::new(crate::TestKey::Idp).signature(&issuer.clone(), &Scope::new()).0;
            root.insert_after(ISSUER, signature);
        }),
    }
}

/// Signs the Response, then hands out a forged copy without signature, the signature and the
/// original without it; what becomes of the copy is the message.
fn on_response(b: ResponseBuilder, wrap: fn(&mut Element, Element, Element)) -> ResponseBuilder {
    b.sign(Signing::Response).edit_signed(move |root| {
        let signature = taken(root, SIGNATURE);
        let original = root.clone();
        forge_response(root);
        wrap(root, signature, original);
    })
}

/// Signs the Assertion and takes it out of the Response.
fn on_assertion(b: ResponseBuilder, wrap: fn(&mut Element, Element)) -> ResponseBuilder {
    b.sign(Signing::Assertion).edit_signed(move |root| {
        let signed = taken(root, ASSERTION);
        wrap(root, signed);
    })
}

/// Signs an error Response and hands out a forged Assertion to go with it.
fn on_error(b: ResponseBuilder, wrap: fn(&mut Element, Element)) -> ResponseBuilder {
    let whole = b.clone().sign(Signing::None).tree();
    b.status("urn:oasis:names:tc:SAML:2.0:status:Responder")
        .edit(|root| drop(root.take(ASSERTION)))
        .sign(Signing::Response)
        .edit_signed(move |root| {
            let evil = forged_unsigned(&taken(&mut whole.clone(), ASSERTION));
            wrap(root, evil);
        })
}

/// The forged Assertion with the Signature, and the original without it.
fn swapped(signed: &Element) -> (Element, Element) {
    let (mut evil, mut original) = (signed.clone(), signed.clone());
    forge(&mut evil);
    original.take(SIGNATURE);
    (evil, original)
}

fn forge_response(root: &mut Element) {
    root.set_attribute("ID", "id88888888888888888888888888");
    let assertion = reach(root, &[ASSERTION]);
    forge(assertion);
    assertion.take(SIGNATURE);
}

fn extensions(content: Element) -> Element {
    Element::new("saml2p:Extensions")
        .attribute("xmlns:saml2p", PROTOCOL)
        .attribute("xmlns:ds", DSIG)
        .child(content)
}

fn push(to: &mut Element, child: Element) {
    to.children_mut().push(Node::Element(child));
}
