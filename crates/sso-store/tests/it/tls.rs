//! A connection that is encrypted and knows whom it speaks to, or no connection.

use crate::engines::PEPPER;
use crate::server::{Server, is_root, run};
use sqlx::{Connection, PgConnection};
use sso_store::{Database, Pepper, StoreError};
use std::path::Path;
use std::process::Command;

impl Server {
    /// As `start_or_skip`, with a certificate.
    fn start_with_tls_or_skip(certificate: &Path, key: &Path) -> Option<Self> {
        let mut server = Self::start_or_skip()?;
        server.kill();
        let data = server.directory.join("data");
        for (from, to) in [(certificate, "server.crt"), (key, "server.key")] {
            let to = data.join(to);
            std::fs::copy(from, &to).unwrap();
            run(Command::new("chmod").arg("600").arg(&to));
            if is_root() {
                run(Command::new("chown").arg("nobody").arg(&to));
            }
        }
        let configuration = data.join("postgresql.auto.conf");
        std::fs::write(configuration, "ssl = on\n").unwrap();
        server.start_again();
        Some(server)
    }

    /// Whether somebody but the asker is connected, and by TLS.
    async fn has_encrypted_clients(&self) -> bool {
        let mut connection = PgConnection::connect(&format!("{}?sslmode=disable", self.url()))
            .await
            .unwrap();
        let sql = "SELECT COUNT(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
                   WHERE s.ssl AND a.application_name = 'sso-store'";
        let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
        sqlx::Row::get::<i64, _>(&row, 0) > 0
    }
}

/// An authority and a server certificate for `localhost` made by it; false without openssl.
fn make_certificates(folder: &Path) -> bool {
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output();
        made.is_ok_and(|output| output.status.success())
    };
    let authority = |name: &str| {
        let (key, cert, subject) = (
            format!("{name}.key"),
            format!("{name}.crt"),
            format!("/CN={name}"),
        );
        openssl(&[
            "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "2", "-subj", &subject,
            "-keyout", &key, "-out", &cert,
        ])
    };
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    authority("authority")
        && authority("stranger")
        && openssl(&[
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-subj",
            "/CN=localhost",
            "-keyout",
            "server.key",
            "-out",
            "server.csr",
        ])
        && openssl(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "authority.crt",
            "-CAkey",
            "authority.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "names",
            "-out",
            "server.crt",
        ])
}

async fn open(url: &str) -> Result<Database, StoreError> {
    Database::open(url, Pepper::new(PEPPER)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verify_full_takes_the_right_authority_and_name_and_nothing_else() {
    let folder = crate::engines::fresh_directory();
    if !make_certificates(&folder) {
        println!("skipped: openssl");
        return;
    }
    let Some(server) =
        Server::start_with_tls_or_skip(&folder.join("server.crt"), &folder.join("server.key"))
    else {
        return;
    };
    let url = |host: &str, authority: &str, mode: &str| {
        let (port, root) = (server.port, folder.join(authority));
        format!(
            "postgres://sso@{host}:{port}/postgres?sslmode={mode}&sslrootcert={}",
            root.display()
        )
    };
    let database = open(&url("localhost", "authority.crt", "verify-full"))
        .await
        .unwrap();
    database.migrate().await.unwrap();
    assert!(
        server.has_encrypted_clients().await,
        "the connection is encrypted"
    );
    database.close().await;

    for (what, url) in [
        (
            "another authority",
            url("localhost", "stranger.crt", "verify-full"),
        ),
        (
            "another name",
            url("127.0.0.1", "authority.crt", "verify-full"),
        ),
    ] {
        let refused = open(&url).await.map(drop);
        assert!(
            refused.as_ref().is_err_and(StoreError::is_unavailable),
            "{what}: {refused:?}"
        );
    }
    // The name does not count for verify-ca, which shows that the name was what failed above.
    open(&url("127.0.0.1", "authority.crt", "verify-ca"))
        .await
        .unwrap()
        .close()
        .await;

    // A server without a certificate is not spoken to in the clear.
    let plain = Server::start_or_skip().unwrap();
    let clear = plain.url().replace("127.0.0.1", "localhost");
    let refused = open(&format!(
        "{clear}?sslmode=verify-full&sslrootcert={}",
        folder.join("authority.crt").display()
    ))
    .await
    .map(drop);
    assert!(refused.is_err(), "{refused:?}");
    std::fs::remove_dir_all(folder).unwrap();
}
