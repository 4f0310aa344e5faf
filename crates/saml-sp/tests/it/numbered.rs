//! The catalogue of attacks by number. Each line of `data/attacks.txt` is a number with its own
//! documents: those of the test kit it names, whose codes are in `data/refusals.csv`, and those
//! of `own.rs`. A failure begins with the number. The page `manual::attacks` is written from the same
//! lines; `BLESS=1` writes it anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use saml_sp::logout::LogoutMessage;
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{AcsForm, Code, Expected, Limits, RequestStore as _, ServiceProvider};
use saml_testkit::defect::{
    Content, Defect, FORGED_NAME_ID, Harmless, Lexical, SignatureDefect, Wrapping,
};
use saml_testkit::{Element, LogoutBuilder, ResponseBuilder, Signing, TestIdp, TestKey};

use crate::bench::*;
use crate::conformance::exists;
use crate::own::{Own, opening, own};
use crate::refusals;

const LINES: &str = include_str!("data/attacks.txt");
const MOST: u16 = 255;
const ASSERTION: &str = "saml2:Assertion";

/// One line: a number, what is tried, what answers it, and what holds it.
struct Line {
    number: u16,
    tried: &'static str,
    answer: &'static str,
    holders: Vec<&'static str>,
    excuse: Option<&'static str>,
}

fn lines() -> Vec<Line> {
    LINES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<_> = line.split(" |").map(str::trim).collect();
            let [number, tried, answer, held] = cells[..] else {
                panic!("four cells: {line}")
            };
            let excuse = held.strip_prefix("- ");
            Line {
                number: number.parse().unwrap_or_else(|_| panic!("{line}")),
                tried,
                answer,
                holders: held
                    .split_whitespace()
                    .filter(|_| excuse.is_none())
                    .collect(),
                excuse,
            }
        })
        .collect()
}

/// A document of the kit by its name, `None` for a family that needs a key.
fn of_kit(holder: &str) -> Option<ResponseBuilder> {
    fn find<D: Defect + Copy>(all: &[D], name: &str) -> Option<ResponseBuilder> {
        let member = all.iter().find(|member| member.name() == name)?;
        Some(good().with(*member))
    }
    let (family, name) = holder.split_once('.')?;
    let found = match family {
        "Content" => find(Content::ALL, name),
        "Lexical" => find(Lexical::ALL, name),
        "Signature" => find(SignatureDefect::ALL, name),
        "Wrapping" => find(Wrapping::ALL, name),
        "Harmless" => find(Harmless::ALL, name),
        "Encryption" => find(saml_testkit::defect::EncryptionDefect::ALL, name),
        _ => panic!("no family {family}"),
    };
    Some(found.unwrap_or_else(|| panic!("the kit has no {holder}")))
}

/// What the table says a document of the kit is answered with.
fn expected(holder: &str) -> &'static str {
    let (family, name) = holder.split_once('.').unwrap();
    if family == "Harmless" {
        return "accepted";
    }
    refusals::rows(family)
        .get(name)
        .unwrap_or_else(|| panic!("no row for {holder}"))
}

/// The codes of a refusal, or `accepted`; never anybody but Alice.
fn outcome(sp: &ServiceProvider, response: &ResponseBuilder) -> String {
    match log_in(sp, response) {
        Ok(login) => {
            assert!(login.name_id().value().starts_with("alice"));
            assert_ne!(login.name_id().value(), FORGED_NAME_ID);
            "accepted".to_owned()
        }
        Err(rejection) => {
            let codes = rejection.findings().map(|finding| finding.code().name());
            codes.collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn every_number_is_answered_as_the_table_says() {
    let own = own();
    let (mut wrong, mut documents) = (Vec::new(), 0);
    for line in lines() {
        let number = line.number;
        for holder in &line.holders {
            if let Some(response) = of_kit(holder) {
                let encrypted = holder.starts_with("Encryption.");
                if encrypted && !cfg!(feature = "encrypted-assertions") {
                    continue;
                }
                let sp = if encrypted { opening() } else { sp() };
                let seen = outcome(&sp, &response);
                // For what is encrypted the table gives the first code.
                let same = seen == expected(holder)
                    || encrypted && seen.split(' ').next() == Some(expected(holder));
                if !same {
                    wrong.push(format!("attack {number}, {holder}: {seen}"));
                }
                documents += 1;
            } else if *holder == "own" {
                let rows: Vec<_> = own.iter().filter(|row| row.number == number).collect();
                // Some documents can be looked at with a key only.
                if rows.is_empty() && !cfg!(feature = "encrypted-assertions") {
                    continue;
                }
                assert!(
                    !rows.is_empty(),
                    "attack {number} has no document of its own"
                );
                for row in rows {
                    let seen = outcome(&row.sp, &row.attack);
                    if seen != row.answer {
                        wrong.push(format!("attack {number}, {}: {seen}", row.what));
                    }
                    let twin = outcome(&row.sp, &row.twin);
                    if twin != "accepted" {
                        wrong.push(format!("attack {number}, twin of {}: {twin}", row.what));
                    }
                    documents += 1;
                }
            } else {
                let (module, function) = holder
                    .split_once("::")
                    .or_else(|| holder.split_once(':'))
                    .unwrap();
                if !exists(module, function) {
                    wrong.push(format!("attack {number}: there is no {holder}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(documents > 250, "{documents} documents");
    let numbers: Vec<_> = lines().iter().map(|line| line.number).collect();
    assert!(own.iter().all(|row| numbers.contains(&row.number)));
}

#[test]
fn every_number_is_there_once_and_held_or_excused() {
    let lines = lines();
    let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=MOST).collect::<Vec<_>>());
    let excused = lines.iter().filter(|line| line.excuse.is_some()).count();
    assert!(excused <= 12, "{excused} numbers without a test");
    for line in lines {
        let answered =
            !line.answer.is_empty() || line.holders.iter().any(|h| h.contains('.') || *h == "own");
        assert!(answered, "attack {} has no answer", line.number);
        assert!(
            line.excuse.is_none_or(|why| why.len() > 10),
            "{}",
            line.number
        );
    }
}

/// The page as the lines give it.
fn page() -> String {
    let mut page = include_str!("data/attacks.head.md").to_owned();
    let own = own();
    let by_number: BTreeMap<_, _> = lines().into_iter().map(|l| (l.number, l)).collect();
    for text in LINES.lines() {
        if let Some(title) = text.strip_prefix("## ") {
            page += &format!(
                "\n## {title}\n\n| number | what is tried | answer | held by |\n|---|---|---|---|\n"
            );
        } else if !text.starts_with('#') {
            let number = text.split(' ').next().unwrap().parse().unwrap();
            page += &row(&by_number[&number], &own);
        }
    }
    page
}

fn row(line: &Line, own: &[Own]) -> String {
    let from_kit = line.holders.iter().filter(|h| h.contains('.')).map(|h| {
        let (family, name) = h.split_once('.').unwrap();
        refusals::full(family, name)
    });
    let from_own = own
        .iter()
        .filter(|row| row.number == line.number)
        .map(|row| row.answer);
    let mut codes: Vec<&str> = Vec::new();
    for code in from_kit
        .chain(from_own)
        .flat_map(|codes| codes.split([' ', '/']))
    {
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    let mut answers: Vec<String> = Vec::new();
    answers.extend((!line.answer.is_empty()).then(|| line.answer.to_owned()));
    let quoted = codes
        .iter()
        .filter(|code| **code != "accepted" || line.answer.is_empty());
    let quoted: Vec<_> = quoted.map(|code| format!("`{code}`")).collect();
    answers.extend((!quoted.is_empty()).then(|| quoted.join(", ")));
    let held = match line.excuse {
        Some(why) => format!("- {why}"),
        None => {
            let names = line.holders.iter().map(|holder| match *holder {
                "own" => "`numbered::own`".to_owned(),
                other => format!("`{other}`"),
            });
            names.collect::<Vec<_>>().join(", ")
        }
    };
    format!(
        "| {} | {} | {} | {held} |\n",
        line.number,
        line.tried,
        answers.join("; ")
    )
}

#[test]
fn the_page_is_written_from_the_table() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/manual/attacks.md");
    // The rows of `own` differ without the feature; one build writes the page.
    if !cfg!(feature = "encrypted-assertions") {
        return;
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, page()).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        stored,
        page(),
        "run this test with BLESS=1 and the feature encrypted-assertions"
    );
}

fn logout(edit: impl Fn(&mut Element) + Send + Sync + 'static) -> LogoutBuilder {
    TestIdp::okta()
        .logout_request("https://sp.test/slo", &alice(), None, NOW)
        .edit_signed(edit)
}

fn log_out(message: &LogoutBuilder) -> Vec<Code> {
    let message =
        LogoutMessage::from_urlencoded(message.form_body().as_bytes(), &Limits::default());
    let pending = crate::logout::signing_sp().receive_logout(&idp(), &message.unwrap(), NOW);
    pending.map_or_else(
        |rejection| rejection.findings().map(|finding| finding.code()).collect(),
        |_| Vec::new(),
    )
}

#[test]
fn logout_messages_cannot_be_wrapped() {
    assert_eq!(log_out(&logout(|_| ())), []);
    fn forged(root: &mut Element) -> (Element, Element) {
        let original = root.clone();
        root.set_attribute("ID", "id99999999999999999999999999");
        root.first_mut("saml2:NameID").unwrap().set_text("bob");
        (original, root.take("ds:Signature").unwrap())
    }
    fn extensions(content: Element) -> Element {
        Element::new("saml2p:Extensions").child(content)
    }
    // The signed request inside a forged one without signature.
    let inside = logout(|root| {
        let (original, _) = forged(root);
        root.insert_after("saml2:Issuer", extensions(original));
    });
    assert_eq!(log_out(&inside), [Code::SignatureMisplaced], "attack 44");
    // The forged one keeps the signature, the original hides without it.
    let kept = logout(|root| {
        let (mut original, signature) = forged(root);
        original.take("ds:Signature");
        root.insert_after("saml2:Issuer", signature);
        root.insert_after("ds:Signature", extensions(original));
    });
    assert_eq!(log_out(&kept), [Code::ReferenceTarget], "attack 44");
    // A captured, signed assertion as donor.
    let assertion = good()
        .sign(Signing::Assertion)
        .tree()
        .take(ASSERTION)
        .unwrap();
    let donor = logout(move |root| {
        root.take("ds:Signature");
        root.insert_after("saml2:Issuer", extensions(assertion.clone()));
    });
    assert_eq!(log_out(&donor), [Code::AssertionMisplaced], "attack 44");
}

#[test]
fn a_key_for_encryption_does_not_sign() {
    let read = |purpose| {
        let metadata = TestIdp::okta()
            .metadata()
            .key(TestKey::IdpNext, Some(purpose))
            .xml();
        let metadata = saml_sp::metadata::IdpMetadata::read(
            metadata.as_bytes(),
            None,
            &Limits::default(),
            NOW,
        );
        let idp = metadata.unwrap().to_idp().unwrap();
        log_in_at(&sp(), &idp, &good().key(TestKey::IdpNext), &record(), NOW)
    };
    assert!(read("signing").is_ok());
    assert_eq!(
        codes(read("encryption")),
        [Code::SignatureKeyUnknown],
        "attack 152"
    );
}

/// The same signed assertion in another unsigned Response is the same use.
#[test]
fn an_assertion_in_another_wrapper_is_the_same() {
    let (sp, idp, record) = (sp(), idp(), record());
    let (replays, _) = stores();
    let signed = || good().sign(Signing::Assertion);
    let again = signed().edit_signed(|root| root.set_attribute("ID", "_another"));
    for (answer, expected) in [(signed(), None), (again, Some(Code::Replayed))] {
        let (_, requests) = stores();
        ready(requests.put(&record)).unwrap();
        let pending = sp.accept(&form(&answer), &idp, Expected::Request(&record), NOW);
        let outcome = ready(pending.unwrap().redeem(&replays, &requests, NOW));
        assert_eq!(outcome.err().map(|r| r.code()), expected, "attack 207");
    }
}

/// Whatever an ID looks like, a store sees a digest of fixed size; and it sees nothing at all of
/// what is not verified.
#[test]
fn store_keys_are_of_fixed_size() {
    let huge = "a".repeat(100_000);
    let (sp, idp, record) = (sp(), idp(), record());
    for id in ["_'; DROP TABLE x", huge.as_str()] {
        let key = saml_sp::store::ReplayKey::new(idp.issuer(), id);
        assert_eq!(key.as_bytes().len(), 32, "attack 208");
    }
    let answer = good().assertion_id(&huge);
    let (replays, requests) = (
        MemoryReplayStore::with_capacity(1),
        MemoryRequestStore::with_capacity(1),
    );
    ready(requests.put(&record)).unwrap();
    let forged = form(&answer.clone().key(TestKey::Intruder));
    assert!(
        sp.accept(&forged, &idp, Expected::Request(&record), NOW)
            .is_err()
    );
    let pending = sp.accept(&form(&answer), &idp, Expected::Request(&record), NOW);
    assert!(ready(pending.unwrap().redeem(&replays, &requests, NOW)).is_ok());
}

/// What comes back as `RelayState` finds a record or finds none; the place to go to is the one
/// that was stored.
#[test]
fn relay_state_is_never_a_place_to_go() {
    let record = record();
    let (replays, requests) = stores();
    ready(requests.put(&record)).unwrap();
    let places = [
        "https://evil.test/",
        "//evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "a\r\nSet-Cookie: b",
    ];
    for relay in places {
        let form = AcsForm::from_urlencoded(
            good().relay_state(relay).form_body().as_bytes(),
            sp().limits(),
        );
        let form = form.unwrap();
        // It finds nothing, so the request that the answer names is taken.
        let found = ready(form.find_request(&requests, NOW)).unwrap().unwrap();
        assert_eq!(found.return_to(), Some("/reports"), "attack 210");
        let pending = sp()
            .accept(&form, &idp(), Expected::Request(&found), NOW)
            .unwrap();
        let (_, again) = stores();
        ready(again.put(&record)).unwrap();
        if let Ok(login) = ready(pending.redeem(&replays, &again, NOW)) {
            assert_eq!(login.return_to(), Some("/reports"), "attack 210");
        }
    }
    let long = good().relay_state(&"r".repeat(10_000)).form_body();
    let refused = AcsForm::from_urlencoded(long.as_bytes(), sp().limits()).unwrap_err();
    assert_eq!(refused.code(), Code::RelayStateTooLong, "attack 210");
}
