//! Outcomes, reasons and consequences of a decision, and the texts that go with them.

mod effects;
mod reason;
mod texts;

pub use effects::{LoginEffect, LoginEffects, ProvisionEffect, ProvisionEffects};
pub use reason::Reason;
pub use texts::PUBLIC_LOGIN_TEXT;

use crate::role::Role;

/// What `decide_login` answers. Copying it is free; nothing in it is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a login must not go on without the outcome"]
pub struct Decision {
    /// What to do.
    pub outcome: Outcome,
    /// The row of the tables that decided; carries code and texts.
    pub reason: Reason,
    /// What has to be carried out before the session begins (or, for refusals, noted).
    pub effects: LoginEffects,
}

/// What to do with a person at the door of one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Begin a session in this organisation.
    Enter(Entry),
    /// Send the person to the organisation's single sign-on, started by the service; write nothing.
    GoToSso,
    /// No entry to this organisation. Other organisations are not concerned.
    Refuse,
}

/// How a person enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// As the member they are.
    Member,
    /// As the Owner or Admin they are, by the fallback while single sign-on is required.
    Fallback,
    /// As a named guest, after a second factor of the service's own.
    Guest,
    /// By accepting an invitation, with the role it names.
    Invited(Role),
    /// As a new member, with the role Member.
    Joined,
}

impl Decision {
    /// Whether a session begins.
    #[must_use]
    pub const fn enters(&self) -> bool {
        matches!(self.outcome, Outcome::Enter(_))
    }

    /// The only sentence that the person may be shown for a refusal: the same for every reason,
    /// so that it tells nothing about accounts, domains or members.
    #[must_use]
    pub const fn public_text(&self) -> &'static str {
        PUBLIC_LOGIN_TEXT
    }
}

/// What `decide_provision` answers. Copying it is free; nothing in it is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a change must not be stored without the outcome"]
pub struct ProvisionDecision {
    /// Go on, or the answer to give.
    pub outcome: ProvisionOutcome,
    /// The row of the tables that decided; for an accepted update the first one.
    pub reason: Reason,
    /// What has to be carried out in the transaction that stores the change.
    pub effects: ProvisionEffects,
}

/// What to do with a provisioning operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProvisionOutcome {
    /// Do it. The effects say what it does to people.
    Proceed,
    /// It is already so: answer with success and change nothing.
    Unchanged,
    /// Refuse with this status and SCIM error type.
    Refuse(Refused),
}

/// A refusal in the words of SCIM (RFC 7644 section 3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The `scimType`, where the RFC has one.
    pub scim_type: Option<&'static str>,
}

impl ProvisionDecision {
    /// Whether the operation succeeds.
    #[must_use]
    pub const fn succeeds(&self) -> bool {
        !matches!(self.outcome, ProvisionOutcome::Refuse(_))
    }
}
