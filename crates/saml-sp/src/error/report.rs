//! Findings as text, Markdown and JSON.
//!
//! Two levels. The user's has codes and a trace id: a stranger at the login page learns nothing about
//! the configuration from it. The operator's has everything but the person: expected and seen values,
//! place, near misses, the rule, and the fix in the words of the console that it is in.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Finding, Rejection, Vendor, advice};

/// How much a report tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Level {
    /// Codes only: fit for the person at the browser and for a public ticket.
    User,
    /// Everything a finding holds: for the operator and for the identity provider's admin.
    #[default]
    Operator,
}

/// The findings of a refusal, ready to be shown.
///
/// ```
/// use saml_sp::{Code, Finding, Rejection, error::Level};
/// let rejection = Rejection::from(Finding::new(Code::AudienceMismatch).expected("a").seen("b"));
/// let report = rejection.report();
/// assert!(report.text().contains("audience_mismatch"));
/// assert!(!report.at_level(Level::User).text().contains("seen"));
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    findings: Vec<Finding>,
    level: Level,
    trace: Option<String>,
    vendor: Vendor,
}

impl Report {
    /// A report of these findings.
    pub(crate) fn refused(findings: Vec<Finding>, vendor: Vendor) -> Self {
        Self {
            findings: folded(findings),
            level: Level::Operator,
            trace: None,
            vendor,
        }
    }

    /// The same findings, with the cure in the words of another maker's console.
    #[must_use]
    pub fn for_vendor(&self, vendor: Vendor) -> Self {
        Self {
            vendor,
            ..self.clone()
        }
    }

    /// The same findings, told at another level.
    #[must_use]
    pub fn at_level(&self, level: Level) -> Self {
        Self {
            level,
            ..self.clone()
        }
    }

    /// Put the host's own trace id on the report, so that a user can quote it.
    #[must_use]
    pub fn with_trace(mut self, trace: &str) -> Self {
        self.trace = Some(super::printable(trace));
        self
    }

    /// The findings. What is wrong in the same way in several places, as an issuer is in Response and
    /// assertion, is one of them; [`Rejection::findings`] has each.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    /// Plain text, a paragraph per finding.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::from(Rejection::PUBLIC_TEXT);
        out.push('\n');
        if let Some(trace) = &self.trace {
            let _ = writeln!(out, "Trace: {trace}");
        }
        for finding in &self.findings {
            out.push('\n');
            let _ = writeln!(out, "{}", finding.code());
            for (label, value) in self.lines(finding) {
                let _ = writeln!(out, "  {label}: {value}");
            }
        }
        out
    }

    /// Markdown: a heading and a list per finding.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n", Rejection::PUBLIC_TEXT);
        if let Some(trace) = &self.trace {
            let _ = write!(out, "\nTrace: `{}`\n", trace.replace('`', "'"));
        }
        for finding in &self.findings {
            let _ = write!(out, "\n## `{}`\n\n", finding.code());
            for (label, value) in self.lines(finding) {
                let quoted = matches!(label, "expected" | "seen" | "place");
                let value = value.replace('`', "'");
                let tick = if quoted { "`" } else { "" };
                let _ = writeln!(out, "- **{label}**: {tick}{value}{tick}");
            }
        }
        out
    }

    /// JSON: `{"accepted": false, "findings": [...]}`.
    #[must_use]
    pub fn json(&self) -> Value {
        let findings: Vec<Value> = self.findings.iter().map(|f| self.finding_json(f)).collect();
        let mut object = json!({ "accepted": false, "findings": findings });
        if let (Some(trace), Some(map)) = (&self.trace, object.as_object_mut()) {
            map.insert("trace".to_owned(), json!(trace));
        }
        object
    }

    fn finding_json(&self, finding: &Finding) -> Value {
        match self.level {
            Level::User => json!({ "code": finding.code().name() }),
            Level::Operator => {
                let advice = advice(finding.code());
                json!({
                    "code": finding.code().name(),
                    "fault": finding.fault().name(),
                    "expected": finding.expected_value(),
                    "seen": finding.seen_value(),
                    "place": finding.place(),
                    "hints": finding.hints().collect::<Vec<_>>(),
                    "fix": advice.fix,
                    "vendor": self.vendor.name(),
                    "field": self.vendor.field(finding.code()),
                    "okta_path": advice.okta_path,
                    "okta_key": advice.okta_key,
                    "spec": advice.spec,
                })
            }
        }
    }

    fn lines<'a>(&self, finding: &'a Finding) -> Vec<(&'static str, &'a str)> {
        if self.level == Level::User {
            return Vec::new();
        }
        let advice = advice(finding.code());
        let mut lines = vec![
            ("meaning", advice.meaning),
            ("fault", finding.fault().name()),
        ];
        lines.extend(finding.expected_value().map(|value| ("expected", value)));
        lines.extend(finding.seen_value().map(|value| ("seen", value)));
        lines.extend(finding.place().map(|value| ("place", value)));
        lines.extend(finding.hints().map(|value| ("note", value)));
        lines.push(("fix", advice.fix));
        let field = self.vendor.field(finding.code());
        lines.extend(field.map(|value| (self.vendor.label(), value)));
        // Where the maker is not known, Okta's words serve as an example.
        if self.vendor == Vendor::Other {
            lines.extend(advice.okta_path.map(|value| ("in Okta", value)));
        }
        if self.vendor == Vendor::Okta {
            lines.extend(advice.okta_key.map(|value| ("Okta API key", value)));
        }
        lines.push(("spec", advice.spec));
        lines
    }
}

/// One finding for one cause: those that differ in their place alone become one with all places.
fn folded(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match kept
            .iter_mut()
            .find(|known| known.is_same_elsewhere(&finding))
        {
            Some(known) => known.add_place(&finding),
            None => kept.push(finding),
        }
    }
    kept
}
