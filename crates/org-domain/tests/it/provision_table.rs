//! Tables P, C, U, D, X and A against `decide_provision`, over the whole input space.

use std::collections::BTreeSet;

use org_domain::decision::{ProvisionEffect, ProvisionOutcome};
use org_domain::policy::*;
use org_domain::{ProvisionDecision, Role, decide_provision};

use crate::space::*;
use crate::table::{Row, Table};

fn outcome_word(outcome: ProvisionOutcome) -> String {
    match outcome {
        ProvisionOutcome::Proceed => "proceed".to_owned(),
        ProvisionOutcome::Unchanged => "unchanged".to_owned(),
        ProvisionOutcome::Refuse(refused) => match refused.scim_type {
            Some(kind) => format!("{} {kind}", refused.status),
            None => refused.status.to_string(),
        },
    }
}

/// What the tables together say about one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    row: String,
    outcome: String,
    effects: BTreeSet<String>,
}

impl Said {
    fn from_row(row: &Row) -> Self {
        Self {
            row: row.row.clone(),
            outcome: row.outcome.clone(),
            effects: row.effects.iter().cloned().collect(),
        }
    }

    fn refuses(&self) -> bool {
        self.outcome.starts_with('4')
    }

    /// One request, several changes: the first refusal, else everything together.
    fn and(self, other: Self) -> Self {
        if self.refuses() || other.outcome == "none" {
            return self;
        }
        if other.refuses() || self.outcome == "none" {
            return other;
        }
        let effects = self.effects.union(&other.effects).cloned().collect();
        if self.outcome == "proceed" || other.outcome == "unchanged" {
            Self { effects, ..self }
        } else {
            Self { effects, ..other }
        }
    }
}

fn assert_same(said: &Said, decision: ProvisionDecision, about: &dyn std::fmt::Debug) {
    let effects: BTreeSet<String> = decision
        .effects
        .iter()
        .map(|effect| effect.as_str().to_owned())
        .collect();
    let decided = Said {
        row: decision.reason.row().to_owned(),
        outcome: outcome_word(decision.outcome),
        effects,
    };
    assert_eq!(*said, decided, "{about:?}");
}

struct Tables {
    gate: Table,
    create: Table,
    off: Table,
    on: Table,
    address: Table,
    profile: Table,
    delete: Table,
}

impl Tables {
    fn load() -> Self {
        let [gate, create, off, on, address, profile, delete] = [
            "gate", "create", "off", "on", "address", "profile", "delete",
        ]
        .map(Table::load);
        Self {
            gate,
            create,
            off,
            on,
            address,
            profile,
            delete,
        }
    }

    fn say(&self, facts: &ProvisionFacts) -> Said {
        let gate = Said::from_row(self.gate.decide(&gate_words(facts)));
        if gate.outcome != "next" {
            return gate;
        }
        match facts.operation {
            Operation::Create(create) => self.create(create),
            Operation::Update(Target::Member(member), update) => {
                self.update(&facts.org, member, update)
            }
            Operation::Delete(Target::Member(member)) => self.delete(&facts.org, member),
            other => panic!("the gate lets {other:?} through"),
        }
    }

    fn create(&self, create: Create) -> Said {
        let name = if create.user_name == UserName::NotAnEmail {
            "not_an_email"
        } else {
            "an_email"
        };
        Said::from_row(self.create.decide(&[
            name,
            create.user_name.domain().as_str(),
            create.primary_email.as_str(),
            create.occupant.as_str(),
            create.seats.as_str(),
            create.active.as_str(),
        ]))
    }

    fn update(&self, org: &OrgStanding, member: TargetMember, update: Update) -> Said {
        let address = Said::from_row(self.address.decide(&[
            update.address.as_str(),
            member.domain.as_str(),
            member.link.as_str(),
            member.role.as_str(),
            org.scim_admin_addresses.as_str(),
        ]));
        let profile = Said::from_row(self.profile.decide(&[
            member.domain.as_str(),
            member.link.as_str(),
            update.names.as_str(),
            update.forbidden.as_str(),
        ]));
        let nothing = Said {
            row: "U9".into(),
            outcome: "unchanged".into(),
            effects: BTreeSet::new(),
        };
        let others = address.and(profile);
        match update.active {
            ActiveChange::Off => self.off(org, member, others),
            ActiveChange::On => Said::from_row(self.on.decide(&[
                member.state.as_str(),
                member.domain.as_str(),
                update.seats.as_str(),
                member.role.as_str(),
            ]))
            .and(others),
            ActiveChange::Unchanged if others.outcome == "none" => nothing,
            ActiveChange::Unchanged => others,
        }
    }

    fn off(&self, org: &OrgStanding, member: TargetMember, others: Said) -> Said {
        let off = Said::from_row(self.off.decide(&[
            member.state.as_str(),
            member.last_owner.as_str(),
            if is_open(org) { "no" } else { "yes" },
            member.domain.as_str(),
            if others.refuses() { "refused" } else { "fit" },
        ]));
        let alone = off.effects.contains("drop_other_changes");
        match off.outcome.as_str() {
            "others" => others,
            _ if alone => off,
            _ => off.and(others),
        }
    }

    fn delete(&self, org: &OrgStanding, member: TargetMember) -> Said {
        Said::from_row(self.delete.decide(&[
            member.last_owner.as_str(),
            org.deletion.as_str(),
            member.account.as_str(),
            member.link.as_str(),
            member.domain.as_str(),
        ]))
    }

    fn assert_every_row_reached(&self) {
        for table in [
            &self.gate,
            &self.create,
            &self.off,
            &self.on,
            &self.address,
            &self.profile,
            &self.delete,
        ] {
            table.assert_every_row_reached();
        }
    }
}

fn is_open(org: &OrgStanding) -> bool {
    !org.suspended.is_on()
        && org.scim_plan == PlanStanding::Covered
        && org.sso.is_on()
        && org.sso_plan == PlanStanding::Covered
}

fn gate_words(facts: &ProvisionFacts) -> [&'static str; 9] {
    let (operation, target) = match facts.operation {
        Operation::List => ("list", None),
        Operation::Create(_) => ("create", None),
        Operation::Read(target) => ("read", Some(target)),
        Operation::Update(
            target,
            Update {
                active: ActiveChange::Off,
                ..
            },
        ) => ("off", Some(target)),
        Operation::Update(target, _) => ("update", Some(target)),
        Operation::Delete(target) => ("delete", Some(target)),
    };
    let (target, domain, link) = match target {
        None => ("-", "-", "-"),
        Some(Target::Unknown) => ("unknown", "-", "-"),
        Some(Target::Member(member)) => ("member", member.domain.as_str(), member.link.as_str()),
    };
    let org = &facts.org;
    [
        facts.token.as_str(),
        org_word(org),
        org.scim_plan.as_str(),
        org.sso.as_str(),
        org.sso_plan.as_str(),
        operation,
        target,
        domain,
        link,
    ]
}

pub(crate) fn members() -> Vec<TargetMember> {
    let mut all = Vec::new();
    for (role, state, link) in product3(&Role::ALL, MemberState::ALL, ScimLink::ALL) {
        for (domain, last_owner, account) in
            product3(DomainStanding::ALL, LastOwner::ALL, AccountTies::ALL)
        {
            let is_possible = last_owner == LastOwner::No
                || (role == Role::Owner && state == MemberState::Active);
            if is_possible {
                all.push(TargetMember {
                    role,
                    state,
                    link,
                    domain,
                    last_owner,
                    account,
                });
            }
        }
    }
    all
}

pub(crate) fn updates() -> Vec<Update> {
    let mut all = Vec::new();
    for (active, address, seats) in product3(ActiveChange::ALL, AddressChange::ALL, Seats::ALL) {
        for (names, forbidden) in product2(Changed::ALL, Changed::ALL) {
            all.push(Update {
                active,
                address,
                names,
                forbidden,
                seats,
            });
        }
    }
    all
}

pub(crate) fn creates() -> Vec<Create> {
    let mut all = Vec::new();
    let names: Vec<UserName> = std::iter::once(UserName::NotAnEmail)
        .chain(DomainStanding::ALL.iter().map(|d| UserName::At(*d)))
        .collect();
    for (user_name, primary_email, occupant) in product3(&names, PrimaryEmail::ALL, Occupant::ALL) {
        for (seats, active) in product2(Seats::ALL, Wanted::ALL) {
            all.push(Create {
                user_name,
                primary_email,
                occupant,
                seats,
                active,
            });
        }
    }
    all
}

/// Every way in which an organisation can be open or closed to provisioning.
fn gates() -> Vec<OrgStanding> {
    let mut all = Vec::new();
    for (suspended, scim_plan, sso) in product3(Switch::ALL, PlanStanding::ALL, Switch::ALL) {
        for sso_plan in PlanStanding::ALL.iter().copied() {
            all.push(OrgStanding {
                suspended,
                scim_plan,
                sso,
                sso_plan,
                ..OrgStanding::CLOSED
            });
        }
    }
    all
}

fn open() -> OrgStanding {
    OrgStanding {
        sso: Switch::On,
        sso_plan: PlanStanding::Covered,
        scim_plan: PlanStanding::Covered,
        ..OrgStanding::CLOSED
    }
}

/// What no table may ever say, whatever its rows are.
fn assert_safe(facts: &ProvisionFacts, decision: ProvisionDecision) {
    use ProvisionEffect as E;
    let has = |effect| decision.effects.contains(effect);
    if !decision.succeeds() {
        let quiet = [E::QueueIssue, E::AlarmOwners, E::Audit];
        assert!(
            decision
                .effects
                .iter()
                .all(|effect| quiet.contains(&effect)),
            "{facts:?}: {decision:?}"
        );
    }
    if facts.token == TokenStanding::Invalid {
        assert!(!decision.succeeds());
    }
    let target = match facts.operation {
        Operation::Update(Target::Member(member), _)
        | Operation::Delete(Target::Member(member)) => Some(member),
        _ => None,
    };
    if has(E::CreateAccount) || has(E::Reinstate) || has(E::ApplyAddress) {
        let domain = match facts.operation {
            Operation::Create(create) => create.user_name.domain(),
            _ => target.expect("a member").domain,
        };
        assert_eq!(
            domain,
            DomainStanding::Here,
            "a grant without authority: {facts:?}"
        );
        assert!(is_open(&facts.org), "a grant without a plan: {facts:?}");
    }
    if let Some(member) = target {
        let ends = has(E::Suspend) || has(E::RemoveMembership);
        assert!(
            !(ends && member.last_owner == LastOwner::Yes),
            "the last Owner: {facts:?}"
        );
        let lifts_admin_lock = has(E::Reinstate) && member.state != MemberState::SuspendedByScim;
        assert!(!lifts_admin_lock, "an administrator's lock: {facts:?}");
        let is_guest = !member.domain.is_here() && member.link == ScimLink::Unlinked;
        assert!(!(is_guest && decision.succeeds()), "a guest: {facts:?}");
        if has(E::Reinstate) {
            assert_eq!(
                has(E::DemoteToMember),
                member.role.administers(),
                "{facts:?}"
            );
        }
    }
}

fn check(tables: &Tables, org: OrgStanding, operation: Operation) {
    let facts = ProvisionFacts {
        token: TokenStanding::Valid,
        org,
        operation,
    };
    let decision = decide_provision(&facts);
    assert_same(&tables.say(&facts), decision, &facts);
    assert_safe(&facts, decision);
}

#[test]
fn tables_decide_every_provisioning_operation() {
    let tables = Tables::load();
    let (members, updates) = (members(), updates());
    for (create, gate) in product2(&creates(), &gates()) {
        check(&tables, gate, Operation::Create(create));
    }
    let mut targets = vec![Target::Unknown];
    targets.extend(members.iter().map(|member| Target::Member(*member)));
    for (gate, target) in product2(&gates(), &targets) {
        check(&tables, gate, Operation::List);
        check(&tables, gate, Operation::Read(target));
        for deletion in Deletion::ALL {
            check(
                &tables,
                OrgStanding {
                    deletion: *deletion,
                    ..gate
                },
                Operation::Delete(target),
            );
        }
    }
    let few = [
        open(),
        OrgStanding {
            scim_admin_addresses: Switch::On,
            ..open()
        },
        OrgStanding {
            scim_plan: PlanStanding::Lapsed,
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
    ];
    for (org, target) in product2(&few, &targets) {
        for update in &updates {
            check(&tables, org, Operation::Update(target, *update));
        }
    }
    let invalid = ProvisionFacts {
        token: TokenStanding::Invalid,
        org: open(),
        operation: Operation::List,
    };
    assert_same(&tables.say(&invalid), decide_provision(&invalid), &invalid);
    tables.assert_every_row_reached();
}

#[test]
fn every_gate_closes_every_update_but_off() {
    let tables = Tables::load();
    let some =
        [ActiveChange::Off, ActiveChange::On, ActiveChange::Unchanged].map(|active| Update {
            active,
            address: AddressChange::Unchanged,
            names: Changed::Yes,
            forbidden: Changed::No,
            seats: Seats::Free,
        });
    for (gate, member) in product2(&gates(), &members()) {
        for update in some {
            check(
                &tables,
                gate,
                Operation::Update(Target::Member(member), update),
            );
        }
    }
}

#[test]
fn an_invalid_token_gets_nothing_at_all() {
    for (org, create) in product2(&gates(), &creates()) {
        let facts = ProvisionFacts {
            token: TokenStanding::Invalid,
            org,
            operation: Operation::Create(create),
        };
        assert_eq!(decide_provision(&facts).reason.row(), "P1");
    }
}
