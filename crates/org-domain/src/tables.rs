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

#[doc = include_str!("../data/pages/choices.md")]
pub mod choices {}
