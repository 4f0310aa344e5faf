//! The smallest useful wiring of saml-sp on hyper.
fn main() {}
