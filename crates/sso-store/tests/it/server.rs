//! A PostgreSQL server of the tests' own, from the installed programs. The application's tests use
//! this file too.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

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

/// Says that PostgreSQL is absent, or fails where it must not be.
fn require_or_skip() {
    let required = std::env::var("CI_REQUIRE_COUNTERPARTS").is_ok_and(|value| value == "1");
    assert!(
        !required,
        "PostgreSQL is required here and is not installed"
    );
    println!("skipped: PostgreSQL (neither installed nor named by SSO_STORE_POSTGRES_URL)");
}

/// A PostgreSQL server in a temporary folder. It ends with the process that started it, even
/// when that is killed, because its keeper waits for the end of its standard input.
pub(crate) struct Server {
    programs: PathBuf,
    keeper: Child,
    connections: u16,
    pub(crate) port: u16,
    pub(crate) directory: PathBuf,
}

const KEEPER: &str = r#"
"$1"/postgres -D "$2/data" -k "$2" -h 127.0.0.1 -p "$3" -c fsync=off -c max_connections="$4" >"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
[ -e "$2/keep" ] || rm -rf "$2"
"#;

impl Server {
    /// `None` when the programs are not installed.
    pub(crate) fn start() -> Option<Self> {
        Self::start_for(200)
    }

    /// As `start`, for so many connections at most.
    fn start_for(connections: u16) -> Option<Self> {
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
        let keeper = launch(&programs, &directory, port, connections);
        Some(Self {
            programs,
            keeper,
            connections,
            port,
            directory,
        })
    }

    /// As `start`, and says or fails when there is nothing to start.
    pub(crate) fn start_or_skip() -> Option<Self> {
        Self::start_for_or_skip(200)
    }

    /// As `start_or_skip`, for so many connections at most.
    pub(crate) fn start_for_or_skip(connections: u16) -> Option<Self> {
        let server = Self::start_for(connections);
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
        self.keeper = launch(&self.programs, &self.directory, self.port, self.connections);
    }

    /// The process that makes the others, while it runs.
    fn postmaster(&self) -> Option<String> {
        let file = self.directory.join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).ok()?;
        text.lines().next().map(str::to_owned)
    }

    /// Sends a signal to every process of the server: first to the one that makes the others.
    pub(crate) fn signal(&self, name: &str) {
        let postmaster = self.postmaster().unwrap();
        let signal = format!("-{name}");
        run(Command::new("kill").args([&signal, &postmaster]));
        let children = Command::new("pgrep")
            .args(["-P", &postmaster])
            .output()
            .unwrap();
        for child in String::from_utf8(children.stdout)
            .unwrap()
            .split_whitespace()
        {
            // One that has ended meanwhile needs no signal.
            Command::new("kill")
                .args([&signal, child])
                .output()
                .unwrap();
        }
    }
}

fn launch(programs: &Path, directory: &Path, port: u16, connections: u16) -> Child {
    let mut keeper = as_user(Path::new("/bin/sh"));
    keeper
        .args(["-c", KEEPER, "keeper"])
        .arg(programs)
        .arg(directory)
        .arg(port.to_string())
        .arg(connections.to_string());
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
        // A test that failed may have left it stopped, and then it would not end.
        if let Some(postmaster) = self.postmaster() {
            let go_on = Command::new("kill").args(["-CONT", &postmaster]).output();
            go_on.ok();
        }
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

pub(crate) fn is_root() -> bool {
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

pub(crate) fn run(command: &mut Command) {
    let output = command.env("LC_ALL", "C").output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
