//! What protects a browser session: cookies, cross-site checks, headers, passwords, rates.

pub mod cookie;
pub mod csrf;
pub mod device;
pub mod headers;
pub mod password;
pub mod rate;
pub mod session;
