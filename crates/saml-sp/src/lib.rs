//! SAML 2.0 service provider in pure Rust: a posted form in, a proven login out.
