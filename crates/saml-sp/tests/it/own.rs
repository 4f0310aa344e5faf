//! Documents of the catalogue of attacks that are not in the test kit, by number, each with a twin
//! that differs in the one thing and is accepted.

use saml_sp::{Acs, ServiceProvider};
use saml_testkit::defect::FORGED_NAME_ID;
use saml_testkit::{
    Canonicalization, Element, Encryption, Node, ResponseBuilder, Signing, TestKey,
};
use time::Duration;

use crate::bench::*;

/// A document that belongs to one number, and its accepted twin.
pub(crate) struct Own {
    pub(crate) number: u16,
    pub(crate) what: &'static str,
    pub(crate) sp: ServiceProvider,
    pub(crate) attack: ResponseBuilder,
    pub(crate) answer: &'static str,
    pub(crate) twin: ResponseBuilder,
}

const ASSERTION: &str = "saml2:Assertion";
const SUBJECT: &[&str] = &["saml2:Assertion", "saml2:Subject"];
const STATEMENT: &[&str] = &["saml2:Assertion", "saml2:AttributeStatement"];

fn child(element: &mut Element, name: &str) -> Element {
    element.first(name).unwrap().clone()
}

fn many(copies: usize, element: &Element) -> Vec<Node> {
    std::iter::repeat_n(Node::Element(element.clone()), copies).collect()
}

fn in_signature(change: impl Fn(&mut Element) + Send + Sync + 'static) -> ResponseBuilder {
    good()
        .sign(Signing::Response)
        .edit_signed(move |root| change(root.first_mut("ds:Signature").unwrap()))
}

/// Every document that is not in the kit's catalogue.
pub(crate) fn own() -> Vec<Own> {
    let row = |number, what, attack, answer, twin| Own {
        number,
        what,
        sp: sp(),
        attack,
        answer,
        twin,
    };
    let mut rows = vec![
        row(
            1,
            "the name changed, nothing signed",
            good().sign(Signing::None).name_id(FORGED_NAME_ID),
            "unsigned",
            good(),
        ),
        row(
            13,
            "a signed request in place of a Response",
            good().edit_text(|xml| xml.replace("saml2p:Response", "saml2p:AuthnRequest")),
            "root_unexpected",
            good(),
        ),
    ];
    rows.extend(canonical(&row));
    rows.extend(text(&row));
    rows.extend(counts(&row));
    rows.extend(conditions(&row));
    if cfg!(feature = "encrypted-assertions") {
        rows.extend(encrypted());
    }
    rows
}

type Row<'r> =
    dyn Fn(u16, &'static str, ResponseBuilder, &'static str, ResponseBuilder) -> Own + 'r;

fn canonical(row: &Row<'_>) -> Vec<Own> {
    let listed = || {
        good()
            .sign(Signing::Assertion)
            .prefix_list(Some("p"))
            .edit(|root| root.set_attribute("xmlns:p", "urn:one"))
    };
    let inclusive = || {
        good()
            .sign(Signing::Assertion)
            .prefix_list(None)
            .canonicalization(Canonicalization::Inclusive)
    };
    let inside = |name: &'static str| {
        good().edit_signed(move |root| root.first_mut(ASSERTION).unwrap().set_attribute(name, "en"))
    };
    vec![
        row(
            75,
            "a listed prefix bound anew",
            listed().edit_signed(|root| root.set_attribute("xmlns:p", "urn:two")),
            "digest_mismatch",
            listed(),
        ),
        row(
            76,
            "xml:lang around what is signed inclusively",
            inclusive().edit_signed(|root| root.set_attribute("xml:lang", "en")),
            "signature_invalid",
            inclusive(),
        ),
        row(
            81,
            "a control character in a namespace name",
            good().edit(|root| root.set_attribute("xmlns:e", "http://e.test\u{80}")),
            "accepted",
            good(),
        ),
        row(
            93,
            "the assertion's prefix bound to another namespace after signing",
            good().edit_signed(|root| {
                root.first_mut(ASSERTION)
                    .unwrap()
                    .set_attribute("xmlns:saml2", "urn:other");
            }),
            "signature_misplaced",
            good(),
        ),
        row(
            108,
            "xml:lang on the assertion",
            inside("xml:lang"),
            "digest_mismatch",
            good(),
        ),
        row(
            108,
            "xml:space on the assertion",
            inside("xml:space"),
            "digest_mismatch",
            good(),
        ),
        row(
            108,
            "xml:base on the assertion",
            inside("xml:base"),
            "digest_mismatch",
            good(),
        ),
    ]
}

fn text(row: &Row<'_>) -> Vec<Own> {
    let long: String = "é\u{1f511}x".repeat(9_400);
    let attribute = move || {
        let long = long.clone();
        good().edit_at(STATEMENT, move |statement| {
            let value = Element::new("saml2:AttributeValue").text(&long);
            let attribute = Element::new("saml2:Attribute").attribute("Name", "long");
            statement
                .children_mut()
                .push(Node::Element(attribute.child(value)));
        })
    };
    vec![
        row(
            107,
            "indented after signing",
            good().edit_text(|xml| xml.replace("><saml2:", ">\n  <saml2:")),
            "digest_mismatch",
            good(),
        ),
        row(
            109,
            "another prefix after signing",
            good().edit_text(|xml| {
                xml.replace("saml2:", "s:")
                    .replace("xmlns:saml2=", "xmlns:s=")
            }),
            "digest_mismatch",
            good(),
        ),
        row(
            110,
            "a value of 64 KiB, changed in its last character",
            attribute().edit_text(|xml| {
                let at = xml.rfind("x</saml2:AttributeValue>").unwrap();
                format!("{}y{}", &xml[..at], &xml[at + 1..])
            }),
            "digest_mismatch",
            attribute(),
        ),
        row(
            220,
            "a name with a zero-width joiner, changed after signing to one without",
            good()
                .name_id("alice\u{200d}@corp.test")
                .edit_text(|xml| xml.replace('\u{200d}', "")),
            "digest_mismatch",
            good().name_id("alice\u{200d}@corp.test"),
        ),
        row(
            140,
            "compressed before base64",
            good().edit_octets(|octets| miniz_oxide::deflate::compress_to_vec(&octets, 6)),
            "xml_encoding",
            good(),
        ),
    ]
}

fn counts(row: &Row<'_>) -> Vec<Own> {
    let signatures = good().sign(Signing::Response).edit_signed(|root| {
        let copies = many(100, &child(root, "ds:Signature"));
        root.children_mut().extend(copies);
    });
    let references = in_signature(|signature| {
        let info = signature.first_mut("ds:SignedInfo").unwrap();
        let copies = many(1_000, &child(info, "ds:Reference"));
        info.children_mut().extend(copies);
    });
    let certificates = in_signature(|signature| {
        let data = signature.at_mut(&["ds:KeyInfo", "ds:X509Data"]).unwrap();
        let copies = many(1_000, &child(data, "ds:X509Certificate"));
        data.children_mut().extend(copies);
    });
    let beside = good()
        .key(TestKey::Intruder)
        .sign(Signing::Response)
        .edit_signed(|root| {
            let pinned = TestKey::Idp.certificate_der();
            let text = {
                use base64::Engine as _;
                base64::engine::general_purpose::STANDARD.encode(pinned)
            };
            let data = root
                .at_mut(&["ds:Signature", "ds:KeyInfo", "ds:X509Data"])
                .unwrap();
            data.children_mut().insert(
                0,
                Node::Element(Element::new("ds:X509Certificate").text(&text)),
            );
        });
    vec![
        row(
            137,
            "a hundred signatures",
            signatures,
            "signature_duplicate",
            good(),
        ),
        row(
            137,
            "a thousand references",
            references,
            "reference_count",
            good(),
        ),
        row(
            137,
            "a thousand certificates, which nobody looks at",
            certificates,
            "accepted",
            good(),
        ),
        row(
            149,
            "the pinned certificate first, another key's signature",
            beside,
            "signature_invalid",
            good(),
        ),
        row(
            154,
            "signed by the key of another provider",
            good().key(TestKey::IdpNext),
            "signature_key_unknown",
            good(),
        ),
    ]
}

fn conditions(row: &Row<'_>) -> Vec<Own> {
    let digits = |count: usize| format!("2026-01-31T12:00:00.{}Z", "1".repeat(count));
    let years = good().conditions(NOW, NOW + Duration::days(365 * 50));
    let late =
        |response: ResponseBuilder| response.set(&[], "IssueInstant", "2026-01-31T10:00:00Z");
    vec![
        row(
            199,
            "valid for fifty years, and two hours old",
            late(years.clone()),
            "issued_too_long_ago",
            years,
        ),
        row(
            202,
            "a million digits of a second",
            good().set(&[ASSERTION], "IssueInstant", &digits(1_000_000)),
            "time_invalid",
            good().set(&[ASSERTION], "IssueInstant", &digits(9)),
        ),
        row(
            205,
            "no request is named anywhere",
            good()
                .unset(&[], "InResponseTo")
                .edit_at(SUBJECT, |subject| {
                    let data = subject
                        .at_mut(&["saml2:SubjectConfirmation", "saml2:SubjectConfirmationData"]);
                    data.unwrap().remove_attribute("InResponseTo");
                }),
            "in_response_to_missing in_response_to_missing",
            good(),
        ),
    ]
}

/// What needs a key to be looked at.
fn encrypted() -> Vec<Own> {
    let donor = good()
        .edit_at(&[ASSERTION], |assertion| {
            let mut evil = assertion.clone();
            evil.set_attribute("ID", "id55555555555555555555555555");
            if let Some(name) = evil.at_mut(&["saml2:Subject", "saml2:NameID"]) {
                name.set_text(FORGED_NAME_ID);
            }
            let advice = Element::new("saml2:Advice").child(evil);
            assertion.insert_after("saml2:Conditions", advice);
        })
        .encrypt(Encryption::default());
    // What is inside relies on a prefix that is declared around the ciphertext only.
    let bare = |namespace: &'static str| {
        good().sign(Signing::Response).edit_between(move |root| {
            let assertion = root.take(ASSERTION).unwrap();
            let text = assertion.written().replacen(
                " xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
                "",
                1,
            );
            let mut sealed = Encryption::default().envelope(&text);
            root.set_attribute("xmlns:saml2", "urn:oasis:names:tc:SAML:2.0:assertion");
            sealed.set_attribute("xmlns:saml2", namespace);
            root.children_mut().push(Node::Element(sealed));
        })
    };
    let row = |number, what, attack, answer, twin| Own {
        number,
        what,
        sp: opening(),
        attack,
        answer,
        twin,
    };
    let assertion_namespace = "urn:oasis:names:tc:SAML:2.0:assertion";
    vec![
        row(
            32,
            "a forged assertion in the Advice of the encrypted one",
            donor,
            "assertion_misplaced",
            good().encrypt(Encryption::default()),
        ),
        row(
            184,
            "the prefix around the ciphertext bound to another namespace",
            bare("urn:other"),
            "element_unexpected",
            bare(assertion_namespace),
        ),
    ]
}

/// A service provider that can decrypt, where this build can.
pub(crate) fn opening() -> ServiceProvider {
    let builder = ServiceProvider::builder(ENTITY)
        .acs(Acs::new(ACS))
        .crypto(saml_sp::CryptoProvider::rustcrypto());
    let key = TestKey::Sp.private_key_pem();
    let key = saml_sp::crypto::PrivateKey::from_pem(key.as_bytes()).unwrap();
    let key = saml_sp::CryptoProvider::rustcrypto().decryption_key(&key);
    builder.decryption(key.unwrap(), None).build().unwrap()
}
