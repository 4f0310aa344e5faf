//! There is no door to a name or an attribute that does not lead through verification. The
//! compiler holds it (the examples that must not compile, in the docs); this holds the examples.

use std::path::Path;

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Files with their number of examples that must not compile.
const HELD: &[(&str, usize)] = &[
    ("pending.rs", 5),
    ("login.rs", 3),
    ("login/attributes.rs", 2),
    ("inspect.rs", 3),
    ("form.rs", 1),
    ("logout/receive.rs", 1),
    ("logout/message.rs", 1),
    ("dsig/octets.rs", 1),
];

#[test]
fn nothing_unverified_names_anybody() {
    for (file, least) in HELD {
        let found = source(file).matches("compile_fail").count();
        assert!(found >= *least, "{file}: {found} of {least}");
    }
    // What stands before verification hands out neither.
    for file in [
        "form.rs",
        "inspect.rs",
        "message.rs",
        "logout/message.rs",
        "tenants.rs",
    ] {
        let text = source(file);
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            assert!(
                !line.contains("NameId") && !line.contains("Attributes"),
                "{file}: {line}"
            );
        }
    }
    // Names and attributes are made by the reader of signed octets, or read from the host's store.
    let (mut names, mut attributes) = (Vec::new(), Vec::new());
    collect(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(),
        &mut |file, text| {
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            if code.contains("Ok(NameId {") || code.contains("= NameId {") {
                names.push(file.to_owned());
            }
            if code.contains("Attributes { list") && !file.ends_with("login/attributes.rs") {
                attributes.push(file.to_owned());
            }
        },
    );
    assert_eq!(names, ["assertion/subject.rs"]);
    assert_eq!(attributes, ["assertion/statements.rs"]);
    // Of what is read back from storage, a login is none.
    let login = source("login.rs");
    assert!(!login.contains("Deserialize") && !source("pending.rs").contains("Deserialize"));
    assert!(!source("login/attributes.rs").contains("Deserialize"));
}

fn collect(folder: &Path, look: &mut impl FnMut(&str, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            look(&name, &std::fs::read_to_string(&path).unwrap());
        }
    }
}
