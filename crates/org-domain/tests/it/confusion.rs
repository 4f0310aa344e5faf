//! Tenant confusion: three organisations, three identity providers, twelve mix-ups, no acceptance.

use org_domain::claim::*;
use org_domain::policy::*;
use org_domain::proof::*;
use org_domain::*;

use crate::fixture::*;

const ORGS: [&str; 3] = ["o1", "o2", "o3"];
const DOMAINS: [&str; 3] = ["one.com", "two.com", "three.com"];

/// What an attacker (or a slip) mixes up. `Nothing` is the accepted twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MixUp {
    Nothing,
    UrlOfAnother,
    RelayStateOfAnother,
    IssuerOfAnother,
    CertificateOfAnother,
    RequestOfAnother,
    GenerationBefore,
    AddressOfAnother,
    AddressUnclaimed,
    AddressBelow,
    AddressInQuotes,
    TwoAddresses,
    PersonOfAnother,
}

const MIX_UPS: [MixUp; 12] = [
    MixUp::UrlOfAnother,
    MixUp::RelayStateOfAnother,
    MixUp::IssuerOfAnother,
    MixUp::CertificateOfAnother,
    MixUp::RequestOfAnother,
    MixUp::GenerationBefore,
    MixUp::AddressOfAnother,
    MixUp::AddressUnclaimed,
    MixUp::AddressBelow,
    MixUp::AddressInQuotes,
    MixUp::TwoAddresses,
    MixUp::PersonOfAnother,
];

/// What arrives: each part names the organisation that it belongs to.
struct Arrival {
    url: usize,
    relay_state: usize,
    issuer: usize,
    certificate: usize,
    request: usize,
    generation: u32,
    addresses: Vec<String>,
    /// The organisation whose active member has the asserted address.
    member_of: usize,
}

const GENERATION: u32 = 7;

fn arrival(target: usize, other: usize, mix_up: MixUp) -> Arrival {
    let mut arrival = Arrival {
        url: target,
        relay_state: target,
        issuer: target,
        certificate: target,
        request: target,
        generation: GENERATION,
        addresses: vec![format!("ada@{}", DOMAINS[target])],
        member_of: target,
    };
    match mix_up {
        MixUp::Nothing => {}
        MixUp::UrlOfAnother => arrival.url = other,
        MixUp::RelayStateOfAnother => arrival.relay_state = other,
        MixUp::IssuerOfAnother => arrival.issuer = other,
        MixUp::CertificateOfAnother => arrival.certificate = other,
        MixUp::RequestOfAnother => arrival.request = other,
        MixUp::GenerationBefore => arrival.generation = GENERATION - 1,
        MixUp::AddressOfAnother => arrival.addresses = vec![format!("ada@{}", DOMAINS[other])],
        MixUp::AddressUnclaimed => arrival.addresses = vec!["ada@nobody.com".into()],
        MixUp::AddressBelow => arrival.addresses = vec![format!("ada@mail.{}", DOMAINS[target])],
        MixUp::AddressInQuotes => {
            arrival.addresses = vec![format!("\"ada@{}\"@{}", DOMAINS[target], DOMAINS[other])];
        }
        MixUp::TwoAddresses => arrival.addresses.push(format!("ada@{}", DOMAINS[other])),
        MixUp::PersonOfAnother => arrival.member_of = other,
    }
    arrival
}

/// The glue that a host writes: facts from what arrived.
fn facts(target: usize, arrived: &Arrival, claims: &[Claim]) -> LoginFacts {
    let parts = [
        arrived.url,
        arrived.relay_state,
        arrived.issuer,
        arrived.certificate,
        arrived.request,
    ];
    let binding = if parts.iter().any(|part| *part != target) {
        Binding::OtherOrganization
    } else if arrived.generation != GENERATION {
        Binding::StaleConfiguration
    } else {
        Binding::Current
    };
    let read = read_asserted_email(arrived.addresses.iter().map(String::as_str));
    let holders = || claims.iter().map(|claim| (claim, Switch::On));
    let domain = read.as_ref().map_or(DomainStanding::Unclaimed, |email| {
        domain_standing(&org(ORGS[target]), email.domain(), holders(), START)
    });
    let person = if arrived.member_of == target {
        Person::Member {
            role: Role::Member,
            state: MemberState::Active,
            credential: Credential::SetByPerson,
            exemption: Exemption::None,
        }
    } else {
        Person::Outsider(Past::None)
    };
    let sso = SsoFacts {
        side: Side::ServiceProvider,
        binding,
        email: if read.is_ok() {
            AssertedEmail::Usable
        } else {
            AssertedEmail::Unusable
        },
        link: Link::None,
        session: OwnSession::None,
    };
    let org = OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        require_sso: Switch::On,
        idp_managed: Switch::On,
        join: JoinPolicy::InviteOnly,
        ..OrgStanding::CLOSED
    };
    LoginFacts {
        method: Method::Sso(sso),
        org,
        domain,
        person,
        history: AddressHistory::Steady,
    }
}

#[test]
fn no_mix_up_of_three_organisations_and_three_providers_is_accepted() {
    let claims: Vec<Claim> = ORGS
        .iter()
        .zip(DOMAINS)
        .map(|(org, domain)| {
            check(
                &pending(org, domain),
                Verdict::Proven,
                Elsewhere::Nobody,
                START,
            )
            .claim
        })
        .collect();
    let (mut refused, mut accepted) = (0, 0);
    for target in 0..3 {
        for provider in 0..3 {
            for mix_up in MIX_UPS {
                let other = if provider == target {
                    (target + 1) % 3
                } else {
                    provider
                };
                let decision =
                    decide_login(&facts(target, &arrival(target, other, mix_up), &claims));
                assert!(
                    !decision.enters(),
                    "{target} {provider} {mix_up:?}: {decision:?}"
                );
                refused += 1;
            }
        }
        let decision = decide_login(&facts(
            target,
            &arrival(target, target, MixUp::Nothing),
            &claims,
        ));
        assert!(decision.enters(), "the accepted twin: {decision:?}");
        accepted += 1;
    }
    assert_eq!((refused, accepted), (108, 3));
}
