//! Single sign-on: the organisation's addresses, starting a login, taking the answer.

pub mod acs;
pub mod addresses;
pub mod evidence;
pub mod first;
pub mod issuers;
pub mod logout;
pub mod provider;
pub mod purpose;
mod refused;
pub mod service_key;
pub mod start;
mod trial;
pub mod values;
