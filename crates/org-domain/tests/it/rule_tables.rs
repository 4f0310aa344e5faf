//! Roles, permits, what a claim is worth, and what a plan covers: the tables against the code.

use org_domain::claim::*;
use org_domain::policy::*;
use org_domain::proof::*;
use org_domain::settings::*;
use org_domain::*;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::fixture::*;
use crate::space::{product2, product3};
use crate::table::Table;

#[test]
fn roles_are_changed_by_the_table() {
    let table = Table::load("roles");
    let with_none = Role::ALL.iter().copied().map(Some).chain([None]);
    let optional: Vec<Option<Role>> = with_none.collect();
    let word = |role: Option<Role>| role.map_or("-", Role::as_str);
    for (actor, from, to) in product3(&Role::ALL, &optional, &optional) {
        for last_owner in LastOwner::ALL.iter().copied() {
            let change = RoleChange {
                actor,
                from,
                to,
                last_owner,
            };
            let said = match decide_role_change(change) {
                Ok(()) => "allow",
                Err(refusal) => refusal.code().strip_prefix("role_").unwrap(),
            };
            let words = [actor.as_str(), word(from), word(to), last_owner.as_str()];
            assert_eq!(said, table.decide(&words).outcome, "{words:?}");
        }
    }
    table.assert_every_row_reached();
}

fn action_word(action: ClaimAction) -> String {
    serde_json::to_value(action)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

/// What `permit_claim` says, as the table puts it.
fn permit_word(action: ClaimAction, by: &Actor, around: &ClaimCircumstances) -> &'static str {
    match permit_claim(action, &org("o1"), by, around, START) {
        Ok(permit) => {
            assert_eq!((permit.action(), permit.org()), (action, &org("o1")));
            "allow"
        }
        Err(refusal) => refusal.code().strip_prefix("permit_").unwrap(),
    }
}

const LOCKS: [LockStanding; 5] = [
    LockStanding::NotLooked,
    LockStanding::Absent,
    LockStanding::ForUs,
    LockStanding::ForOthers,
    LockStanding::Indeterminate(Doubt::Timeout),
];

#[test]
fn permits_are_given_by_the_table() {
    let table = Table::load("permits");
    let counts = [("fewer", 19, 99), ("twenty", 20, 99), ("hundred", 19, 100)];
    let looks = [
        ("calm", Some(START - MANUAL_CHECK_SPACING), 19),
        (
            "just_now",
            Some(START - MANUAL_CHECK_SPACING + Duration::SECOND),
            0,
        ),
        ("twenty_an_hour", None, MANUAL_CHECKS_PER_HOUR),
    ];
    for (action, role, lock) in product3(&ClaimAction::ALL, &Role::ALL, &LOCKS) {
        for ((look, last_manual_check, manual_checks_last_hour), sign_in, last) in product3(
            &looks,
            &["fresh", "old"],
            &[LastDomain::No, LastDomain::Yes],
        ) {
            for (word, pending_claims, claims) in counts {
                let age = if sign_in == "old" {
                    STEP_UP_AGE + Duration::SECOND
                } else {
                    STEP_UP_AGE
                };
                let around = ClaimCircumstances {
                    pending_claims,
                    claims,
                    last_manual_check,
                    manual_checks_last_hour,
                    last_domain_under_required_sso: last,
                    owner_lock: lock,
                };
                let by = actor(role, START - age);
                let said = permit_word(action, &by, &around);
                let last = if last == LastDomain::Yes { "yes" } else { "no" };
                let pending = if word == "twenty" { "twenty" } else { "fewer" };
                let claims = if word == "hundred" {
                    "hundred"
                } else {
                    "fewer"
                };
                let action = action_word(action);
                let words = [
                    action.as_str(),
                    role.as_str(),
                    sign_in,
                    lock.as_str(),
                    pending,
                    claims,
                    look,
                    last,
                ];
                assert_eq!(said, table.decide(&words).outcome, "{words:?}");
            }
        }
    }
    table.assert_every_row_reached();
    assert_eq!(LOCKS.map(LockStanding::as_str), LockStanding::WORDS);
}

/// Every state, as a store holds it, on a proof of that instant.
fn states(proof_at: OffsetDateTime) -> Vec<Value> {
    let at = |instant: OffsetDateTime| {
        instant
            .format(&time::format_description::well_known::Rfc3339)
            .unwrap()
    };
    let (proof, now, later) = (at(proof_at), at(START), at(START + days(3)));
    let watch = json!({ "misses": 0, "last_miss": null, "doubt": "no" });
    vec![
        json!({ "name": "review_needed", "cause": "confusable", "since": now }),
        json!({ "name": "pending", "expires_at": later, "proof": "waiting_for_hold" }),
        json!({ "name": "verified", "proof_at": proof, "watch": watch }),
        json!({ "name": "failing", "proof_at": proof, "since": now, "warned": 1 }),
        json!({ "name": "contested", "proof_at": proof, "since": now, "until": later }),
        json!({ "name": "transferring", "proof_at": proof, "to": "o2", "offered_by": "ada",
            "accepted_by": "bob", "expires_at": later, "watch": watch }),
        json!({ "name": "lapsed", "proof_at": proof, "since": now, "cause": "no_proof" }),
        json!({ "name": "expired", "since": now }),
        json!({ "name": "superseded", "since": now }),
        json!({ "name": "released", "since": now, "cause": "by_owner" }),
    ]
}

#[test]
fn a_claim_is_worth_what_the_table_says() {
    let table = Table::load("hold");
    let second = Duration::SECOND;
    let ages = [
        ("up_to_10_days", Duration::ZERO),
        ("up_to_10_days", GRANT_PROOF_AGE),
        ("up_to_30_days", GRANT_PROOF_AGE + second),
        ("up_to_30_days", PROOF_LIFE),
        ("over_30_days", PROOF_LIFE + second),
    ];
    let pin = |until| json!({ "operator": "kim", "reason": "test", "until": until });
    let operators = [
        ("silent", Value::Null),
        ("decided", pin("2026-01-05T12:00:01Z")),
        ("was_overridden", pin("2026-01-05T12:00:00Z")),
    ];
    let template = serde_json::to_value(pending("o1", "acme.com")).unwrap();
    for (age_word, age) in ages {
        for state in states(START - age) {
            for (operator, pinned) in &operators {
                let mut text = template.clone();
                text["state"] = state.clone();
                text["pinned"] = pinned.clone();
                let claim: Claim = serde_json::from_value(text).unwrap();
                let said = match claim.hold(START) {
                    Hold::None => "none",
                    Hold::Here(Authority::SignInOnly) => "sign_in_only",
                    Hold::Here(Authority::Full) => "full",
                };
                let words = [state["name"].as_str().unwrap(), age_word, operator];
                assert_eq!(said, table.decide(&words).outcome, "{words:?}");
            }
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn a_plan_covers_what_the_table_says() {
    let table = Table::load("plan");
    let lapsed = |age| Capability::LapsedSince(START - age);
    for (capability, word, since) in [
        (Capability::NotHeld, "not_held", "-"),
        (Capability::Held, "held", "-"),
        (lapsed(Duration::ZERO), "lapsed", "under_30_days"),
        (
            lapsed(PLAN_GRACE - Duration::SECOND),
            "lapsed",
            "under_30_days",
        ),
        (lapsed(PLAN_GRACE), "lapsed", "30_days_or_more"),
        (lapsed(days(4000)), "lapsed", "30_days_or_more"),
    ] {
        let words = [word, since];
        assert_eq!(
            plan_standing(capability, START).as_str(),
            table.decide(&words).outcome
        );
    }
    table.assert_every_row_reached();
}

/// Rule 30 at its heart: nothing that a claim can cause removes a member or changes a role, and
/// losing one domain leaves the standing of another as it was.
#[test]
fn losing_a_claim_touches_no_member_and_no_other_domain() {
    let (lost, since) = lapsed("o1", "acme.com");
    let mut kept = verified("o1", "other.com");
    kept = check(&kept, Verdict::Proven, Elsewhere::Nobody, since).claim;
    let holders = || [(&lost, Switch::On), (&kept, Switch::On)];
    let standing = |name| domain_standing(&org("o1"), &domain(name), holders(), since);
    assert_eq!(standing("acme.com"), DomainStanding::Unclaimed);
    assert_eq!(standing("other.com"), DomainStanding::Here);
    let (state, role) = (MemberState::Active, Role::Admin);
    for (credential, exemption) in product2(Credential::ALL, Exemption::ALL) {
        let person = Person::Member {
            role,
            state,
            credential,
            exemption,
        };
        let facts = LoginFacts {
            method: Method::Passkey,
            org: OrgStanding {
                require_sso: Switch::Off,
                ..OrgStanding::CLOSED
            },
            domain: standing("acme.com"),
            person,
            history: AddressHistory::Steady,
        };
        assert!(decide_login(&facts).enters(), "still a member: {person:?}");
    }
}
