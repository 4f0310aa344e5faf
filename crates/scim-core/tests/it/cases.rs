//! Cases in data files: a resource before, what is asked, what comes of it.
//!
//! A file is an array of objects. `name` says what a case is for; `dialect`
//! (default `strict`), `kind` (default `User`) and `before` set the scene;
//! `after` or `error` is the outcome. `after: "same"` means unchanged.

use std::fs;
use std::path::Path;

use scim_core::dialect::{Dialect, Reading, Vendor};
use scim_core::error::ScimError;
use scim_core::id::Kind;
use scim_core::json::{self, Limits};
use scim_core::resource::{Attributes, Name, Resource, Value};
use scim_core::schema::{Registry, ResourceType};

/// One case of a data file.
pub(crate) struct Case {
    pub(crate) name: String,
    fields: Attributes,
}

impl Case {
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(&Name::new(name))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(Value::as_str)
    }

    pub(crate) fn object(&self, name: &str) -> Attributes {
        let value = self
            .field(name)
            .unwrap_or_else(|| panic!("{}: no `{name}`", self.name));
        value
            .as_object()
            .unwrap_or_else(|| panic!("{}: `{name}`", self.name))
            .clone()
    }

    pub(crate) fn reading(&self) -> Reading {
        let word = self.text("dialect").unwrap_or("strict");
        let vendor = Vendor::from_word(word);
        Dialect::of(vendor.unwrap_or_else(|| panic!("{}: dialect {word}", self.name))).reading()
    }

    pub(crate) fn resource_type(&self, registry: &Registry) -> std::sync::Arc<ResourceType> {
        let kind = Kind::new(self.text("kind").unwrap_or("User").to_owned());
        registry
            .by_kind(&kind)
            .unwrap_or_else(|| panic!("{}: kind", self.name))
            .clone()
    }

    /// Holds the outcome to `after` or `error`; the tolerances it needed to
    /// `tolerated`, where the case lists them.
    pub(crate) fn hold(
        &self,
        outcome: Result<Resource, (usize, ScimError)>,
        before: &Resource,
        reading: &Reading,
    ) {
        let name = &self.name;
        match (outcome, self.field("error")) {
            (Err((operation, error)), Some(expected)) => {
                let word = error.scim_type().map(|t| t.as_str());
                let expected_word = expected.sub(&Name::SCIM_TYPE).and_then(Value::as_str);
                assert_eq!(word, expected_word, "{name}: {error}");
                if let Some(number) = expected
                    .sub(&Name::new("operation"))
                    .and_then(Value::as_integer)
                {
                    assert_eq!(operation as i64, number, "{name}: {error}");
                }
                if let Some(part) = expected.sub(&Name::DETAIL).and_then(Value::as_str) {
                    assert!(error.detail().contains(part), "{name}: {}", error.detail());
                }
            }
            (Err((_, error)), None) => panic!("{name}: refused: {error}"),
            (Ok(after), Some(_)) => panic!("{name}: accepted: {}", shown(&after)),
            (Ok(after), None) => {
                let expected = match self.field("after") {
                    Some(Value::String(word)) if word.as_str() == "same" => before.clone(),
                    _ => Resource::new(self.object("after")),
                };
                assert!(
                    after == expected,
                    "{name}:\n  is       {}\n  expected {}",
                    shown(&after),
                    shown(&expected)
                );
            }
        }
        if let Some(expected) = self.field("tolerated") {
            let used: Vec<&str> = reading.used().map(|(t, _)| t.as_str()).collect();
            let expected: Vec<&str> = expected
                .elements()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            assert_eq!(used, expected, "{name}: tolerances");
        }
    }
}

fn shown(resource: &Resource) -> String {
    String::from_utf8(resource.to_json()).unwrap()
}

/// All cases of the files in a folder below `tests/data`; each must be used.
pub(crate) fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", folder.display());
    let limits = Limits {
        growth: 64,
        depth: 32,
        ..Limits::default()
    };
    let mut out = Vec::new();
    for file in files {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read(&file).unwrap();
        let list = json::value(&text, &limits).unwrap_or_else(|e| panic!("{stem}: {e}"));
        for case in list.elements() {
            let fields = case.as_object().unwrap().clone();
            let name = fields.get(&Name::NAME).and_then(Value::as_str).unwrap();
            out.push(Case {
                name: format!("{stem}: {name}"),
                fields,
            });
        }
    }
    out
}
