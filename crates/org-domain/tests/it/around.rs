//! Dry run, health report, audit events, and what the catalogue of reasons promises.

use std::collections::BTreeSet;

use org_domain::audit::AuditSubject;
use org_domain::dry_run::*;
use org_domain::health::*;
use org_domain::policy::*;
use org_domain::settings::*;
use org_domain::*;

use crate::fixture::*;

fn view(name: &str, role: Role, standing: DomainStanding) -> MemberView {
    MemberView {
        account: AccountId::new(name).unwrap(),
        person: Person::Member {
            role,
            state: MemberState::Active,
            credential: Credential::SetByPerson,
            exemption: Exemption::None,
        },
        domain: domain("acme.com"),
        standing,
        link: Link::SameAddress,
        history: AddressHistory::Steady,
    }
}

fn org_on() -> OrgStanding {
    OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        require_sso: Switch::Off,
        fallback: Fallback::Open,
        ..OrgStanding::CLOSED
    }
}

fn losers(change: &WhatIf, org: OrgStanding, members: &[MemberView]) -> Vec<String> {
    dry_run(change, org, members)
        .filter(Impact::loses_access)
        .map(|impact| impact.account.to_string())
        .collect()
}

#[test]
fn a_dry_run_names_who_would_be_shut_out() {
    let members = [
        view("owner", Role::Owner, DomainStanding::Here),
        view("member", Role::Member, DomainStanding::Here),
        view("guest", Role::Member, DomainStanding::Unclaimed),
    ];
    assert_eq!(losers(&WhatIf::RequireSso, org_on(), &members), ["guest"]);
    let required = OrgStanding {
        require_sso: Switch::On,
        ..org_on()
    };
    assert_eq!(
        losers(&WhatIf::LoseDomain(domain("acme.com")), required, &members),
        ["member"]
    );
    assert_eq!(losers(&WhatIf::DisableSso, required, &members), ["member"]);
    assert_eq!(
        losers(&WhatIf::PlanEnds, required, &members),
        ["member"],
        "the owner has the fallback"
    );
    assert_eq!(losers(&WhatIf::ManageAccess, org_on(), &members), [""; 0]);
    let changed: Vec<_> = dry_run(&WhatIf::RequireSso, org_on(), &members)
        .map(|i| i.account.to_string())
        .collect();
    assert_eq!(
        changed,
        ["member", "guest"],
        "the member loses the password only, the owner nothing"
    );
}

const WELL: HealthFacts = HealthFacts {
    last_sso_success: Some(START),
    last_scim_call: Some(START),
    guests: 0,
    fallback_owners: 2,
    tokens_of_demoted_makers: 0,
    provider_is_shared: Switch::Off,
};

fn settings(not_after: time::OffsetDateTime) -> Settings {
    let print = Fingerprint::new(&"a".repeat(64)).unwrap();
    let connection = Connection {
        certificates: vec![Certificate::new(print, "MIIC", START, not_after).unwrap()],
        sign_in_url: Some(SignInUrl::new("https://acme.okta.com/x").unwrap()),
        issuer: Some(Issuer::new("http://www.okta.com/x").unwrap()),
        logout: None,
    };
    let around = Surroundings {
        held_domains: 1,
        fallback_owners: 1,
        linked_members: 0,
    };
    let owner = actor(Role::Owner, START);
    let mut settings = Settings::new(org("o1"), Capabilities::ENTERPRISE);
    let apply = |settings: &Settings, change| {
        settings
            .apply(&change, &owner, around, settings.version(), START)
            .unwrap()
            .settings
    };
    settings = apply(&settings, SettingsChange::Connection(connection));
    settings = apply(&settings, SettingsChange::Enable(Switch::On));
    let test = HostChange::LoginSucceeded {
        by: owner.account.clone(),
        role: Role::Owner,
        generation: settings.generation(),
    };
    settings = settings.apply_host(&test, START).settings;
    settings = apply(&settings, SettingsChange::RequireSso(Switch::On));
    settings = apply(&settings, SettingsChange::IdpManaged(Switch::On));
    let id = TokenId::new("t1").unwrap();
    apply(
        &settings,
        SettingsChange::MintToken {
            id,
            life: days(365),
            overlap: time::Duration::ZERO,
        },
    )
}

fn codes(
    settings: &Settings,
    claims: &[Claim],
    facts: HealthFacts,
    now: time::OffsetDateTime,
) -> Vec<&'static str> {
    let report = health_report(settings, claims, &facts, now);
    assert!(
        report
            .windows(2)
            .all(|pair| pair[0].urgency() >= pair[1].urgency()),
        "most urgent first"
    );
    assert!(
        report
            .iter()
            .all(|finding| finding.to_string().ends_with('.'))
    );
    report.iter().map(Finding::code).collect()
}

#[test]
fn a_healthy_organisation_has_no_findings() {
    assert_eq!(
        codes(
            &settings(START + days(900)),
            &[verified("o1", "acme.com")],
            WELL,
            START
        ),
        [""; 0]
    );
}

#[test]
fn each_finding_has_its_cause() {
    let good = settings(START + days(900));
    let ill = |facts| codes(&good, &[], facts, START);
    assert_eq!(
        ill(HealthFacts {
            last_sso_success: None,
            ..WELL
        }),
        ["sso_silent"]
    );
    assert_eq!(
        ill(HealthFacts {
            last_scim_call: Some(START - days(15)),
            ..WELL
        }),
        ["scim_silent"]
    );
    assert_eq!(ill(HealthFacts { guests: 3, ..WELL }), ["guests_shut_out"]);
    assert_eq!(
        ill(HealthFacts {
            fallback_owners: 0,
            ..WELL
        }),
        ["no_fallback_holder"]
    );
    assert_eq!(
        ill(HealthFacts {
            tokens_of_demoted_makers: 1,
            ..WELL
        }),
        ["token_of_demoted_maker"]
    );
    assert_eq!(
        ill(HealthFacts {
            provider_is_shared: Switch::On,
            ..WELL
        }),
        ["shared_provider"]
    );
}

#[test]
fn claims_certificates_tokens_and_plans_are_watched() {
    let good = settings(START + days(900));
    let (failing, _) = failing("o1", "acme.com");
    let (lapsed, _) = lapsed("o1", "acme.com");
    let contested = verified("o1", "acme.com")
        .apply(ClaimEvent::Contested, START)
        .unwrap()
        .claim;
    assert_eq!(
        codes(&good, &[failing, lapsed, contested], WELL, START),
        ["claim_failing", "claim_lapsed", "claim_contested"]
    );
    assert_eq!(
        codes(&settings(START + days(61)), &[], WELL, START),
        [""; 0]
    );
    assert_eq!(
        codes(&settings(START + days(60)), &[], WELL, START),
        ["certificate_ends"]
    );
    let late = |day| HealthFacts {
        last_sso_success: Some(START + days(day)),
        last_scim_call: Some(START + days(day)),
        ..WELL
    };
    assert_eq!(
        codes(&settings(START + days(60)), &[], late(61), START + days(61)),
        ["certificates_expired"]
    );
    assert_eq!(
        codes(&good, &[], late(335), START + days(335)),
        ["token_ends"]
    );
    let lapse = HostChange::Capabilities(Capabilities::NONE);
    assert_eq!(
        codes(&good.apply_host(&lapse, START).settings, &[], WELL, START),
        ["plan_lapsed"]
    );
}

#[test]
fn audit_events_have_stable_codes() {
    let change = claim::ClaimChange {
        from: None,
        to: claim::StateName::Verified,
    };
    assert_eq!(
        AuditSubject::Claim {
            domain: domain("acme.com"),
            change
        }
        .code(),
        "claim.verified"
    );
    assert_eq!(
        AuditSubject::Setting("require_sso").code(),
        "settings.require_sso"
    );
    let create = Create {
        user_name: UserName::At(DomainStanding::Unclaimed),
        primary_email: PrimaryEmail::Fits,
        occupant: Occupant::Nobody,
        seats: Seats::Free,
        active: Wanted::Active,
    };
    let org = OrgStanding {
        scim_plan: PlanStanding::Covered,
        ..org_on()
    };
    let facts = ProvisionFacts {
        token: TokenStanding::Valid,
        org,
        operation: Operation::Create(create),
    };
    let event = decide_provision(&facts).audit(None).unwrap();
    assert_eq!(event.code(), "provision.create_domain_not_claimed");
}

#[test]
fn reasons_are_told_apart_and_explained() {
    let codes: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    let rows: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.row()).collect();
    assert_eq!(
        (codes.len(), rows.len()),
        (Reason::ALL.len(), Reason::ALL.len())
    );
    for reason in Reason::ALL {
        assert!(
            reason
                .code()
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_')
        );
        assert!(reason.operator_text().ends_with('.'));
    }
}

/// Every reason decides somewhere: each has a line in a table.
#[test]
fn every_reason_has_a_row_in_the_tables() {
    let names = [
        "login", "sso", "gate", "create", "off", "on", "address", "profile", "delete",
    ];
    let rows: BTreeSet<String> = names
        .iter()
        .flat_map(|name| crate::table::Table::load(name).rows)
        .map(|row| row.row)
        .collect();
    let without: Vec<&str> = Reason::ALL
        .iter()
        .map(|reason| reason.row())
        .filter(|row| !rows.contains(*row))
        .collect();
    assert_eq!(without, ["U9"], "U9 is what is left when no row speaks");
}
