use super::*;
use crate::json::Limits;

fn bulk(operations: &str) -> Result<Bulk, ScimError> {
    let body = format!(r#"{{"schemas":["{REQUEST_URN}"],"Operations":[{operations}]}}"#);
    Bulk::parse(
        Resource::parse(body.as_bytes(), &Limits::default()).unwrap(),
        4,
    )
}

fn create(id: &str, members: &[&str]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|to| format!(r#"{{"value":"bulkId:{to}"}}"#))
        .collect();
    format!(
        r#"{{"method":"POST","path":"/Groups","bulkId":"{id}","data":{{"members":[{}]}}}}"#,
        members.join(",")
    )
}

fn steps(operations: &[String]) -> Vec<Step> {
    Order::of(&bulk(&operations.join(",")).unwrap()).steps
}

#[test]
fn what_is_referred_to_comes_first() {
    use Step::*;
    let chain = [
        create("a", &["b"]),
        create("b", &["c"]),
        create("c", &[]),
        create("d", &[]),
    ];
    assert_eq!(steps(&chain), [Run(2), Run(1), Run(0), Run(3)]);
    let unknown = [create("a", &["elsewhere"])];
    assert_eq!(steps(&unknown), [Run(0)]);
    let itself = [create("a", &["a"])];
    assert_eq!(steps(&itself), [Begin(0), Close(vec![0])]);
}

#[test]
fn circles_are_cut_once_and_closed() {
    use Step::*;
    let two = [create("a", &["b"]), create("b", &["a"])];
    assert_eq!(steps(&two), [Begin(1), Run(0), Close(vec![1, 0])]);
    let three = [
        create("a", &["b"]),
        create("b", &["c"]),
        create("c", &["a", "b"]),
    ];
    assert_eq!(
        steps(&three),
        [Begin(2), Run(1), Run(0), Close(vec![2, 1, 0])]
    );
}

#[test]
fn paths_and_filters_refer_too() {
    let patch = r#"{"method":"PATCH","path":"/Groups/bulkId:g","data":{"Operations":[
        {"op":"remove","path":"members[value eq \"bulkId:u\"]"}]}}"#;
    let read = bulk(patch).unwrap();
    let names = refers(&read.operations[0].data, &read.operations[0].path);
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["g", "u"]);

    let mut known = References::default();
    known.learn("u", "42");
    let resolved = known.resolve(&read.operations[0].data, Without::Nothing);
    let mut out = Vec::new();
    crate::json::write_object(&resolved, &mut out);
    assert!(
        String::from_utf8(out)
            .unwrap()
            .contains(r#"members[value eq \"42\"]"#)
    );
    assert_eq!(
        known.resolve_text("/Users/bulkId:u/bulkId:g"),
        "/Users/42/bulkId:g"
    );
}

#[test]
fn values_with_open_references_are_left_out_whole() {
    let read = bulk(&create("a", &["b", "c"])).unwrap();
    let mut known = References::default();
    known.learn("c", "42");
    let data = known.resolve(&read.operations[0].data, Without::Unresolved);
    let members = data.get(&Name::MEMBERS).unwrap().as_array().unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].sub(&Name::VALUE).unwrap().as_str(), Some("42"));
}

#[test]
fn what_is_no_bulk_request() {
    let five = vec![create("a", &[]); 5].join(",");
    assert_eq!(bulk(&five).unwrap_err().status(), Status::PayloadTooLarge);
    for operations in [
        "7".to_owned(),
        r#"{"path":"/Users"}"#.to_owned(),
        r#"{"method":"POST"}"#.to_owned(),
        r#"{"method":"POST","path":"/Users","data":[]}"#.to_owned(),
        format!("{0},{0}", create("a", &[])),
    ] {
        let refused = bulk(&operations).unwrap_err();
        assert_eq!(
            refused.scim_type(),
            Some(ScimType::InvalidSyntax),
            "{operations}"
        );
    }
    assert!(bulk(&create("a", &[])).is_ok());
}
