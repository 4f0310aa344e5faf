//! Looking into a database with other eyes than the service's.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

/// The number that a query gives.
pub async fn number(url: &str, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let row = sqlx::query(sql).fetch_one(&mut connection).await;
        row.unwrap().get(0)
    } else {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        let row = sqlx::query(sql).fetch_one(&mut connection).await;
        row.unwrap().get(0)
    }
}
