//! 1 to 34: claims and DNS.

use org_domain::claim::*;
use org_domain::policy::*;
use org_domain::proof::*;
use org_domain::settle;
use org_domain::store::*;
use org_domain::*;

use crate::fixture::*;

fn refused(name: &str) -> Unclaimable {
    ClaimRules::default().check(domain(name)).unwrap_err()
}

#[test]
fn attack_1_a_free_mail_provider() {
    assert_eq!(refused("gmail.com"), Unclaimable::FreeMail);
}

#[test]
fn attack_2_aliases_of_free_mail_providers() {
    for alias in [
        "googlemail.com",
        "hotmail.com",
        "live.com",
        "me.com",
        "ymail.com",
        "pm.me",
        "duck.com",
    ] {
        assert_eq!(refused(alias), Unclaimable::FreeMail, "{alias}");
    }
}

#[test]
fn attack_3_public_suffixes_wildcard_rules_included() {
    for suffix in ["co.uk", "github.io", "kobe.jp", "x.kobe.jp"] {
        assert_eq!(refused(suffix), Unclaimable::PublicSuffix, "{suffix}");
    }
}

#[test]
fn attack_4_the_root_of_hosted_tenants() {
    assert_eq!(refused("onmicrosoft.com"), Unclaimable::TenantRoot);
    assert!(
        ClaimRules::default()
            .check(domain("contoso.onmicrosoft.com"))
            .is_ok()
    );
}

#[test]
fn attack_5_spellings_that_are_no_names() {
    assert_eq!(Domain::parse("ACME.com.").unwrap(), domain("acme.com"));
    for text in [
        " acme.com",
        "http://acme.com",
        "acme.com:80",
        "acme.com/x",
        "10.0.0.1",
        "a_b.com",
    ] {
        assert!(Domain::parse(text).is_err(), "{text}");
    }
}

#[cfg(feature = "confusables")]
#[test]
fn attack_6_a_look_alike_of_a_live_claim_goes_to_review() {
    let held = [domain("acme.com"), domain("paypal.com")];
    let fake = Domain::parse("\u{440}aypal.com").unwrap();
    assert_eq!(confusable::lookalike(&fake, &held), Some(&held[1]));
    assert_eq!(
        confusable::lookalike(&domain("paypal.com"), &held),
        None,
        "the same name is no look-alike"
    );
    assert_eq!(confusable::lookalike(&domain("palpay.com"), &held), None);
}

#[cfg(not(feature = "confusables"))]
#[test]
fn attack_6_a_claim_under_review_cannot_be_proven() {
    let start = permit("o1", ClaimAction::Start);
    let claim = Claim::start_in_review(
        &start,
        claimable("acme.com"),
        ReviewCause::Confusable,
        fresh_token(),
        &style(),
        START,
    );
    assert!(
        try_check(
            &claim.unwrap().claim,
            Verdict::Proven,
            Elsewhere::Nobody,
            START
        )
        .is_err()
    );
}

#[test]
fn attack_7_full_width_letters_and_ideographic_dots() {
    assert_eq!(
        Domain::parse("\u{ff41}cme\u{3002}com").unwrap(),
        domain("acme.com")
    );
}

#[test]
fn attack_8_an_a_label_that_hides_ascii() {
    assert_eq!(Domain::parse("xn--acme-.com"), Err(DomainError::Label));
    assert_eq!(Domain::parse("xn--a-.com"), Err(DomainError::Label));
}

#[test]
fn attack_9_invisible_characters() {
    assert_eq!(
        Domain::parse("ac\u{ad}me\u{200b}.com").unwrap(),
        domain("acme.com")
    );
}

#[test]
fn attack_10_the_token_in_the_second_record() {
    let record = pending("o1", "acme.com").record();
    let answer = TxtAnswer::Present(vec![b"v=spf1 -all".to_vec(), record.value().into_bytes()]);
    assert_eq!(answer.verdict(&record), Verdict::Proven);
}

/// The strings of one record are joined by whoever reads the wire; `dns::misbehaviour` shows it.
#[test]
fn attack_11_joined_strings_count_and_separate_records_do_not() {
    let record = pending("o1", "acme.com").record();
    let value = record.value().into_bytes();
    let (head, tail) = value.split_at(20);
    assert_eq!(
        TxtAnswer::Present(vec![[head, tail].concat()]).verdict(&record),
        Verdict::Proven
    );
    assert_eq!(
        TxtAnswer::Present(vec![head.to_vec(), tail.to_vec()]).verdict(&record),
        Verdict::Absent
    );
}

#[test]
fn attack_12_blanks_and_quotes_are_forgiven_case_is_not() {
    let record = pending("o1", "acme.com").record();
    assert!(record.is_in(format!(" \"{}\" ", record.value()).as_bytes()));
    assert!(!record.is_in(record.value().to_ascii_uppercase().as_bytes()));
}

#[test]
fn attack_13_a_wildcard_that_answers_everything() {
    let record = pending("o1", "acme.com").record();
    assert_eq!(
        TxtAnswer::Present(vec![b"v=spf1 -all".to_vec()]).verdict(&record),
        Verdict::Absent
    );
}

#[test]
fn attack_14_a_doubled_zone_proves_nothing() {
    let claim = pending("o1", "acme.com");
    assert_ne!(
        claim.record().name(),
        format!("{}.acme.com", claim.record().name())
    );
    let names = doctor::Questions::for_record(&claim.record(), claim.domain(), fresh_token());
    assert_eq!(
        names.doubled, "_app-challenge.acme.com.acme.com",
        "looked at to explain, never to prove"
    );
}

#[test]
fn attack_15_alias_loops_and_long_chains() {
    let record = pending("o1", "acme.com").record();
    let proof = TxtAnswer::Present(vec![record.value().into_bytes()]);
    let sighting = |aliases: Vec<String>| Sighting {
        resolver: "r".into(),
        answer: proof.clone(),
        authentication: Authentication::Validated,
        aliases,
        time_to_live: None,
    };
    assert_eq!(
        sighting(vec!["a.test".into()]).verdict(&record),
        Verdict::Proven
    );
    let looped = sighting(vec!["a.test".into(), "a.test".into()]);
    assert_eq!(
        looped.verdict(&record),
        Verdict::Indeterminate(Doubt::AliasChain)
    );
}

#[test]
fn attack_16_failing_servers_neither_prove_nor_revoke() {
    let claim = verified("o1", "acme.com");
    for doubt in [
        Doubt::ServerFailure,
        Doubt::Timeout,
        Doubt::Refused,
        Doubt::Network,
    ] {
        let after = check(
            &claim,
            Verdict::Indeterminate(doubt),
            Elsewhere::Nobody,
            START + days(2),
        );
        assert_eq!(after.claim.state().name(), StateName::Verified);
        let waiting = check(
            &pending("o1", "acme.com"),
            Verdict::Indeterminate(doubt),
            Elsewhere::Nobody,
            START,
        );
        assert_eq!(waiting.claim.state().name(), StateName::Pending);
    }
}

#[test]
fn attack_17_both_ways_of_absence_are_definite() {
    let record = pending("o1", "acme.com").record();
    for absence in [Absence::NoName, Absence::NoData] {
        assert_eq!(TxtAnswer::Absent(absence).verdict(&record), Verdict::Absent);
    }
}

#[test]
fn attack_18_a_bogus_answer_alarms_and_decides_nothing() {
    for claim in [pending("o1", "acme.com"), verified("o1", "acme.com")] {
        let after = check(&claim, Verdict::Bogus, Elsewhere::Nobody, START + hours(1));
        assert_eq!(after.claim.state().name(), claim.state().name());
        assert!(after.effects.contains(&Effect::Alarm(Alarm::Bogus)));
    }
}

#[test]
fn attack_19_one_deceived_resolver_of_three() {
    let record = pending("o1", "acme.com").record();
    let seen = |answer: TxtAnswer| Sighting {
        resolver: "r".into(),
        answer,
        authentication: Authentication::None,
        aliases: Vec::new(),
        time_to_live: None,
    };
    let proof = || seen(TxtAnswer::Present(vec![record.value().into_bytes()]));
    let none = || seen(TxtAnswer::Absent(Absence::NoData));
    let forged = Observation {
        name: "x".into(),
        sightings: vec![proof(), none(), none()],
    };
    assert_ne!(
        forged.verdict(&record, Quorum::TWO),
        Verdict::Proven,
        "one forged proof"
    );
    let hidden = Observation {
        name: "x".into(),
        sightings: vec![proof(), proof(), none()],
    };
    assert_eq!(
        hidden.verdict(&record, Quorum::TWO),
        Verdict::Proven,
        "one hidden proof"
    );
}

#[test]
fn attack_20_an_answer_that_is_a_flood() {
    let record = pending("o1", "acme.com").record();
    let flood = TxtAnswer::Present(vec![vec![b'x'; 200]; 500]);
    assert_eq!(
        flood.verdict(&record),
        Verdict::Indeterminate(Doubt::TooLarge)
    );
}

#[test]
fn attack_21_a_stale_negative_cache_costs_nothing_but_time() {
    let claim = check(
        &pending("o1", "acme.com"),
        Verdict::Absent,
        Elsewhere::Nobody,
        START + hours(1),
    )
    .claim;
    let later = check(&claim, Verdict::Proven, Elsewhere::Nobody, START + hours(2)).claim;
    assert!(later.holds_domain());
}

#[test]
fn attack_22_the_token_of_another_organisation() {
    let (ours, theirs) = (
        pending("o1", "acme.com").record(),
        pending("o2", "acme.com").record(),
    );
    let answer = TxtAnswer::Present(vec![theirs.value().into_bytes()]);
    assert_eq!(answer.verdict(&ours), Verdict::Absent);
}

#[test]
fn attack_23_the_token_of_another_domain() {
    let (acme, other) = (
        pending("o1", "acme.com").record(),
        pending("o1", "other.com").record(),
    );
    let answer = TxtAnswer::Present(vec![other.value().into_bytes()]);
    assert_eq!(answer.verdict(&acme), Verdict::Absent);
}

#[test]
fn attack_24_an_expired_token_published_again() {
    let expired = pending("o1", "acme.com")
        .apply(ClaimEvent::Tick, START + days(8))
        .unwrap()
        .claim;
    assert!(
        try_check(
            &expired,
            Verdict::Proven,
            Elsewhere::Nobody,
            START + days(9)
        )
        .is_err()
    );
}

/// The new registrant of a lapsed name copies the old, public record: it serves the old organisation
/// only, for 30 days, and never once somebody else has proven the name.
#[test]
fn attack_25_the_former_owners_record_brought_back() {
    let (claim, since) = lapsed("o1", "acme.com");
    let overtaken = claim
        .apply(ClaimEvent::Superseded, since + days(1))
        .unwrap()
        .claim;
    assert!(
        try_check(
            &overtaken,
            Verdict::Proven,
            Elsewhere::Nobody,
            since + days(2)
        )
        .is_err()
    );
    assert!(
        !check(&claim, Verdict::Proven, Elsewhere::Nobody, since + days(31))
            .claim
            .holds_domain()
    );
}

#[tokio::test]
async fn attack_26_two_organisations_verify_in_the_same_instant() {
    let (store, dns) = (MemoryClaimStore::default(), Zones::default());
    for name in ["o1", "o2"] {
        let claim = store_new(&store, name, "acme.com", START).await;
        dns.add(&claim);
    }
    let acme = domain("acme.com");
    let (first, second) = (org("o1"), org("o2"));
    let (one, two) = tokio::join!(
        settle::check(&store, asking(&dns), &first, &acme, START + hours(1)),
        settle::check(&store, asking(&dns), &second, &acme, START + hours(1)),
    );
    let holders = store
        .claims_to(&acme)
        .await
        .unwrap()
        .iter()
        .filter(|claim| claim.holds_domain())
        .count();
    assert_eq!(holders, 1, "{one:?} {two:?}");
}

#[test]
fn attack_27_a_release_between_answer_and_commit() {
    let release = permit("o1", ClaimAction::Release);
    let released = pending("o1", "acme.com")
        .apply(ClaimEvent::Release(&release), START)
        .unwrap()
        .claim;
    assert_eq!(
        try_check(&released, Verdict::Proven, Elsewhere::Nobody, START).unwrap_err(),
        Refusal::State(StateName::Released)
    );
}

#[tokio::test]
async fn attack_28_a_squatter_neither_blocks_nor_learns_who_holds() {
    let (store, dns) = (MemoryClaimStore::default(), Zones::default());
    let squatter = store_new(&store, "o9", "acme.com", START).await;
    let owner = store_new(&store, "o1", "acme.com", START).await;
    dns.add(&owner);
    let acme = domain("acme.com");
    assert!(
        settle::check(&store, asking(&dns), owner.org(), &acme, START + hours(1))
            .await
            .unwrap()
            .holds_domain()
    );
    let told: Vec<_> = store
        .outbox(100)
        .await
        .unwrap()
        .into_iter()
        .filter(|entry| entry.org == *squatter.org())
        .collect();
    let text = format!("{told:?}");
    assert!(
        text.contains("Superseded") && !text.contains("o1"),
        "{text}"
    );
}

#[test]
fn attack_29_a_lapsed_claim_does_not_hold_the_domain() {
    assert!(!lapsed("o1", "acme.com").0.holds_domain());
}

#[test]
fn attack_30_the_more_specific_claim_wins() {
    let start = permit("o1", ClaimAction::Start);
    let tree = Claim::start_subtree(
        &start,
        claimable("acme.com"),
        fresh_token(),
        &style(),
        START,
    )
    .unwrap()
    .claim;
    let tree = check(&tree, Verdict::Proven, Elsewhere::Nobody, START).claim;
    let eng = verified("o2", "eng.acme.com");
    let ask = |who: &str, name: &str| {
        domain_standing(
            &org(who),
            &domain(name),
            [(&tree, Switch::On), (&eng, Switch::Off)],
            START,
        )
    };
    assert_eq!(ask("o2", "eng.acme.com"), DomainStanding::Here);
    assert_eq!(ask("o1", "eng.acme.com"), DomainStanding::Elsewhere);
    assert_eq!(ask("o1", "hr.acme.com"), DomainStanding::Here);
    assert_eq!(ask("o2", "hr.acme.com"), DomainStanding::ElsewhereManaged);
    assert_eq!(ask("o1", "notacme.com"), DomainStanding::Unclaimed);
    let exact = verified("o1", "acme.com");
    let below = domain_standing(
        &org("o1"),
        &domain("hr.acme.com"),
        [(&exact, Switch::Off)],
        START,
    );
    assert_eq!(
        below,
        DomainStanding::Unclaimed,
        "an exact claim says nothing about names below"
    );
}

#[test]
fn attack_31_a_shared_parent_does_not_capture_its_tenants() {
    let start = permit("o1", ClaimAction::Start);
    let shared = Claim::start_subtree(
        &start,
        claimable("zendesk.com"),
        fresh_token(),
        &style(),
        START,
    );
    assert_eq!(shared, Err(Refusal::Unclaimable(Unclaimable::SharedParent)));
    assert_eq!(refused("is-a.dev"), Unclaimable::PublicSuffix);
}

#[test]
fn attack_32_cleaning_up_pending_claims_spares_proven_ones() {
    let proven = verified("o1", "acme.com")
        .apply(ClaimEvent::Tick, START + days(8))
        .unwrap()
        .claim;
    assert!(proven.holds_domain());
}

#[test]
fn attack_33_a_check_does_not_undo_an_operator() {
    let by = OperatorOverride {
        operator: "kim".into(),
        reason: "ticket".into(),
        until: START + days(5),
    };
    let mut claim = pending("o1", "acme.com")
        .apply(ClaimEvent::Override(OverrideTo::Verified, by), START)
        .unwrap()
        .claim;
    for day in 1..5 {
        claim = check(
            &claim,
            Verdict::Absent,
            Elsewhere::Nobody,
            START + days(day),
        )
        .claim;
    }
    assert_eq!(claim.state().name(), StateName::Verified);
}

#[test]
fn attack_34_looks_on_demand_are_rationed() {
    let ask = |around| {
        permit_claim(
            ClaimAction::CheckNow,
            &org("o1"),
            &actor(Role::Owner, START),
            &around,
            START,
        )
        .is_ok()
    };
    assert!(ask(QUIET));
    assert!(
        !ask(ClaimCircumstances {
            last_manual_check: Some(START),
            ..QUIET
        }),
        "for one domain"
    );
    assert!(
        !ask(ClaimCircumstances {
            manual_checks_last_hour: MANUAL_CHECKS_PER_HOUR,
            ..QUIET
        }),
        "for the organisation"
    );
}
