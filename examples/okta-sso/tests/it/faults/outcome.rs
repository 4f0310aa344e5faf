//! What a page says about a change that failed: that it was not made, that nobody knows, or that it
//! was made and only the page is missing. Each is said where it is true.

use std::time::Duration;

use http::StatusCode;
use okta_sso::server::Bounds;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use super::{impatient, seconds_to_wait};
use crate::{
    browser::{Browser, Page},
    rows::number,
    screens::{Gallery, signed_in},
    server::Server,
    world::World,
};

const CERTAIN: &str = "Nothing was changed";
const UNSURE: &str = "not certain whether your change was made";
const DONE: &str = "What you asked for was done";

const INVITED: [(&str, &str); 2] = [("email", "nils@new.test"), ("role", "member")];

fn assert_says_only(page: &Page, wanted: &str) {
    for words in [CERTAIN, UNSURE, DONE] {
        assert_eq!(page.says(words), words == wanted, "{words}: {}", page.body);
    }
}

async fn invite(owner: &mut Browser<'_>, page: &Page) -> Page {
    owner.submit(page, "/members/invite", &INVITED).await
}

async fn on_sqlite(world: &World, sql: &str) {
    let mut other = SqliteConnection::connect(&world.url()).await.unwrap();
    other.execute(AssertSqlSafe(sql)).await.unwrap();
    other.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_was_not_begun_is_certain() {
    let files = crate::world::Files::new();
    let url = format!("sqlite:{}", files.data().display());
    let world = World::at(&impatient(&url), |_| ()).await;
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members").await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let page = invite(&mut owner, &form).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seconds_to_wait(&page.headers) > 0);
    assert_says_only(&page, CERTAIN);
    other.execute("ROLLBACK").await.unwrap();
    let page = invite(&mut owner, &form).await;
    assert!(page.says("Pass this link on"), "{}", page.body);
}

/// Nobody is told that nothing was changed and finds themselves signed out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_everywhere_that_could_not_be_begun_leaves_the_session() {
    let files = crate::world::Files::new();
    let url = format!("sqlite:{}", files.data().display());
    let world = World::at(&impatient(&url), |_| ()).await;
    let mut member = Browser::new(&world);
    let account = member.with_sso("member@acme.example").await;
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let page = member.submit(&account, "/sign-out/everywhere", &[]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_says_only(&page, CERTAIN);
    other.execute("ROLLBACK").await.unwrap();
    assert!(member.open("/account").await.says("Hello, Mia"));
    let asking = member.submit(&account, "/sign-out/everywhere", &[]).await;
    assert!(asking.says("SAMLRequest"), "{}", asking.body);
    assert!(!member.open("/account").await.says("Hello"));
}

/// The server ends the connection in the middle of the commit, as it does when it is shut down.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_commit_was_cut_off_is_not_certain() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let world = World::at(&impatient(&server.url()), |_| ()).await;
    let mut gallery = Gallery::of("9-failure-commit");
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members").await;
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    let cut = "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$";
    other.execute(cut).await.unwrap();
    let at_commit = "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON invitations DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION cut()";
    other.execute(at_commit).await.unwrap();
    let page = invite(&mut owner, &form).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seconds_to_wait(&page.headers) > 0);
    assert_says_only(&page, UNSURE);
    gallery.keep("503-unsure", &page, &["send it again only if"]);
    other
        .execute("DROP TRIGGER cut ON invitations")
        .await
        .unwrap();
    let page = invite(&mut owner, &form).await;
    assert!(page.says("Pass this link on"), "{}", page.body);
}

/// The service gives up waiting for its own handler, which may be about to commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_takes_too_long_is_not_certain() {
    // Shorter than what the database is waited for.
    let bounds = Bounds {
        answer_time: Duration::from_secs(2),
        ..Bounds::default()
    };
    let world = World::new().await.listening(bounds).await;
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/members").await;
    let mut other = SqliteConnection::connect(&world.url()).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let page = invite(&mut owner, &form).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_says_only(&page, UNSURE);
    other.execute("ROLLBACK").await.unwrap();
}

/// The token is made, and then the page that shows it cannot be.
#[tokio::test]
async fn a_change_that_was_made_is_not_called_unmade() {
    const SCIM: &str = "/settings/access/scim";
    let world = World::new().await;
    let mut gallery = Gallery::of("9-failure-fault");
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open(SCIM).await;
    let tokens = "SELECT COUNT(*) FROM scim_tokens";
    let before = number(&world.url(), tokens).await;
    on_sqlite(&world, "ALTER TABLE provisioning_issues RENAME TO away").await;
    let page = owner
        .submit(&form, "/settings/access/scim/token", &[("overlap", "24")])
        .await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_says_only(&page, DONE);
    gallery.keep("500-afterwards", &page, &["revoke it, and make another"]);
    assert_eq!(number(&world.url(), tokens).await, before + 1);
    let page = owner.open(SCIM).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_says_only(&page, "neither");
    gallery.keep("500", &page, &["fault of the service", "Trace"]);
    on_sqlite(&world, "ALTER TABLE away RENAME TO provisioning_issues").await;
    assert_eq!(owner.open(SCIM).await.status, StatusCode::OK);
}
