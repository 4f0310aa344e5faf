//! The life of a claim, arrow by arrow.

use org_domain::claim::*;
use org_domain::proof::*;
use org_domain::*;

use crate::fixture::*;

fn names(effects: &[Effect]) -> Vec<String> {
    effects.iter().map(|effect| format!("{effect:?}")).collect()
}

fn has(transition: &Transition, effect: &Effect) -> bool {
    transition.effects.contains(effect)
}

fn state(claim: &Claim) -> StateName {
    claim.state().name()
}

const DOUBT: Verdict = Verdict::Indeterminate(Doubt::Timeout);

#[test]
fn a_claim_starts_pending_with_its_record() {
    let started = started("o1", "acme.com", START);
    let claim = started.claim;
    assert_eq!(state(&claim), StateName::Pending);
    assert!(!claim.holds_domain());
    assert_eq!(claim.record().name(), "_app-challenge.acme.com");
    let value = claim.record().value();
    assert!(value.starts_with("token=") && value.len() == "token=".len() + 52);
    assert_eq!(
        started.effects,
        [
            Effect::Audit(ClaimChange {
                from: None,
                to: StateName::Pending
            }),
            Effect::Notify(Notice::Instructions),
        ]
    );
    assert_eq!(claim.next_check(), Some(START + PENDING_CHECKS[0]));
}

#[test]
fn records_say_where_and_how_far() {
    let token = fresh_token();
    let permit = permit("o1", ClaimAction::Start);
    let apex = Claim::start(
        &permit,
        claimable("acme.com"),
        token,
        &style().at_apex(),
        START,
    )
    .unwrap()
    .claim;
    assert_eq!(apex.record().name(), "acme.com");
    assert_eq!(
        apex.record().value(),
        format!("app-domain-verify={}", token.to_text())
    );
    let tree = Claim::start_subtree(&permit, claimable("acme.com"), token, &style(), START)
        .unwrap()
        .claim;
    assert_eq!(tree.record().name(), "_app-subtree-challenge.acme.com");
    let refused = Claim::start_subtree(&permit, claimable("zendesk.com"), token, &style(), START);
    assert_eq!(
        refused,
        Err(Refusal::Unclaimable(Unclaimable::SharedParent))
    );
    assert!(Claim::start(&permit, claimable("zendesk.com"), token, &style(), START).is_ok());
}

#[test]
fn a_proof_verifies_and_tells_everybody() {
    let proven = check(
        &pending("o1", "acme.com"),
        Verdict::Proven,
        Elsewhere::Nobody,
        START + hours(1),
    );
    assert_eq!(state(&proven.claim), StateName::Verified);
    assert_eq!(
        names(&proven.effects),
        names(&[
            Effect::Audit(ClaimChange {
                from: Some(StateName::Pending),
                to: StateName::Verified
            }),
            Effect::Notify(Notice::Verified),
            Effect::AccessBegins,
            Effect::TellAffectedAccounts,
            Effect::SupersedeRivals,
        ])
    );
    assert_eq!(proven.claim.version(), Version::new(2));
    assert_eq!(
        proven.claim.hold(START + hours(1)),
        Hold::Here(Authority::Full)
    );
}

#[test]
fn absence_and_doubt_leave_a_pending_claim_pending() {
    let claim = pending("o1", "acme.com");
    for verdict in [Verdict::Absent, DOUBT, Verdict::Bogus] {
        let after = check(&claim, verdict, Elsewhere::Nobody, START + hours(1));
        assert_eq!(state(&after.claim), StateName::Pending, "{verdict:?}");
        assert_eq!(
            has(&after, &Effect::Alarm(Alarm::Bogus)),
            verdict == Verdict::Bogus
        );
        assert_eq!(after.claim.hold(START), Hold::None);
    }
}

#[test]
fn a_pending_claim_expires_and_its_token_with_it() {
    let claim = pending("o1", "acme.com");
    let end = START + days(7);
    assert_eq!(
        state(&claim.apply(ClaimEvent::Tick, end - hours(1)).unwrap().claim),
        StateName::Pending
    );
    let expired = claim.apply(ClaimEvent::Tick, end).unwrap();
    assert_eq!(state(&expired.claim), StateName::Expired);
    assert!(has(&expired, &Effect::Notify(Notice::Expired)));
    assert_eq!(expired.claim.next_check(), None);
    let late = check(&claim, Verdict::Proven, Elsewhere::Nobody, end);
    assert_eq!(
        state(&late.claim),
        StateName::Expired,
        "a late answer does not verify"
    );
    let again = try_check(
        &expired.claim,
        Verdict::Proven,
        Elsewhere::Nobody,
        end + hours(1),
    );
    assert_eq!(
        again,
        Err(Refusal::State(StateName::Expired)),
        "a dead token is dead"
    );
}

#[test]
fn starting_again_keeps_a_live_token_and_replaces_a_dead_one() {
    let start = permit("o1", ClaimAction::Start);
    let claim = pending("o1", "acme.com");
    let same = claim
        .apply(ClaimEvent::Restart(&start, fresh_token()), START + days(1))
        .unwrap();
    assert_eq!((same.claim, same.effects), (claim.clone(), Vec::new()));
    let expired = claim
        .apply(ClaimEvent::Tick, START + days(8))
        .unwrap()
        .claim;
    let old = claim.record().token();
    assert_eq!(
        expired.apply(ClaimEvent::Restart(&start, old), START + days(9)),
        Err(Refusal::StaleToken)
    );
    let anew = expired
        .apply(ClaimEvent::Restart(&start, fresh_token()), START + days(9))
        .unwrap()
        .claim;
    assert_eq!(state(&anew), StateName::Pending);
    assert_ne!(anew.record().token(), old);
    assert_eq!(anew.attempt(), 2);
    let stale = ClaimEvent::Checked {
        token: old,
        verdict: Verdict::Proven,
        lock: LockStanding::Absent,
        elsewhere: Elsewhere::Nobody,
    };
    assert_eq!(anew.apply(stale, START + days(9)), Err(Refusal::StaleToken));
    let held = verified("o1", "acme.com");
    let nothing = held
        .apply(ClaimEvent::Restart(&start, fresh_token()), START)
        .unwrap();
    assert_eq!(nothing.claim, held, "claiming what one has changes nothing");
}

#[test]
fn rotating_replaces_the_token_of_a_pending_claim_only() {
    let rotate = permit("o1", ClaimAction::RotateToken);
    let claim = pending("o1", "acme.com");
    let rotated = claim
        .apply(ClaimEvent::Rotate(&rotate, fresh_token()), START + days(1))
        .unwrap();
    assert_ne!(rotated.claim.record().token(), claim.record().token());
    assert!(has(&rotated, &Effect::Notify(Notice::TokenRotated)));
    let held = verified("o1", "acme.com");
    let refused = held.apply(ClaimEvent::Rotate(&rotate, fresh_token()), START);
    assert_eq!(refused, Err(Refusal::State(StateName::Verified)));
}

#[test]
fn permits_are_for_one_action_of_one_organisation() {
    let claim = pending("o1", "acme.com");
    let other = permit("o2", ClaimAction::Release);
    assert_eq!(
        claim.apply(ClaimEvent::Release(&other), START),
        Err(Refusal::WrongOrganization)
    );
    let wrong = permit("o1", ClaimAction::CheckNow);
    assert_eq!(
        claim.apply(ClaimEvent::Release(&wrong), START),
        Err(Refusal::WrongPermit)
    );
    let right = permit("o1", ClaimAction::Release);
    assert!(claim.apply(ClaimEvent::Release(&right), START).is_ok());
    let start = Claim::start(
        &wrong,
        claimable("acme.com"),
        fresh_token(),
        &style(),
        START,
    );
    assert_eq!(start, Err(Refusal::WrongPermit));
}

#[test]
fn three_absences_a_day_apart_begin_the_grace_period() {
    let mut claim = verified("o1", "acme.com");
    for hour in [1, 2, 3, 4, 5] {
        claim = check(
            &claim,
            Verdict::Absent,
            Elsewhere::Nobody,
            START + hours(hour),
        )
        .claim;
    }
    assert_eq!(
        state(&claim),
        StateName::Verified,
        "five absences in five hours are one"
    );
    claim = check(
        &claim,
        Verdict::Absent,
        Elsewhere::Nobody,
        START + hours(25),
    )
    .claim;
    assert_eq!(state(&claim), StateName::Verified);
    let third = check(
        &claim,
        Verdict::Absent,
        Elsewhere::Nobody,
        START + hours(49),
    );
    assert_eq!(state(&third.claim), StateName::Failing);
    assert!(has(
        &third,
        &Effect::Notify(Notice::RecordMissing { days_left: 7 })
    ));
    assert!(!has(&third, &Effect::AccessEnds));
    assert_eq!(
        third.claim.hold(START + hours(49)),
        Hold::Here(Authority::Full),
        "everything works in grace"
    );
}

#[test]
fn a_record_that_is_back_forgives_everything() {
    let mut claim = verified("o1", "acme.com");
    claim = check(&claim, Verdict::Absent, Elsewhere::Nobody, START + days(1)).claim;
    claim = check(&claim, Verdict::Absent, Elsewhere::Nobody, START + days(2)).claim;
    claim = check(&claim, Verdict::Proven, Elsewhere::Nobody, START + days(3)).claim;
    claim = check(&claim, Verdict::Absent, Elsewhere::Nobody, START + days(4)).claim;
    assert_eq!(state(&claim), StateName::Verified, "the count began anew");
    let (claim, since) = failing("o1", "acme.com");
    let back = check(&claim, Verdict::Proven, Elsewhere::Nobody, since + days(5));
    assert_eq!(state(&back.claim), StateName::Verified);
    assert!(has(&back, &Effect::Notify(Notice::RecordBack)));
}

#[test]
fn the_grace_period_warns_three_times_and_ends() {
    let (mut claim, since) = failing("o1", "acme.com");
    let mut warnings = Vec::new();
    for day in 1..=6 {
        let after = check(
            &claim,
            Verdict::Absent,
            Elsewhere::Nobody,
            since + days(day),
        );
        warnings.extend(after.effects.iter().filter_map(|effect| match effect {
            Effect::Notify(Notice::RecordMissing { days_left }) => Some((day, *days_left)),
            _ => None,
        }));
        claim = after.claim;
    }
    assert_eq!(warnings, [(3, 4), (6, 1)]);
    let end = check(&claim, Verdict::Absent, Elsewhere::Nobody, since + days(7));
    assert_eq!(state(&end.claim), StateName::Lapsed);
    assert!(has(&end, &Effect::AccessEnds) && has(&end, &Effect::Notify(Notice::Lapsed)));
    assert_eq!(end.claim.hold(since + days(7)), Hold::None);
}

#[test]
fn doubt_alone_never_revokes_before_thirty_days() {
    let mut claim = verified("o1", "acme.com");
    let mut alarms = 0;
    for hour in 1..(30 * 24) {
        let after = check(&claim, DOUBT, Elsewhere::Nobody, START + hours(hour));
        alarms += after
            .effects
            .iter()
            .filter(|effect| **effect == Effect::Alarm(Alarm::Doubt))
            .count();
        claim = after.claim;
        assert_eq!(state(&claim), StateName::Verified, "hour {hour}");
    }
    assert_eq!(alarms, 1, "one alarm, after 72 hours");
    let end = check(&claim, DOUBT, Elsewhere::Nobody, START + days(30));
    assert!(matches!(
        end.claim.state(),
        ClaimState::Lapsed {
            cause: LapseCause::NoProof,
            ..
        }
    ));
    let (claim, since) = failing("o1", "acme.com");
    let after = check(&claim, DOUBT, Elsewhere::Nobody, since + days(8));
    assert_eq!(
        state(&after.claim),
        StateName::Failing,
        "grace is over, but nobody said the record is gone"
    );
}

#[test]
fn old_proofs_let_in_known_members_only_and_then_nobody() {
    let claim = verified("o1", "acme.com");
    assert_eq!(claim.hold(START + days(10)), Hold::Here(Authority::Full));
    assert_eq!(
        claim.hold(START + days(10) + hours(1)),
        Hold::Here(Authority::SignInOnly)
    );
    assert_eq!(
        claim.hold(START + days(30)),
        Hold::Here(Authority::SignInOnly)
    );
    assert_eq!(
        claim.hold(START + days(30) + hours(1)),
        Hold::None,
        "even if no check ever ran"
    );
}

#[test]
fn a_lapsed_claim_revives_with_its_own_record_in_time() {
    let (claim, since) = lapsed("o1", "acme.com");
    let back = check(&claim, Verdict::Proven, Elsewhere::Nobody, since + days(29));
    assert_eq!(state(&back.claim), StateName::Verified);
    let late = check(&claim, Verdict::Proven, Elsewhere::Nobody, since + days(30));
    assert_eq!(
        state(&late.claim),
        StateName::Lapsed,
        "a new token is needed"
    );
    let held = check(
        &claim,
        Verdict::Proven,
        Elsewhere::Held(HolderRecord::Present),
        since + days(1),
    );
    assert_eq!(
        state(&held.claim),
        StateName::Lapsed,
        "somebody else has it"
    );
    let start = permit("o1", ClaimAction::Start);
    let early = claim
        .apply(ClaimEvent::Restart(&start, fresh_token()), since + days(1))
        .unwrap()
        .claim;
    assert_eq!(
        early.record().token(),
        claim.record().token(),
        "the published record still counts"
    );
    let new = claim
        .apply(ClaimEvent::Restart(&start, fresh_token()), since + days(31))
        .unwrap()
        .claim;
    assert_ne!(new.record().token(), claim.record().token());
    let verified_again = check(&new, Verdict::Proven, Elsewhere::Nobody, since + days(32));
    assert!(
        has(&verified_again, &Effect::ThawLinks),
        "its own links, its own again"
    );
}

#[test]
fn another_owner_ends_a_lapsed_claim_and_freezes_its_links() {
    let (claim, since) = lapsed("o1", "acme.com");
    let ended = claim
        .apply(ClaimEvent::Superseded, since + days(1))
        .unwrap();
    assert!(matches!(
        ended.claim.state(),
        ClaimState::Released {
            cause: ReleaseCause::Overtaken,
            ..
        }
    ));
    assert!(has(&ended, &Effect::FreezeLinks));
    let again = try_check(
        &ended.claim,
        Verdict::Proven,
        Elsewhere::Nobody,
        since + days(2),
    );
    assert_eq!(again, Err(Refusal::State(StateName::Released)));
}

#[test]
fn a_holder_with_a_record_is_not_contested() {
    let claim = pending("o2", "acme.com");
    for seen in [HolderRecord::Present, HolderRecord::Indeterminate] {
        let after = check(
            &claim,
            Verdict::Proven,
            Elsewhere::Held(seen),
            START + hours(1),
        );
        assert!(matches!(
            after.claim.state(),
            ClaimState::Pending {
                proof: PendingProof::HeldElsewhere,
                ..
            }
        ));
        assert!(
            has(&after, &Effect::Notify(Notice::HeldElsewhere)) && has(&after, &Effect::TellHolder)
        );
        assert!(!has(&after, &Effect::ContestHolder));
        let again = check(
            &after.claim,
            Verdict::Proven,
            Elsewhere::Held(seen),
            START + hours(2),
        );
        assert_eq!(again.effects, [], "told once");
    }
}

#[test]
fn a_contest_holds_three_days_and_pauses_grants() {
    let rival = check(
        &pending("o2", "acme.com"),
        Verdict::Proven,
        Elsewhere::Held(HolderRecord::Absent),
        START + hours(1),
    );
    assert!(rival.claim.waits_for_hold() && !rival.claim.holds_domain());
    assert!(has(&rival, &Effect::ContestHolder) && has(&rival, &Effect::Alarm(Alarm::Contest)));
    let holder = verified("o1", "acme.com")
        .apply(ClaimEvent::Contested, START + hours(1))
        .unwrap()
        .claim;
    assert_eq!(
        holder.hold(START + hours(2)),
        Hold::Here(Authority::SignInOnly)
    );
    let end = START + hours(1) + CONTEST_HOLD;
    assert_eq!(
        holder.apply(ClaimEvent::Yield, end - hours(1)),
        Err(Refusal::TooEarly)
    );
    let gone = holder.apply(ClaimEvent::Yield, end).unwrap();
    assert!(matches!(
        gone.claim.state(),
        ClaimState::Released {
            cause: ReleaseCause::Overtaken,
            ..
        }
    ));
    assert!(has(&gone, &Effect::AccessEnds) && has(&gone, &Effect::FreezeLinks));
    let back = check(
        &holder,
        Verdict::Proven,
        Elsewhere::Nobody,
        START + hours(9),
    );
    assert_eq!(state(&back.claim), StateName::Verified);
    assert!(has(&back, &Effect::Notify(Notice::ContestEnded)));
    let dropped = holder
        .apply(ClaimEvent::ContestDropped, START + hours(9))
        .unwrap()
        .claim;
    assert_eq!(
        state(&dropped),
        StateName::Failing,
        "the rival is gone, and so is the record"
    );
    let withdrawn = check(
        &rival.claim,
        Verdict::Absent,
        Elsewhere::Held(HolderRecord::Absent),
        START + hours(9),
    );
    assert!(has(&withdrawn, &Effect::DropContest));
}

#[test]
fn a_waiting_rival_outlives_its_own_deadline() {
    let claim = pending("o2", "acme.com");
    let late = START + days(7) - hours(1);
    let waiting = check(
        &claim,
        Verdict::Proven,
        Elsewhere::Held(HolderRecord::Absent),
        late,
    )
    .claim;
    let after_hold = late + CONTEST_HOLD;
    let won = check(&waiting, Verdict::Proven, Elsewhere::Yields, after_hold).claim;
    assert_eq!(state(&won), StateName::Verified);
}

#[test]
fn transfers_need_both_owners_and_a_proof() {
    let holder = verified("o1", "acme.com");
    let offer = permit("o1", ClaimAction::OfferTransfer);
    let accept = permit("o2", ClaimAction::AcceptTransfer);
    let own = holder.apply(ClaimEvent::OfferTransfer(&offer, org("o1")), START);
    assert_eq!(own, Err(Refusal::SameOrganization));
    let offered = holder
        .apply(ClaimEvent::OfferTransfer(&offer, org("o2")), START)
        .unwrap()
        .claim;
    assert!(offered.holds_domain());
    assert_eq!(offered.hold(START), Hold::Here(Authority::Full), "no gap");
    assert_eq!(
        offered.apply(ClaimEvent::HandOver, START),
        Err(Refusal::TooEarly),
        "not accepted"
    );
    let stranger = permit("o3", ClaimAction::AcceptTransfer);
    assert_eq!(
        offered.apply(ClaimEvent::AcceptTransfer(&stranger), START),
        Err(Refusal::WrongOrganization)
    );
    assert_eq!(
        offered.apply(ClaimEvent::AcceptTransfer(&accept), START + days(7)),
        Err(Refusal::TooLate)
    );
    let accepted = offered
        .apply(ClaimEvent::AcceptTransfer(&accept), START + days(1))
        .unwrap()
        .claim;
    let handed = accepted
        .apply(ClaimEvent::HandOver, START + days(2))
        .unwrap();
    assert!(matches!(
        handed.claim.state(),
        ClaimState::Released {
            cause: ReleaseCause::Transferred,
            ..
        }
    ));
    assert!(
        has(&handed, &Effect::FreezeLinks),
        "links are not handed over"
    );
    assert_eq!(
        accepted.apply(ClaimEvent::HandOver, START + days(7)),
        Err(Refusal::TooLate)
    );
    let ended = accepted.apply(ClaimEvent::Tick, START + days(7)).unwrap();
    assert_eq!(state(&ended.claim), StateName::Verified);
    assert!(has(&ended, &Effect::Notify(Notice::TransferEnded)));
    let back = accepted
        .apply(ClaimEvent::WithdrawTransfer(&offer), START + days(2))
        .unwrap()
        .claim;
    assert_eq!(state(&back), StateName::Verified);
}

#[test]
fn a_domain_on_offer_still_has_to_be_proven() {
    let offer = permit("o1", ClaimAction::OfferTransfer);
    let mut claim = verified("o1", "acme.com")
        .apply(ClaimEvent::OfferTransfer(&offer, org("o2")), START)
        .unwrap()
        .claim;
    for day in 1..=3 {
        claim = check(
            &claim,
            Verdict::Absent,
            Elsewhere::Nobody,
            START + days(day),
        )
        .claim;
    }
    assert_eq!(state(&claim), StateName::Failing);
}

#[test]
fn releasing_burns_the_token_and_ends_access() {
    let release = permit("o1", ClaimAction::Release);
    let released = verified("o1", "acme.com")
        .apply(ClaimEvent::Release(&release), START)
        .unwrap();
    assert_eq!(state(&released.claim), StateName::Released);
    assert!(has(&released, &Effect::AccessEnds) && has(&released, &Effect::FreezeLinks));
    assert_eq!(released.claim.hold(START), Hold::None);
    assert_eq!(
        try_check(&released.claim, Verdict::Proven, Elsewhere::Nobody, START).unwrap_err(),
        Refusal::State(StateName::Released)
    );
    let cancelled = pending("o1", "acme.com")
        .apply(ClaimEvent::Release(&release), START)
        .unwrap();
    assert!(!has(&cancelled, &Effect::AccessEnds) && !has(&cancelled, &Effect::FreezeLinks));
    assert_eq!(
        released.claim.apply(ClaimEvent::Release(&release), START),
        Err(Refusal::State(StateName::Released))
    );
}

#[test]
fn a_claim_under_review_waits_for_a_person() {
    let start = permit("o1", ClaimAction::Start);
    let begun = Claim::start_in_review(
        &start,
        claimable("acme.com"),
        ReviewCause::Confusable,
        fresh_token(),
        &style(),
        START,
    )
    .unwrap();
    assert!(has(&begun, &Effect::Alarm(Alarm::Review)));
    let claim = begun.claim;
    assert_eq!(
        try_check(&claim, Verdict::Proven, Elsewhere::Nobody, START),
        Err(Refusal::State(StateName::ReviewNeeded))
    );
    let approved = claim
        .apply(ClaimEvent::ReviewApproved, START + days(20))
        .unwrap()
        .claim;
    assert!(
        matches!(approved.state(), ClaimState::Pending { expires_at, .. } if *expires_at == START + days(27))
    );
    let rejected = claim
        .apply(ClaimEvent::ReviewRejected, START)
        .unwrap()
        .claim;
    assert!(matches!(
        rejected.state(),
        ClaimState::Released {
            cause: ReleaseCause::ReviewRejected,
            ..
        }
    ));
    assert!(
        pending("o1", "acme.com")
            .apply(ClaimEvent::ReviewApproved, START)
            .is_err()
    );
}

fn by_hand(until: time::OffsetDateTime) -> OperatorOverride {
    OperatorOverride {
        operator: "kim".into(),
        reason: "ticket 4711".into(),
        until,
    }
}

#[test]
fn an_override_holds_against_the_dns_until_it_ends() {
    let until = START + days(14);
    let claim = pending("o1", "acme.com");
    let set = claim
        .apply(
            ClaimEvent::Override(OverrideTo::Verified, by_hand(until)),
            START,
        )
        .unwrap();
    assert!(has(&set, &Effect::AccessBegins) && has(&set, &Effect::SupersedeRivals));
    let mut claim = set.claim;
    for day in 1..14 {
        claim = check(
            &claim,
            Verdict::Absent,
            Elsewhere::Nobody,
            START + days(day),
        )
        .claim;
        assert_eq!(claim.hold(START + days(day)), Hold::Here(Authority::Full));
    }
    assert_eq!(
        claim.apply(ClaimEvent::Contested, START + days(3)),
        Err(Refusal::TooEarly)
    );
    for day in 14..17 {
        claim = check(
            &claim,
            Verdict::Absent,
            Elsewhere::Nobody,
            START + days(day),
        )
        .claim;
    }
    assert_eq!(
        state(&claim),
        StateName::Failing,
        "afterwards the DNS decides again"
    );
    let start = permit("o1", ClaimAction::Start);
    let taken = verified("o1", "acme.com")
        .apply(
            ClaimEvent::Override(OverrideTo::Released, by_hand(until)),
            START,
        )
        .unwrap();
    assert!(has(&taken, &Effect::AccessEnds));
    assert_eq!(
        taken
            .claim
            .apply(ClaimEvent::Restart(&start, fresh_token()), START + days(1)),
        Err(Refusal::TooEarly)
    );
    assert!(
        taken
            .claim
            .apply(ClaimEvent::Restart(&start, fresh_token()), until)
            .is_ok()
    );
}

#[test]
fn an_override_says_who_why_and_until_when() {
    let claim = pending("o1", "acme.com");
    let good = by_hand(START + days(1));
    for incomplete in [
        OperatorOverride {
            operator: " ".into(),
            ..good.clone()
        },
        OperatorOverride {
            reason: String::new(),
            ..good.clone()
        },
        OperatorOverride {
            until: START,
            ..good.clone()
        },
    ] {
        let refused = claim.apply(
            ClaimEvent::Override(OverrideTo::Verified, incomplete),
            START,
        );
        assert_eq!(refused, Err(Refusal::IncompleteOverride));
    }
    assert!(
        claim
            .apply(ClaimEvent::Override(OverrideTo::Verified, good), START)
            .is_ok()
    );
}

#[test]
fn checks_are_spread_and_never_in_the_past() {
    let mut minutes = std::collections::BTreeSet::new();
    for number in 0..200 {
        let claim = verified(&format!("o{number}"), "acme.com");
        let next = claim.next_check().unwrap() - START;
        assert!(
            next >= hours(24) * 9 / 10 && next <= hours(24) * 11 / 10,
            "{next}"
        );
        minutes.insert(next.whole_minutes());
    }
    assert!(minutes.len() > 50, "spread over the day: {}", minutes.len());
    let missing = check(
        &verified("o1", "acme.com"),
        Verdict::Absent,
        Elsewhere::Nobody,
        START,
    )
    .claim;
    assert!(
        missing.next_check().unwrap() - START >= hours(24),
        "the next absence shall count"
    );
}

#[test]
fn the_pending_schedule_is_quick_at_first() {
    let mut claim = pending("o1", "acme.com");
    let mut looks = Vec::new();
    while let Some(next) = claim.next_check() {
        looks.push(next - START);
        claim = check(&claim, Verdict::Absent, Elsewhere::Nobody, next).claim;
    }
    assert_eq!(looks[..7], PENDING_CHECKS);
    assert_eq!(looks[7] - looks[6], PENDING_RECHECK);
    assert_eq!(
        *looks.last().unwrap(),
        days(7),
        "the last look is at the deadline"
    );
    assert_eq!(state(&claim), StateName::Expired);
}

#[test]
fn a_stored_claim_comes_back_the_same() {
    let offer = permit("o1", ClaimAction::OfferTransfer);
    let samples = [
        pending("o1", "acme.com"),
        verified("o1", "acme.com"),
        failing("o1", "acme.com").0,
        lapsed("o1", "acme.com").0,
        verified("o1", "acme.com")
            .apply(ClaimEvent::OfferTransfer(&offer, org("o2")), START)
            .unwrap()
            .claim,
        verified("o1", "acme.com")
            .apply(ClaimEvent::Contested, START)
            .unwrap()
            .claim,
        check(
            &verified("o1", "acme.com"),
            DOUBT,
            Elsewhere::Nobody,
            START + days(4),
        )
        .claim,
        pending("o1", "acme.com")
            .apply(
                ClaimEvent::Override(OverrideTo::Verified, by_hand(START + days(1))),
                START,
            )
            .unwrap()
            .claim,
    ];
    for claim in samples {
        let json = serde_json::to_string(&claim).unwrap();
        assert_eq!(
            serde_json::from_str::<Claim>(&json).unwrap(),
            claim,
            "{json}"
        );
    }
}
