//! Tables L and S against `decide_login`, over the whole input space.

use org_domain::decision::{Entry, LoginEffect, Outcome};
use org_domain::policy::*;
use org_domain::{Decision, Role, decide_login};

use crate::space::*;
use crate::table::Table;

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Refuse => "refuse",
        Outcome::GoToSso => "go_to_sso",
        Outcome::Enter(Entry::Member) => "enter_member",
        Outcome::Enter(Entry::Fallback) => "enter_fallback",
        Outcome::Enter(Entry::Guest) => "enter_guest",
        Outcome::Enter(Entry::Invited(_)) => "enter_invited",
        Outcome::Enter(Entry::Joined) => "enter_joined",
    }
}

fn assert_same(table: &Table, words: &[&str], decision: Decision) {
    let row = table.decide(words);
    assert_eq!(decision.reason.row(), row.row, "{words:?}");
    assert_eq!(outcome_word(decision.outcome), row.outcome, "{words:?}");
    let count = decision.effects.iter().count();
    let named = row.effects.iter().all(|word| {
        decision
            .effects
            .iter()
            .any(|effect| effect.as_str() == word)
    });
    assert!(
        named && count == row.effects.len(),
        "{words:?}: {:?}",
        decision.effects
    );
}

/// What no table may ever say, whatever its rows are.
fn assert_safe(facts: &LoginFacts, decision: Decision) {
    if facts.person.is_suspended() || facts.org.suspended.is_on() {
        assert_eq!(
            decision.outcome,
            Outcome::Refuse,
            "a suspended member or organisation: {facts:?}"
        );
    }
    if !decision.enters() {
        let writes = [
            LoginEffect::CreateAccount,
            LoginEffect::AddMember,
            LoginEffect::AcceptInvitation,
            LoginEffect::LinkIdentity,
        ];
        assert!(
            writes
                .iter()
                .all(|write| !decision.effects.contains(*write)),
            "{facts:?}: {decision:?}"
        );
    }
    if let Outcome::Enter(entry) = decision.outcome {
        match (entry, facts.person) {
            (Entry::Invited(role), Person::Invited { role: invited, .. }) => {
                assert_eq!(role, invited)
            }
            (Entry::Joined, Person::Stranger | Person::Outsider(Past::None)) => {}
            (
                Entry::Member | Entry::Fallback | Entry::Guest,
                Person::Member {
                    state: MemberState::Active,
                    ..
                },
            ) => {}
            other => panic!("{other:?} entered: {facts:?}"),
        }
        if let Method::Sso(assertion) = facts.method {
            assert_safe_assertion(facts, assertion, decision);
        } else if facts.org.require_sso.is_on() {
            let allowed = matches!(entry, Entry::Fallback | Entry::Guest)
                || matches!(facts.method, Method::Refresh(SessionOrigin::Sso));
            assert!(allowed, "a way around required single sign-on: {facts:?}");
        }
    }
}

fn assert_safe_assertion(facts: &LoginFacts, assertion: SsoFacts, decision: Decision) {
    assert!(
        facts.domain.is_here(),
        "an assertion about a foreign domain: {facts:?}"
    );
    assert_eq!(
        assertion.binding,
        Binding::Current,
        "a foreign assertion: {facts:?}"
    );
    assert_eq!(
        facts.history,
        AddressHistory::Steady,
        "a frozen account: {facts:?}"
    );
    if decision.effects.contains(LoginEffect::LinkIdentity) {
        assert_eq!(
            facts.domain,
            DomainStanding::Here,
            "a link on an old proof: {facts:?}"
        );
        let may_link = assertion.side == Side::ServiceProvider || facts.person == Person::Stranger;
        assert!(
            may_link,
            "a link to an account from the other side: {facts:?}"
        );
    }
}

#[test]
fn table_l_decides_every_first_party_login() {
    let table = Table::load("login");
    let (methods, persons) = (first_party_methods(), persons());
    let mut inputs = 0_u32;
    for org in org_standings(true) {
        for (domain, history) in product2(DomainStanding::ALL, AddressHistory::ALL) {
            for (method, person) in product2(&methods, &persons) {
                let facts = LoginFacts {
                    method,
                    org,
                    domain,
                    person,
                    history,
                };
                let decision = decide_login(&facts);
                let [who, role, account, credential, exempt, address] = person_words(person);
                let words = [
                    org_word(&org),
                    method_word(method),
                    org.require_sso.as_str(),
                    org.sso.as_str(),
                    org.sso_plan.as_str(),
                    org.idp_managed.as_str(),
                    org.fallback.as_str(),
                    domain.as_str(),
                    who,
                    role,
                    account,
                    credential,
                    exempt,
                    address,
                    history.as_str(),
                ];
                assert_same(&table, &words, decision);
                assert_safe(&facts, decision);
                inputs += 1;
            }
        }
    }
    table.assert_every_row_reached();
    assert_eq!(
        inputs, 1_434_240,
        "the space changed: look at the table again"
    );
}

#[test]
fn table_s_decides_every_assertion() {
    let table = Table::load("sso");
    let (assertions, orgs) = (assertions(), org_standings(false));
    let plain = |person: &Person| {
        !matches!(
            person,
            Person::Member {
                credential: Credential::None,
                ..
            } | Person::Member {
                exemption: Exemption::Named,
                ..
            }
        )
    };
    let persons: Vec<Person> = persons().into_iter().filter(plain).collect();
    for (org, person) in product2(&orgs, &persons) {
        let [who, role, account, _, _, address] = person_words(person);
        for (domain, history) in product2(DomainStanding::ALL, AddressHistory::ALL) {
            for sso in &assertions {
                let facts = LoginFacts {
                    method: Method::Sso(*sso),
                    org,
                    domain,
                    person,
                    history,
                };
                let decision = decide_login(&facts);
                let words = [
                    org_word(&org),
                    org.sso.as_str(),
                    org.sso_plan.as_str(),
                    org.idp_managed.as_str(),
                    org.join.as_str(),
                    org.idp_initiated.as_str(),
                    domain.as_str(),
                    who,
                    role,
                    account,
                    address,
                    history.as_str(),
                    sso.side.as_str(),
                    sso.binding.as_str(),
                    sso.email.as_str(),
                    sso.link.as_str(),
                    sso.session.as_str(),
                ];
                assert_same(&table, &words, decision);
                assert_safe(&facts, decision);
            }
        }
    }
    table.assert_every_row_reached();
}

/// The facts that table S leaves out change nothing.
#[test]
fn assertions_do_not_look_at_credentials_exemptions_or_the_fallback() {
    let org = OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        ..OrgStanding::CLOSED
    };
    for (sso, role) in product2(&assertions(), &Role::ALL) {
        let mut seen = Vec::new();
        for (credential, exemption, fallback) in
            product3(Credential::ALL, Exemption::ALL, Fallback::ALL)
        {
            for require_sso in Switch::ALL.iter().copied() {
                let person = Person::Member {
                    role,
                    state: MemberState::Active,
                    credential,
                    exemption,
                };
                let org = OrgStanding {
                    fallback,
                    require_sso,
                    ..org
                };
                let facts = LoginFacts {
                    method: Method::Sso(sso),
                    org,
                    domain: DomainStanding::Here,
                    person,
                    history: AddressHistory::Steady,
                };
                seen.push(decide_login(&facts));
            }
        }
        assert!(
            seen.windows(2).all(|pair| pair[0] == pair[1]),
            "{sso:?} {role:?}"
        );
    }
}
