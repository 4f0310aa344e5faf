//! 61 to 75: provisioning.

use org_domain::decision::*;
use org_domain::issues::*;
use org_domain::policy::*;
use org_domain::settings::*;
use org_domain::*;
use time::Duration;

use crate::fixture::*;

fn open() -> OrgStanding {
    OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        scim_plan: PlanStanding::Covered,
        ..OrgStanding::CLOSED
    }
}

fn member() -> TargetMember {
    TargetMember {
        role: Role::Member,
        state: MemberState::Active,
        link: ScimLink::Linked,
        domain: DomainStanding::Here,
        last_owner: LastOwner::No,
        account: AccountTies::Others,
    }
}

const SAME: Update = Update {
    active: ActiveChange::Unchanged,
    address: AddressChange::Unchanged,
    names: Changed::No,
    forbidden: Changed::No,
    seats: Seats::Free,
};

fn create(domain: DomainStanding, occupant: Occupant) -> ProvisionDecision {
    let wanted = Create {
        user_name: UserName::At(domain),
        primary_email: PrimaryEmail::Fits,
        occupant,
        seats: Seats::Free,
        active: Wanted::Active,
    };
    decide(open(), Operation::Create(wanted))
}

fn update(member: TargetMember, update: Update) -> ProvisionDecision {
    decide(open(), Operation::Update(Target::Member(member), update))
}

fn decide(org: OrgStanding, operation: Operation) -> ProvisionDecision {
    decide_provision(&ProvisionFacts {
        token: TokenStanding::Valid,
        org,
        operation,
    })
}

fn off() -> Update {
    Update {
        active: ActiveChange::Off,
        ..SAME
    }
}

fn on() -> Update {
    Update {
        active: ActiveChange::On,
        ..SAME
    }
}

#[test]
fn attack_61_an_address_moved_into_another_tenant() {
    let away = Update {
        address: AddressChange::ToForeign,
        names: Changed::Yes,
        ..SAME
    };
    let decision = update(member(), away);
    assert_eq!(decision.reason.row(), "U3");
    assert!(
        !decision.effects.contains(ProvisionEffect::ApplyNames),
        "the whole request is refused"
    );
    let from_abroad = TargetMember {
        domain: DomainStanding::Elsewhere,
        ..member()
    };
    let home = Update {
        address: AddressChange::ToHeld,
        ..SAME
    };
    assert_eq!(
        update(from_abroad, home).reason.row(),
        "U8",
        "old and new domain both count"
    );
}

#[test]
fn attack_62_adopt_change_the_address_reset_the_password() {
    let unlinked = TargetMember {
        link: ScimLink::Unlinked,
        ..member()
    };
    let both = Update {
        address: AddressChange::ToHeld,
        ..SAME
    };
    assert_eq!(update(unlinked, both).reason.row(), "U4");
    let later = update(member(), both);
    assert!(
        later.effects.contains(ProvisionEffect::RevokeMailLinks)
            && later.effects.contains(ProvisionEffect::EndSessions)
    );
    let owner = TargetMember {
        role: Role::Owner,
        ..member()
    };
    assert_eq!(update(owner, both).reason.row(), "U5");
}

#[test]
fn attack_63_an_unclaimed_address_reveals_no_account() {
    for domain in [
        DomainStanding::Unclaimed,
        DomainStanding::Elsewhere,
        DomainStanding::ElsewhereManaged,
    ] {
        let answers: Vec<_> = Occupant::ALL
            .iter()
            .map(|occupant| create(domain, *occupant))
            .collect();
        assert!(
            answers.windows(2).all(|pair| pair[0] == pair[1]),
            "{domain:?}"
        );
    }
}

#[test]
fn attack_64_another_organisations_person_is_not_listed() {
    assert!(!is_visible(DomainStanding::Elsewhere, ScimLink::Unlinked));
    let unknown = decide(open(), Operation::Read(Target::Unknown));
    let guest = TargetMember {
        domain: DomainStanding::Elsewhere,
        link: ScimLink::Unlinked,
        ..member()
    };
    let foreign = decide(open(), Operation::Read(Target::Member(guest)));
    assert_eq!(unknown.outcome, foreign.outcome, "one 404 for both");
    assert_eq!(
        unknown.reason.operator_text(),
        foreign.reason.operator_text()
    );
}

#[test]
fn attack_65_the_last_owner_stays_by_every_way() {
    let last = TargetMember {
        role: Role::Owner,
        last_owner: LastOwner::Yes,
        ..member()
    };
    for decision in [
        decide(open(), Operation::Delete(Target::Member(last))),
        update(last, off()),
    ] {
        assert_eq!(decision.reason.row(), "D3");
        assert!(decision.effects.contains(ProvisionEffect::AlarmOwners));
    }
    let one_of_two = TargetMember {
        last_owner: LastOwner::No,
        ..last
    };
    assert!(update(one_of_two, off()).succeeds());
}

#[test]
fn attack_66_an_invitation_does_not_revive_a_suspended_member() {
    let suspended = Person::Member {
        role: Role::Member,
        state: MemberState::SuspendedByScim,
        credential: Credential::SetByPerson,
        exemption: Exemption::None,
    };
    let facts = LoginFacts {
        method: Method::InviteLink,
        org: open(),
        domain: DomainStanding::Here,
        person: suspended,
        history: AddressHistory::Steady,
    };
    assert_eq!(decide_login(&facts).reason.row(), "L1");
    assert!(
        update(member(), off())
            .effects
            .contains(ProvisionEffect::RevokeInvitations)
    );
}

#[test]
fn attack_67_reactivating_does_not_lift_an_administrators_lock() {
    for state in [MemberState::SuspendedByAdmin, MemberState::SuspendedByBoth] {
        assert_eq!(
            update(TargetMember { state, ..member() }, on())
                .reason
                .row(),
            "A2"
        );
    }
    let around = create(DomainStanding::Here, Occupant::LockedTombstone);
    assert_eq!(
        around.reason.row(),
        "C7b",
        "nor does deleting and creating again"
    );
    assert!(
        update(
            TargetMember {
                state: MemberState::SuspendedByScim,
                ..member()
            },
            on()
        )
        .succeeds()
    );
}

#[test]
fn attack_68_a_token_on_another_organisations_path() {
    for operation in [
        Operation::List,
        Operation::Read(Target::Member(member())),
        Operation::Delete(Target::Member(member())),
    ] {
        let facts = ProvisionFacts {
            token: TokenStanding::Invalid,
            org: open(),
            operation,
        };
        assert_eq!(decide_provision(&facts).reason.row(), "P1");
    }
}

#[test]
fn attack_69_an_old_token_during_and_after_the_overlap() {
    let token = ScimToken {
        id: TokenId::new("t1").unwrap(),
        created_by: AccountId::new("ada").unwrap(),
        created_at: START,
        expires_at: START + days(7),
    };
    assert!(token.is_live(START) && token.is_live(START + days(7) - Duration::seconds(1)));
    assert!(!token.is_live(START + days(7)) && !token.is_live(START - Duration::seconds(1)));
}

/// Claim tokens are compared in constant time over their whole length; provisioning tokens are the
/// host's, found by their public part.
#[test]
fn attack_70_tokens_are_compared_whole() {
    let token = fresh_token();
    let text = token.to_text();
    assert!(token.matches(text.as_bytes()));
    for wrong in [
        &text[..51],
        "",
        &format!("{text}a"),
        &text.replace(&text[51..], "7"),
    ] {
        assert_eq!(token.matches(wrong.as_bytes()), *wrong == text);
    }
}

/// The token is a fact that is read in the transaction of the write.
#[test]
fn attack_71_a_token_revoked_during_the_request() {
    let operation = Operation::Update(
        Target::Member(member()),
        Update {
            names: Changed::Yes,
            ..SAME
        },
    );
    let before = ProvisionFacts {
        token: TokenStanding::Valid,
        org: open(),
        operation,
    };
    assert!(decide_provision(&before).succeeds());
    assert!(
        !decide_provision(&ProvisionFacts {
            token: TokenStanding::Invalid,
            ..before
        })
        .succeeds()
    );
}

#[test]
fn attack_72_the_same_creation_twice() {
    assert_eq!(
        create(DomainStanding::Here, Occupant::Nobody).reason.row(),
        "C3"
    );
    let second = create(DomainStanding::Here, Occupant::Member);
    assert_eq!(
        second.outcome,
        ProvisionOutcome::Refuse(Refused {
            status: 409,
            scim_type: Some("uniqueness")
        })
    );
}

/// Whether "False" is false is for the protocol to say; here there are three words and no text.
#[test]
fn attack_73_off_is_a_word_and_not_a_text() {
    assert_eq!(
        ActiveChange::ALL,
        [ActiveChange::Unchanged, ActiveChange::Off, ActiveChange::On]
    );
    assert_eq!(update(member(), off()).reason.row(), "D1");
    assert_eq!(update(member(), on()).reason.row(), "A4");
}

#[test]
fn attack_74_off_is_honoured_without_claim_and_plan() {
    let stranded = TargetMember {
        domain: DomainStanding::Unclaimed,
        ..member()
    };
    for org in [
        open(),
        OrgStanding {
            scim_plan: PlanStanding::Ended,
            ..open()
        },
        OrgStanding {
            sso: Switch::Off,
            ..open()
        },
        OrgStanding {
            suspended: Switch::On,
            ..open()
        },
    ] {
        let decision = decide(org, Operation::Update(Target::Member(stranded), off()));
        assert!(decision.succeeds() && decision.effects.contains(ProvisionEffect::Suspend));
        assert!(decide(org, Operation::Delete(Target::Member(stranded))).succeeds());
    }
    let bad_address = Update {
        address: AddressChange::ToForeign,
        ..off()
    };
    let decision = update(member(), bad_address);
    assert_eq!(decision.reason.row(), "D4");
    assert!(
        decision.effects.contains(ProvisionEffect::DropOtherChanges),
        "off goes through by itself"
    );
}

/// The first of the two finds the other's address taken; nothing is swapped halfway.
#[test]
fn attack_75_two_people_swap_addresses() {
    let taken = Update {
        address: AddressChange::ToTaken,
        ..SAME
    };
    assert_eq!(update(member(), taken).reason.row(), "U3a");
}

#[test]
fn each_refused_person_is_queued_with_one_action() {
    let mut queue = IssueQueue::default();
    let refused = create(DomainStanding::Here, Occupant::Outsider);
    queue.note("ada@acme.com", &refused, START);
    queue.note("ada@acme.com", &refused, START + hours(1));
    queue.note(
        "bob@else.com",
        &create(DomainStanding::Unclaimed, Occupant::Nobody),
        START,
    );
    queue.note(
        "dup@acme.com",
        &create(DomainStanding::Here, Occupant::Member),
        START,
    );
    let issues: Vec<_> = queue
        .iter()
        .map(|(name, issue)| (name.to_owned(), issue.remedy, issue.attempts))
        .collect();
    assert_eq!(
        issues,
        [
            ("ada@acme.com".to_owned(), Remedy::Invite, 2),
            ("bob@else.com".to_owned(), Remedy::ClaimOrInvite, 1)
        ]
    );
    queue.note(
        "ada@acme.com",
        &create(DomainStanding::Here, Occupant::Nobody),
        START + hours(2),
    );
    assert_eq!(queue.iter().count(), 1, "a success closes the issue");
    assert!(!format!("{queue:?}").contains("bob"));
    queue.close("bob@else.com");
    assert_eq!(queue.iter().count(), 0);
    for number in 0..MAX_ISSUES + 10 {
        queue.note(&format!("u{number}@acme.com"), &refused, START);
    }
    assert_eq!(queue.iter().count(), MAX_ISSUES, "bounded");
}

#[test]
fn every_refusal_that_is_queued_has_a_remedy_and_the_documented_two_say_invite() {
    let queued = Reason::ALL
        .iter()
        .filter(|reason| Remedy::of(**reason).is_some());
    assert!(
        queued
            .clone()
            .all(|reason| !reason.operator_text().is_empty())
    );
    for reason in [Reason::AccountExists, Reason::CreateDomainNotClaimed] {
        let text = reason.operator_text().to_lowercase();
        assert!(
            text.contains("invite") && text.contains("by hand"),
            "{text}"
        );
    }
}
