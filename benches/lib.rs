//! Criterion benches of the workspace. Its documentation tests are the snippets of the README,
//! since this is the one member that may depend on every crate.

/// The snippets of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
