//! Imports inside the crate go downwards only.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the bottom up. A module may import itself and what stands before it.
const ORDER: [&str; 15] = [
    "ident",
    "role",
    "domain",
    "email",
    "suffix",
    "free_mail",
    "claimable",
    "confusable",
    "permit",
    "proof",
    "claim",
    "decision",
    "policy",
    "settings",
    "store",
];
/// Modules above all others; the network client stands beside the store.
const TOP: [&str; 6] = [
    "audit",
    "settle",
    "issues",
    "health",
    "dry_run",
    "dns_hickory",
];

fn rank(module: &str) -> usize {
    let all: Vec<&str> = ORDER.iter().chain(&TOP).copied().collect();
    all.iter()
        .position(|known| *known == module)
        .unwrap_or_else(|| panic!("module {module} has no place in the order"))
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// The first module of a path below `src`.
fn module_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    first
        .as_os_str()
        .to_str()
        .unwrap()
        .trim_end_matches(".rs")
        .to_owned()
}

#[test]
fn imports_go_downwards() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut seen = 0;
    for file in files {
        let module = module_of(&file, &src);
        if module == "lib" || module == "tables" {
            continue;
        }
        for line in fs::read_to_string(&file).unwrap().lines() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            for rest in line.split("crate::").skip(1) {
                let target: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                    .collect();
                if target.is_empty() {
                    continue;
                }
                seen += 1;
                assert!(
                    rank(&target) <= rank(&module),
                    "{}: {module} imports {target}",
                    file.display()
                );
            }
        }
    }
    assert!(seen > 50, "the test reads imports, and found only {seen}");
}

#[test]
fn no_clock_environment_disk_or_network_in_the_core() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    for file in files {
        if file
            .file_name()
            .is_some_and(|name| name == "dns_hickory.rs")
        {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for forbidden in [
            "SystemTime",
            "now_utc",
            "Instant::now",
            "std::env",
            "std::fs",
            "std::net",
            "static mut",
        ] {
            assert!(
                !text.contains(forbidden),
                "{} uses {forbidden}",
                file.display()
            );
        }
    }
}
