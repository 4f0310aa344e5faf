//! The server gone, silent, slow, out of connections.

use sqlx::{Connection as _, Executor as _, PgConnection};

use super::{Reading, endure};
use crate::server::Server;

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
