//! Signatures: from a document to the octets that were signed, and back.

use std::process::Command;

use saml_sp::cert::Certificate;
use saml_sp::crypto::{KeyProblem, PrivateKey, SignatureAlgorithm as Ours};
use saml_sp::dsig::{Covers, Envelope, Keys, Nested, SignedBytes, Signer, sign};
use saml_sp::xml::{Document, Extras, Name};
use saml_sp::{AlgorithmPolicy, Code, CryptoProvider, Finding, Limits};
use saml_testkit::{
    Canonicalization, DigestAlgorithm, Element, Node, SignatureAlgorithm, Signing, TestKey,
};

use crate::attacks::{judge, judge_with};
use crate::bench::{good, log_in, sp};
use crate::shared::{shared, skipped};

fn policy() -> AlgorithmPolicy {
    AlgorithmPolicy::default()
}

fn code(result: Result<SignedBytes, Finding>) -> Option<Code> {
    result.err().map(|finding| finding.code())
}

#[test]
fn a_real_okta_response_signed_twice_verifies() {
    let (Some(xml), Some(pem)) = (
        shared("vectors/okta/plain-both-signed.xml"),
        shared("vectors/okta/plain-both-signed.idp.pem"),
    ) else {
        return;
    };
    let certificate = Certificate::parse(&pem).unwrap();
    let (limits, crypto) = (Limits::default(), CryptoProvider::rustcrypto());
    let document = Document::parse_bytes(&xml, &limits, Extras::Refused).unwrap();
    let signed = Envelope::response(&document)
        .and_then(Envelope::candidate)
        .and_then(|c| {
            c.verify(
                &Keys::trusted([certificate.key()]),
                &policy(),
                &crypto,
                &limits,
            )
        })
        .and_then(|verified| verified.signed_bytes(&crypto))
        .unwrap();
    assert_eq!(signed.covers(), Covers::Response);
    assert_eq!(signed.proofs().len(), 2);
    assert!(signed.as_str().contains("russellhaering"));
    assert!(!format!("{signed:?}").contains("russellhaering"));
}

#[test]
fn every_algorithm_verifies_with_its_key_and_with_no_other() {
    use SignatureAlgorithm as A;
    let cases = [
        (A::RsaSha256, TestKey::Idp),
        (A::RsaSha384, TestKey::Idp),
        (A::RsaSha512, TestKey::Idp),
        (A::RsaPssSha256, TestKey::Idp),
        (A::RsaPssSha384, TestKey::Idp),
        (A::RsaPssSha512, TestKey::Idp),
        (A::EcdsaP256Sha256, TestKey::IdpP256),
        (A::EcdsaP384Sha384, TestKey::IdpP384),
    ];
    for (algorithm, key) in cases {
        let message = good().key(key).algorithm(algorithm).octets();
        let signed = judge_with(&message, &[key], &policy()).unwrap();
        let seen = signed.proofs().first().unwrap().algorithm;
        assert_eq!(seen.uri(), algorithm.uri());
        let others = [TestKey::IdpNext, TestKey::IdpP256, TestKey::IdpP384];
        for other in others.into_iter().filter(|other| *other != key) {
            let refused = code(judge_with(&message, &[other], &policy()));
            let fits = (other == TestKey::IdpNext) == (key == TestKey::Idp);
            let expected = if fits {
                Code::SignatureKeyUnknown
            } else {
                Code::AlgorithmKeyMismatch
            };
            assert_eq!(refused, Some(expected), "{algorithm:?} {other:?}");
        }
        // Among several keys the right one is found.
        let all = [
            TestKey::IdpNext,
            TestKey::IdpP256,
            TestKey::IdpP384,
            TestKey::Idp,
        ];
        assert!(judge_with(&message, &all, &policy()).is_ok());
    }
}

#[test]
fn every_digest_and_canonical_form() {
    for digest in [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ] {
        assert!(
            judge(&good().digest(digest).octets(), &policy()).is_ok(),
            "{digest:?}"
        );
    }
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let inclusive = good()
            .sign(signing)
            .canonicalization(Canonicalization::Inclusive);
        assert!(judge(&inclusive.octets(), &policy()).is_ok(), "{signing:?}");
        for list in [
            None,
            Some("xs"),
            Some("#default xs"),
            Some(" xs\txsi\n"),
            Some("nowhere"),
        ] {
            let exclusive = good().sign(signing).prefix_list(list).octets();
            assert!(judge(&exclusive, &policy()).is_ok(), "{signing:?} {list:?}");
        }
    }
}

/// Canonical XML 1.0 copies the `xml:` attributes around a `SignedInfo` onto it; nothing else may
/// stand there.
#[test]
fn a_signed_info_may_inherit_xml_attributes_and_no_others() {
    let with = |name: &'static str| {
        let signed = good()
            .sign(Signing::Response)
            .canonicalization(Canonicalization::Inclusive)
            .edit_signed_info(move |info| info.set_attribute(name, "de"));
        judge(&signed.octets(), &policy()).err()
    };
    assert_eq!(with("xml:lang"), None);
    assert_eq!(with("xml:base"), None);
    assert_eq!(with("lang"), Some(Code::SignatureShape));
    assert_eq!(with("xs:lang"), Some(Code::SignatureShape));
}

/// Writers whose line ends are carriage returns spell them `&#13;`, between elements too.
#[test]
fn line_ends_may_be_references_where_only_elements_stand() {
    fn spread(element: &mut Element, end: &str) {
        let children = std::mem::take(element.children_mut());
        let only_elements = children
            .iter()
            .all(|child| matches!(child, Node::Element(_)));
        for mut child in children {
            if let Node::Element(inner) = &mut child {
                spread(inner, end);
            }
            if only_elements {
                element.children_mut().push(Node::Text(end.to_owned()));
            }
            element.children_mut().push(child);
        }
    }
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let with = |end: &'static str| {
            let spread = good().sign(signing).edit(move |root| spread(root, end));
            assert!(!end.contains('\r') || spread.xml().contains("&#"));
            log_in(&sp(), &spread).map_err(|refused| refused.code())
        };
        assert_eq!(
            with("\r\n\t ").unwrap().name_id().value(),
            "alice@corp.test"
        );
        assert_eq!(with("\r.").unwrap_err(), Code::ElementContent);
        assert_eq!(with("\u{a0}").unwrap_err(), Code::ElementContent);
    }
}

#[test]
fn sha1_only_where_a_policy_and_a_feature_say_so() {
    let allowed = policy().danger_allow_sha1();
    for message in [
        good().algorithm(SignatureAlgorithm::RsaSha1).octets(),
        good().digest(DigestAlgorithm::Sha1).octets(),
    ] {
        assert_eq!(
            judge(&message, &policy()).unwrap_err(),
            Code::AlgorithmForbidden
        );
        let seen = judge(&message, &allowed);
        assert_eq!(seen.is_ok(), cfg!(feature = "danger-sha1"));
        assert!(seen.is_ok() || seen.unwrap_err() == Code::AlgorithmForbidden);
    }
    assert!(judge(&good().octets(), &allowed).is_ok());
}

#[test]
fn a_small_key_only_where_the_floor_is_lowered_by_name() {
    let message = good().key(TestKey::IdpWeak).octets();
    let small = [TestKey::IdpWeak];
    assert_eq!(
        code(judge_with(&message, &small, &policy())),
        Some(Code::KeyWeak)
    );
    let lowered = policy().danger_allow_rsa_bits(1024);
    assert_eq!(code(judge_with(&message, &small, &lowered)), None);
}

#[test]
fn a_removed_key_is_refused_and_a_retired_one_named() {
    let message = good().octets();
    assert_eq!(
        code(judge_with(&message, &[TestKey::IdpNext], &policy())),
        Some(Code::SignatureKeyUnknown)
    );
    assert_eq!(
        code(judge_with(&message, &[], &policy())),
        Some(Code::KeyMissing)
    );
    let [old, new] = [TestKey::Idp, TestKey::IdpNext]
        .map(|key| Certificate::parse(key.certificate_pem().as_bytes()).unwrap());
    let keys = Keys {
        trusted: vec![new.key()],
        retired: vec![old.key()],
    };
    let (limits, crypto) = (Limits::default(), CryptoProvider::rustcrypto());
    let document = Document::parse_bytes(&message, &limits, Extras::Refused).unwrap();
    let candidate = Envelope::response(&document)
        .and_then(Envelope::candidate)
        .unwrap();
    let refused = candidate
        .verify(&keys, &policy(), &crypto, &limits)
        .unwrap_err();
    assert_eq!(refused.code(), Code::SignatureKeyRetired);
}

/// Attack 84 and 83: whatever byte is changed, what verifies is what was signed.
#[test]
fn no_single_byte_changes_what_was_signed() {
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let seed = good().sign(signing).octets();
        let signed = judge(&seed, &policy()).unwrap();
        // Whoever takes the Response's signature away leaves a signed assertion, which is good.
        let text = String::from_utf8(seed.clone()).unwrap();
        let stripped = judge(
            text.replacen("xmldsig#", "xmldsig!", 1).as_bytes(),
            &policy(),
        );
        let good: Vec<String> = stripped
            .iter()
            .chain([&signed])
            .map(|octets| octets.as_str().to_owned())
            .collect();
        let (mut accepted, step) = (0, if cfg!(debug_assertions) { 7 } else { 1 });
        for at in (0..seed.len()).step_by(step) {
            for change in [Change::Flip, Change::Delete, Change::Double, Change::Space] {
                if let Ok(seen) = judge(&change.apply(&seed, at), &policy()) {
                    accepted += 1;
                    let same = good.iter().any(|octets| octets == seen.as_str());
                    assert!(same, "{change:?} at {at}: {}", seen.as_str());
                }
            }
        }
        // The KeyInfo is ignored, so some changes are harmless; otherwise nothing was tried.
        assert!(accepted > 0);
    }
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Flip,
    Delete,
    Double,
    Space,
}

impl Change {
    fn apply(self, seed: &[u8], at: usize) -> Vec<u8> {
        let mut changed = seed.to_vec();
        match self {
            Self::Flip => changed[at] ^= 1,
            Self::Delete => drop(changed.remove(at)),
            Self::Double => changed.insert(at, seed[at]),
            Self::Space => changed[at] = b' ',
        }
        changed
    }
}

const MESSAGE: Name<'_> = Name::new("urn:oasis:names:tc:SAML:2.0:protocol", "LogoutRequest");
const HEAD: &str = concat!(
    r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0">"#,
    r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://sp.test</saml:Issuer>"#,
);
const TAIL: &str = "<x>a &amp; b &gt; c</x></samlp:LogoutRequest>";

fn signed_message(algorithm: Ours) -> String {
    let crypto = CryptoProvider::rustcrypto();
    let key = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    let key = crypto.signing_key(&key, algorithm).unwrap();
    let certificate = Certificate::parse(TestKey::Sp.certificate_pem().as_bytes()).unwrap();
    let signer = Signer {
        key: &*key,
        certificate: Some(&certificate),
    };
    sign(&format!("{HEAD}{TAIL}"), HEAD.len(), signer, &crypto).unwrap()
}

fn verify_message(xml: &str) -> Result<SignedBytes, Finding> {
    let (limits, crypto) = (Limits::default(), CryptoProvider::rustcrypto());
    let certificate = Certificate::parse(TestKey::Sp.certificate_pem().as_bytes()).unwrap();
    let document = Document::parse(xml, &limits, Extras::Refused).unwrap();
    Envelope::message(&document, MESSAGE, Nested::Refused)?
        .candidate()?
        .verify(
            &Keys::trusted([certificate.key()]),
            &policy(),
            &crypto,
            &limits,
        )?
        .signed_bytes(&crypto)
}

#[test]
fn what_we_sign_verifies_and_a_change_does_not() {
    for algorithm in [
        Ours::RsaSha256,
        Ours::RsaSha384,
        Ours::RsaSha512,
        Ours::RsaPssSha256,
    ] {
        let xml = signed_message(algorithm);
        assert_eq!(verify_message(&xml).unwrap().covers(), Covers::Message);
        let changed = xml.replace("a &amp; b", "a &amp; c");
        assert_eq!(code(verify_message(&changed)), Some(Code::DigestMismatch));
        let unsigned = code(verify_message(&format!("{HEAD}{TAIL}")));
        assert_eq!(unsigned, Some(Code::Unsigned));
    }
}

#[test]
fn what_cannot_be_signed_is_said() {
    let crypto = CryptoProvider::rustcrypto();
    let key = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    let problem = |algorithm| crypto.signing_key(&key, algorithm).err();
    assert_eq!(problem(Ours::EcdsaSha256), Some(KeyProblem::Algorithm));
    assert_eq!(problem(Ours::RsaSha1), Some(KeyProblem::Algorithm));
    assert_eq!(problem(Ours::RsaSha384), None);
    let key = crypto.signing_key(&key, Ours::RsaSha256).unwrap();
    let signer = Signer {
        key: &*key,
        certificate: None,
    };
    let refused = |xml: &str, at| sign(xml, at, signer, &crypto).unwrap_err().code();
    assert_eq!(refused("<a/>", 3), Code::IdInvalid);
    assert_eq!(refused("<a ID='_1'", 3), Code::CanonicalFormInvalid);
    assert_eq!(refused("<a ID='_1'/>", 99), Code::CanonicalFormInvalid);
}

#[test]
fn a_detached_signature_covers_exactly_its_octets() {
    let crypto = CryptoProvider::rustcrypto();
    let key = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    let key = crypto.signing_key(&key, Ours::RsaSha256).unwrap();
    let certificate = Certificate::parse(TestKey::Sp.certificate_pem().as_bytes()).unwrap();
    let keys = Keys::trusted([certificate.key()]);
    let query = b"SAMLRequest=abc&RelayState=1&SigAlg=x";
    let signature = key.sign(query).unwrap();
    let uri = Ours::RsaSha256.uri();
    let verify = |uri: &str, octets: &[u8], signature: &[u8]| {
        keys.verify_detached(uri, octets, signature, &policy(), &crypto)
            .map_err(|f| f.code())
    };
    assert!(verify(uri, query, &signature).is_ok());
    assert_eq!(
        verify(uri, b"SAMLRequest=abd", &signature).unwrap_err(),
        Code::SignatureInvalid
    );
    assert_eq!(
        verify("urn:none", query, &signature).unwrap_err(),
        Code::AlgorithmUnknown
    );
    let sha1 = verify(Ours::RsaSha1.uri(), query, &signature).unwrap_err();
    assert_eq!(sha1, Code::AlgorithmForbidden);
    let ec = verify(Ours::EcdsaSha256.uri(), query, &signature).unwrap_err();
    assert_eq!(ec, Code::AlgorithmKeyMismatch);
}

/// Runs xmlsec1 over a file; none where it is not installed.
fn xmlsec1(arguments: &[&str], xml: &str) -> Option<(bool, String)> {
    if Command::new("xmlsec1").arg("--version").output().is_err() {
        return skipped("xmlsec1");
    }
    let folder = std::env::temp_dir().join(format!("saml-sp-{}-{}", std::process::id(), xml.len()));
    std::fs::create_dir_all(&folder).unwrap();
    let (input, output) = (folder.join("in.xml"), folder.join("out.xml"));
    let files = [
        ("cert.pem", TestKey::Sp.certificate_pem()),
        ("key.pem", TestKey::Sp.private_key_pem()),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    std::fs::write(&input, xml).unwrap();
    let status = Command::new("xmlsec1")
        .args(arguments)
        .arg("--output")
        .arg(&output)
        .arg(&input)
        .current_dir(&folder)
        .output()
        .unwrap();
    let written = std::fs::read_to_string(&output).unwrap_or_default();
    std::fs::remove_dir_all(&folder).unwrap();
    Some((status.status.success(), written))
}

#[test]
fn xmlsec1_verifies_what_we_sign() {
    let arguments = [
        "--verify",
        "--pubkey-cert-pem",
        "cert.pem",
        "--id-attr:ID",
        "LogoutRequest",
    ];
    let xml = signed_message(Ours::RsaSha256);
    let Some((good, _)) = xmlsec1(&arguments, &xml) else {
        return;
    };
    assert!(good);
    let (bad, _) = xmlsec1(&arguments, &xml.replace("a &amp; b", "a &amp; c")).unwrap();
    assert!(!bad);
}

#[test]
fn we_verify_what_xmlsec1_signs() {
    let method = |uri: &str| format!(r#"<ds:SignatureMethod Algorithm="{uri}"/>"#);
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let list = |prefixes: &str| {
        format!(r#"<ec:InclusiveNamespaces xmlns:ec="{exclusive}" PrefixList="{prefixes}"/>"#)
    };
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let newer = "http://www.w3.org/2006/12/xml-c14n11";
    let cases = [
        (exclusive, String::new(), true),
        (exclusive, list("x #default"), true),
        (exclusive, list("#default"), true),
        (inclusive, String::new(), true),
        (newer, String::new(), true),
        // No canonicalization among the transforms: it is that of 1.0.
        (exclusive, String::new(), false),
        (newer, String::new(), false),
    ];
    for (form, inner, said) in cases {
        let second = match said {
            true => format!(r#"<ds:Transform Algorithm="{form}">{inner}</ds:Transform>"#),
            false => String::new(),
        };
        let template = format!(
            r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{form}">{inner}</ds:CanonicalizationMethod>{}<ds:Reference URI="#_1"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>{second}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>"##,
            method(Ours::RsaSha256.uri()),
        );
        let head = HEAD.replace(
            " ID=",
            r#" xmlns="urn:default" xmlns:x="urn:x" xml:lang="de" ID="#,
        );
        let body = "<x:a xmlns:x='urn:x'> <b k='1&#9;2' a=\"'\">\r\n<![CDATA[<&>]]>&#13;</b></x:a>";
        let xml = format!("{head}{template}{body}</samlp:LogoutRequest>");
        let arguments = [
            "--sign",
            "--privkey-pem",
            "key.pem",
            "--id-attr:ID",
            "LogoutRequest",
        ];
        let Some((done, signed)) = xmlsec1(&arguments, &xml) else {
            return;
        };
        assert!(done);
        let verified = verify_message(&signed);
        assert!(verified.is_ok(), "{form} {inner}: {verified:?}");
        let changed = code(verify_message(&signed.replace("k=\"1", "k=\"2")));
        assert_eq!(changed, Some(Code::DigestMismatch));
    }
}
