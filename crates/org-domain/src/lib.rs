#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod claimable;
mod domain;
mod email;
mod ident;
mod permit;
mod role;
mod suffix;

pub mod audit;
pub mod claim;
#[cfg(feature = "confusables")]
pub mod confusable;
pub mod decision;
#[cfg(feature = "hickory")]
pub mod dns_hickory;
pub mod dry_run;
pub mod free_mail;
pub mod health;
pub mod issues;
pub mod policy;
pub mod proof;
pub mod settings;
pub mod settle;
pub mod store;
pub mod tables;

pub use claim::{Claim, ClaimEvent, Effect, Transition};
pub use claimable::{ClaimRules, ClaimableDomain, Unclaimable};
pub use decision::{Decision, Entry, Outcome, ProvisionDecision, ProvisionOutcome, Reason};
pub use domain::{Domain, DomainError};
pub use email::{Email, EmailError};
pub use ident::{AccountId, IdentifierError, MAX_IDENTIFIER_BYTES, OrgId, TokenId, Version};
pub use permit::{ClaimAction, Permit};
pub use policy::{
    LoginFacts, ProvisionFacts, decide_login, decide_provision, domain_standing, permit_claim,
};
pub use proof::TxtAnswer;
pub use role::{Actor, Role, UnknownRole};
pub use settings::{Settings, SettingsChange, decide_settings};
pub use store::{ClaimStore, MemoryClaimStore};
