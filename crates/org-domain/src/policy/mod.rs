//! What may happen: pure decisions about logins, provisioning, claims and roles.

mod asserted;
mod claims;
mod conditions;
mod domains;
mod facts;
mod login;
mod login_facts;
mod provision;
mod provision_facts;
mod roles;
mod rows;
mod sso_conditions;

pub use asserted::{AssertedEmailProblem, read_asserted_email};
pub use claims::{
    ClaimCircumstances, LastDomain, MANUAL_CHECK_SPACING, MANUAL_CHECKS_PER_HOUR, PermitRefusal,
    STEP_UP_AGE, permit_claim,
};
pub use domains::domain_standing;
pub use facts::{
    Deletion, DomainStanding, Fallback, IdpInitiated, JoinPolicy, OrgStanding, PlanStanding, Switch,
};
pub use login::decide_login;
pub use login_facts::{
    Account, AddressHistory, AssertedEmail, Binding, Credential, Exemption, InvitedAddress, Link,
    LoginFacts, MemberState, Method, OwnSession, Past, Person, SecondFactor, SessionOrigin, Side,
    SsoFacts,
};
pub use provision::{decide_provision, is_visible};
pub use provision_facts::{
    AccountTies, ActiveChange, AddressChange, Changed, Create, LastOwner, Occupant, Operation,
    PrimaryEmail, ProvisionFacts, ScimLink, Seats, Target, TargetMember, TokenStanding, Update,
    UserName, Wanted,
};
pub use roles::{RoleChange, RoleRefusal, decide_role_change};
