//! Okta's Universal Logout (O19): requests of the data file, each to its subject or refusal.

use std::path::Path;

use scim_core::json::Limits;
use scim_core::logout::Subject;
use serde_json::{Value, json};

fn shown(subject: &Subject) -> Value {
    match subject {
        Subject::Email(email) => json!({"format": "email", "email": email}),
        Subject::IssuerSubject { issuer, subject } => {
            json!({"format": "iss_sub", "iss": issuer, "sub": subject})
        }
        Subject::Opaque(id) => json!({"format": "opaque", "id": id}),
        other => panic!("a format nobody sends: {other:?}"),
    }
}

#[test]
fn requests_of_the_data_file() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logout/okta-o19.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for case in cases.as_array().unwrap() {
        let body = case["body"].to_string();
        let read = Subject::parse(body.as_bytes(), &Limits::default());
        let (name, wanted) = (&case["name"], &case["refused"]);
        match read {
            Ok(subject) => {
                assert_eq!(shown(&subject), case["subject"], "{name}");
                assert_eq!(subject.format(), case["subject"]["format"], "{name}");
            }
            Err(error) => {
                let scim_type = error.scim_type().map(|kind| kind.as_str());
                assert_eq!(json!([error.status().code(), scim_type]), *wanted, "{name}");
            }
        }
    }
}
