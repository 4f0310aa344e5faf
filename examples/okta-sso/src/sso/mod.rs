//! Single sign-on: the organisation's addresses, starting a login, taking the answer.

pub mod addresses;
