//! 43 to 60 and 76 to 78: logins.

use org_domain::claim::*;
use org_domain::decision::*;
use org_domain::policy::*;
use org_domain::settings::*;
use org_domain::*;

use crate::fixture::*;
use crate::space::*;

fn org_on() -> OrgStanding {
    OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        require_sso: Switch::Off,
        idp_initiated: IdpInitiated::Allowed,
        fallback: Fallback::Open,
        ..OrgStanding::CLOSED
    }
}

fn required() -> OrgStanding {
    OrgStanding {
        require_sso: Switch::On,
        ..org_on()
    }
}

fn managed() -> OrgStanding {
    OrgStanding {
        idp_managed: Switch::On,
        join: JoinPolicy::AutoJoin,
        ..org_on()
    }
}

fn member(role: Role) -> Person {
    Person::Member {
        role,
        state: MemberState::Active,
        credential: Credential::SetByPerson,
        exemption: Exemption::None,
    }
}

const SP: SsoFacts = SsoFacts {
    side: Side::ServiceProvider,
    binding: Binding::Current,
    email: AssertedEmail::Usable,
    link: Link::None,
    session: OwnSession::None,
};

fn login(method: Method, org: OrgStanding, domain: DomainStanding, person: Person) -> Decision {
    decide_login(&LoginFacts {
        method,
        org,
        domain,
        person,
        history: AddressHistory::Steady,
    })
}

fn sso(sso: SsoFacts, org: OrgStanding, person: Person) -> Decision {
    login(Method::Sso(sso), org, DomainStanding::Here, person)
}

#[test]
fn attack_43_no_method_gets_a_member_around_required_sso() {
    for method in first_party_methods() {
        if method == Method::Refresh(SessionOrigin::Sso) {
            continue;
        }
        for role in [Role::Member, Role::BillingAdmin] {
            let decision = login(method, required(), DomainStanding::Here, member(role));
            assert_eq!(decision.outcome, Outcome::Refuse, "{method:?}");
        }
        let invited = Person::Invited {
            account: Account::Exists,
            address: InvitedAddress::Same,
            role: Role::Member,
        };
        let decision = login(method, required(), DomainStanding::Unclaimed, invited);
        assert_eq!(
            decision.outcome,
            Outcome::Refuse,
            "{method:?}: an invitation is no way around"
        );
    }
}

#[test]
fn attack_44_an_owner_born_by_sso_has_no_fallback() {
    let born = Person::Member {
        role: Role::Owner,
        state: MemberState::Active,
        credential: Credential::None,
        exemption: Exemption::None,
    };
    let password = Method::Password(SecondFactor::NotEnrolled);
    assert_eq!(
        login(password, required(), DomainStanding::Here, born)
            .reason
            .row(),
        "L3"
    );
    assert_eq!(
        login(
            password,
            required(),
            DomainStanding::Here,
            member(Role::Owner)
        )
        .reason
        .row(),
        "L2"
    );
}

#[test]
fn attack_45_the_last_holder_of_a_fallback_is_reported() {
    let settings = Settings::new(org("o1"), Capabilities::ENTERPRISE);
    let actor = actor(Role::Owner, START);
    let around = Surroundings {
        held_domains: 1,
        fallback_owners: 0,
        linked_members: 0,
    };
    let facts = SettingsFacts {
        settings: &settings,
        change: &SettingsChange::RequireSso(Switch::On),
        actor: &actor,
        around,
        now: START,
    };
    // Off, it cannot be required; on and tested, `settings` holds that nobody to fall back on refuses it.
    assert_eq!(decide_settings(&facts), Err(SettingsRefusal::SsoOff));
    let mut json = serde_json::to_value(&settings).unwrap();
    json["enabled"] = "on".into();
    json["require_sso"] = "on".into();
    let settings: Settings = serde_json::from_value(json).unwrap();
    let facts = health::HealthFacts {
        last_sso_success: Some(START),
        last_scim_call: Some(START),
        guests: 0,
        fallback_owners: 0,
        tokens_of_demoted_makers: 0,
        provider_is_shared: Switch::Off,
    };
    let report = health::health_report(&settings, &[], &facts, START);
    assert!(report.contains(&health::Finding::NoFallbackHolder));
}

/// The role is a fact of the decision, read when it is made: a fallback session is asked about again
/// at each refresh.
#[test]
fn attack_46_an_admin_demoted_meanwhile() {
    let refresh = Method::Refresh(SessionOrigin::Fallback);
    assert!(
        login(
            refresh,
            required(),
            DomainStanding::Here,
            member(Role::Admin)
        )
        .enters()
    );
    assert!(
        !login(
            refresh,
            required(),
            DomainStanding::Here,
            member(Role::Member)
        )
        .enters()
    );
}

#[test]
fn attack_47_requiring_sso_without_a_test() {
    let settings = Settings::new(org("o1"), Capabilities::ENTERPRISE);
    let around = Surroundings {
        held_domains: 1,
        fallback_owners: 1,
        linked_members: 0,
    };
    let change = SettingsChange::RequireSso(Switch::On);
    assert!(
        settings
            .apply(
                &change,
                &actor(Role::Owner, START),
                around,
                settings.version(),
                START
            )
            .is_err()
    );
}

#[test]
fn attack_48_a_lapsed_plan_opens_nothing() {
    for plan in [PlanStanding::Lapsed, PlanStanding::Ended] {
        let org = OrgStanding {
            sso_plan: plan,
            ..required()
        };
        let password = Method::Password(SecondFactor::NotEnrolled);
        assert_eq!(
            login(password, org, DomainStanding::Here, member(Role::Member)).outcome,
            Outcome::Refuse
        );
        let org = OrgStanding {
            sso_plan: plan,
            ..managed()
        };
        assert!(!sso(SP, org, Person::Stranger).enters());
    }
    let linked = SsoFacts {
        link: Link::SameAddress,
        ..SP
    };
    let lapsed = OrgStanding {
        sso_plan: PlanStanding::Lapsed,
        ..required()
    };
    assert!(
        sso(linked, lapsed, member(Role::Member)).enters(),
        "known members go on for 30 days"
    );
}

#[test]
fn attack_49_the_fallback_works_when_certificates_have_run_out() {
    let mut settings =
        serde_json::to_value(Settings::new(org("o1"), Capabilities::ENTERPRISE)).unwrap();
    settings["require_sso"] = "on".into();
    settings["fallback"] = serde_json::json!({"mode": "when_unhealthy"});
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let standing = settings.standing(SsoHealth::Healthy, START);
    let decision = login(
        Method::Passkey,
        standing,
        DomainStanding::Here,
        member(Role::Owner),
    );
    assert_eq!(decision.outcome, Outcome::Enter(Entry::Fallback));
}

#[test]
fn attack_50_every_refusal_reads_the_same() {
    let refusals = [
        login(
            Method::MagicLink,
            required(),
            DomainStanding::Here,
            member(Role::Member),
        ),
        login(
            Method::MagicLink,
            required(),
            DomainStanding::Unclaimed,
            Person::Stranger,
        ),
        sso(SP, org_on(), Person::Stranger),
    ];
    assert!(
        refusals
            .iter()
            .all(|refusal| refusal.public_text() == PUBLIC_LOGIN_TEXT)
    );
    assert!(
        refusals
            .windows(2)
            .all(|pair| pair[0].reason != pair[1].reason),
        "while administrators are told why"
    );
}

#[test]
fn attack_51_an_idp_asserts_somebody_at_another_organisations_domain() {
    for standing in [DomainStanding::Elsewhere, DomainStanding::ElsewhereManaged] {
        for person in persons() {
            let decision = login(Method::Sso(SP), managed(), standing, person);
            assert_eq!(decision.outcome, Outcome::Refuse, "{person:?}");
        }
    }
}

#[test]
fn attack_52_an_idp_asserts_an_unclaimed_address() {
    let linked = SsoFacts {
        link: Link::SameAddress,
        ..SP
    };
    let decision = login(
        Method::Sso(linked),
        managed(),
        DomainStanding::Unclaimed,
        member(Role::Member),
    );
    assert_eq!(decision.reason.row(), "S3", "not even for a known identity");
}

#[test]
fn attack_53_the_same_issuer_or_certificate_in_two_organisations() {
    let foreign = SsoFacts {
        binding: Binding::OtherOrganization,
        link: Link::SameAddress,
        ..SP
    };
    assert_eq!(
        sso(foreign, managed(), member(Role::Member)).reason.row(),
        "S1c"
    );
    let settings =
        serde_json::to_value(Settings::new(org("o1"), Capabilities::ENTERPRISE)).unwrap();
    let mut settings = settings;
    settings["enabled"] = "on".into();
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let facts = health::HealthFacts {
        last_sso_success: Some(START),
        last_scim_call: None,
        guests: 0,
        fallback_owners: 1,
        tokens_of_demoted_makers: 0,
        provider_is_shared: Switch::On,
    };
    assert!(
        health::health_report(&settings, &[], &facts, START)
            .contains(&health::Finding::SharedProvider)
    );
}

#[test]
fn attack_54_a_linked_person_asserts_a_colleagues_address() {
    let renamed = SsoFacts {
        link: Link::OtherAddress,
        ..SP
    };
    let decision = sso(renamed, managed(), member(Role::Member));
    assert_eq!(
        decision.outcome,
        Outcome::Enter(Entry::Member),
        "as themselves, for the link leads to their account"
    );
    assert!(decision.effects.contains(LoginEffect::NoteAddressDiffers));
    assert!(!decision.effects.contains(LoginEffect::LinkIdentity));
}

#[test]
fn attack_55_a_re_pointed_idp_makes_nobody_an_owner() {
    assert_eq!(sso(SP, managed(), member(Role::Owner)).reason.row(), "S6a");
    let own = SsoFacts {
        session: OwnSession::OfThisAccount,
        ..SP
    };
    assert!(sso(own, managed(), member(Role::Owner)).enters());
    let impostor = SsoFacts {
        link: Link::Conflict,
        ..SP
    };
    assert_eq!(
        sso(impostor, managed(), member(Role::Member)).reason.row(),
        "S11"
    );
}

#[test]
fn attack_56_pre_hijacked_accounts_lose_what_was_prepared() {
    for (person, reset) in [
        (member(Role::Member), false),
        (Person::Outsider(Past::None), true),
    ] {
        let decision = sso(SP, managed(), person);
        assert!(decision.enters());
        for effect in [
            LoginEffect::DropUnverifiedLogins,
            LoginEffect::EndEarlierSessions,
        ] {
            assert!(decision.effects.contains(effect), "{person:?} {effect:?}");
        }
        assert_eq!(decision.effects.contains(LoginEffect::ResetPassword), reset);
    }
}

#[test]
fn attack_57_an_idp_started_login_links_nothing() {
    let idp = SsoFacts {
        side: Side::IdentityProvider,
        session: OwnSession::OfThisAccount,
        ..SP
    };
    let invited = Person::Invited {
        account: Account::Exists,
        address: InvitedAddress::Same,
        role: Role::Admin,
    };
    for person in [
        member(Role::Member),
        member(Role::Owner),
        invited,
        Person::Outsider(Past::None),
    ] {
        assert_eq!(
            sso(idp, managed(), person).outcome,
            Outcome::GoToSso,
            "{person:?}"
        );
    }
    let known = SsoFacts {
        link: Link::SameAddress,
        ..idp
    };
    assert!(sso(known, managed(), member(Role::Member)).enters());
}

#[test]
fn attack_58_a_deprovisioned_person_leaves_no_ghost() {
    for state in [
        MemberState::SuspendedByScim,
        MemberState::SuspendedByAdmin,
        MemberState::SuspendedByBoth,
    ] {
        let person = Person::Member {
            role: Role::Member,
            state,
            credential: Credential::SetByPerson,
            exemption: Exemption::None,
        };
        for link in Link::ALL {
            let decision = sso(SsoFacts { link: *link, ..SP }, managed(), person);
            assert_eq!(decision.reason.row(), "S4");
            assert!(
                decision
                    .effects
                    .iter()
                    .all(|effect| effect == LoginEffect::Audit),
                "nothing is written"
            );
        }
    }
    assert_eq!(
        sso(SP, managed(), Person::Outsider(Past::Deprovisioned)).outcome,
        Outcome::Refuse
    );
}

#[test]
fn attack_59_a_new_owner_of_a_domain_inherits_nobody() {
    for person in persons() {
        for link in Link::ALL {
            let facts = LoginFacts {
                method: Method::Sso(SsoFacts { link: *link, ..SP }),
                org: managed(),
                domain: DomainStanding::Here,
                person,
                history: AddressHistory::ChangedHands,
            };
            assert!(!decide_login(&facts).enters(), "{facts:?}");
        }
        for method in [Method::MagicLink, Method::PasswordReset, Method::InviteLink] {
            let facts = LoginFacts {
                method,
                org: org_on(),
                domain: DomainStanding::Elsewhere,
                person,
                history: AddressHistory::ChangedHands,
            };
            assert!(
                !decide_login(&facts).enters(),
                "reading the mailbox proves nothing any more: {facts:?}"
            );
        }
    }
    let (old, since) = lapsed("o1", "acme.com");
    let ended = old.apply(ClaimEvent::Superseded, since).unwrap();
    assert!(ended.effects.contains(&Effect::FreezeLinks));
}

#[test]
fn attack_60_a_response_from_a_replaced_configuration() {
    let stale = SsoFacts {
        binding: Binding::StaleConfiguration,
        link: Link::SameAddress,
        ..SP
    };
    assert_eq!(
        sso(stale, managed(), member(Role::Member)).reason.row(),
        "S1d"
    );
}

/// A claim is proven by DNS alone: no event and no fact carries a received mail.
#[test]
fn attack_76_receiving_mail_at_a_domain_never_proves_it() {
    let claim = pending("o1", "acme.com");
    assert!(
        !claim
            .apply(ClaimEvent::Tick, START)
            .unwrap()
            .claim
            .holds_domain()
    );
    let decision = login(
        Method::MagicLink,
        managed(),
        DomainStanding::Here,
        Person::Stranger,
    );
    assert_eq!(decision.outcome, Outcome::GoToSso);
}

#[test]
fn attack_77_a_social_account_outlives_nothing() {
    let suspended = Person::Member {
        role: Role::Member,
        state: MemberState::SuspendedByScim,
        credential: Credential::SetByPerson,
        exemption: Exemption::Named,
    };
    assert_eq!(
        login(Method::Social, org_on(), DomainStanding::Here, suspended)
            .reason
            .row(),
        "L1"
    );
    assert_eq!(
        login(
            Method::Social,
            required(),
            DomainStanding::Here,
            member(Role::Owner)
        )
        .reason
        .row(),
        "L4a"
    );
    assert_eq!(
        login(
            Method::Social,
            required(),
            DomainStanding::Here,
            member(Role::Member)
        )
        .reason
        .row(),
        "L6"
    );
}

#[test]
fn attack_78_a_tagged_address_of_a_suspended_member_is_a_stranger() {
    let decision = login(
        Method::Password(SecondFactor::NotEnrolled),
        managed(),
        DomainStanding::Here,
        Person::Stranger,
    );
    assert_eq!(
        decision.reason.row(),
        "L7",
        "and the identity provider does not know the tag"
    );
}
