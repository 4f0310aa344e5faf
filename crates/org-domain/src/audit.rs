//! Audit events: one type for everything that an organisation's trail has to show.

use time::OffsetDateTime;

use crate::claim::ClaimChange;
use crate::decision::{Decision, LoginEffect, ProvisionDecision, ProvisionEffect, Reason};
use crate::domain::Domain;
use crate::ident::{AccountId, OrgId};

/// One line of an organisation's audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub at: OffsetDateTime,
    /// In which organisation.
    pub org: OrgId,
    /// Who did it.
    pub by: AuditActor,
    /// What.
    pub what: AuditSubject,
}

/// Whose hand it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditActor {
    /// A person of the organisation (or one who tried to enter it).
    Account(AccountId),
    /// Somebody without an account.
    Stranger,
    /// The identity provider, by provisioning.
    Provisioning,
    /// The service's operator.
    Operator(String),
    /// The service itself: a schedule, or the DNS.
    Service,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditSubject {
    /// A claim changed its state.
    Claim {
        /// To which domain.
        domain: Domain,
        /// From where to where.
        change: ClaimChange,
    },
    /// A setting changed; the name of the change.
    Setting(&'static str),
    /// A login that the tables mark as worth a line.
    Login(Reason),
    /// A provisioning operation that the tables mark as worth a line.
    Provision {
        /// About whom, where that is known.
        about: Option<AccountId>,
        /// Which row decided.
        reason: Reason,
    },
}

impl AuditSubject {
    /// The stable code of the event, `subject.verb`-like.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Claim { change, .. } => format!("claim.{}", change.to.as_str()),
            Self::Setting(name) => format!("settings.{name}"),
            Self::Login(reason) => format!("login.{}", reason.code()),
            Self::Provision { reason, .. } => format!("provision.{}", reason.code()),
        }
    }
}

impl Decision {
    /// The audit event of a login, where the tables ask for one.
    ///
    /// ```
    /// # use org_domain::{audit::*, policy::*, *};
    /// # let facts = LoginFacts { method: Method::MagicLink, org: OrgStanding::CLOSED,
    /// #     domain: DomainStanding::Here, history: AddressHistory::Steady,
    /// #     person: Person::Member { role: Role::Member, state: MemberState::Active,
    /// #         credential: Credential::SetByPerson, exemption: Exemption::None } };
    /// let event = decide_login(&facts).audit().ok_or("an event")?;
    /// assert_eq!(event.code(), "login.sso_required");
    /// # Ok::<(), &'static str>(())
    /// ```
    #[must_use]
    pub fn audit(&self) -> Option<AuditSubject> {
        self.effects
            .contains(LoginEffect::Audit)
            .then_some(AuditSubject::Login(self.reason))
    }
}

impl ProvisionDecision {
    /// The audit event of a provisioning operation, where the tables ask for one.
    #[must_use]
    pub fn audit(&self, about: Option<AccountId>) -> Option<AuditSubject> {
        let reason = self.reason;
        self.effects
            .contains(ProvisionEffect::Audit)
            .then_some(AuditSubject::Provision { about, reason })
    }
}
