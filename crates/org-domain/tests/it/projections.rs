//! What a table has no column for changes nothing: over the whole space of facts, each decision is
//! the same when everything that its table leaves out is put to one fixed value. Together with the
//! enumerations in `login_table` and `provision_table` this makes the tables total over all facts.

use org_domain::policy::*;
use org_domain::{decide_login, decide_provision};
use proptest::prelude::*;
use proptest::sample::select;

use crate::provision_table::{creates, members, updates};
use crate::space::*;

fn orgs() -> impl Strategy<Value = OrgStanding> {
    let switch = || select(Switch::ALL);
    let plans = (select(PlanStanding::ALL), select(PlanStanding::ALL));
    let policies = (
        select(JoinPolicy::ALL),
        select(IdpInitiated::ALL),
        select(Fallback::ALL),
        select(Deletion::ALL),
    );
    let switches = (switch(), switch(), switch(), switch(), switch());
    (plans, policies, switches).prop_map(
        |(
            (sso_plan, scim_plan),
            (join, idp_initiated, fallback, deletion),
            (sso, require_sso, idp_managed, scim_admin_addresses, suspended),
        )| OrgStanding {
            sso,
            sso_plan,
            require_sso,
            idp_managed,
            join,
            idp_initiated,
            fallback,
            scim_plan,
            scim_admin_addresses,
            deletion,
            suspended,
        },
    )
}

fn logins() -> impl Strategy<Value = LoginFacts> {
    let methods: Vec<Method> = first_party_methods()
        .into_iter()
        .chain(assertions().into_iter().map(Method::Sso))
        .collect();
    // As many of either kind, although there are many more assertions.
    let first = methods
        .iter()
        .copied()
        .filter(|method| !matches!(method, Method::Sso(_)))
        .collect::<Vec<_>>();
    let method = prop_oneof![select(first), select(methods)];
    let who = (
        select(persons()),
        select(DomainStanding::ALL),
        select(AddressHistory::ALL),
    );
    (method, orgs(), who).prop_map(|(method, org, (person, domain, history))| LoginFacts {
        method,
        org,
        domain,
        person,
        history,
    })
}

/// The facts of a login with everything that its table leaves out put to one value.
fn login_as_tabled(facts: LoginFacts) -> LoginFacts {
    let closed = OrgStanding::CLOSED;
    let mut org = OrgStanding {
        scim_plan: closed.scim_plan,
        scim_admin_addresses: closed.scim_admin_addresses,
        deletion: closed.deletion,
        ..facts.org
    };
    let mut person = facts.person;
    if matches!(facts.method, Method::Sso(_)) {
        (org.require_sso, org.fallback) = (closed.require_sso, closed.fallback);
        if let Person::Member {
            credential,
            exemption,
            ..
        } = &mut person
        {
            (*credential, *exemption) = (Credential::SetByPerson, Exemption::None);
        }
    } else {
        (org.join, org.idp_initiated) = (closed.join, closed.idp_initiated);
    }
    LoginFacts {
        org,
        person,
        ..facts
    }
}

fn provisions() -> impl Strategy<Value = ProvisionFacts> {
    let target = || {
        let members = select(members()).prop_map(Target::Member);
        prop_oneof![1 => Just(Target::Unknown), 9 => members]
    };
    let operation = prop_oneof![
        1 => Just(Operation::List),
        1 => target().prop_map(Operation::Read),
        5 => select(creates()).prop_map(Operation::Create),
        9 => (target(), select(updates())).prop_map(|(target, update)| Operation::Update(target, update)),
        3 => target().prop_map(Operation::Delete),
    ];
    (select(TokenStanding::ALL), orgs(), operation).prop_map(|(token, org, operation)| {
        ProvisionFacts {
            token,
            org,
            operation,
        }
    })
}

/// The facts of a request with everything that its tables leave out put to one value.
fn provision_as_tabled(facts: ProvisionFacts) -> ProvisionFacts {
    let closed = OrgStanding::CLOSED;
    let mut org = OrgStanding {
        require_sso: closed.require_sso,
        idp_managed: closed.idp_managed,
        join: closed.join,
        idp_initiated: closed.idp_initiated,
        fallback: closed.fallback,
        ..facts.org
    };
    if !matches!(facts.operation, Operation::Delete(_)) {
        org.deletion = closed.deletion;
    }
    if !matches!(facts.operation, Operation::Update(..)) {
        org.scim_admin_addresses = closed.scim_admin_addresses;
    }
    ProvisionFacts { org, ..facts }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn logins_are_decided_by_what_their_table_names(facts in logins()) {
        prop_assert_eq!(decide_login(&facts), decide_login(&login_as_tabled(facts)));
    }

    #[test]
    fn requests_are_decided_by_what_their_tables_name(facts in provisions()) {
        prop_assert_eq!(decide_provision(&facts), decide_provision(&provision_as_tabled(facts)));
    }
}
