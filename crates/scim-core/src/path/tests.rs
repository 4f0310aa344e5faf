use super::{Path, PathFault};
use crate::error::{ScimError, ScimType};

#[test]
fn paths_by_the_grammar() {
    for text in [
        "userName",
        "name.familyName",
        "$ref",
        "members.$ref",
        "a-b_c9",
        "urn:a:b:2.0:User:x.y",
    ] {
        assert_eq!(Path::parse(text).unwrap().to_string(), text);
    }
    for text in [
        "", " ", ".", "a.", ".a", "a..b", "a.b.c", "1a", "a b", "a:b", "a[b]", "é", "-a",
        "urn:a b", "urn:a[", "urn:a:", "urn:a.", "$", "a.$", "\u{0}",
    ] {
        let error = Path::parse(text).unwrap_err();
        assert_eq!(error.fault(), PathFault::Malformed, "{text}");
        assert_eq!(
            ScimError::from(error).scim_type(),
            Some(ScimType::InvalidPath)
        );
    }
}

#[test]
fn a_path_in_an_error_is_cut() {
    let error = Path::parse(&"é".repeat(100_000)).unwrap_err();
    assert_eq!(error.path().chars().count(), 120);
}

#[test]
fn urn_paths_have_no_case() {
    let (a, b) = (
        Path::parse("URN:X:2.0:user:NAME"),
        Path::parse("urn:x:2.0:User:name"),
    );
    assert_eq!(a.unwrap(), b.unwrap());
}
