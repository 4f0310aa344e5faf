//! How large a resource may become in many requests, and a page in one.

use std::sync::Arc;

use scim_core::Scim;
use scim_core::config::{Config, Limits, MemberRule};
use scim_core::guard::{AllowAll, Change, Extent, Guard, GuardError, Verdict};
use scim_core::message::{Method, Response};
use scim_core::{TenantId, patch::PATCH_URN};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::service::{Bench, GROUP, USER, config, json};

/// Changes of members are judged by those they name, as hosts with large groups have it.
struct Touched;

impl Guard<()> for Touched {
    fn extent(&self) -> Extent {
        Extent::Touched
    }

    async fn judge(
        &self,
        _: &TenantId,
        _: &Change<'_>,
        _: OffsetDateTime,
    ) -> Result<Verdict<()>, GuardError> {
        Ok(Verdict::Allow(()))
    }
}

fn limited(change: impl FnOnce(&mut Limits)) -> Config {
    let mut limits = Limits::default();
    change(&mut limits);
    config().with_limits(limits).with_members(MemberRule::Any)
}

fn id(response: &Response) -> String {
    assert_eq!(response.status, 201, "{}", json(response));
    json(response)["id"].as_str().unwrap().to_owned()
}

async fn create<G: Guard<()>>(bench: &Bench<G>, path: &str, body: &Value) -> Response {
    bench.send(Method::Post, path, &body.to_string()).await
}

async fn patch<G: Guard<()>>(bench: &Bench<G>, path: &str, operations: Value) -> Response {
    let body = json!({ "schemas": [PATCH_URN], "Operations": operations });
    bench.send(Method::Patch, path, &body.to_string()).await
}

/// 413, a text that names the limit, and nothing changed.
async fn is_too_large<G: Guard<()>>(
    bench: &Bench<G>,
    path: &str,
    before: &Value,
    refused: &Response,
    limit: usize,
) {
    assert_eq!(refused.status, 413, "{}", json(refused));
    let detail = json(refused)["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(&limit.to_string()), "{detail}");
    assert_eq!(&json(&bench.send(Method::Get, path, "").await), before);
}

fn more(number: usize) -> Value {
    let name = format!("ann{number}@acme.example");
    json!([{ "op": "add", "path": "emails", "value": [{ "value": name, "type": "other" }] }])
}

#[tokio::test]
async fn a_user_grows_to_the_limit_and_no_further() {
    const LIMIT: usize = 4096;
    let bench = Bench::over(limited(|limits| limits.resource_octets = LIMIT), AllowAll);
    let ann = json!({ "schemas": [USER], "userName": "ann@acme.example", "active": true });
    let path = format!("/Users/{}", id(&create(&bench, "/Users", &ann).await));
    let mut before = Value::Null;
    for number in 0.. {
        let grown = patch(&bench, &path, more(number)).await;
        if grown.status != 200 {
            assert!(number > 40, "{number} addresses fit");
            is_too_large(&bench, &path, &before, &grown, LIMIT).await;
            break;
        }
        before = json(&grown);
    }
    // The same by a body that is far below the limit of bodies.
    let long =
        json!({ "schemas": [USER], "userName": "bo@acme.example", "title": "x".repeat(LIMIT) });
    let refused = create(&bench, "/Users", &long).await;
    assert_eq!(refused.status, 413);
    let list = json(&bench.send(Method::Get, "/Users", "").await);
    assert_eq!(list["totalResults"], 1, "nothing was created");
    let shorter =
        json!({ "schemas": [USER], "userName": "bo@acme.example", "title": "x".repeat(LIMIT / 2) });
    assert_eq!(create(&bench, "/Users", &shorter).await.status, 201);
}

/// A limit that is lowered later takes nobody's access for good, nor keeps anybody's.
#[tokio::test]
async fn who_is_over_a_lowered_limit_can_be_deactivated_and_cut() {
    let mut bench = Bench::over(limited(|_| ()), AllowAll);
    let ann = json!({ "schemas": [USER], "userName": "ann@acme.example", "active": true, "title": "x".repeat(2000) });
    let path = format!("/Users/{}", id(&create(&bench, "/Users", &ann).await));
    let low = limited(|limits| limits.resource_octets = 1000);
    bench.scim = Scim::new(
        low,
        Arc::clone(&bench.store),
        Arc::clone(&bench.store),
        AllowAll,
    );
    let off = json!([{ "op": "replace", "value": { "active": false } }]);
    // Which is a letter more.
    let done = patch(&bench, &path, off).await;
    assert_eq!((done.status, &json(&done)["active"]), (200, &json!(false)));
    let longer = json!([{ "op": "replace", "path": "title", "value": "x".repeat(2001) }]);
    assert_eq!(patch(&bench, &path, longer).await.status, 413);
    let cut = json!([{ "op": "remove", "path": "title" }]);
    assert_eq!(patch(&bench, &path, cut).await.status, 200);
}

fn group(members: std::ops::Range<u32>) -> Value {
    json!({ "schemas": [GROUP], "displayName": "Eng", "members": entries(members) })
}

fn entries(members: std::ops::Range<u32>) -> Vec<Value> {
    members
        .map(|n| json!({ "value": format!("u{n}") }))
        .collect()
}

fn add(members: std::ops::Range<u32>) -> Value {
    json!([{ "op": "add", "path": "members", "value": entries(members) }])
}

/// By a body, and by differences that see only what they name.
#[tokio::test]
async fn a_group_has_so_many_members_and_no_more() {
    const MOST: usize = 5;
    let bench = Bench::over(limited(|limits| limits.max_members = MOST as u64), Touched);
    assert_eq!(create(&bench, "/Groups", &group(0..6)).await.status, 413);
    let path = format!(
        "/Groups/{}",
        id(&create(&bench, "/Groups", &group(0..4)).await)
    );
    let before = json(&bench.send(Method::Get, &path, "").await);
    let refused = patch(&bench, &path, add(4..6)).await;
    is_too_large(&bench, &path, &before, &refused, MOST).await;
    let replaced = bench
        .send(Method::Put, &path, &group(0..6).to_string())
        .await;
    is_too_large(&bench, &path, &before, &replaced, MOST).await;
    assert_eq!(
        patch(&bench, &path, add(3..5)).await.status,
        204,
        "one of them is in it"
    );
    // Full: one comes when another goes, in one request.
    let swap = json!([
        { "op": "remove", "path": r#"members[value eq "u0"]"# },
        { "op": "add", "path": "members", "value": entries(5..6) }
    ]);
    assert_eq!(patch(&bench, &path, swap).await.status, 204);
    assert_eq!(patch(&bench, &path, add(6..7)).await.status, 413);
    let group = json(&bench.send(Method::Get, &path, "").await);
    assert_eq!(group["members"].as_array().unwrap().len(), MOST);
}

#[tokio::test]
async fn a_member_is_an_entry_and_no_document() {
    let bench = Bench::over(limited(|limits| limits.member_octets = 200), Touched);
    let path = format!(
        "/Groups/{}",
        id(&create(&bench, "/Groups", &group(0..1)).await)
    );
    for (length, status) in [(100, 204), (300, 413)] {
        let entry = json!([{ "op": "add", "path": "members", "value": [{ "value": format!("v{length}"), "display": "x".repeat(length) }] }]);
        assert_eq!(patch(&bench, &path, entry).await.status, status, "{length}");
    }
}

#[tokio::test]
async fn ten_thousand_members_are_no_trouble() {
    let bench = Bench::over(limited(|_| ()), Touched);
    let path = format!(
        "/Groups/{}",
        id(&create(&bench, "/Groups", &group(0..1)).await)
    );
    for thousand in 0..10 {
        let some = add(thousand * 1000..(thousand + 1) * 1000);
        assert_eq!(patch(&bench, &path, some).await.status, 204);
    }
    let group = json(&bench.send(Method::Get, &path, "").await);
    assert_eq!(group["members"].as_array().unwrap().len(), 10_000);
    let page = json(&bench.send(Method::Get, "/Groups", "").await);
    assert_eq!(
        page["Resources"][0]["members"].as_array().unwrap().len(),
        10_000
    );
}

/// Nine users of about a kilobyte each, and one of four.
async fn ten() -> Bench {
    let bench = Bench::over(limited(|limits| limits.page_octets = 3500), AllowAll);
    for number in 0..10 {
        let title = "x".repeat(if number == 4 { 4000 } else { 700 });
        let user = json!({ "schemas": [USER], "userName": format!("u{number}@acme.example"), "title": title });
        id(&create(&bench, "/Users", &user).await);
    }
    bench
}

fn names(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array().unwrap();
    assert_eq!(page["itemsPerPage"], resources.len());
    assert_eq!(page["totalResults"], 10);
    let name = |user: &Value| user["userName"].as_str().unwrap().to_owned();
    resources.iter().map(name).collect()
}

fn all() -> Vec<String> {
    (0..10)
        .map(|number| format!("u{number}@acme.example"))
        .collect()
}

#[tokio::test]
async fn a_page_by_index_ends_where_the_next_would_be_too_much() {
    let bench = ten().await;
    let (mut seen, mut sizes) = (Vec::new(), Vec::new());
    while seen.len() < 10 {
        let target = format!("/Users?startIndex={}&count=8", seen.len() + 1);
        let page = json(&bench.send(Method::Get, &target, "").await);
        assert_eq!(page["startIndex"], seen.len() + 1);
        let names = names(&page);
        assert!(!names.is_empty(), "there is always one more");
        sizes.push(names.len());
        seen.extend(names);
    }
    assert_eq!(seen, all());
    assert_eq!(sizes, [3, 1, 1, 3, 2], "the long one is a page of its own");
    // What is not shown takes no room.
    let short = json(
        &bench
            .send(Method::Get, "/Users?count=8&excludedAttributes=title", "")
            .await,
    );
    assert_eq!(names(&short).len(), 8);
}

#[tokio::test]
async fn a_page_by_cursor_ends_there_too_and_the_walk_goes_on() {
    let bench = ten().await;
    for sort in ["", "&sortBy=userName"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        let mut pages = 0;
        loop {
            let target = format!("/Users?cursor={cursor}&count=8{sort}");
            let page = json(&bench.send(Method::Get, &target, "").await);
            seen.extend(names(&page));
            pages += 1;
            match page["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, all(), "{sort}");
        assert_eq!(pages, 5, "{sort}");
    }
}

/// The total of a walk is that of its beginning, which the store counts once.
#[tokio::test]
async fn a_walk_keeps_the_total_it_began_with() {
    let bench = ten().await;
    let first = json(&bench.send(Method::Get, "/Users?cursor=&count=2", "").await);
    let late = json!({ "schemas": [USER], "userName": "late@acme.example" });
    id(&create(&bench, "/Users", &late).await);
    let next = first["nextCursor"].as_str().unwrap();
    let second = json(
        &bench
            .send(Method::Get, &format!("/Users?cursor={next}&count=2"), "")
            .await,
    );
    assert_eq!(names(&second).len(), 2);
    let anew = json(&bench.send(Method::Get, "/Users?cursor=&count=2", "").await);
    assert_eq!(anew["totalResults"], 11);
    let by_index = json(
        &bench
            .send(Method::Get, "/Users?startIndex=3&count=2", "")
            .await,
    );
    assert_eq!(
        by_index["totalResults"], 11,
        "an index is into what is there now"
    );
}
