//! Rules of the standards that have no other test, and the two manual pages that list them all.

use std::path::{Path, PathBuf};

use saml_sp::logout::LogoutMessage;
use saml_sp::{AcsForm, Code, Limits};
use saml_testkit::defect::SignatureDefect;
use saml_testkit::{Canonicalization, Element, Node, ResponseBuilder, Signing, SpTarget, TestIdp};

use crate::bench::*;

const STATEMENT: &[&str] = &["saml2:Assertion", "saml2:AttributeStatement"];

fn push(to: &mut Element, child: Element) {
    to.children_mut().push(Node::Element(child));
}

#[test]
fn extensions_and_foreign_attributes_do_not_break() {
    let foreign = || {
        Element::new("x:any")
            .attribute("xmlns:x", "urn:x")
            .attribute("x:a", "1")
            .text("t")
    };
    let response = good()
        .edit(move |root| {
            root.insert_after(
                "saml2:Issuer",
                Element::new("saml2p:Extensions").child(foreign()),
            );
        })
        .edit_at(&["saml2:Assertion"], move |assertion| {
            let advice = Element::new("saml2:Advice")
                .attribute("xmlns:saml2", "urn:oasis:names:tc:SAML:2.0:assertion");
            assertion.insert_after("saml2:Conditions", advice.child(foreign()));
        })
        .edit_at(STATEMENT, |statement| {
            let attribute = Element::new("saml2:Attribute").attribute("xmlns:x", "urn:x");
            push(
                statement,
                attribute
                    .attribute("Name", "n")
                    .attribute("x:OriginalIssuer", "y"),
            );
        });
    assert!(log_in(&sp(), &response).is_ok());
}

/// What the standards leave out or forbid, what identity providers send all the same, and what has
/// one meaning only.
#[test]
fn spellings_of_one_meaning_are_taken() {
    let code = |response: &ResponseBuilder| log_in(&sp(), response).err().map(|e| e.code());
    // No canonicalization among the transforms means Canonical XML 1.0, and nothing else.
    for signing in [Signing::Assertion, Signing::Response, Signing::Both] {
        let unsaid = good()
            .with(SignatureDefect::TransformsEnvelopedOnly)
            .sign(signing);
        let digested = unsaid.clone().canonicalization(Canonicalization::Inclusive);
        assert_eq!(code(&digested), None, "{signing:?}");
        // The kit's Response has the same octets in both forms, its assertion has not.
        let differs = signing != Signing::Response;
        let expected = differs.then_some(Code::DigestMismatch);
        assert_eq!(code(&unsaid), expected, "{signing:?}");
    }
    // Canonical XML 1.1, by its only identifier.
    let newer = |uri: &'static str| {
        good()
            .canonicalization(Canonicalization::Inclusive)
            .edit_signed_info(move |info| {
                let method = info.at_mut(&["ds:CanonicalizationMethod"]).unwrap();
                method.set_attribute("Algorithm", uri);
                let transforms = info.at_mut(&["ds:Reference", "ds:Transforms"]).unwrap();
                match transforms.children_mut().last_mut() {
                    Some(Node::Element(last)) => last.set_attribute("Algorithm", uri),
                    other => panic!("{other:?}"),
                }
            })
    };
    assert_eq!(code(&newer("http://www.w3.org/2006/12/xml-c14n11")), None);
    let guessed = newer("http://www.w3.org/2006/12/xmlc14n11#");
    assert_eq!(code(&guessed), Some(Code::CanonicalizationForbidden));
    // UTC, written as an offset of nothing.
    let data = &[
        "saml2:Assertion",
        "saml2:Subject",
        "saml2:SubjectConfirmation",
        "saml2:SubjectConfirmationData",
    ];
    let until = |text: &'static str| {
        good().edit_at(data, move |data| data.set_attribute("NotOnOrAfter", text))
    };
    assert_eq!(code(&until("2026-01-31T12:05:00.000Z")), None);
    assert_eq!(code(&until("2026-01-31T12:05:00.000+00:00")), None);
    assert_eq!(
        code(&until("2026-01-31T13:05:00.000+01:00")),
        Some(Code::TimeInvalid)
    );
}

#[test]
fn an_address_is_no_reason_to_refuse() {
    const DATA: &[&str] = &[
        "saml2:Assertion",
        "saml2:Subject",
        "saml2:SubjectConfirmation",
        "saml2:SubjectConfirmationData",
    ];
    assert!(log_in(&sp(), &good().set(DATA, "Address", "192.0.2.1")).is_ok());
}

#[test]
fn attributes_of_any_kind_are_read() {
    let attribute = |name: &str| Element::new("saml2:Attribute").attribute("Name", name);
    let value = |text: &str| Element::new("saml2:AttributeValue").text(text);
    let response = good().edit_at(STATEMENT, move |statement| {
        push(
            statement,
            attribute("roles").child(value("a")).child(value(" b ")),
        );
        push(statement, attribute("roles").child(value("c")));
        push(
            statement,
            attribute("roles")
                .attribute("NameFormat", "urn:f")
                .child(value("d")),
        );
        push(
            statement,
            attribute("odd name, any text")
                .attribute("FriendlyName", "email")
                .child(value("x")),
        );
        push(statement, attribute("none"));
        push(statement, attribute("empty").child(value("")));
        let nil = value("")
            .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
            .attribute("xsi:nil", "true");
        push(statement, attribute("nil").child(nil));
        push(
            statement,
            attribute("deep").child(Element::new("saml2:AttributeValue").child(value("y"))),
        );
    });
    let login = log_in(&sp(), &response).unwrap();
    let attributes = login.attributes();
    let all = |name: &str| attributes.all(name).collect::<Vec<_>>();
    assert_eq!(all("roles"), ["a", " b ", "c", "d"]);
    assert_eq!(
        attributes
            .iter()
            .filter(|attribute| attribute.name() == "roles")
            .count(),
        2
    );
    assert_eq!(attributes.one("odd name, any text").unwrap(), "x");
    assert_eq!(attributes.one("email").unwrap(), "alice@corp.test");
    for (name, part) in [
        ("roles", "4 values"),
        ("none", "no value"),
        ("empty", "no value"),
        ("nil", "no value"),
        ("deep", "not text"),
    ] {
        let error = attributes.one(name).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(attributes.at_most_one("absent").unwrap(), None);
    assert!(attributes.at_most_one("roles").is_err());
}

/// Many attributes take no more time each than few, and merge as few do.
#[test]
fn many_attributes_are_merged_too() {
    let response = good().edit_at(STATEMENT, |statement| {
        for round in ["a", "b"] {
            for number in 0..100 {
                let value = Element::new("saml2:AttributeValue").text(&format!("{round}{number}"));
                let attribute =
                    Element::new("saml2:Attribute").attribute("Name", &format!("n{number}"));
                push(statement, attribute.child(value));
            }
        }
    });
    let login = log_in(&sp(), &response).unwrap();
    for number in 0..100 {
        let values: Vec<_> = login
            .attributes()
            .all(&format!("n{number}"))
            .map(str::to_owned)
            .collect();
        assert_eq!(values, [format!("a{number}"), format!("b{number}")]);
    }
    assert_eq!(login.attributes().iter().count(), 103);
}

#[test]
fn missing_attributes_are_explained() {
    let explained = |person: saml_testkit::Person| {
        let response = TestIdp::okta().response(&target(), &person, NOW);
        log_in(&sp(), &response)
            .unwrap()
            .attributes()
            .one("email")
            .unwrap_err()
            .to_string()
    };
    let without = || alice().without_attribute("email");
    assert!(explained(without()).contains("`user.email`, not `user.mail`"));
    assert!(explained(without().attribute("Email", &["a@b.test"])).contains("`Email` is there"));
    let entra = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/email";
    assert!(explained(without().attribute(entra, &["a@b.test"])).contains("no namespace"));
    let nothing = saml_testkit::Person::named("alice@corp.test")
        .without_attribute("email")
        .without_attribute("firstName")
        .without_attribute("lastName");
    assert!(explained(nothing).contains("no attributes at all"));
    let login = log_in(&sp(), &TestIdp::okta().response(&target(), &without(), NOW)).unwrap();
    let refusal = saml_sp::Rejection::from(login.attributes().one("email").unwrap_err());
    assert_eq!(refusal.code(), Code::AttributeUnusable);
    assert!(refusal.report().text().contains("Attribute Statements"));
}

#[test]
fn an_answer_cannot_come_by_redirect() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let deflated = miniz_oxide::deflate::compress_to_vec(&good().octets(), 6);
    let value = STANDARD.encode(deflated);
    // By POST it is not inflated.
    let form = AcsForm::from_fields(value.clone(), None, &Limits::default()).unwrap();
    let posted = sp().accept(&form, &idp(), saml_sp::Expected::Request(&record()), NOW);
    assert_eq!(codes(posted), [Code::XmlEncoding]);
    // By redirect there is only the door for logout, which takes no Response.
    let query = format!(
        "SAMLResponse={}",
        value
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
    );
    let message = LogoutMessage::from_query(&query, &Limits::default()).unwrap();
    let idp = idp();
    let (sp, session) = (
        crate::logout::signing_sp(),
        log_in(&sp(), &good()).unwrap().session(),
    );
    let with_logout = saml_sp::Idp::builder(idp.issuer())
        .certificate(TestIdp::okta().certificate_pem())
        .logout(saml_sp::idp::LogoutService::redirect(
            "https://idp.test/slo",
        ))
        .build()
        .unwrap();
    let started = sp
        .start_logout(&with_logout, &session, &mut counter(), NOW)
        .unwrap();
    assert_eq!(
        codes(sp.finish_logout(&with_logout, &message, started.record(), NOW)),
        [Code::RootUnexpected]
    );
}

#[test]
fn a_request_is_found_by_relay_state_or_by_what_is_answered() {
    let target = SpTarget::new(ACS, ENTITY).in_response_to("_claimed");
    let form = form(
        &TestIdp::okta()
            .response(&target, &alice(), NOW)
            .relay_state("handle"),
    );
    let facts = form.peek().unwrap();
    assert_eq!(form.relay_state(), Some("handle"));
    assert_eq!(facts.in_response_to(), Some("_claimed"));
    assert_eq!(facts.issuer(), Some(TestIdp::okta().issuer()));
    assert_eq!(facts.destination(), Some(ACS));
}

/// Whether a test of this name exists: `unit` is beside the code, anything else in `tests/it`.
pub(crate) fn exists(module: &str, function: &str) -> bool {
    fn holds(path: &Path, wanted: &str) -> bool {
        if path.is_dir() {
            return std::fs::read_dir(path)
                .unwrap()
                .any(|entry| holds(&entry.unwrap().path(), wanted));
        }
        std::fs::read_to_string(path).is_ok_and(|text| text.contains(wanted))
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let wanted = format!("fn {function}(");
    match module {
        "unit" => holds(&root.join("src"), &wanted),
        _ => holds(&root.join(format!("tests/it/{module}.rs")), &wanted),
    }
}

/// A row of a manual page: the numbers it is about, the tests it names, and its text.
struct Row {
    numbers: Vec<u32>,
    tests: Vec<(&'static str, &'static str)>,
    line: &'static str,
}

fn rows(page: &'static str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (first, last) = cells[0].split_once('-').unwrap_or((cells[0], cells[0]));
        let (Ok(first), Ok(last)) = (first.parse(), last.parse::<u32>()) else {
            continue;
        };
        let named = cells.last().unwrap().split('`').skip(1).step_by(2);
        let tests = named.map(|name| {
            name.split_once("::")
                .or_else(|| name.split_once(':'))
                .unwrap()
        });
        rows.push(Row {
            numbers: (first..=last).collect(),
            tests: tests.collect(),
            line,
        });
    }
    rows
}

fn complete(page: &'static str, most: u32) {
    let mut next = 1;
    for Row {
        numbers,
        tests,
        line,
    } in rows(page)
    {
        for number in numbers {
            assert_eq!(number, next, "{line}");
            next += 1;
        }
        let excused = line.contains("| - ");
        assert!(!tests.is_empty() || excused, "no test: {line}");
        for (module, function) in tests {
            assert!(
                exists(module, function),
                "{module}::{function} does not exist: {line}"
            );
        }
    }
    assert_eq!(next, most + 1);
}

#[test]
fn the_page_of_rules_is_complete_and_true() {
    complete(include_str!("../../src/manual/conformance.md"), 70);
}
