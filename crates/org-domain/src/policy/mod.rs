//! What may happen: pure decisions about logins, provisioning, settings, claims and roles.

mod claims;

pub use claims::{
    ClaimCircumstances, LastDomain, MANUAL_CHECK_SPACING, MANUAL_CHECKS_PER_HOUR, PermitRefusal,
    STEP_UP_AGE, permit_claim,
};
