use super::{Fault, Limits, object, value, write_value};
use crate::error::{ScimError, ScimType, Status};
use crate::resource::{Name, Value};

fn fault(body: &str) -> Fault {
    value(body.as_bytes(), &Limits::default())
        .unwrap_err()
        .fault()
        .clone()
}

fn accepted(body: &str) -> Value {
    value(body.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn each_refusal_has_an_accepted_twin() {
    assert_eq!(
        fault(r#"{"a":1,"A":2}"#),
        Fault::DuplicateName(Name::new("a"))
    );
    accepted(r#"{"a":1,"b":2}"#);
    assert_eq!(
        fault(r#"{"userName":"x","USERNAME":"x"}"#),
        Fault::DuplicateName(Name::USER_NAME)
    );
    assert_eq!(fault(r#"{"a":"x\u0000"}"#), Fault::Nul);
    accepted(r#"{"a":"x\u0001"}"#);
    assert_eq!(fault(r#"{"a\u0000":1}"#), Fault::Nul);
    assert_eq!(fault("9223372036854775808"), Fault::Number);
    assert_eq!(accepted("9223372036854775807"), Value::Integer(i64::MAX));
    assert_eq!(fault("1e16"), Fault::Number);
    assert_eq!(fault("123456789012345678901234567890"), Fault::Number);
    assert_eq!(accepted("1e15"), Value::Decimal(1e15));
    assert!(
        matches!(fault(r#""\ud800""#), Fault::Malformed(_)),
        "lone surrogate"
    );
    assert_eq!(accepted(r#""\ud83d\ude00""#), Value::from("😀"));
    assert!(
        matches!(fault("{} x"), Fault::Malformed(_)),
        "bytes after the value"
    );
    assert!(matches!(fault(""), Fault::Malformed(_)));
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(fault(&deep(17)), Fault::TooDeep);
    accepted(&deep(16));
}

#[test]
fn invalid_utf8_is_refused() {
    let error = value(b"\"\xff\"", &Limits::default()).unwrap_err();
    assert!(matches!(error.fault(), Fault::Malformed(_)));
}

#[test]
fn size_and_growth_are_limited() {
    let limits = Limits {
        bytes: 10,
        ..Limits::default()
    };
    assert_eq!(value(b"\"12345678\"", &limits).map(|_| ()), Ok(()));
    let error = value(b"\"123456789\"", &limits).unwrap_err();
    assert_eq!(error.fault(), &Fault::TooLarge);
    assert_eq!(ScimError::from(error).status(), Status::PayloadTooLarge);

    let flat = |item: &str, n: usize| format!("[{}]", vec![item; n].join(","));
    assert_eq!(fault(&flat("1", 5000)), Fault::TooManyValues);
    accepted(&flat("1", 50));
    accepted(&flat(r#"{"value":"u1"}"#, 5000));
}

#[test]
fn a_refusal_names_its_place_and_quotes_no_value() {
    let error = object(b"{\n \"password\": \"secret\" oops", &Limits::default()).unwrap_err();
    assert_eq!((error.line(), error.column()), (2, 23));
    let refused = ScimError::from(error);
    assert_eq!(refused.scim_type(), Some(ScimType::InvalidSyntax));
    assert!(!refused.detail().contains("secret"), "{}", refused.detail());
    let error = object(b"[]", &Limits::default()).unwrap_err();
    assert_eq!(error.fault(), &Fault::NotAnObject);
}

#[test]
fn what_is_written_reads_back() {
    let body = r#"{"a":"q\"\\\n\r\t\u0001é😀","b":[1,-2,0.5,1.0,true,false,null],"c":{"d":[]}}"#;
    let tree = accepted(body);
    let mut out = Vec::new();
    write_value(&tree, &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), body);
}

#[test]
fn long_and_nested_arrays_keep_their_order() {
    let long: Vec<String> = (0..300)
        .map(|n| format!("[{n},\"{}\"]", "x".repeat(30)))
        .collect();
    let tree = accepted(&format!("[{}]", long.join(",")));
    let values = tree.as_array().unwrap();
    assert_eq!(values.len(), 300);
    for (n, pair) in values.iter().enumerate() {
        assert_eq!(pair.as_array().unwrap()[0], Value::Integer(n as i64));
    }
}
