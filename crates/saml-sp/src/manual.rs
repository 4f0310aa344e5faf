//! Long reading: what each code means, which attacks are held off, every default, how to set up
//! each identity provider, and where we stand on each rule of the standards.

/// From nothing to a login in production.
#[doc = include_str!("manual/guide.md")]
pub mod guide {}

/// Every code, with its meaning and its cure.
#[doc = include_str!("manual/codes.md")]
pub mod codes {}

/// The same in the words of each identity provider's console.
#[doc = include_str!("manual/fields.md")]
pub mod fields {}

/// Attacks, by number, and the test of each.
#[doc = include_str!("manual/attacks.md")]
pub mod attacks {}

/// Defaults and their reasons; login state, cookies and login CSRF.
#[doc = include_str!("manual/defaults.md")]
pub mod defaults {}

/// Okta, Entra, Google, AD FS, OneLogin: what to enter where.
#[doc = include_str!("manual/idps.md")]
pub mod idps {}

/// The rules of the standards, one by one, and the test of each.
#[doc = include_str!("manual/conformance.md")]
pub mod conformance {}
