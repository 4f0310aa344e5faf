#![doc = include_str!("../README.md")]

mod claims;
mod database;
pub mod directory;
mod error;
mod ids;
mod instant;
mod login;
mod migrate;
mod parsed;
mod pepper;
mod retention;
mod saml;
mod scim;
mod sql;
mod transaction;
mod writing;

pub use database::{Database, Durability, OpenOptions, Standing};
pub use error::{Cause, Constraint, Rule, StoreError};
pub use ids::{AuditId, Generate, InvitationId, MemberId, Secret, SignInId};
pub use login::{Begun, Entry, LoginError, LoginUnit};
#[doc(no_inline)]
pub use org_domain::{AccountId, Email, OrgId, Role};
pub use parsed::Readable;
pub use pepper::Pepper;
pub use retention::{Cleaned, Retention};
pub use scim::{
    AccessChange, AccountFate, Admission, AdmittedAccount, MemberChange, MemberPlan, TokenInfo,
};
pub use sql::Engine;
pub use transaction::Transaction;
