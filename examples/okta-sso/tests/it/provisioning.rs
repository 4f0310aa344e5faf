//! Okta's provisioning client against the endpoint.

use serde_json::{Value, json};

use crate::{browser::Browser, world::World};

fn user(email: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": email,
        "name": { "givenName": "Ann", "familyName": "Lee" },
        "emails": [{ "value": email, "type": "work", "primary": true }],
        "displayName": "Ann Lee", "locale": "en-US", "externalId": "00u1", "groups": [], "password": "x9", "active": true
    })
}

fn active(on: bool) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "value": { "active": on } }]
    })
}

const LOOKUP: &str =
    "/Users?filter=userName%20eq%20%22ann%40acme.example%22&startIndex=1&count=100";

#[tokio::test]
async fn okta_creates_deactivates_and_reactivates_somebody() {
    let world = World::new().await;
    let (status, found) = world.scim("GET", LOOKUP, None).await;
    assert_eq!((status, &found["totalResults"]), (200, &json!(0)));
    let (status, made) = world
        .scim("POST", "/Users", Some(user("ann@acme.example")))
        .await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(
        world
            .scim("POST", "/Users", Some(user("ann@acme.example")))
            .await
            .0,
        409
    );

    let mut ann = Browser::new(&world);
    assert!(
        ann.with_sso("ann@acme.example")
            .await
            .says("Hello, Ann Lee")
    );

    let (status, off) = world
        .scim("PATCH", &format!("/Users/{id}"), Some(active(false)))
        .await;
    assert!(matches!(status, 200 | 204), "{off}");
    assert!(
        !ann.open("/account").await.says("Hello"),
        "the session ended"
    );
    assert!(
        !ann.with_sso("ann@acme.example").await.says("Hello"),
        "no way back in"
    );
    let (_, found) = world.scim("GET", LOOKUP, None).await;
    assert_eq!(
        found["Resources"][0]["active"],
        json!(false),
        "still listed"
    );

    let (status, on) = world
        .scim("PATCH", &format!("/Users/{id}"), Some(active(true)))
        .await;
    assert!(matches!(status, 200 | 204), "{on}");
    assert!(
        ann.with_sso("ann@acme.example")
            .await
            .says("Hello, Ann Lee")
    );
}

#[tokio::test]
async fn a_profile_update_changes_the_name_people_see() {
    let world = World::new().await;
    let (_, made) = world
        .scim("POST", "/Users", Some(user("ann@acme.example")))
        .await;
    let mut next = made.clone();
    next["name"]["familyName"] = json!("Lind");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    assert_eq!(world.scim("PUT", &path, Some(next)).await.0, 200);
    assert!(
        Browser::new(&world)
            .with_sso("ann@acme.example")
            .await
            .says("Hello, Ann Lind")
    );
}

#[tokio::test]
async fn an_account_that_is_no_member_is_left_to_an_invitation() {
    let world = World::new().await;
    let (status, refused) = world
        .scim("POST", "/Users", Some(user("outsider@acme.example")))
        .await;
    assert_eq!(
        (status, &refused["scimType"]),
        (409, &json!("uniqueness")),
        "{refused}"
    );
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("invite"),
        "{refused}"
    );
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/scim").await;
    assert!(
        page.says("outsider@acme.example") && page.says("/members?invite=outsider%40acme.example")
    );
}

#[tokio::test]
async fn an_unclaimed_domain_is_refused_alike_with_and_without_an_account() {
    let world = World::new().await;
    let (status, refused) = world
        .scim("POST", "/Users", Some(user("ann@elsewhere.test")))
        .await;
    assert_eq!(
        (status, &refused["scimType"]),
        (400, &json!("invalidValue")),
        "{refused}"
    );
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("invite"),
        "{refused}"
    );
}

#[tokio::test]
async fn people_added_by_hand_are_found_by_the_lookup_and_keep_their_role() {
    let world = World::new().await;
    let lookup = LOOKUP.replace("ann", "admin");
    let (_, found) = world.scim("GET", &lookup, None).await;
    assert_eq!(found["totalResults"], json!(1), "{found}");
    let mut adam = found["Resources"][0].clone();
    adam["externalId"] = json!("00uadam");
    let path = format!("/Users/{}", adam["id"].as_str().unwrap());
    let (status, answer) = world.scim("PUT", &path, Some(adam)).await;
    assert_eq!(status, 200, "{answer}");
    let mut admin = Browser::new(&world);
    admin.with_password("admin").await;
    assert!(
        admin.open("/members").await.says("Members"),
        "still an Admin"
    );
}

#[tokio::test]
async fn the_last_owner_cannot_be_deactivated() {
    let world = World::new().await;
    let (_, found) = world
        .scim("GET", &LOOKUP.replace("ann", "owner"), None)
        .await;
    let path = format!("/Users/{}", found["Resources"][0]["id"].as_str().unwrap());
    let (status, refused) = world.scim("PATCH", &path, Some(active(false))).await;
    assert_eq!(status, 403, "{refused}");
    assert!(
        Browser::new(&world)
            .with_password("owner")
            .await
            .says("Hello, Olive")
    );
}

#[tokio::test]
async fn a_wrong_token_is_answered_in_scim() {
    let world = World::new().await;
    let (status, refused) = world.scim_with("nonsense", "GET", "/Users", None).await;
    assert_eq!((status, &refused["status"]), (401, &json!("401")));
}

#[tokio::test]
async fn an_address_with_many_wrong_tokens_waits_and_is_told_so_in_scim() {
    let world = World::new().await;
    let guess = || {
        http::Request::builder()
            .uri("/scim/v2/Users")
            .header("host", "127.0.0.1:4400")
            .header("authorization", "Bearer nonsense")
            .body(bytes::Bytes::new())
            .unwrap()
    };
    let peer = "203.0.113.7".parse().ok();
    for _ in 0..30 {
        assert_eq!(world.site.call(guess(), peer).await.status(), 401);
    }
    let waits = world.site.call(guess(), peer).await;
    assert_eq!(waits.status(), 429);
    assert!(waits.headers().contains_key("retry-after"));
    assert_eq!(waits.headers()["content-type"], "application/scim+json");
    let told: Value = serde_json::from_slice(waits.body()).unwrap();
    assert_eq!(told["status"], "429");
    let other = "203.0.113.8".parse().ok();
    assert_eq!(world.site.call(guess(), other).await.status(), 401);
}

/// Leaving never waits: somebody is switched off although the same request asks for what is not
/// allowed, the rest is left undone, and the client is told.
#[tokio::test]
async fn somebody_is_switched_off_whatever_else_the_request_asks_for() {
    let world = World::new().await;
    let (_, made) = world
        .scim("POST", "/Users", Some(user("ann@acme.example")))
        .await;
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let mut ann = Browser::new(&world);
    assert!(ann.with_sso("ann@acme.example").await.says("Hello, Ann"));
    let mut moved = user("ann@elsewhere.test");
    moved["active"] = json!(false);
    let (status, told) = world.scim("PUT", &path, Some(moved)).await;
    assert_eq!(status, 400, "{told}");
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.starts_with("The user was deactivated."), "{detail}");
    assert!(
        !ann.open("/account").await.says("Hello"),
        "the session ended"
    );
    let (_, now) = world.scim("GET", &path, None).await;
    assert_eq!(now["active"], json!(false));
    assert_eq!(
        now["userName"],
        json!("ann@acme.example"),
        "nothing else was done"
    );
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let audit = owner.open("/settings/access/audit").await;
    assert!(audit.says("drop other changes"), "{}", audit.body);
    assert!(audit.says("outcome: done"), "{}", audit.body);
    let about = audit.body.rfind("drop other changes").unwrap();
    assert!(
        audit.body[about..].contains("ann@acme.example"),
        "named, not numbered"
    );
}

/// A userName that is no address is told as that, by PATCH and PUT as by POST; switching
/// somebody off does not wait for it.
#[tokio::test]
async fn a_user_name_that_is_no_address_is_told_as_that() {
    let world = World::new().await;
    let (_, refused) = world.scim("POST", "/Users", Some(user("ann"))).await;
    let told = refused["detail"].clone();
    assert!(told.as_str().unwrap().contains("e-mail address"), "{told}");
    let (_, made) = world
        .scim("POST", "/Users", Some(user("ann@acme.example")))
        .await;
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let rename = |active: bool| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "value": { "userName": "ann", "active": active } }]
        })
    };
    let mut put = made.clone();
    put["userName"] = json!("ann");
    for (method, body) in [("PATCH", rename(true)), ("PUT", put)] {
        let (status, refused) = world.scim(method, &path, Some(body)).await;
        let seen = (status, &refused["scimType"], &refused["detail"]);
        assert_eq!(seen, (400, &json!("invalidValue"), &told), "{method}");
    }
    assert_eq!(world.scim("PATCH", &path, Some(rename(false))).await.0, 400);
    let (_, read) = world.scim("GET", &path, None).await;
    assert_eq!(
        (&read["active"], &read["userName"]),
        (&json!(false), &json!("ann@acme.example"))
    );
}
