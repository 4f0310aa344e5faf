//! What the service forgets by itself, and what it does not yet.

use okta_sso::claims;
use sso_store::Cleaned;
use time::Duration;

use crate::{
    browser::Browser,
    rows::number,
    world::{Files, Ground, World},
};

/// What has an end, or is kept for so long.
const KEPT: [&str; 5] = [
    "sessions",
    "saml_replays",
    "saml_requests",
    "sign_ins",
    // What a re-check of a claim finds on the way is new.
    "audit WHERE kind <> 'domain_claim'",
];

async fn lived_in(world: &World) {
    let mut member = Browser::new(world);
    assert!(member.with_sso("new.hire@acme.example").await.says("Hello"));
    let mut admin = Browser::new(world);
    admin.with_password("admin").await;
    let page = admin.open("/members").await;
    let invite = [("email", "x@partner.test"), ("role", "member")];
    let invited = admin.submit(&page, "/members/invite", &invite).await;
    assert!(invited.says("Pass this link on"), "{}", invited.body);
}

async fn counts(url: &str) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in KEPT {
        counts.push(number(url, &format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_is_forgotten_at_its_time_and_not_before() {
    let files = Files::new();
    let ground = Ground::file(&files.data());
    let world = World::at(&ground, |_| ()).await;
    lived_in(&world).await;
    let before = counts(&ground.url).await;
    assert!(before.iter().all(|count| *count > 0), "{before:?}");
    let cleaned = claims::forget(world.site.app()).await.unwrap();
    assert_eq!(cleaned, Cleaned::default(), "nothing is over yet");
    assert_eq!(counts(&ground.url).await, before);

    world.pass(Duration::days(1));
    let cleaned = claims::forget(world.site.app()).await.unwrap();
    assert!(cleaned.sessions > 0 && cleaned.replays > 0 && cleaned.requests > 0);
    assert_eq!((cleaned.sign_ins, cleaned.audit), (0, 0));
    world.pass(Duration::days(90));
    let cleaned = claims::forget(world.site.app()).await.unwrap();
    assert!(cleaned.sign_ins > 0, "personal data goes after 90 days");
    assert_eq!(cleaned.audit, 0);
    world.pass(Duration::days(310));
    let cleaned = claims::forget(world.site.app()).await.unwrap();
    assert!(cleaned.audit > 0, "the audit log after 400");
    assert_eq!(counts(&ground.url).await, [0; 5]);
    let members = number(&ground.url, "SELECT COUNT(*) FROM members").await;
    assert_eq!(members, 4, "people stay");
}

/// The work that every process does without being asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_forget_without_being_asked() {
    let files = Files::new();
    let ground = Ground::file(&files.data());
    let (one, other) = (
        World::at(&ground, |_| ()).await,
        World::at(&ground, |_| ()).await,
    );
    // The passwords are those of the process that began last.
    lived_in(&other).await;
    for world in [&one, &other] {
        world.pass(Duration::days(401));
    }
    let work =
        [&one, &other].map(|world| tokio::spawn(claims::keep_working(world.site.app().clone())));
    let forgotten = async { while counts(&ground.url).await != [0; 5] {} };
    let bound = std::time::Duration::from_secs(30);
    tokio::time::timeout(bound, forgotten)
        .await
        .expect("all is forgotten");
    for task in work {
        task.abort();
    }
}
