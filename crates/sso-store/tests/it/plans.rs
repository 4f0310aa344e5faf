//! How both engines find the rows of every statement this crate makes.
//!
//! The statements are not listed by hand: the tests of the other modules run once more in a
//! process of their own, against a server that logs what it is asked. Each is then explained, by
//! PostgreSQL with tables of a real size and by SQLite as it comes.

mod lookups;

use crate::engines::{self, PEPPER, Server};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use sso_store::{Database, Pepper};
use std::collections::BTreeSet;
use std::process::Command;

use lookups::LOOKUPS;

/// The modules whose tests make the statements.
const MODULES: [&str; 17] = [
    "census::",
    "claims::",
    "daily::",
    "directory::",
    "issuers::",
    "leaves::",
    "lists::",
    "login::",
    "memberships::",
    "people::",
    "person::",
    "resources::",
    "retention::",
    "roster::",
    "scim::",
    "tokens::",
    "tombstones::",
];

/// Everything the crate asked of a server during its own tests.
fn asked(server: &Server) -> BTreeSet<String> {
    let tests = Command::new(std::env::current_exe().unwrap())
        .args(MODULES)
        .args(["--skip", "sqlite"])
        .env("SSO_STORE_POSTGRES_URL", server.url())
        .output()
        .unwrap();
    assert!(
        tests.status.success(),
        "{}",
        String::from_utf8_lossy(&tests.stdout)
    );
    let log = std::fs::read_to_string(server.directory.join("log")).unwrap();
    // `… LOG:  execute sqlx_s_1: SELECT …`; a statement of this crate is one line.
    let texts = log
        .lines()
        .filter_map(|line| line.split_once("LOG:  execute ")?.1.split_once(": "));
    let verbs = ["SELECT ", "UPDATE ", "DELETE ", "INSERT INTO ", "WITH "];
    texts
        .map(|(_, text)| text.to_owned())
        .filter(|text| verbs.iter().any(|verb| text.starts_with(verb)))
        // The migrator's own table, and what the tests ask by themselves.
        .filter(|text| {
            !text.contains("_sqlx_migrations")
                && !text.contains("information_schema")
                && !text.contains("pg_")
                && !text.contains("current_database")
        })
        .collect()
}

/// Two hundred organisations of twenty people, and what hangs on them.
const CROWD: &str = include_str!("data/crowd.sql");

/// The highest `$n` of a statement.
fn parameters(text: &str) -> usize {
    let numbers = text.split('$').skip(1).filter_map(|rest| {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..digits].parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// What a statement is explained with on PostgreSQL. As a rule without values, as the server plans
/// for whoever asks often. Work in pieces is planned for its piece: its last number is a LIMIT.
fn execution(number: usize, text: &str, count: usize) -> (&'static str, String) {
    let in_pieces = text.contains(" IN (SELECT ") && text.contains(" LIMIT $");
    let value = |at: usize| match at {
        _ if !in_pieces => "NULL",
        last if last + 1 == count => "100",
        _ => "10",
    };
    let values: Vec<&str> = (0..count).map(value).collect();
    let mode = if in_pieces {
        "force_custom_plan"
    } else {
        "force_generic_plan"
    };
    let call = if values.is_empty() {
        String::new()
    } else {
        format!("({})", values.join(", "))
    };
    (mode, format!("EXPLAIN (COSTS OFF) EXECUTE s{number}{call}"))
}

async fn on_postgres(url: &str, statements: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(CROWD).await.unwrap();
    // As autovacuum leaves it: counting may trust the index alone.
    connection.execute("VACUUM ANALYZE").await.unwrap();
    let mut plans = Vec::new();
    for (number, text) in statements.iter().enumerate() {
        let prepare = format!("PREPARE s{number} AS {text}");
        connection
            .execute(AssertSqlSafe(prepare))
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        let (mode, explain) = execution(number, text, parameters(text));
        connection
            .execute(AssertSqlSafe(format!("SET plan_cache_mode = {mode}")))
            .await
            .unwrap();
        let rows = connection.fetch_all(AssertSqlSafe(explain)).await.unwrap();
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        plans.push((text.clone(), lines.join("\n")));
    }
    plans
}

async fn on_sqlite(url: &str, statements: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let mut plans = Vec::new();
    // Filters have words of either engine; those of SQLite are explained beside their source.
    // A unit is one statement on PostgreSQL only, and its steps are here by themselves.
    let elsewhere = |text: &str| text.contains("strpos(") || text.starts_with("WITH s0 AS (");
    for text in statements.iter().filter(|text| !elsewhere(text)) {
        let mut portable = text.clone();
        for only in [
            " FOR NO KEY UPDATE",
            " FOR UPDATE SKIP LOCKED",
            " COLLATE \"C\"",
        ] {
            portable = portable.replace(only, "");
        }
        let rows = connection
            .fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {portable}")))
            .await;
        let rows = rows.unwrap_or_else(|error| panic!("{text}: {error}"));
        let lines: Vec<String> = rows.iter().map(|row| row.get(3)).collect();
        plans.push((text.clone(), lines.join("\n")));
    }
    plans
}

/// Tables that are read from their beginning: a queue, and a single row.
const WHOLE: [&str; 2] = ["claim_effects", "pepper_canary"];

/// What may look at all that an organisation has: counts, lists in their order, and what an
/// organisation has few of (claims, two tokens) or wants all of.
fn looks_at_all(text: &str) -> bool {
    let few = [
        "FROM claims WHERE org",
        "FROM scim_tokens WHERE org",
        "DELETE FROM sessions WHERE org = $1 AND name_id IS NULL",
    ];
    text.contains("COUNT(*)")
        || text.contains(" LIMIT ")
        || few.iter().any(|few| text.contains(few))
}

fn check_postgres(plans: &[(String, String)]) {
    for (text, plan) in plans {
        let whole = plan
            .lines()
            .filter_map(|line| line.split_once("Seq Scan on ").map(|(_, table)| table));
        for table in whole {
            assert!(
                WHOLE.contains(&table),
                "PostgreSQL reads all of {table} for {text}:\n{plan}"
            );
        }
    }
}

fn check_sqlite(plans: &[(String, String)]) {
    for (text, plan) in plans {
        for line in plan.lines() {
            let scanned = line
                .strip_prefix("SCAN ")
                .map(|rest| rest.split(' ').next().unwrap());
            // Results of a statement's own parts, and the list of all organisations in its order.
            let own = ["counted", "page", "found", "place", "q", "CONSTANT"];
            let is_own = |table: &str| {
                own.contains(&table) || table.ends_with("-ROW") || WHOLE.contains(&table)
            };
            let listed = line == "SCAN organisations USING INDEX organisations_created";
            assert!(
                listed || scanned.is_none_or(is_own),
                "SQLite reads all of a table for {text}:\n{plan}"
            );
            let everybody =
                line.ends_with("(org=?)") && !line.starts_with("SEARCH c USING INDEX claims_org");
            assert!(
                !everybody || looks_at_all(text),
                "SQLite reads a whole organisation for {text}:\n{plan}"
            );
        }
    }
}

fn check_lookups(postgres: &[(String, String)], sqlite: &[(String, String)]) {
    let mut wrong = Vec::new();
    for (part, theirs, ours) in LOOKUPS {
        for (plans, index) in [(postgres, theirs), (sqlite, ours)] {
            let is_one = |text: &str| format!("{text};").contains(part);
            let mut plans = plans.iter().filter(|(text, _)| is_one(text)).peekable();
            if plans.peek().is_none() {
                wrong.push(format!("no test asks {part}"));
            }
            let others = plans.filter(|(_, plan)| !plan.contains(index));
            wrong.extend(others.map(|(text, plan)| format!("{text} expected {index}:\n{plan}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_finds_its_rows_by_an_index() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let mut connection = PgConnection::connect(&server.url()).await.unwrap();
    connection
        .execute("ALTER ROLE sso SET log_statement = 'all'")
        .await
        .unwrap();
    let statements = asked(&server);
    assert!(statements.len() > 150, "{}", statements.len());
    connection
        .execute("ALTER ROLE sso RESET log_statement")
        .await
        .unwrap();
    connection.execute("CREATE DATABASE crowd").await.unwrap();
    let url = server.url().replace("/postgres", "/crowd");
    let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    database.close().await;
    let empty = engines::sqlite().await;
    let postgres = on_postgres(&url, &statements).await;
    let sqlite = on_sqlite(&empty.url, &statements).await;
    check_postgres(&postgres);
    check_sqlite(&sqlite);
    check_lookups(&postgres, &sqlite);
}
