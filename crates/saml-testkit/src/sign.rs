//! Enveloped signatures over the kit's own elements.

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::canonical::{Form, Scope, canonical, scope_within};
use crate::keys::TestKey;
use crate::names::{DSIG, ENVELOPED, EXC_C14N, INCLUSIVE_C14N};
use crate::tree::{Edit, Element};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Which of the two elements carry a signature.
///
/// Okta's two settings "Response" and "Assertion Signature" make the first three; it refuses to
/// save the fourth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Signing {
    /// The Response and the Assertion inside it: Okta's default.
    #[default]
    Both,
    /// The Response only; it covers the Assertion.
    Response,
    /// The Assertion only; nothing vouches for the Response around it.
    Assertion,
    /// Nothing is signed.
    None,
}

impl Signing {
    pub(crate) const fn covers_response(self) -> bool {
        matches!(self, Self::Both | Self::Response)
    }

    pub(crate) const fn covers_assertion(self) -> bool {
        matches!(self, Self::Both | Self::Assertion)
    }
}

/// What one signature covers, for floors of benchmarks and for tests of canonicalisers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The canonical octets of the signed element, without the signature: what is digested.
    pub octets: String,
    /// The canonical octets of `SignedInfo`: what is signed.
    pub signed_info: String,
    /// The signature value.
    pub value: Vec<u8>,
}

/// How a signature is made and what is written about it.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) key: TestKey,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) digest: DigestAlgorithm,
    /// `PrefixList` of the reference's exclusive canonicalisation; `None` leaves the element out.
    pub(crate) prefixes: Option<String>,
    pub(crate) method: Canonicalization,
    /// Changes to `SignedInfo` before it is signed.
    pub(crate) adjust: Vec<Edit>,
}

impl Signer {
    pub(crate) fn new(key: TestKey) -> Self {
        Self {
            key,
            algorithm: SignatureAlgorithm::default(),
            digest: DigestAlgorithm::default(),
            prefixes: Some("xs".to_owned()),
            method: Canonicalization::Exclusive,
            adjust: Vec::new(),
        }
    }

    /// Signs `target`, whose ancestors declare `outer`, and puts the signature behind its Issuer.
    pub(crate) fn envelop(&self, target: &mut Element, outer: &Scope) -> Covered {
        let (signature, covered) = self.signature(target, outer);
        target.insert_after("saml2:Issuer", signature);
        covered
    }

    /// The finished `ds:Signature` over `target` as it stands (without any signature in it).
    pub(crate) fn signature(&self, target: &Element, outer: &Scope) -> (Element, Covered) {
        let prefixes: Vec<&str> = self
            .prefixes
            .iter()
            .flat_map(|list| list.split_whitespace())
            .collect();
        let (reference, own) = match self.method {
            Canonicalization::Exclusive => (Form::Exclusive(&prefixes), Form::Exclusive(&[])),
            Canonicalization::Inclusive => (Form::Inclusive, Form::Inclusive),
        };
        let octets = canonical(target, outer, reference);
        let digest = self.digest.of(octets.as_bytes());
        let mut info = self.signed_info(target.attribute_value("ID").unwrap_or(""), &digest);
        self.adjust.iter().for_each(|edit| edit.apply(&mut info));
        let open = Element::new("ds:Signature").attribute("xmlns:ds", DSIG);
        let scope = scope_within(&scope_within(outer, target), &open);
        let signed_info = canonical(&info, &scope, own);
        let value = self.algorithm.sign(self.key, signed_info.as_bytes());
        let signature = open
            .child(info)
            .child(Element::new("ds:SignatureValue").text(&STANDARD.encode(&value)))
            .child(key_info(&self.key.certificate_lines()));
        (
            signature,
            Covered {
                octets,
                signed_info,
                value,
            },
        )
    }

    fn signed_info(&self, id: &str, digest: &[u8]) -> Element {
        let transforms = Element::new("ds:Transforms").child(algorithm("ds:Transform", ENVELOPED));
        let reference = Element::new("ds:Reference")
            .attribute("URI", &format!("#{id}"))
            .child(transforms.child(self.transform()))
            .child(algorithm("ds:DigestMethod", self.digest.uri()))
            .child(Element::new("ds:DigestValue").text(&STANDARD.encode(digest)));
        Element::new("ds:SignedInfo")
            .child(algorithm("ds:CanonicalizationMethod", self.method.uri()))
            .child(algorithm("ds:SignatureMethod", self.algorithm.uri()))
            .child(reference)
    }

    fn transform(&self) -> Element {
        let transform = algorithm("ds:Transform", self.method.uri());
        match (&self.prefixes, self.method) {
            (Some(list), Canonicalization::Exclusive) => {
                transform.child(inclusive_namespaces(list))
            }
            _ => transform,
        }
    }
}

pub(crate) fn inclusive_namespaces(list: &str) -> Element {
    Element::new("ec:InclusiveNamespaces")
        .attribute("xmlns:ec", EXC_C14N)
        .attribute("PrefixList", list)
}

/// Which canonical form is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Canonicalization {
    /// Exclusive canonicalisation 1.0, as every identity provider does.
    #[default]
    Exclusive,
    /// Inclusive canonicalisation 1.0.
    Inclusive,
}

impl Canonicalization {
    /// The identifier written into `CanonicalizationMethod` and `Transform`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Exclusive => EXC_C14N,
            Self::Inclusive => INCLUSIVE_C14N,
        }
    }
}

pub(crate) fn algorithm(name: &str, uri: &str) -> Element {
    Element::new(name).attribute("Algorithm", uri)
}

pub(crate) fn key_info(certificate: &str) -> Element {
    Element::new("ds:KeyInfo").child(
        Element::new("ds:X509Data").child(Element::new("ds:X509Certificate").text(certificate)),
    )
}
