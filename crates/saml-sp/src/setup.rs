//! Setting things up: what to enter at the identity provider, and what is doubtful already.

mod lint;
mod okta;
mod render;

pub use lint::{Lint, LintKind, lint, lint_request};
pub use okta::{AttributeRule, OktaSetup, Setting, Value};
pub use render::Drift;
