//! Imports go downwards only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The layers from the highest to the lowest; a module may import those below its own line, and
/// those on its own line.
const LAYERS: &[&[&str]] = &[
    &["setup", "tenants", "manual", "audit"],
    &["flow", "inspect", "logout"],
    &["metadata"],
    &["sp", "pending"],
    &["checks"],
    &["request"],
    &["idp"],
    &["binding"],
    &["credential"],
    &["assertion", "login"],
    &["prove"],
    &["dsig", "xmlenc"],
    &["form", "message", "store"],
    &["record"],
    &["c14n"],
    &["names"],
    &["xml"],
    &["cert", "crypto", "acs", "url", "near"],
    &["policy", "random", "packed"],
    &["error"],
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn imports_go_downwards() {
    let src = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(rank, modules)| modules.iter().map(move |module| (*module, rank)))
        .collect();
    let mut files = Vec::new();
    sources(&src, &mut files);
    let (mut edges, mut wrong) = (0, Vec::new());
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let own = first.trim_end_matches(".rs");
        let is_test = inside
            .iter()
            .any(|part| part.to_str().unwrap().starts_with("tests"));
        if own == "lib" || is_test {
            continue;
        }
        let from = *rank
            .get(own)
            .unwrap_or_else(|| panic!("{own} has no layer"));
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let Some(rest) = line
                .trim_start()
                .trim_start_matches("pub(crate) ")
                .strip_prefix("use crate::")
            else {
                continue;
            };
            let module: String = rest
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_' || c.is_ascii_digit())
                .collect();
            if module.is_empty() || module == own {
                continue;
            }
            edges += 1;
            let to = *rank
                .get(module.as_str())
                .unwrap_or_else(|| panic!("{module} has no layer"));
            if to < from {
                wrong.push(format!("{} imports {module}", inside.display()));
            }
        }
    }
    assert!(
        edges > 100,
        "only {edges} imports were found: the test reads the wrong lines"
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_flow_holds_no_logic() {
    let flow = include_str!("../../src/flow.rs");
    assert!(flow.lines().count() <= 120);
    for word in [" if ", " match ", " for ", " while ", " loop "] {
        let code = flow
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        assert!(code.clone().all(|line| !line.contains(word)), "{word}");
    }
}

#[test]
fn only_the_reader_makes_assertions_and_only_from_signed_bytes() {
    let read = include_str!("../../src/assertion/read.rs");
    let makers = read.matches("-> Result<Statement, Rejection>").count();
    assert_eq!(makers, 1);
    assert!(read.contains("proven: &Proven"));
    let prove = include_str!("../../src/prove.rs");
    assert_eq!(
        prove.matches("Proven {").count(),
        4,
        "the type, its methods, and two makers"
    );
    let pending = include_str!("../../src/pending.rs");
    assert_eq!(pending.matches("Ok(Login {").count(), 1);
}
