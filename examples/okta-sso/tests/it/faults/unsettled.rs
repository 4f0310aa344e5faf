//! A commit whose answer is lost: it was made or it was not, and the service cannot know. Whoever
//! asked is told to come back and not that nothing was changed, and what they do then ends well
//! in either case.

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{
    People, assert_page_to_come_back, assert_scim_to_come_back,
    between::{Between, Cut},
    listening,
};
use crate::{
    browser::Browser, killed::HALVES, program::body, rows::number, server::Server, world::World,
};

/// A service whose line to its database can be cut.
struct Torn {
    server: Server,
    between: Between,
    world: World,
}

impl Torn {
    async fn new() -> Option<Self> {
        let server = Server::start_or_skip()?;
        let between = Between::to(server.port).await;
        let world = listening(&between.url()).await;
        Some(Self {
            server,
            between,
            world,
        })
    }

    async fn count(&self, rows: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {rows}");
        number(&self.server.url(), &sql).await
    }

    /// What is written in one piece is there in one piece.
    async fn is_whole(&self) {
        // The last three hold where every session began with an answer that nobody took away.
        for half in &HALVES[..4] {
            assert_eq!(number(&self.server.url(), half).await, 0, "{half}");
        }
    }

    /// Asks while the line is cut, which must have happened then.
    async fn during<T>(&self, cut: Cut, asking: impl Future<Output = T>) -> T {
        let before = self.between.cuts();
        self.between.cut(cut);
        let answer = asking.await;
        assert_eq!(self.between.cuts(), before + 1, "a line was cut");
        answer
    }
}

/// The client is to come back, and is told nothing of what became of its request.
fn assert_unsettled(answer: &Response<bytes::Bytes>) {
    assert_scim_to_come_back(answer);
    let text = String::from_utf8_lossy(answer.body()).to_lowercase();
    for claim in ["nothing", "not changed", "unchanged", "no change"] {
        assert!(!text.contains(claim), "{text}");
    }
}

const ZOE: &str = "/Users?filter=userName%20eq%20%22zoe%40acme.example%22";

/// What Okta does: it looks before it creates.
async fn found(people: &People<'_>, look: &str) -> Vec<Value> {
    let list = body(&people.scim("GET", look, None).await);
    list["Resources"].as_array().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_created_or_not_is_there_once_in_the_end() {
    for (cut, there) in [(Cut::Before, 0), (Cut::After, 1)] {
        let Some(torn) = Torn::new().await else {
            return;
        };
        let mut people = People::of(&torn.world).await;
        let members = torn.count("members").await;
        assert_unsettled(&torn.during(cut, people.create()).await);
        torn.is_whole().await;
        assert_eq!(found(&people, ZOE).await.len(), there, "{cut:?}");
        // A client that only tries again, and one that looks first.
        let again = people.create().await.status();
        let expected = match cut {
            Cut::Before => StatusCode::CREATED,
            Cut::After => StatusCode::CONFLICT,
        };
        assert_eq!(again, expected, "{cut:?}");
        let zoe = found(&people, ZOE).await;
        assert_eq!((zoe.len(), &zoe[0]["active"]), (1, &json!(true)));
        let path = format!("/Users/{}", zoe[0]["id"].as_str().unwrap());
        let put = people.scim("PUT", &path, Some(zoe[0].clone())).await;
        assert_eq!(put.status(), StatusCode::OK, "{}", body(&put));
        assert_eq!(torn.count("members").await, members + 1, "{cut:?}");
        let enters = people.arriving.with_sso("zoe@acme.example").await;
        assert_eq!(enters.status, StatusCode::OK, "{}", enters.body);
        torn.is_whole().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deactivation_done_or_not_is_done_once_in_the_end() {
    for cut in [Cut::Before, Cut::After] {
        let Some(torn) = Torn::new().await else {
            return;
        };
        let people = People::of(&torn.world).await;
        let changes = torn.count("scim_changes").await;
        assert_unsettled(&torn.during(cut, people.deactivate()).await);
        torn.is_whole().await;
        assert_eq!(people.is_active().await, cut == Cut::Before);
        assert!(people.deactivate().await.status().is_success());
        assert!(!people.is_active().await);
        assert_eq!(torn.count("scim_changes").await, changes + 1, "{cut:?}");
        // On the condition of what was read, a change is made on that only.
        let read = people.scim("GET", &people.leaving, None).await;
        assert_eq!(body(&read)["meta"]["version"], r#"W/"2""#, "{cut:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_has_all_of_its_members_or_is_not_there() {
    const LOOK: &str = "/Groups?filter=displayName%20eq%20%22Eng%22";
    for (cut, there) in [(Cut::Before, 0), (Cut::After, 1)] {
        let Some(torn) = Torn::new().await else {
            return;
        };
        let people = People::of(&torn.world).await;
        let id = people.leaving.strip_prefix("/Users/").unwrap();
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Eng", "members": [{ "value": id }]
        });
        let push = people.scim("POST", "/Groups", Some(group));
        assert_unsettled(&torn.during(cut, push).await);
        let groups = found(&people, LOOK).await;
        assert_eq!(groups.len(), there, "{cut:?}");
        let members = torn.count("scim_group_members").await;
        assert_eq!(usize::try_from(members).unwrap(), there, "{cut:?}");
        for group in groups {
            // What Okta does with a group of that name: it takes it and pushes the members anew.
            let path = format!("/Groups/{}", group["id"].as_str().unwrap());
            let all = serde_json::from_value(json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "replace", "path": "members", "value": [{ "value": id }] }]
            }));
            let pushed = people.scim("PATCH", &path, all.ok()).await;
            assert!(pushed.status().is_success(), "{}", body(&pushed));
            assert_eq!(torn.count("scim_group_members").await, 1);
        }
    }
}

/// Somebody who comes for the first time, so that a login is a person too, and a member, whose
/// login is one statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_accepted_once_and_the_person_gets_in() {
    for email in ["new.hire@acme.example", "member@acme.example"] {
        for cut in [Cut::Before, Cut::After] {
            let Some(torn) = Torn::new().await else {
                return;
            };
            login(&torn, email, cut).await;
        }
    }
}

async fn login(torn: &Torn, email: &str, cut: Cut) {
    let mut browser = Browser::new(&torn.world);
    let start = format!("/security/sso/v2/authorize/?org_id={}", torn.world.org_id());
    let page = browser.open(&start).await;
    let path = okta_sso::demo::idp::SIGN_IN_PATH;
    let answer = browser.submit(&page, path, &[("email", email)]).await;
    let lost = torn.during(cut, browser.deliver(&answer)).await;
    assert_page_to_come_back(&lost);
    assert!(!lost.headers.contains_key("set-cookie"), "nobody is in");
    let used = i64::from(cut == Cut::After);
    for made in ["saml_replays", "sessions"] {
        assert_eq!(torn.count(made).await, used, "{made} {email} {cut:?}");
    }
    // The browser sends the same form again.
    let again = browser.deliver(&answer).await;
    let expected = match cut {
        Cut::Before => StatusCode::OK,
        Cut::After => StatusCode::FORBIDDEN,
    };
    assert_eq!(again.status, expected, "{email} {cut:?}: {}", again.body);
    assert_eq!(torn.count("saml_replays").await, 1, "{email} {cut:?}");
    if cut == Cut::After {
        // The page that says so leads to a sign-in, and that lets in.
        let anew = browser.with_sso(email).await;
        assert!(anew.says("Hello, "), "{email}: {}", anew.body);
    }
    let other = Browser::new(&torn.world).deliver(&answer).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN, "nobody else with it");
    let whose = format!("members m JOIN accounts a ON a.id = m.account WHERE a.email = '{email}'");
    assert_eq!(torn.count(&whose).await, 1, "one member, {email} {cut:?}");
    torn.is_whole().await;
}
