//! Walks, cursors, and imports that are disturbed.

use super::*;

/// 60: a walk by cursor while others come and go; ties in the order are broken
/// by id.
#[tokio::test]
async fn a_walk_sees_everyone_who_stays_once() {
    let bench = Bench::new();
    for n in 0..9 {
        let user = json!({"schemas": [USER], "userName": format!("u{n}@acme.example"),
            "title": if n % 2 == 0 { "same" } else { "other" }});
        assert_eq!(
            bench
                .send(Method::Post, "/Users", &user.to_string())
                .await
                .status,
            201
        );
    }
    for sort in ["", "&sortBy=title", "&sortBy=title&sortOrder=descending"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for step in 0..50 {
            let target = format!("/Users?count=2&cursor={cursor}{sort}");
            let page = json(&bench.send(Method::Get, &target, "").await);
            for user in page["Resources"].as_array().unwrap() {
                seen.push(user["userName"].as_str().unwrap().to_owned());
            }
            let Some(next) = page["nextCursor"].as_str() else {
                break;
            };
            cursor = next.to_owned();
            // Somebody comes and goes between any two pages.
            let passer = id(&bench, &format!("passer{step}{}@acme.example", sort.len())).await;
            bench
                .send(Method::Delete, &format!("/Users/{passer}"), "")
                .await;
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(seen.len(), once.len(), "{sort}: none twice");
        assert_eq!(once.len(), 9, "{sort}: none missed");
    }
}

/// 62: a cursor of another tenant, and one that is too old; the rest is in
/// `protocol/cursors.json`.
#[tokio::test]
async fn cursors_age_and_do_not_travel() {
    let bench = Bench::new();
    for n in 0..3 {
        id(&bench, &format!("u{n}@acme.example")).await;
    }
    let first = json(&bench.send(Method::Get, "/Users?cursor=&count=1", "").await);
    let target = format!(
        "/Users?cursor={}&count=1",
        first["nextCursor"].as_str().unwrap()
    );
    let other = bench.token_of("other");
    let request = Request::new(Method::Get, &format!("/scim/v2{target}")).bearer(&other);
    let refused = bench.handle(request).await;
    assert_eq!(
        (refused.status, &json(&refused)["scimType"]),
        (400, &json!("invalidCursor"))
    );
    assert_eq!(bench.send(Method::Get, &target, "").await.status, 200);
    bench.pass(Duration::HOUR);
    let refused = bench.send(Method::Get, &target, "").await;
    assert_eq!(
        (refused.status, &json(&refused)["scimType"]),
        (400, &json!("expiredCursor"))
    );
}

/// 64: after a lost response the client finds out by the 409 and the look-up.
#[tokio::test]
async fn a_retried_create_is_found() {
    let bench = Bench::new();
    let first = id(&bench, "ann@acme.example").await;
    let retried = create(&bench, "ann@acme.example").await;
    assert_eq!(
        (retried.status, &json(&retried)["scimType"]),
        (409, &json!("uniqueness"))
    );
    let target = format!(
        "/Users?filter={}",
        quoted("userName eq \"ann@acme.example\"")
    );
    let page = json(&bench.send(Method::Get, &target, "").await);
    assert_eq!(page["Resources"][0]["id"], first.as_str());
}

/// 65: a token rotated in the middle of an import: both work during the
/// overlap, then the old one is refused in SCIM's form.
#[tokio::test]
async fn a_token_rotated_in_mid_import() {
    let bench = Bench::new();
    id(&bench, "ann@acme.example").await;
    let tenant = TenantId::new("acme");
    let mut random = counting();
    let current = TokenRecord::mint(
        tenant.clone(),
        Slot::First,
        None,
        &pepper(),
        start(),
        &mut random,
    );
    let (old, record) = current.unwrap();
    bench.store.put_token(record.clone());
    let new = rotate(
        &tenant,
        &[record],
        None,
        Duration::MINUTE,
        &pepper(),
        start(),
        &mut |b: &mut [u8]| {
            b.fill(9);
            Ok(())
        },
    )
    .unwrap();
    bench.store.put_token(new.retired.unwrap());
    bench.store.put_token(new.record);
    let page = async |token: &str| {
        let target = "/scim/v2/Users?startIndex=1&count=1";
        bench
            .handle(Request::new(Method::Get, target).bearer(token))
            .await
    };
    assert_eq!(page(&old.reveal()).await.status, 200);
    assert_eq!(page(&new.text.reveal()).await.status, 200);
    bench.pass(Duration::MINUTE);
    let refused = page(&old.reveal()).await;
    assert_eq!(
        (refused.status, &json(&refused)["status"]),
        (401, &json!("401"))
    );
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
    assert_eq!(page(&new.text.reveal()).await.status, 200);
}
