//! The decision tables as pages, and the choices behind them.
//!
//! Each page is rendered from `data/tables/*.csv` and held to it by a test; another test holds the
//! code to the same files over the whole input space. Rows are read from the top; the first one
//! whose conditions all hold decides. A cell that says nothing means "whatever it is".

#[doc = include_str!("../data/pages/login.md")]
pub mod login {}

#[doc = include_str!("../data/pages/sso.md")]
pub mod sso {}

#[doc = include_str!("../data/pages/gate.md")]
pub mod gate {}

#[doc = include_str!("../data/pages/create.md")]
pub mod create {}

#[doc = include_str!("../data/pages/address.md")]
pub mod address {}

#[doc = include_str!("../data/pages/profile.md")]
pub mod profile {}

#[doc = include_str!("../data/pages/off.md")]
pub mod off {}

#[doc = include_str!("../data/pages/on.md")]
pub mod on {}

#[doc = include_str!("../data/pages/delete.md")]
pub mod delete {}

#[doc = include_str!("../data/pages/claims.md")]
pub mod claims {}

#[doc = include_str!("../data/pages/settings.md")]
pub mod settings {}

#[doc = include_str!("../data/pages/settings_gate.md")]
pub mod settings_gate {}

#[doc = include_str!("../data/pages/settings_connection.md")]
pub mod settings_connection {}

#[doc = include_str!("../data/pages/settings_certificates.md")]
pub mod settings_certificates {}

#[doc = include_str!("../data/pages/settings_staged.md")]
pub mod settings_staged {}

#[doc = include_str!("../data/pages/settings_switches.md")]
pub mod settings_switches {}

#[doc = include_str!("../data/pages/settings_fallback.md")]
pub mod settings_fallback {}

#[doc = include_str!("../data/pages/settings_tokens.md")]
pub mod settings_tokens {}

#[doc = include_str!("../data/pages/settings_others.md")]
pub mod settings_others {}

#[doc = include_str!("../data/pages/roles.md")]
pub mod roles {}

#[doc = include_str!("../data/pages/permits.md")]
pub mod permits {}

#[doc = include_str!("../data/pages/hold.md")]
pub mod hold {}

#[doc = include_str!("../data/pages/plan.md")]
pub mod plan {}

#[doc = include_str!("../data/pages/choices.md")]
pub mod choices {}
