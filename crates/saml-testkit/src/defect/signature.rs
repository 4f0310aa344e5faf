//! Defects of the signature itself: its shape, its one Reference, its algorithms, its key.
//!
//! Members that change `SignedInfo` change it before the value is made: the value is right, and
//! the key holder did sign that SignedInfo. Only the rules of a strict verifier refuse it.

mod edits;

use super::{FORGED_NAME_ID, family, taken};
use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::keys::TestKey;
use crate::response::reach;
use crate::sign::{Signing, inclusive_namespaces};
use crate::tree::{Element, Node};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use edits::{
    forged_info, id_like, info, method, modulus, prefix, push, signature, spoil, taken_last,
    transform, twice, uri, value,
};

const SIGNATURE: &str = "ds:Signature";
const INFO: &str = "ds:SignedInfo";
const REFERENCE: &str = "ds:Reference";
const TRANSFORMS: &[&str] = &[REFERENCE, "ds:Transforms"];
const DIGEST: &[&str] = &[REFERENCE, "ds:DigestValue"];
const EMPTY_SHA256: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

family! {
    /// What can be wrong with a signature. Unless a member says otherwise, the Response alone is
    /// signed and the defect is in its signature.
    SignatureDefect {
        /// No signature at all.
        Unsigned => |b| b.sign(Signing::None),
        /// `ds:Signature` without any child.
        EmptySignature => |b| signature(b, |s| s.children_mut().clear()),
        /// An empty `SignatureValue`.
        EmptySignatureValue => |b| signature(b, |s| reach(s, &["ds:SignatureValue"]).children_mut().clear()),
        /// An empty `DigestValue`.
        EmptyDigestValue => |b| info(b, |i| reach(i, DIGEST).children_mut().clear()),
        /// A `SignedInfo` without Reference.
        NoReference => |b| info(b, |i| drop(taken(i, REFERENCE))),
        /// Two References, both right.
        TwoReferences => |b| info(b, |i| {
            let copy = reach(i, &[REFERENCE]).clone();
            push(i, copy);
        }),
        /// Both elements are signed; the Response's signature value is that of other octets.
        ResponseSignatureBroken => |b| b.sign(Signing::Both).edit_signed(|root| spoil(reach(root, &[SIGNATURE]))),
        /// Both elements are signed; the Assertion's signature value is that of other octets, and
        /// the Response's signature covers it so.
        AssertionSignatureBroken => |b| b.sign(Signing::Both)
            .edit_between(|root| spoil(reach(root, &["saml2:Assertion", SIGNATURE]))),
        /// Content changed after signing: the digest differs.
        DigestMismatch => |b| b.sign(Signing::Response).edit_signed(|root| {
            reach(root, &["saml2:Assertion", "saml2:Subject", "saml2:NameID"]).set_text(FORGED_NAME_ID);
        }),
        /// Content changed after signing and the digest made to fit: the value differs.
        DigestReplaced => |b| signature(b, |s| reach(s, &[INFO, REFERENCE, "ds:DigestValue"]).set_text(EMPTY_SHA256)),
        /// The same Signature twice.
        TwoSignatures => |b| b.sign(Signing::Response).edit_signed(|root| {
            let copy = reach(root, &[SIGNATURE]).clone();
            root.insert_after(SIGNATURE, copy);
        }),
        /// `Signature` in no namespace.
        SignatureWithoutNamespace => |b| signature(b, |s| {
            "Signature".clone_into(&mut s.name);
        }),
        /// `Signature` in a namespace that only looks like that of XML Signature.
        SignatureLookalikeNamespace => |b| signature(b, |s| s.set_attribute("xmlns:ds", "http://www.w3.org/2000/09/xmldsig")),
        /// The Signature is the last child instead of following the Issuer.
        SignatureLast => |b| b.sign(Signing::Response).edit_signed(|root| {
            let signature = taken(root, SIGNATURE);
            push(root, signature);
        }),
        /// A second, forged `SignedInfo` before the signed one.
        TwoSignedInfosForgedFirst => |b| signature(b, |s| {
            let forged = forged_info(s);
            s.children_mut().insert(0, Node::Element(forged));
        }),
        /// A second, forged `SignedInfo` behind the signed one.
        TwoSignedInfosForgedLast => |b| signature(b, |s| {
            let forged = forged_info(s);
            s.insert_after(INFO, forged);
        }),
        /// The `SignedInfo` lies one level deeper.
        SignedInfoWrapped => |b| signature(b, |s| {
            let info = taken(s, INFO);
            s.children_mut().insert(0, Node::Element(Element::new("ds:Object").child(info)));
        }),
        /// A comment inside `DigestValue`, which canonicalisation leaves out.
        CommentInDigestValue => |b| info(b, |i| prefix(reach(i, DIGEST), "<!--AAAA-->", "")),
        /// A processing instruction inside `DigestValue`.
        InstructionInDigestValue => |b| info(b, |i| prefix(reach(i, DIGEST), "<?x AAAA?>", "<?x AAAA?>")),
        /// `DigestValue` written as CDATA.
        CdataInDigestValue => |b| info(b, |i| {
            let value = reach(i, DIGEST);
            let text = value.own_text();
            value.children = vec![Node::Verbatim { written: format!("<![CDATA[{text}]]>"), canonical: text }];
        }),
        /// An element inside `DigestValue`.
        ElementInDigestValue => |b| info(b, |i| push(reach(i, DIGEST), Element::new("ds:X"))),
        /// A comment inside `SignatureValue`.
        CommentInSignatureValue => |b| signature(b, |s| prefix(reach(s, &["ds:SignatureValue"]), "<!--AAAA-->", "")),
        /// A comment between the children of `SignedInfo`.
        CommentInSignedInfo => |b| info(b, |i| prefix(i, "<!--AAAA-->", "")),
        /// Two `DigestValue`.
        TwoDigestValues => |b| info(b, |i| twice(reach(i, &[REFERENCE]), "ds:DigestValue")),
        /// Two `DigestMethod`.
        TwoDigestMethods => |b| info(b, |i| twice(reach(i, &[REFERENCE]), "ds:DigestMethod")),
        /// Two `SignatureMethod`.
        TwoSignatureMethods => |b| info(b, |i| twice(i, "ds:SignatureMethod")),
        /// Two `CanonicalizationMethod`.
        TwoCanonicalizationMethods => |b| info(b, |i| twice(i, "ds:CanonicalizationMethod")),
        /// `KeyInfo` before `SignedInfo`.
        KeyInfoFirst => |b| signature(b, |s| {
            let key_info = taken(s, "ds:KeyInfo");
            s.children_mut().insert(0, Node::Element(key_info));
        }),
        /// Text between the children of the Signature.
        TextInSignature => |b| signature(b, |s| s.children_mut().insert(1, Node::Text("x".to_owned()))),
        /// An unknown child of the Signature.
        UnknownChildInSignature => |b| signature(b, |s| push(s, Element::new("ds:Extra"))),
        /// An empty `ds:Object` in the Signature.
        ObjectInSignature => |b| signature(b, |s| push(s, Element::new("ds:Object"))),

        /// `URI=""`: the whole document.
        UriEmpty => |b| uri(b, |_| String::new()),
        /// No `URI` attribute.
        UriMissing => |b| info(b, |i| {
            reach(i, &[REFERENCE]).remove_attribute("URI");
        }),
        /// `URI="#"`.
        UriEmptyFragment => |b| uri(b, |_| "#".to_owned()),
        /// A space behind the `#`.
        UriWithSpace => |b| uri(b, |id| format!("# {id}")),
        /// The id percent-encoded.
        UriPercentEncoded => |b| uri(b, |id| format!("#%69{}", id.trim_start_matches('i'))),
        /// The id without `#`.
        UriBare => |b| uri(b, str::to_owned),
        /// `#xpointer(id('…'))`.
        UriXpointerId => |b| uri(b, |id| format!("#xpointer(id('{id}'))")),
        /// `#xpointer(/)`.
        UriXpointerRoot => |b| uri(b, |_| "#xpointer(/)".to_owned()),
        /// `#element(/1)`.
        UriElementScheme => |b| uri(b, |_| "#element(/1)".to_owned()),
        /// An address on the web.
        UriExternal => |b| uri(b, |id| format!("http://evil.test/x.xml#{id}")),
        /// A file.
        UriFile => |b| uri(b, |_| "file:///etc/passwd".to_owned()),
        /// The id of an element that is not there.
        UriDangling => |b| uri(b, |_| "#id00000000000000000000000000".to_owned()),
        /// The id of the Assertion, in the Response's signature.
        UriOfAssertion => |b| {
            let id = b.clone().tree().first("saml2:Assertion").and_then(|a| a.attribute_value("ID")).unwrap_or("").to_owned();
            info(b, move |i| reach(i, &[REFERENCE]).set_attribute("URI", &format!("#{id}")))
        },
        /// `Reference/@Type` of a Manifest.
        ReferenceTypeManifest => |b| info(b, |i| {
            reach(i, &[REFERENCE]).set_attribute("Type", "http://www.w3.org/2000/09/xmldsig#Manifest");
        }),

        /// A second element carries the referenced id.
        DuplicateId => |b| b.sign(Signing::Response).edit(|root| {
            let id = root.attribute_value("ID").unwrap_or("").to_owned();
            reach(root, &["saml2p:Status", "saml2p:StatusCode"]).set_attribute("ID", &id);
        }),
        /// The Assertion has the Response's id.
        AssertionIdEqualsResponseId => |b| b.sign(Signing::Response).edit(|root| {
            let id = root.attribute_value("ID").unwrap_or("").to_owned();
            reach(root, &["saml2:Assertion"]).set_attribute("ID", &id);
        }),
        /// A namespaced `saml2p:ID` beside the plain one.
        NamespacedId => |b| b.sign(Signing::Response).edit(|root| root.set_attribute("saml2p:ID", "other")),
        /// The referenced value as `xml:id` of a decoy.
        XmlIdDecoy => |b| id_like(b, "xml:id"),
        /// The referenced value as `Id` of a decoy.
        IdDecoy => |b| id_like(b, "Id"),
        /// The referenced value as `AssertionID` of a decoy.
        AssertionIdDecoy => |b| id_like(b, "AssertionID"),
        /// An id with quotes and brackets in it.
        IdNotAName => |b| b.sign(Signing::Response).set(&[], "ID", "x' or '1'='1"),

        /// An unknown canonicalisation of `SignedInfo`.
        CanonicalizationUnknown => |b| info(b, |i| method(i, &["ds:CanonicalizationMethod"], "urn:evil")),
        /// An empty canonicalisation of `SignedInfo`.
        CanonicalizationEmpty => |b| info(b, |i| method(i, &["ds:CanonicalizationMethod"], "")),
        /// Canonicalisation of `SignedInfo` that keeps comments.
        CanonicalizationWithComments => |b| info(b, |i| {
            method(i, &["ds:CanonicalizationMethod"], "http://www.w3.org/2001/10/xml-exc-c14n#WithComments");
        }),
        /// The Reference's canonicalisation keeps comments.
        TransformWithComments => |b| info(b, |i| {
            let last = taken_last(reach(i, TRANSFORMS));
            let mut last = last;
            last.set_attribute("Algorithm", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments");
            push(reach(i, TRANSFORMS), last);
        }),
        /// No `Transforms`.
        TransformsMissing => |b| info(b, |i| drop(taken(reach(i, &[REFERENCE]), "ds:Transforms"))),
        /// Only the enveloped transform.
        TransformsEnvelopedOnly => |b| info(b, |i| drop(taken_last(reach(i, TRANSFORMS)))),
        /// Canonicalisation before the enveloped transform.
        TransformsReversed => |b| info(b, |i| reach(i, TRANSFORMS).children_mut().reverse()),
        /// The enveloped transform twice.
        TransformEnvelopedTwice => |b| info(b, |i| twice(reach(i, TRANSFORMS), "ds:Transform")),
        /// Forty transforms.
        TransformsMany => |b| info(b, |i| (0..40).for_each(|_| twice(reach(i, TRANSFORMS), "ds:Transform"))),
        /// An XSLT transform.
        TransformXslt => |b| transform(b, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        /// An XPath transform.
        TransformXpath => |b| transform(b, "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        /// An XPath Filter 2 transform.
        TransformXpathFilter2 => |b| transform(b, "http://www.w3.org/2002/06/xmldsig-filter2"),
        /// A base64 transform.
        TransformBase64 => |b| transform(b, "http://www.w3.org/2000/09/xmldsig#base64"),
        /// A transform nobody knows.
        TransformUnknown => |b| transform(b, "urn:evil"),
        /// `InclusiveNamespaces` under the enveloped transform.
        InclusiveNamespacesMisplaced => |b| info(b, |i| {
            push(reach(reach(i, TRANSFORMS), &["ds:Transform"]), inclusive_namespaces("xs"));
        }),
        /// Two `InclusiveNamespaces` in one transform.
        InclusiveNamespacesTwice => |b| info(b, |i| {
            let mut last = taken_last(reach(i, TRANSFORMS));
            push(&mut last, inclusive_namespaces("xs"));
            push(reach(i, TRANSFORMS), last);
        }),
        /// Ten thousand prefixes in the `PrefixList`.
        PrefixListHuge => |b| b.sign(Signing::Response).prefix_list(Some(&"p ".repeat(10_000))),
        /// The digest of nothing, as a canonicaliser that fails into emptiness would want it.
        DigestOfNothing => |b| info(b, |i| reach(i, DIGEST).set_text(EMPTY_SHA256)),
        /// A signature value over nothing.
        SignatureOverNothing => |b| signature(b, |s| {
            let value = SignatureAlgorithm::RsaSha256.sign(TestKey::Idp, b"");
            reach(s, &["ds:SignatureValue"]).set_text(&STANDARD.encode(value));
        }),

        /// Signed by a key nobody pinned, with its certificate in `KeyInfo`.
        IntruderKey => |b| b.key(TestKey::Intruder),
        /// Signed by a key nobody pinned, with the pinned certificate in `KeyInfo`.
        IntruderKeyUnderPinnedCertificate => |b| b.sign(Signing::Response).key(TestKey::Intruder).edit_signed(|root| {
            let certificate = [SIGNATURE, "ds:KeyInfo", "ds:X509Data", "ds:X509Certificate"];
            reach(root, &certificate).set_text(&TestKey::Idp.certificate_lines());
        }),
        /// Signed by a key nobody pinned, whose bare public key stands in `KeyInfo`.
        IntruderKeyValue => |b| b.sign(Signing::Response).key(TestKey::Intruder).edit_signed(|root| {
            let key = Element::new("ds:KeyValue").child(Element::new("ds:RSAKeyValue")
                .child(Element::new("ds:Modulus").text(&STANDARD.encode(modulus(TestKey::Intruder))))
                .child(Element::new("ds:Exponent").text("AQAB")));
            reach(root, &[SIGNATURE, "ds:KeyInfo"]).children = vec![Node::Element(key)];
        }),
        /// Signed by the service provider's own key.
        OwnKey => |b| b.key(TestKey::Sp),
        /// `KeyInfo` points elsewhere by `RetrievalMethod`.
        KeyInfoRetrievalMethod => |b| signature(b, |s| {
            let pointer = Element::new("ds:RetrievalMethod").attribute("URI", "http://evil.test/key");
            reach(s, &["ds:KeyInfo"]).children = vec![Node::Element(pointer)];
        }),
        /// HMAC keyed with the public certificate.
        HmacWithCertificate => |b| b.algorithm(SignatureAlgorithm::HmacOfCertificate),
        /// An `HMACOutputLength` in the signature method.
        HmacOutputLength => |b| info(b, |i| {
            push(reach(i, &["ds:SignatureMethod"]), Element::new("ds:HMACOutputLength").text("8"));
        }),
        /// No signature algorithm.
        AlgorithmEmpty => |b| info(b, |i| method(i, &["ds:SignatureMethod"], "")),
        /// The algorithm `none`.
        AlgorithmNone => |b| info(b, |i| method(i, &["ds:SignatureMethod"], "none")),
        /// The right algorithm in other letter case.
        AlgorithmOtherCase => |b| info(b, |i| {
            method(i, &["ds:SignatureMethod"], &SignatureAlgorithm::RsaSha256.uri().to_uppercase());
        }),
        /// The right algorithm with a space behind it.
        AlgorithmWithSpace => |b| info(b, |i| {
            method(i, &["ds:SignatureMethod"], &format!("{} ", SignatureAlgorithm::RsaSha256.uri()));
        }),
        /// An ECDSA algorithm named over an RSA signature.
        AlgorithmOfOtherKey => |b| info(b, |i| method(i, &["ds:SignatureMethod"], SignatureAlgorithm::EcdsaP256Sha256.uri())),
        /// RSA-SHA512 named over an RSA-SHA256 signature.
        AlgorithmOfOtherDigest => |b| info(b, |i| method(i, &["ds:SignatureMethod"], SignatureAlgorithm::RsaSha512.uri())),
        /// Signed with RSA-SHA1.
        Sha1Signature => |b| b.algorithm(SignatureAlgorithm::RsaSha1),
        /// A SHA-1 digest under an RSA-SHA256 signature.
        Sha1Digest => |b| b.digest(DigestAlgorithm::Sha1),
        /// An MD5 digest method over an otherwise right signature.
        Md5Digest => |b| info(b, |i| {
            method(i, &[REFERENCE, "ds:DigestMethod"], "http://www.w3.org/2001/04/xmldsig-more#md5");
        }),
        /// A zero octet before the signature value.
        SignatureValueTooLong => |b| value(b, |v| v.insert(0, 0)),
        /// The last octet of the signature value missing.
        SignatureValueTooShort => |b| value(b, |v| v.truncate(v.len().saturating_sub(1))),
        /// One bit of the signature value flipped.
        SignatureValueFlipped => |b| value(b, |v| {
            if let Some(last) = v.last_mut() {
                *last ^= 1;
            }
        }),
        /// A signature value of zeros.
        SignatureValueZero => |b| value(b, |v| v.fill(0)),
        /// A `SignatureValue` in the URL alphabet, unpadded.
        SignatureValueUrlAlphabet => |b| signature(b, |s| {
            let value = reach(s, &["ds:SignatureValue"]);
            let text = value.own_text().replace('+', "-").replace('/', "_");
            value.set_text(text.trim_end_matches('='));
        }),
    }
}
