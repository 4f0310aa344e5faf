//! Decisions allocate nothing.

use org_domain::policy::*;
use org_domain::*;

use crate::space::*;

#[test]
fn decisions_allocate_nothing() {
    let org = OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        scim_plan: PlanStanding::Covered,
        ..OrgStanding::CLOSED
    };
    let methods: Vec<Method> = first_party_methods()
        .into_iter()
        .chain(assertions().into_iter().map(Method::Sso))
        .collect();
    let logins = product2(&methods, &persons());
    let update = Update {
        active: ActiveChange::On,
        address: AddressChange::ToHeld,
        names: Changed::Yes,
        forbidden: Changed::Yes,
        seats: Seats::Free,
    };
    let member = TargetMember {
        role: Role::Owner,
        state: MemberState::SuspendedByScim,
        link: ScimLink::Linked,
        domain: DomainStanding::Here,
        last_owner: LastOwner::No,
        account: AccountTies::None,
    };
    let provision = ProvisionFacts {
        token: TokenStanding::Valid,
        org,
        operation: Operation::Update(Target::Member(member), update),
    };
    let (mut entered, mut succeeded) = (0, 0);
    let used = allocation_counter::measure(|| {
        for (method, person) in &logins {
            let facts = LoginFacts {
                method: *method,
                org,
                domain: DomainStanding::Here,
                person: *person,
                history: AddressHistory::Steady,
            };
            entered += usize::from(decide_login(&facts).enters());
        }
        succeeded += usize::from(decide_provision(&provision).succeeds());
    });
    assert!(
        entered > 100 && entered < logins.len(),
        "{entered} of {}",
        logins.len()
    );
    assert_eq!(succeeded, 0, "an Owner's address");
    assert_eq!(used.count_total, 0, "{used:?}");
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(vec![0_u8; 10])));
    assert_eq!(counted.count_total, 1, "the counter counts");
}
