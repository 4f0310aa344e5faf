//! Whoever an Admin locked out stays out, whatever provisioning does afterwards; whoever
//! provisioning removed is not brought back by signing in.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{browser::Browser, world::World};

const ANN: &str = "ann@acme.example";

/// What the provisioning client sends for somebody; some clients know people by no name of their
/// own.
fn user(email: &str, external_id: Option<&str>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email,
        "name": { "givenName": "Ann", "familyName": "Lee" }, "externalId": external_id,
        "emails": [{ "value": email, "primary": true }], "active": true
    })
}

/// Who takes Ann's access away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Admin,
    Okta,
}

/// What deletion does, as the settings page has it.
const KEEP: &str = "remove_membership";
const WITH_ACCOUNT: &str = "delete_account";

async fn create(world: &World, email: &str, external_id: Option<&str>) -> (u16, Value) {
    let body = user(email, external_id);
    world.scim("POST", "/Users", Some(body)).await
}

async fn delete(world: &World, made: &Value) {
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let (status, answer) = world.scim("DELETE", &path, None).await;
    assert_eq!(status, 204, "{answer}");
}

/// Says what deletion does.
async fn choose(world: &World, deletion: &str) {
    let mut owner = Browser::new(world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/scim").await;
    let action = "/settings/access/scim/deletion";
    let done = owner.submit(&page, action, &[("deletion", deletion)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
}

/// Takes access away and leaves the membership.
async fn take_away(world: &World, made: &Value, by: By) {
    let id = made["id"].as_str().unwrap();
    match by {
        By::Admin => {
            let mut admin = Browser::new(world);
            admin.with_password("admin").await;
            let page = admin.open("/members").await;
            let at = page.body.find(&format!("value=\"{id}\"")).unwrap();
            let version = page.body[at..].split("name=\"version\" value=\"").nth(1);
            let version = version.unwrap().split('"').next().unwrap();
            let whom = [("member", id), ("version", version)];
            let done = admin.submit(&page, "/members/deactivate", &whom).await;
            assert!(done.says("deactivated by an Admin"), "{}", done.body);
        }
        By::Okta => {
            let off = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "replace", "value": { "active": false } }]
            });
            let path = format!("/Users/{id}");
            let (status, answer) = world.scim("PATCH", &path, Some(off)).await;
            assert!(matches!(status, 200 | 204), "{answer}");
        }
    }
}

async fn enters(world: &World, email: &str) -> bool {
    let page = Browser::new(world).with_sso(email).await;
    assert_eq!(page.says("Hello, Ann"), page.status == StatusCode::OK);
    page.says("Hello, Ann")
}

#[tokio::test]
async fn deleting_and_creating_anew_does_not_lift_a_lock_by_an_admin() {
    for (by, deletion, expected) in [
        (By::Admin, KEEP, 403),
        (By::Okta, KEEP, 201),
        (By::Admin, WITH_ACCOUNT, 403),
        (By::Okta, WITH_ACCOUNT, 201),
    ] {
        let world = World::new().await;
        choose(&world, deletion).await;
        let (_, made) = create(&world, ANN, Some("00uann")).await;
        assert!(enters(&world, ANN).await);
        take_away(&world, &made, by).await;
        assert!(!enters(&world, ANN).await, "{by:?} {deletion}");
        delete(&world, &made).await;
        let (status, answer) = create(&world, ANN, Some("00uann")).await;
        assert_eq!(status, expected, "{by:?} {deletion}: {answer}");
        assert_eq!(
            enters(&world, ANN).await,
            status == 201,
            "{by:?} {deletion}"
        );
        if status == 403 {
            let detail = answer["detail"].as_str().unwrap();
            assert!(detail.contains("deactivated this person by hand"));
            assert_told(&world).await;
        }
    }
}

/// The administrators read why Okta could not add her.
async fn assert_told(world: &World) {
    let mut owner = Browser::new(world);
    owner.with_password("owner").await;
    let issues = owner.open("/settings/access/scim").await;
    assert!(issues.says(ANN), "{}", issues.body);
    assert!(issues.says("Invite them by hand"), "{}", issues.body);
    let audit = owner.open("/settings/access/audit").await;
    assert!(audit.says("rule: return locked"), "{}", audit.body);
}

/// The cure that the refusal names.
#[tokio::test]
async fn an_invitation_by_hand_lifts_the_lock() {
    let world = World::new().await;
    let (_, made) = create(&world, ANN, Some("00uann")).await;
    take_away(&world, &made, By::Admin).await;
    delete(&world, &made).await;
    assert!(!enters(&world, ANN).await);
    let mut admin = Browser::new(&world);
    admin.with_password("admin").await;
    let page = admin.open("/members").await;
    let invite = [("email", ANN), ("role", "member")];
    let invited = admin.submit(&page, "/members/invite", &invite).await;
    assert!(invited.says("Pass this link on"), "{}", invited.body);
    assert!(enters(&world, ANN).await, "the invitation is accepted");
    let lookup = "/Users?filter=userName%20eq%20%22ann%40acme.example%22";
    let (_, found) = world.scim("GET", lookup, None).await;
    assert_eq!(found["totalResults"], 1, "and Okta finds her again");
}

#[tokio::test]
async fn somebody_known_by_no_external_name_stays_out_too() {
    for by in [By::Admin, By::Okta] {
        let world = World::new().await;
        let (status, made) = create(&world, ANN, None).await;
        assert_eq!(status, 201, "{made}");
        assert!(enters(&world, ANN).await);
        take_away(&world, &made, by).await;
        delete(&world, &made).await;
        assert!(!enters(&world, ANN).await, "{by:?}: not by signing in");
        let (status, answer) = create(&world, ANN, None).await;
        let expected = match by {
            By::Admin => 403,
            By::Okta => 409,
        };
        assert_eq!(status, expected, "{by:?}: {answer}");
        assert!(!enters(&world, ANN).await, "{by:?}");
    }
}

#[tokio::test]
async fn another_person_under_the_same_external_name_frees_nobody() {
    let world = World::new().await;
    let (_, made) = create(&world, ANN, Some("00u1")).await;
    take_away(&world, &made, By::Admin).await;
    delete(&world, &made).await;
    let (status, bob) = create(&world, "bob@acme.example", Some("00u1")).await;
    assert_eq!(status, 201, "{bob}");
    assert!(!enters(&world, ANN).await, "while Bob is a member");
    delete(&world, &bob).await;
    assert!(!enters(&world, ANN).await, "and after him");
    // Whatever name she comes under now, it is her that was locked out.
    for name in [Some("00u1"), Some("00u2"), None] {
        let (status, answer) = create(&world, ANN, name).await;
        assert_eq!(status, 403, "{name:?}: {answer}");
        assert!(!enters(&world, ANN).await);
    }
    assert_told(&world).await;
    let (status, answer) = create(&world, "bob@acme.example", Some("00u1")).await;
    assert_eq!(status, 201, "he was not locked out: {answer}");
}

/// Who was removed and not locked out comes back under the name of before, whoever had it
/// meanwhile; under another name the person is somebody with an account, who is to be invited.
#[tokio::test]
async fn the_name_of_before_brings_back_whoever_had_it() {
    for (name, expected) in [("00u1", 201), ("00u2", 409)] {
        let world = World::new().await;
        let (_, made) = create(&world, ANN, Some("00u1")).await;
        delete(&world, &made).await;
        let (status, bob) = create(&world, "bob@acme.example", Some("00u1")).await;
        assert_eq!(status, 201, "{bob}");
        delete(&world, &bob).await;
        let (status, answer) = create(&world, ANN, Some(name)).await;
        assert_eq!(status, expected, "{answer}");
        assert_eq!(enters(&world, ANN).await, expected == 201);
    }
}
