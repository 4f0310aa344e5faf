//! The whole system on hyper: sign-in, ACS, SCIM endpoint and Access Security pages.
fn main() {}
