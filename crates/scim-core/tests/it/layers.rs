//! Modules import downwards only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From the top down; modules of one line do not import each other.
const ORDER: &[&[&str]] = &[
    &["http", "manual", "tower"],
    &["engine"],
    &["discovery"],
    &["store"],
    &["guard"],
    &["config"],
    &["query", "etag", "route", "bulk", "set", "logout"],
    &["message"],
    &["stored", "events"],
    &["auth", "patch"],
    &["filter"],
    &["schema"],
    &["path"],
    &["resource", "json"],
    &["dialect", "date", "fold"],
    &["error"],
    &["id"],
];

/// The tree and how it is read and written: two modules of one room.
const ONE_ROOM: [&str; 2] = ["resource", "json"];

fn rank() -> BTreeMap<&'static str, usize> {
    ORDER
        .iter()
        .enumerate()
        .flat_map(|(rank, line)| line.iter().map(move |m| (*m, rank)))
        .collect()
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            out.push(path);
        }
    }
}

/// Modules a source file names with `crate::`, outside docs and inline tests.
fn imported(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn imports_go_downwards() {
    let rank = rank();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let module = relative
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let own = rank
            .get(module)
            .unwrap_or_else(|| panic!("{module} has no place in ORDER"));
        for used in imported(&std::fs::read_to_string(&file).unwrap()) {
            // Root names are re-exports; the module they come from is what counts.
            let Some(other) = rank.get(used.as_str()) else {
                continue;
            };
            let one_room = ONE_ROOM.contains(&module) && ONE_ROOM.contains(&used.as_str());
            if used != module && !one_room && other <= own {
                wrong.push(format!("{} imports {used}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
