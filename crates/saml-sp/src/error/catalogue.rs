//! What each code means and how to mend it, read from the table that is also the manual page.
//!
//! The page that people read and the table that reports quote are one file, so they cannot differ.

use super::Code;

/// The manual page with one row per code; a test holds it complete.
const TABLE: &str = include_str!("../manual/codes.md");

/// What the catalogue says about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// How to mend it.
    pub fix: &'static str,
    /// The rule, by document and section.
    pub spec: &'static str,
    /// The path to the field in Okta's admin console, when one field is the cure.
    pub okta_path: Option<&'static str>,
    /// The key of that field in Okta's Apps API.
    pub okta_key: Option<&'static str>,
}

/// What stands in for a row; the catalogue test makes sure it is never seen.
const NO_ROW: Advice = Advice {
    meaning: "Refused.",
    fix: "See the documentation of this code.",
    spec: "-",
    okta_path: None,
    okta_key: None,
};

/// The catalogue's row for `code`.
///
/// ```
/// use saml_sp::{Code, error::advice};
/// assert_eq!(advice(Code::AudienceMismatch).okta_key, Some("audience"));
/// ```
#[must_use]
pub fn advice(code: Code) -> Advice {
    TABLE
        .lines()
        .find_map(|line| row(line, code))
        .unwrap_or(NO_ROW)
}

/// The advice in `line`, if it is the row of `code`: `| code | meaning | fix | spec | path | key |`.
fn row(line: &'static str, code: Code) -> Option<Advice> {
    let mut cells = line
        .strip_prefix("| `")?
        .trim_end_matches('|')
        .split('|')
        .map(str::trim);
    if cells.next()?.strip_suffix('`')? != code.name() {
        return None;
    }
    let optional = |cell: &'static str| (cell != "-").then_some(cell);
    Some(Advice {
        meaning: cells.next()?,
        fix: cells.next()?,
        spec: cells.next()?,
        okta_path: optional(cells.next()?),
        okta_key: optional(cells.next()?).map(|key| key.trim_matches('`')),
    })
}
