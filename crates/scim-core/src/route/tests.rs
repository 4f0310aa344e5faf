use super::*;

fn at(method: Method, path: &str) -> Result<Op, ScimError> {
    route(method, path, "/scim/v2/", &Registry::standard())
}

#[test]
fn every_endpoint_has_its_operation() {
    use Method::*;
    let user = || Kind::USER;
    let id = || ResourceId::new("a b");
    let cases = [
        (Get, "/scim/v2", Op::List(Scope::Root)),
        (Post, "/scim/v2/.search", Op::Search(Scope::Root)),
        (Get, "/scim/v2/Users/", Op::List(Scope::One(user()))),
        (Post, "/scim/v2/Users", Op::Create(user())),
        (
            Post,
            "/scim/v2/Groups/.search",
            Op::Search(Scope::One(Kind::GROUP)),
        ),
        (Get, "/scim/v2/Users/a%20b", Op::Read(user(), id())),
        (Head, "/scim/v2/Users/a%20b", Op::Read(user(), id())),
        (Put, "/scim/v2/Users/a%20b", Op::Replace(user(), id())),
        (Patch, "/scim/v2/Users/a%20b", Op::Modify(user(), id())),
        (Delete, "/scim/v2/Users/a%20b", Op::Delete(user(), id())),
        (Post, "/scim/v2/Bulk", Op::Bulk),
        (Patch, "/scim/v2/Me", Op::Me(Patch)),
        (
            Get,
            "/scim/v2/ServiceProviderConfig",
            Op::Discover(Discovery::Config),
        ),
        (
            Get,
            "/scim/v2/Schemas/urn%3Ax",
            Op::Discover(Discovery::Schema("urn:x".into())),
        ),
    ];
    for (method, path, op) in cases {
        assert_eq!(at(method, path), Ok(op), "{method:?} {path}");
    }
}

#[test]
fn wrong_methods_name_the_right_ones() {
    use Method::*;
    let cases = [
        (Put, "/scim/v2/Users", "GET, HEAD, POST"),
        (Post, "/scim/v2/Users/1", "GET, HEAD, PUT, PATCH, DELETE"),
        (Other, "/scim/v2/Users/1", "GET, HEAD, PUT, PATCH, DELETE"),
        (Delete, "/scim/v2/ServiceProviderConfig", "GET, HEAD"),
        (Get, "/scim/v2/Bulk", "POST"),
        (Head, "/scim/v2/Bulk", "POST"),
        (Get, "/scim/v2/Users/.search", "POST"),
    ];
    for (method, path, allow) in cases {
        let refused = at(method, path).unwrap_err();
        assert_eq!(
            refused.status(),
            Status::MethodNotAllowed,
            "{method:?} {path}"
        );
        assert_eq!(refused.advice(), Advice::Allow(allow), "{method:?} {path}");
    }
}

#[test]
fn unknown_paths_are_not_found() {
    for path in [
        "/",
        "/scim/v2Users",
        "/scim/v2/users",
        "/scim/v2/Users/1/emails",
        "/scim/v2/%ff",
        "/scim/v2/Devices",
        "/scim/vast/Users",
    ] {
        assert_eq!(
            at(Method::Get, path).unwrap_err().status(),
            Status::NotFound,
            "{path}"
        );
    }
}

#[test]
fn another_version_is_named() {
    let refused = at(Method::Get, "/scim/v1/Users").unwrap_err();
    assert_eq!(refused.scim_type(), Some(ScimType::InvalidVers));
    assert_eq!(refused.status(), Status::BadRequest);
}
