//! Records, answers, quorums, the doctor and the owner's lock.

use org_domain::proof::doctor::{self, Examination, Questions, Symptom};
use org_domain::proof::*;
use org_domain::*;

use crate::fixture::*;

fn seen(resolver: &str, answer: TxtAnswer) -> Sighting {
    Sighting {
        resolver: resolver.into(),
        answer,
        authentication: Authentication::None,
        aliases: Vec::new(),
        time_to_live: None,
    }
}

fn validated(answer: TxtAnswer) -> Sighting {
    Sighting {
        authentication: Authentication::Validated,
        ..seen("v", answer)
    }
}

fn at(name: &str, sightings: Vec<Sighting>) -> Observation {
    Observation {
        name: name.into(),
        sightings,
    }
}

fn here(record: &ProofRecord) -> TxtAnswer {
    TxtAnswer::Present(vec![record.value().into_bytes()])
}

fn gone() -> TxtAnswer {
    TxtAnswer::Absent(Absence::NoName)
}

fn unclear() -> TxtAnswer {
    TxtAnswer::Indeterminate(Doubt::Timeout)
}

#[test]
fn tokens_are_long_lower_case_and_hidden() {
    let token = fresh_token();
    let text = token.to_text();
    assert_eq!(text.len(), 52);
    assert!(text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')));
    assert_eq!(Token::from_text(&text), Some(token));
    for bad in [
        text.to_uppercase(),
        text[1..].to_owned(),
        format!("{text}a"),
        format!("{text}="),
        String::new(),
    ] {
        assert_eq!(Token::from_text(&bad), None, "{bad}");
    }
    assert_eq!(format!("{token:?}"), "Token(\u{2026})");
    let record = pending("o1", "acme.com").record();
    assert!(!format!("{record:?}").contains(&record.token().to_text()));
    let broken = Token::generate(&mut |_: &mut [u8]| Err(RandomError));
    assert_eq!(broken, Err(RandomError));
}

#[test]
fn a_record_is_recognised_as_people_publish_it() {
    let record = pending("o1", "acme.com").record();
    let value = record.value();
    for text in [
        value.clone(),
        format!("  {value}\t"),
        format!("\"{value}\""),
        format!(" \" {value} \" "),
        format!("{value} expiry=never"),
        format!("{value} org=abc note=x"),
    ] {
        assert!(record.is_in(text.as_bytes()), "{text}");
    }
    let token = record.token().to_text();
    for text in [
        token.clone(),
        value.to_uppercase(),
        format!("x{value}"),
        format!("{value}x"),
        format!("token= {token}"),
        format!("Token={token}"),
        format!("\"\"{value}\"\""),
        format!("\"{value}"),
        value[..value.len() - 1].to_owned(),
        String::new(),
    ] {
        assert!(!record.is_in(text.as_bytes()), "{text}");
    }
    let other = pending("o2", "acme.com").record();
    assert!(
        !record.is_in(other.value().as_bytes()),
        "another organisation's token"
    );
}

#[test]
fn answers_are_bounded() {
    let record = pending("o1", "acme.com").record();
    let proof = record.value().into_bytes();
    let mut texts = vec![b"x".to_vec(); 255];
    texts.push(proof.clone());
    assert_eq!(
        TxtAnswer::Present(texts.clone()).verdict(&record),
        Verdict::Proven
    );
    texts.push(b"x".to_vec());
    assert_eq!(
        TxtAnswer::Present(texts).verdict(&record),
        Verdict::Indeterminate(Doubt::TooLarge)
    );
    let huge = vec![proof, vec![b'x'; 65_536]];
    assert_eq!(
        TxtAnswer::Present(huge).verdict(&record),
        Verdict::Indeterminate(Doubt::TooLarge)
    );
}

#[test]
fn quorums_decide_proof_and_absence() {
    let record = pending("o1", "acme.com").record();
    let p = || seen("p", here(&record));
    let a = || seen("a", gone());
    let d = || seen("d", unclear());
    let f = || seen("f", TxtAnswer::Indeterminate(Doubt::ServerFailure));
    let b = || seen("b", TxtAnswer::Bogus);
    let doubt = Verdict::Indeterminate;
    for (sightings, verdict) in [
        (vec![p(), p(), p()], Verdict::Proven),
        (vec![p(), p(), a()], Verdict::Proven),
        (vec![p(), p(), d()], Verdict::Proven),
        (vec![a(), a(), a()], Verdict::Absent),
        (vec![a(), a(), d()], Verdict::Absent),
        (vec![a(), a(), p()], doubt(Doubt::Disagreement)),
        (vec![p(), a(), d()], doubt(Doubt::Disagreement)),
        (vec![p(), d(), d()], doubt(Doubt::Disagreement)),
        (vec![a(), d(), d()], doubt(Doubt::Disagreement)),
        (vec![d(), d(), d()], doubt(Doubt::Timeout)),
        (vec![d(), d(), f()], doubt(Doubt::Disagreement)),
        (vec![p(), p(), b()], Verdict::Bogus),
        (vec![], doubt(Doubt::Network)),
        (vec![validated(here(&record)), a(), a()], Verdict::Proven),
        (vec![validated(gone()), d(), d()], Verdict::Absent),
        (
            vec![validated(gone()), p(), d()],
            doubt(Doubt::Disagreement),
        ),
        (
            vec![validated(gone()), validated(here(&record))],
            doubt(Doubt::Disagreement),
        ),
    ] {
        let observation = at("x", sightings.clone());
        assert_eq!(
            observation.verdict(&record, Quorum::TWO),
            verdict,
            "{sightings:?}"
        );
    }
    assert_eq!(
        at("x", vec![p()]).verdict(&record, Quorum::SINGLE),
        Verdict::Proven
    );
    assert_eq!(
        at("x", vec![a()]).verdict(&record, Quorum::SINGLE),
        Verdict::Absent
    );
}

#[test]
fn alias_chains_are_bounded() {
    let record = pending("o1", "acme.com").record();
    let with = |aliases: &[&str]| Sighting {
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        ..seen("p", here(&record))
    };
    let eight: Vec<String> = (0..8).map(|n| format!("a{n}.test")).collect();
    let eight: Vec<&str> = eight.iter().map(String::as_str).collect();
    assert_eq!(with(&eight).verdict(&record), Verdict::Proven);
    let nine = [eight.as_slice(), &["z.test"]].concat();
    assert_eq!(
        with(&nine).verdict(&record),
        Verdict::Indeterminate(Doubt::AliasChain)
    );
    assert_eq!(
        with(&["a.test", "b.test", "A.test."]).verdict(&record),
        Verdict::Indeterminate(Doubt::AliasChain)
    );
}

struct Patient {
    record: ProofRecord,
    seen: Examination,
}

impl Patient {
    fn new() -> Self {
        let record = pending("o1", "acme.com").record();
        let names = Questions::for_record(&record, &domain("acme.com"), fresh_token());
        let nothing = |name: &str| at(name, vec![seen("r1", gone()), seen("r2", gone())]);
        let seen = Examination {
            record: nothing(&names.record),
            doubled: nothing(&names.doubled),
            wildcard: nothing(&names.wildcard),
            apex: nothing(&names.apex),
            lock: LockStanding::Absent,
        };
        Self { record, seen }
    }

    fn text(mut self, text: &str) -> Self {
        let answer = TxtAnswer::Present(vec![text.as_bytes().to_vec()]);
        self.seen.record.sightings = vec![seen("r1", answer)];
        self
    }

    fn codes(&self) -> Vec<&'static str> {
        let diagnosis = doctor::diagnose(&self.record, &domain("acme.com"), &self.seen, START);
        assert!(
            diagnosis
                .symptoms
                .iter()
                .all(|symptom| symptom.to_string().ends_with('.'))
        );
        diagnosis.symptoms.iter().map(Symptom::code).collect()
    }
}

#[test]
fn the_doctor_names_each_slip() {
    assert_eq!(Patient::new().codes(), ["nothing_there"]);
    let (value, token) = {
        let patient = Patient::new();
        (patient.record.value(), patient.record.token())
    };
    let with = |text: &dyn Fn(&ProofRecord) -> String| {
        let patient = Patient::new();
        let text = text(&patient.record);
        patient.text(&text).codes()
    };
    assert_eq!(with(&|record| record.value()), ["healthy"]);
    assert_eq!(with(&|_| value.clone()), ["other_token"], "an older token");
    assert_eq!(
        with(&|record| record.value().replace(
            &record.token().to_text(),
            &record.token().to_text().to_uppercase()
        )),
        ["token_case"]
    );
    assert_eq!(with(&|record| record.token().to_text()), ["missing_prefix"]);
    assert_eq!(with(&|_| "v=spf1 -all".to_owned()), ["others_only"]);
    assert_eq!(
        with(&|_| token.to_text()),
        ["others_only"],
        "somebody else's bare token is just a text"
    );
}

#[test]
fn the_doctor_looks_where_records_go_astray() {
    let mut patient = Patient::new();
    patient.seen.doubled.sightings = vec![seen("r1", here(&patient.record))];
    assert_eq!(patient.codes(), ["doubled_zone"]);
    let mut patient = Patient::new();
    patient.seen.apex.sightings = vec![seen("r1", here(&patient.record))];
    assert_eq!(patient.codes(), ["at_apex"]);
    let mut patient = Patient::new().text("junk");
    patient.seen.wildcard.sightings = vec![seen("r1", TxtAnswer::Present(vec![b"junk".to_vec()]))];
    assert_eq!(patient.codes(), ["wildcard"]);
    let mut patient = Patient::new();
    patient.seen.record.sightings[0].aliases = vec!["elsewhere.test".into()];
    assert_eq!(patient.codes(), ["delegated"]);
    let mut patient = Patient::new();
    patient.seen.record.sightings[0] = seen("r1", here(&patient.record));
    assert_eq!(patient.codes(), ["spreading"]);
    let mut patient = Patient::new();
    patient.seen.record.sightings = vec![seen("r1", unclear()), seen("r2", TxtAnswer::Bogus)];
    assert_eq!(patient.codes(), ["unclear", "bogus"]);
}

#[test]
fn the_doctor_says_when_a_lock_is_in_the_way() {
    let with = |lock, there: bool| {
        let mut patient = Patient::new();
        patient.seen.lock = lock;
        let value = patient.record.value();
        if there {
            patient = patient.text(&value);
        }
        patient.codes()
    };
    let unclear = LockStanding::Indeterminate(Doubt::Timeout);
    for (lock, there, codes) in [
        (LockStanding::ForOthers, true, vec!["locked", "healthy"]),
        (
            LockStanding::ForOthers,
            false,
            vec!["locked", "nothing_there"],
        ),
        (unclear, true, vec!["healthy", "lock_unclear"]),
        (unclear, false, vec!["nothing_there", "lock_unclear"]),
        (LockStanding::ForUs, true, vec!["healthy"]),
        (LockStanding::Absent, true, vec!["healthy"]),
        (LockStanding::NotLooked, true, vec!["healthy"]),
    ] {
        assert_eq!(with(lock, there), codes, "{lock:?} {there}");
    }
    let said = Symptom::Locked.to_string();
    assert!(
        said.contains("lets only other organizations claim it"),
        "{said}"
    );
}

#[test]
fn the_doctor_says_what_to_enter_and_when_to_look_again() {
    let patient = Patient::new();
    let diagnose = |patient: &Patient| {
        doctor::diagnose(&patient.record, &domain("acme.com"), &patient.seen, START)
    };
    assert_eq!(diagnose(&patient).relative_host, "_app-challenge");
    assert_eq!(
        diagnose(&patient).look_again_at,
        START + time::Duration::minutes(5)
    );
    let mut cached = Patient::new();
    cached.seen.record.sightings[0].time_to_live = Some(time::Duration::hours(2));
    assert_eq!(
        diagnose(&cached).look_again_at,
        START + hours(2),
        "when the negative answer is forgotten"
    );
    cached.seen.record.sightings[0].time_to_live = Some(days(30));
    assert_eq!(diagnose(&cached).look_again_at, START + days(1));
    let names = Questions::for_record(&patient.record, &domain("acme.com"), fresh_token());
    assert_eq!(names.doubled, "_app-challenge.acme.com.acme.com");
    let permit = permit("o1", ClaimAction::Start);
    let apex = Claim::start(
        &permit,
        claimable("acme.com"),
        fresh_token(),
        &style().at_apex(),
        START,
    )
    .unwrap()
    .claim
    .record();
    assert_eq!(
        doctor::diagnose(&apex, &domain("acme.com"), &patient.seen, START).relative_host,
        "@"
    );
}

#[test]
fn the_owners_lock_shuts_when_in_doubt() {
    let handle = |name: &str| HANDLES.handle(&org(name));
    assert_eq!(handle("o1"), handle("o1"));
    assert_eq!(
        handle("o1").as_str(),
        "hwvt56zch7hukujxsdhb",
        "HMAC-SHA-256 as others compute it; another value would shut every published lock"
    );
    assert_ne!(handle("o1"), handle("o2"));
    assert_ne!(handle("o1"), HandleKey::new([8; 32]).handle(&org("o1")));
    assert!(!handle("o1").as_str().contains("o1") && handle("o1").as_str().len() == 20);
    let read = |texts: &[String]| OwnerLock::read(texts.iter().map(|text| text.as_bytes()));
    let ours = handle("o1");
    for (texts, allowed) in [
        (vec![], true),
        (vec!["v=spf1 -all".to_owned()], true),
        (vec![format!("v=1 org={}", ours.as_str())], true),
        (vec![format!("\"v=1; org={}\"", ours.as_str())], true),
        (
            vec![
                format!("v=1 org={}", handle("o2").as_str()),
                format!("v=1 org={}", ours.as_str()),
            ],
            true,
        ),
        (vec![format!("v=1 org={}", handle("o2").as_str())], false),
        (vec!["v=1 claims=none".to_owned()], false),
        (vec!["v=1".to_owned()], false),
        (vec!["v=1 orgg=typo".to_owned()], false),
    ] {
        assert_eq!(read(&texts).allows(&ours), allowed, "{texts:?}");
    }
    let app = AppLabel::new("app").unwrap();
    assert_eq!(
        OwnerLock::name(&app, &domain("acme.com")),
        "_app-policy.acme.com"
    );
    for bad in ["", "-a", "a-", "App", "a_b", "a.b", &"a".repeat(45)] {
        assert!(AppLabel::new(bad).is_err(), "{bad}");
    }
    let record = pending("o1", "acme.com").record();
    assert!(
        record.is_in(record.annotated_value(&ours).as_bytes()),
        "the words for people do not disturb the proof"
    );
    let longest = AppLabel::new(&"a".repeat(44)).unwrap();
    let permit = permit("o1", ClaimAction::Start);
    let style = ProofStyle::new(longest);
    let tree = Claim::start_subtree(&permit, claimable("acme.com"), fresh_token(), &style, START)
        .unwrap()
        .claim;
    assert!(
        tree.record()
            .name()
            .split('.')
            .all(|label| label.len() <= 63)
    );
}

/// One resolver that has seen a lock against us shuts; to open takes a quorum or DNSSEC.
#[test]
fn the_owners_lock_as_several_resolvers_see_it() {
    let handle = |name: &str| HANDLES.handle(&org(name));
    let (ours, theirs) = (handle("o1"), handle("o2"));
    let lock = |handle: &OrgHandle| {
        TxtAnswer::Present(vec![format!("v=1 org={}", handle.as_str()).into_bytes()])
    };
    let none = || TxtAnswer::Present(vec![b"v=spf1 -all".to_vec()]);
    let standing = |sightings: Vec<Sighting>| {
        OwnerLock::standing(&at("_app-policy.acme.com", sightings), Quorum::TWO, &ours)
    };
    let three =
        |[a, b, c]: [TxtAnswer; 3]| standing(vec![seen("a", a), seen("b", b), seen("c", c)]);
    let doubt = LockStanding::Indeterminate;
    for (answers, expected) in [
        ([gone(), gone(), gone()], LockStanding::Absent),
        ([gone(), none(), unclear()], LockStanding::Absent),
        ([lock(&ours), gone(), unclear()], LockStanding::ForUs),
        ([lock(&ours), lock(&ours), lock(&ours)], LockStanding::ForUs),
        ([gone(), gone(), lock(&theirs)], LockStanding::ForOthers),
        (
            [lock(&ours), lock(&ours), lock(&theirs)],
            LockStanding::ForOthers,
        ),
        ([gone(), unclear(), unclear()], doubt(Doubt::Timeout)),
        (
            [gone(), TxtAnswer::Bogus, TxtAnswer::Bogus],
            doubt(Doubt::Forged),
        ),
    ] {
        assert_eq!(three(answers.clone()), expected, "{answers:?}");
    }
    assert_eq!(
        standing(Vec::new()),
        doubt(Doubt::Disagreement),
        "nobody was asked"
    );
    assert_eq!(standing(vec![validated(gone())]), LockStanding::Absent);
    assert_eq!(
        standing(vec![validated(lock(&theirs))]),
        LockStanding::ForOthers
    );
    let flood = TxtAnswer::Present(vec![b"v=1".to_vec(); 300]);
    assert_eq!(
        three([flood.clone(), flood.clone(), flood]),
        doubt(Doubt::TooLarge)
    );
    let mut looping = seen("a", gone());
    looping.aliases = vec!["b.com".into(), "b.com".into()];
    assert_eq!(
        standing(vec![looping.clone(), looping]),
        doubt(Doubt::AliasChain)
    );
}
