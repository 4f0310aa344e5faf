//! The server gone, silent, slow, out of connections.

use okta_sso::{claims, web::Failure};
use org_domain::Effect;
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::{Reading, endure, listening, until_ready};
use crate::{
    program::{Program, free_port},
    rows::number,
    server::{Server, fresh_directory},
    two::begin,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_stopped_and_started_again() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let url = server.url();
    let begin = async || {
        let mut server = server;
        server.kill();
        server
    };
    let mut kept = None;
    let end = async |mut server: Server| {
        server.start_again();
        kept = Some(server);
    };
    endure(&url, Reading::Fails, begin, end).await;
    drop(kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_falls_silent() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let begin = async || server.signal("STOP");
    let end = async |()| server.signal("CONT");
    endure(&server.url(), Reading::Fails, begin, end).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_of_postgres_waits_for_somebody_else() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let url = server.url();
    let begin = async || {
        let mut other = PgConnection::connect(&url).await.unwrap();
        let sql = "DO $$ DECLARE name TEXT; BEGIN \
                   FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP \
                   EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', name); END LOOP; END $$";
        other.execute("BEGIN").await.unwrap();
        other.execute(sql).await.unwrap();
        other
    };
    let end = async |mut other: PgConnection| {
        other.execute("ROLLBACK").await.unwrap();
    };
    endure(&url, Reading::Fails, begin, end).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_has_no_connection_to_spare() {
    const CONNECTIONS: u16 = 8;
    let Some(server) = Server::start_for_or_skip(CONNECTIONS) else {
        return;
    };
    let url = server.url();
    let begin = async || {
        let mut first = PgConnection::connect(&url).await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE application_name = 'sso-store'";
        first.execute(end).await.unwrap();
        let mut taken = vec![first];
        // Those that were told to end are a moment about it.
        for _ in 0..1_000 {
            match PgConnection::connect(&url).await {
                Ok(one) => taken.push(one),
                Err(_) => tokio::task::yield_now().await,
            }
            if taken.len() == usize::from(CONNECTIONS) {
                return taken;
            }
        }
        panic!("{} of {CONNECTIONS} connections taken", taken.len());
    };
    let end = async |taken: Vec<PgConnection>| {
        for one in taken {
            one.close().await.unwrap();
        }
    };
    endure(&url, Reading::Fails, begin, end).await;
}

/// Neither a request that waits for the database nor its connections keep the service from ending.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_does_not_keep_the_service_from_ending() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let folder = fresh_directory();
    let program = Program::start(&server.url(), &folder.join("key"), free_port());
    let client = program.client.clone();
    server.signal("STOP");
    let waiting = tokio::spawn(async move { client.scim("GET", "/Users", "").await });
    let ended = tokio::task::spawn_blocking(|| program.end());
    let bound = std::time::Duration::from_secs(30);
    let code = tokio::time::timeout(bound, ended).await;
    server.signal("CONT");
    assert_eq!(code.expect("it ends").unwrap(), Some(0));
    waiting.await.unwrap().ok();
    std::fs::remove_dir_all(folder).unwrap();
}

/// What nobody asks for is not given up either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn background_work_goes_on_after_an_outage() {
    let Some(mut server) = Server::start_or_skip() else {
        return;
    };
    let world = listening(&server.url()).await;
    let app = world.site.app().clone();
    let between = std::time::Duration::from_millis(20);
    let work = tokio::spawn(claims::keep_working_every(app.clone(), between));
    server.kill();
    let failed = claims::carry_out_effects(&app).await;
    assert!(matches!(failed, Err(Failure::Unavailable)), "{failed:?}");
    server.start_again();
    until_ready(&world).await;
    begin(&world, 1, vec![Effect::AccessBegins]).await;
    let noted = "SELECT COUNT(*) FROM audit WHERE kind = 'domain_claim' AND subject = 'd1.com'";
    let seen = async { while number(&server.url(), noted).await != 1 {} };
    let bound = std::time::Duration::from_secs(30);
    tokio::time::timeout(bound, seen)
        .await
        .expect("it is noted");
    assert!(!work.is_finished());
    work.abort();
}
