//! A fresh database per test, on SQLite always and on PostgreSQL where there is one.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use sso_store::{Database, OrgId, Pepper};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use time::OffsetDateTime;

pub(crate) const PEPPER: [u8; 32] = [7; 32];

/// A migrated database of its own.
pub(crate) struct Bench {
    pub(crate) database: Database,
    pub(crate) url: String,
    directory: Option<PathBuf>,
}

impl Bench {
    /// A second set of connections to the same database, as another process has.
    pub(crate) async fn another(&self) -> Database {
        Database::open(&self.url, Pepper::new(PEPPER))
            .await
            .unwrap()
    }

    /// Where SQLite's file lies.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.directory
            .as_ref()
            .map(|directory| directory.join("sso.db"))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(directory) = &self.directory {
            std::fs::remove_dir_all(directory).ok();
        }
    }
}

/// An instant to begin with; no test reads the clock.
pub(crate) fn t0() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap()
}

pub(crate) fn org(name: &str) -> OrgId {
    OrgId::new(name).unwrap()
}

pub(crate) fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn fresh_directory() -> PathBuf {
    let directory =
        std::env::temp_dir().join(format!("sso-store-{}-{}", std::process::id(), number()));
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

pub(crate) async fn sqlite() -> Bench {
    let directory = fresh_directory();
    let url = format!("sqlite:{}", directory.join("sso.db").display());
    let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    Bench {
        database,
        url,
        directory: Some(directory),
    }
}

/// `None` where no PostgreSQL is installed or named; then the reason was printed.
pub(crate) async fn postgres() -> Option<Bench> {
    let url = empty_postgres().await?;
    let database = Database::open(&url, Pepper::new(PEPPER)).await.unwrap();
    database.migrate().await.unwrap();
    Some(Bench {
        database,
        url,
        directory: None,
    })
}

/// The URL of a new database without a schema.
pub(crate) async fn empty_postgres() -> Option<String> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let base = SERVER
        .get_or_init(|| {
            std::env::var("SSO_STORE_POSTGRES_URL")
                .ok()
                .or_else(start_shared)
        })
        .as_ref();
    let Some(base) = base else {
        assert!(
            std::env::var_os("CI_REQUIRE_COUNTERPARTS").is_none(),
            "PostgreSQL is required here"
        );
        println!("skipped: PostgreSQL (neither installed nor named by SSO_STORE_POSTGRES_URL)");
        return None;
    };
    let name = format!("sso_store_{}_{}", std::process::id(), number());
    let mut connection = PgConnection::connect(base).await.unwrap();
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}"))
}

/// Says that PostgreSQL is absent, or fails where it must not be.
fn require_or_skip() {
    let required = std::env::var("CI_REQUIRE_COUNTERPARTS").is_ok_and(|value| value == "1");
    assert!(
        !required,
        "PostgreSQL is required here and is not installed"
    );
    println!("skipped: PostgreSQL (neither installed nor named by SSO_STORE_POSTGRES_URL)");
}

fn start_shared() -> Option<String> {
    static KEPT: OnceLock<Server> = OnceLock::new();
    let server = Server::start()?;
    let url = server.url();
    KEPT.set(server).ok();
    Some(url)
}

/// A PostgreSQL server in a temporary folder. It ends with the process that started it, even
/// when that is killed, because its keeper waits for the end of its standard input.
pub(crate) struct Server {
    programs: PathBuf,
    keeper: Child,
    port: u16,
    directory: PathBuf,
}

const KEEPER: &str = r#"
"$1"/postgres -D "$2/data" -k "$2" -h 127.0.0.1 -p "$3" -c fsync=off -c max_connections=200 >"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
[ -e "$2/keep" ] || rm -rf "$2"
"#;

impl Server {
    /// `None` when the programs are not installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let directory = fresh_directory();
        if is_root() {
            // initdb refuses to run as root.
            run(Command::new("chown").arg("nobody").arg(&directory));
        }
        let data = directory.join("data");
        let mut initdb = as_user(&programs.join("initdb"));
        initdb.args([
            "-U",
            "sso",
            "-A",
            "trust",
            "--no-sync",
            "--no-instructions",
            "-E",
            "UTF8",
            "--locale=C",
            "-D",
        ]);
        run(initdb.arg(data));
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let keeper = launch(&programs, &directory, port);
        Some(Self {
            programs,
            keeper,
            port,
            directory,
        })
    }

    /// As `start_or_skip`, with a certificate.
    #[cfg(feature = "postgres-tls")]
    pub(crate) fn start_with_tls_or_skip(certificate: &Path, key: &Path) -> Option<Self> {
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

    #[cfg(feature = "postgres-tls")]
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Whether somebody but the asker is connected, and by TLS.
    #[cfg(feature = "postgres-tls")]
    pub(crate) async fn has_encrypted_clients(&self) -> bool {
        let mut connection = PgConnection::connect(&format!("{}?sslmode=disable", self.url()))
            .await
            .unwrap();
        let sql = "SELECT COUNT(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
                   WHERE s.ssl AND a.application_name = 'sso-store'";
        let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
        sqlx::Row::get::<i64, _>(&row, 0) > 0
    }

    /// As `start`, and says or fails when there is nothing to start.
    pub(crate) fn start_or_skip() -> Option<Self> {
        let server = Self::start();
        if server.is_none() {
            require_or_skip();
        }
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://sso@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as a crash does; its data stays.
    pub(crate) fn kill(&mut self) {
        std::fs::write(self.directory.join("keep"), "").unwrap();
        drop(self.keeper.stdin.take());
        self.keeper.wait().unwrap();
        std::fs::remove_file(self.directory.join("keep")).unwrap();
    }

    /// After `kill`: on the same data and port.
    pub(crate) fn start_again(&mut self) {
        self.keeper = launch(&self.programs, &self.directory, self.port);
    }

    /// Sends a signal to every process of the server.
    pub(crate) fn signal(&self, name: &str) {
        let pid_file = std::fs::read_to_string(self.directory.join("data/postmaster.pid")).unwrap();
        let postmaster = pid_file.lines().next().unwrap();
        let children = Command::new("pgrep")
            .args(["-P", postmaster])
            .output()
            .unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let signal = format!("-{name}");
        run(Command::new("kill")
            .arg(signal)
            .arg(postmaster)
            .args(children.split_whitespace()));
    }
}

fn launch(programs: &Path, directory: &Path, port: u16) -> Child {
    let mut keeper = as_user(Path::new("/bin/sh"));
    keeper
        .args(["-c", KEEPER, "keeper"])
        .arg(programs)
        .arg(directory)
        .arg(port.to_string());
    let keeper = keeper
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(port);
    keeper
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// Blocks until the server lets a client in: while it starts it answers with an error.
fn wait_for(port: u16) {
    for _ in 0..2_000 {
        if first_answer(port).is_ok_and(|byte| byte == b'R') {
            return;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    panic!("PostgreSQL did not start");
}

/// The type of the first message a client gets: `R` is "authenticated", `E` an error.
fn first_answer(port: u16) -> std::io::Result<u8> {
    let startup = b"\0\x03\0\0user\0sso\0database\0postgres\0\0";
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(&u32::try_from(startup.len() + 4).unwrap().to_be_bytes())?;
    stream.write_all(startup)?;
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let found = folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())?;
    // The programs look for their libraries beside the real file, not beside a link to it.
    Some(
        found
            .join("postgres")
            .canonicalize()
            .ok()?
            .parent()?
            .to_path_buf(),
    )
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn as_user(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "nobody", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn run(command: &mut Command) {
    let output = command.env("LC_ALL", "C").output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// `on_both! { async fn name(bench: Bench) { … } }` runs the body once on each engine.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($bench:ident: Bench) $body:block)*) => { $(
        mod $name {
            use super::*;
            $(#[$attribute])*
            async fn check($bench: crate::engines::Bench) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check(crate::engines::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(bench) = crate::engines::postgres().await {
                    check(bench).await;
                }
            }
        }
    )* };
}
pub(crate) use on_both;
