//! `CONFORMANCE.md` names a test for every rule and edge, and each exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const RULES: usize = 84;
const EDGES: usize = 65;
const TENSIONS: usize = 19;

struct Row {
    number: usize,
    evidence: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Rows of the tables below a heading; the last cell names the evidence.
fn rows(page: &str) -> Vec<Row> {
    let lines = page.lines().filter(|line| line.starts_with("| "));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let number = cells[0].parse().ok()?;
        let last = cells.last()?.trim_matches(|c| c == '|' || c == ' ');
        let evidence = last
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        Some(Row { number, evidence })
    };
    lines.filter_map(row).collect()
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// Every test as `module::function`, the module being any part of its path.
fn tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    sources(&root().join("tests/it"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let parts: Vec<String> = file
            .with_extension("")
            .strip_prefix(root())
            .unwrap()
            .iter()
            .map(|part| part.to_str().unwrap().to_owned())
            .collect();
        for marked in text
            .split("#[test]")
            .skip(1)
            .chain(text.split("#[tokio::test").skip(1))
        {
            let Some((_, name)) = marked.split_once("fn ") else {
                continue;
            };
            let name: String = name
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            found.extend(parts.iter().map(|part| format!("{part}::{name}")));
        }
    }
    found
}

/// Whether a piece of evidence exists.
fn exists(evidence: &str, tests: &BTreeSet<String>) -> bool {
    if evidence.contains("::") {
        return tests.contains(evidence);
    }
    let (file, case) = evidence.split_once('#').unwrap_or((evidence, ""));
    let Ok(text) = std::fs::read_to_string(root().join("tests/data").join(file)) else {
        return false;
    };
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    match value.as_array() {
        Some(cases) => cases.iter().any(|one| one["name"] == case),
        None => case.is_empty() && value["steps"].is_array(),
    }
}

#[test]
fn every_rule_and_edge_has_evidence_that_exists() {
    let page = std::fs::read_to_string(root().join("CONFORMANCE.md")).unwrap();
    let (rules, rest) = page.split_once("## Edges").unwrap();
    let (edges, tensions) = rest.split_once("## Tensions").unwrap();
    let tests = tests();
    let tables = [
        (rows(rules), RULES),
        (rows(edges), EDGES),
        (rows(tensions), TENSIONS),
    ];
    for (rows, count) in tables {
        let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
        for row in rows {
            assert!(!row.evidence.is_empty(), "{} has no evidence", row.number);
            for evidence in row.evidence {
                assert!(exists(&evidence, &tests), "{}: no {evidence}", row.number);
            }
        }
    }
}

#[test]
fn made_up_evidence_is_noticed() {
    let tests = tests();
    assert!(exists("conformance::made_up_evidence_is_noticed", &tests));
    for made_up in [
        "conformance::nothing",
        "patch/edges.json",
        "patch/edges.json#no such case",
        "transcripts/okta/none.json",
    ] {
        assert!(!exists(made_up, &tests), "{made_up}");
    }
}
