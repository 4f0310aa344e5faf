//! What a row of a login table is made of.

use crate::decision::{Decision, Entry, LoginEffect, LoginEffects, Outcome, Reason};
use crate::policy::login_facts::{Account, LoginFacts, Person};
use crate::role::Role;

/// One line of a table: when the condition holds, the answer is given.
pub(super) struct Row<F: 'static> {
    answer: Answer,
    applies: fn(&F) -> bool,
}

/// What a row says.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    reason: Reason,
    then: Then,
    effects: LoginEffects,
}

/// What happens to the person.
#[derive(Clone, Copy)]
pub(super) enum Then {
    /// No entry.
    Refuse,
    /// On to single sign-on, started by the service.
    GoToSso,
    /// Entry.
    Enter(Entry),
    /// Entry with the role that the invitation names.
    AcceptInvitation,
}

/// The answer if no row applied. No input reaches it; a door without a rule stays shut.
pub(super) const CLOSED: Answer = Answer {
    reason: Reason::NotAMember,
    then: Then::Refuse,
    effects: LoginEffects::NONE,
};

/// Makes a row.
pub(super) const fn row<F>(
    reason: Reason,
    applies: fn(&F) -> bool,
    then: Then,
    effects: &[LoginEffect],
) -> Row<F> {
    Row {
        answer: Answer {
            reason,
            then,
            effects: LoginEffects::of(effects),
        },
        applies,
    }
}

/// The answer of the first row whose condition holds.
pub(super) fn first<F>(rows: &[Row<F>], facts: &F) -> Option<Answer> {
    rows.iter()
        .find(|row| (row.applies)(facts))
        .map(|row| row.answer)
}

impl Answer {
    /// The decision about one person; only an invitation adds something of the person's own.
    pub(super) fn decision(self, facts: &LoginFacts) -> Decision {
        let (outcome, more) = match self.then {
            Then::Refuse => (Outcome::Refuse, LoginEffects::NONE),
            Then::GoToSso => (Outcome::GoToSso, LoginEffects::NONE),
            Then::Enter(entry) => (Outcome::Enter(entry), LoginEffects::NONE),
            Then::AcceptInvitation => invitation(facts.person),
        };
        Decision {
            outcome,
            reason: self.reason,
            effects: self.effects.and(more),
        }
    }
}

/// The role comes from the invitation; an account is made where there is none.
fn invitation(person: Person) -> (Outcome, LoginEffects) {
    const ACCEPT: LoginEffects = LoginEffects::of(&[LoginEffect::AcceptInvitation]);
    const CREATE: LoginEffects = LoginEffects::of(&[LoginEffect::CreateAccount]);
    match person {
        Person::Invited {
            account: Account::None,
            role,
            ..
        } => (Outcome::Enter(Entry::Invited(role)), ACCEPT.and(CREATE)),
        Person::Invited { role, .. } => (Outcome::Enter(Entry::Invited(role)), ACCEPT),
        _ => (Outcome::Enter(Entry::Invited(Role::Member)), ACCEPT),
    }
}
