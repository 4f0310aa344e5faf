//! Filling a database in bulk, beside the store's own interface: a thousand rows a statement.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::error::Error;
use std::fmt::Write;
use std::time::Instant;

/// How many people live in how many organisations; person `n` has address and ids made of `n`.
#[derive(Clone, Copy)]
pub(crate) struct Town {
    pub(crate) people: u32,
    pub(crate) organisations: u32,
}

impl Town {
    /// People of the first organisation: a tenth of all.
    pub(crate) const fn big(self) -> u32 {
        self.people / 10
    }

    /// The organisation of a person.
    pub(crate) const fn home(self, person: u32) -> u32 {
        if person < self.big() {
            0
        } else {
            1 + (person - self.big()) % (self.organisations - 1)
        }
    }
}

pub(crate) fn org(n: u32) -> String {
    format!("org{n:05}")
}

pub(crate) fn issuer_of(n: u32) -> String {
    format!("http://www.okta.com/exk{n:08}")
}

pub(crate) fn member(n: u32) -> String {
    format!("u{n:08}")
}

pub(crate) fn address(town: Town, n: u32) -> String {
    format!("person{n}@{}.example", org(town.home(n)))
}

enum Raw {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Raw {
    async fn run(&mut self, sql: String) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(connection) => connection.execute(AssertSqlSafe(sql)).await.map(drop),
            Self::Sqlite(connection) => connection.execute(AssertSqlSafe(sql)).await.map(drop),
        }
    }
}

const ROWS: u32 = 1_000;

#[expect(clippy::print_stdout, reason = "a program that reports figures")]
pub(crate) async fn fill(url: &str, town: Town) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let mut raw = match url.starts_with("postgres") {
        true => Raw::Postgres(PgConnection::connect(url).await?),
        false => Raw::Sqlite(SqliteConnection::connect(url).await?),
    };
    if raw
        .run(format!(
            "INSERT INTO organisations (id, name, settings, settings_version, created, issuer) \
             VALUES ('{}', 'Org', '{{}}', 1, 0, '{}')",
            org(0),
            issuer_of(0)
        ))
        .await
        .is_err()
    {
        println!("filled before");
        return Ok(());
    }
    raw.run("BEGIN".to_owned()).await?;
    for n in 1..town.organisations {
        raw.run(format!(
            "INSERT INTO organisations (id, name, settings, settings_version, created, issuer) \
             VALUES ('{}', 'Org {n}', '{{}}', 1, {n}, '{}')",
            org(n),
            issuer_of(n)
        ))
        .await?;
    }
    let mut first = 0;
    while first < town.people {
        let last = (first + ROWS).min(town.people);
        for sql in piece(town, first, last)? {
            raw.run(sql).await?;
        }
        first = last;
    }
    raw.run("COMMIT".to_owned()).await?;
    raw.run("ANALYZE".to_owned()).await?;
    println!(
        "filled: {} people in {} organisations, {:.1?}",
        town.people,
        town.organisations,
        begun.elapsed()
    );
    Ok(())
}

/// The INSERTs for some people: accounts, memberships, e-mail look-ups.
fn piece(town: Town, first: u32, last: u32) -> Result<[String; 3], std::fmt::Error> {
    let mut accounts = String::from(
        "INSERT INTO accounts (id, email, email_key, given_name, family_name, origin, created, modified) VALUES ",
    );
    let mut members = String::from(
        "INSERT INTO members (org, id, account, role, state, user_name, user_name_key, domain, external_id, active, \
         scim_linked, resource, version, created, modified) VALUES ",
    );
    let mut emails = String::from(
        "INSERT INTO member_emails (org, member, position, value_key, type_key) VALUES ",
    );
    for n in first..last {
        let comma = if n == first { "" } else { "," };
        let (org, id, email) = (org(town.home(n)), member(n), address(town, n));
        let resource = resource(n, &email);
        write!(
            accounts,
            "{comma}('a{n:08}','{email}','{email}','Given{n}','Family{n}','scim',{n},{n})"
        )?;
        write!(
            members,
            "{comma}('{org}','{id}','a{n:08}','member','active','{email}','{email}','{org}.example','00u{n:08}',1,\
             1,'{resource}',1,{n},{n})"
        )?;
        write!(emails, "{comma}('{org}','{id}',0,'{email}','work')")?;
    }
    Ok([accounts, members, emails])
}

/// What Okta sends for a person with a handful of attributes.
fn resource(n: u32, email: &str) -> String {
    serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": email, "externalId": format!("00u{n:08}"), "active": true,
        "name": {"givenName": format!("Given{n}"), "familyName": format!("Family{n}")},
        "displayName": format!("Given{n} Family{n}"), "locale": "en-US",
        "emails": [{"value": email, "type": "work", "primary": true}],
    })
    .to_string()
}
