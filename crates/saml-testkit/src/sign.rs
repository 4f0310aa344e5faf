//! Enveloped signatures over the kit's own elements.

use crate::canonical::{Scope, canonical, scope_within};
use crate::keys::{SignatureAlgorithm, TestKey};
use crate::names::{DSIG, ENVELOPED, EXC_C14N};
use crate::tree::Element;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::sha2::{Digest as _, Sha256, Sha384, Sha512};

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

/// A digest algorithm of the one Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum DigestAlgorithm {
    /// SHA-256: Okta's default, and the kit's.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// The identifier written into `DigestMethod`.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    pub(crate) fn of(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(octets).to_vec(),
            Self::Sha384 => Sha384::digest(octets).to_vec(),
            Self::Sha512 => Sha512::digest(octets).to_vec(),
        }
    }
}

/// How a signature is made and what is written about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signer {
    pub(crate) key: TestKey,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) digest: DigestAlgorithm,
    /// `PrefixList` of the reference's exclusive canonicalisation; `None` leaves the element out.
    pub(crate) prefixes: Option<String>,
}

impl Signer {
    pub(crate) fn new(key: TestKey) -> Self {
        Self {
            key,
            algorithm: SignatureAlgorithm::default(),
            digest: DigestAlgorithm::default(),
            prefixes: Some("xs".to_owned()),
        }
    }

    /// Signs `target`, whose ancestors declare `outer`, and puts the signature behind its Issuer.
    pub(crate) fn envelop(&self, target: &mut Element, outer: &Scope) {
        let signature = self.signature(target, outer);
        target.insert_after("saml2:Issuer", signature);
    }

    /// The finished `ds:Signature` over `target` as it stands (without any signature in it).
    pub(crate) fn signature(&self, target: &Element, outer: &Scope) -> Element {
        let prefixes: Vec<&str> = self
            .prefixes
            .iter()
            .flat_map(|list| list.split_whitespace())
            .collect();
        let digest = self
            .digest
            .of(canonical(target, outer, &prefixes).as_bytes());
        let signed_info = self.signed_info(target.attribute_value("ID").unwrap_or(""), &digest);
        let open = Element::new("ds:Signature").attribute("xmlns:ds", DSIG);
        let scope = scope_within(&scope_within(outer, target), &open);
        let value = self
            .algorithm
            .sign(self.key, canonical(&signed_info, &scope, &[]).as_bytes());
        open.child(signed_info)
            .child(Element::new("ds:SignatureValue").text(&STANDARD.encode(value)))
            .child(key_info(&self.key.certificate_lines()))
    }

    fn signed_info(&self, id: &str, digest: &[u8]) -> Element {
        let mut exclusive = algorithm("ds:Transform", EXC_C14N);
        if let Some(list) = &self.prefixes {
            let inclusive = Element::new("ec:InclusiveNamespaces")
                .attribute("xmlns:ec", EXC_C14N)
                .attribute("PrefixList", list);
            exclusive = exclusive.child(inclusive);
        }
        let transforms = Element::new("ds:Transforms")
            .child(algorithm("ds:Transform", ENVELOPED))
            .child(exclusive);
        let reference = Element::new("ds:Reference")
            .attribute("URI", &format!("#{id}"))
            .child(transforms)
            .child(algorithm("ds:DigestMethod", self.digest.uri()))
            .child(Element::new("ds:DigestValue").text(&STANDARD.encode(digest)));
        Element::new("ds:SignedInfo")
            .child(algorithm("ds:CanonicalizationMethod", EXC_C14N))
            .child(algorithm("ds:SignatureMethod", self.algorithm.uri()))
            .child(reference)
    }
}

fn algorithm(name: &str, uri: &str) -> Element {
    Element::new(name).attribute("Algorithm", uri)
}

pub(crate) fn key_info(certificate: &str) -> Element {
    Element::new("ds:KeyInfo").child(
        Element::new("ds:X509Data").child(Element::new("ds:X509Certificate").text(certificate)),
    )
}
