//! Command line: paste a SAML response, get the report.
fn main() {}
