//! knotd on loopback, with live updates by nsupdate. Found when installed.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use org_domain::dns_hickory::{HickoryLookup, Patience};

pub(super) struct Knot {
    pub(super) address: SocketAddr,
    child: Child,
    dir: PathBuf,
}

impl Drop for Knot {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
        let _left = std::fs::remove_dir_all(&self.dir);
    }
}

fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("-V")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// A port that is free for UDP and TCP at this moment.
fn free_port() -> u16 {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = udp.local_addr().unwrap();
        if TcpListener::bind(address).is_ok() {
            return address.port();
        }
    }
}

impl Knot {
    /// Starts a server for the zone `corp.test`, or says why not.
    pub(super) fn start() -> Option<Self> {
        if !is_installed("knotd") || !is_installed("nsupdate") {
            assert!(
                std::env::var_os("CI_REQUIRE_COUNTERPARTS").is_none(),
                "knotd and nsupdate are required"
            );
            println!("skipped: knotd or nsupdate is not installed");
            return None;
        }
        let port = free_port();
        let dir =
            std::env::temp_dir().join(format!("org-domain-knot-{}-{port}", std::process::id()));
        for sub in ["db", "run"] {
            std::fs::create_dir_all(dir.join(sub)).unwrap();
        }
        std::fs::write(dir.join("corp.test.zone"), ZONE).unwrap();
        let config = dir.join("knot.conf");
        std::fs::write(&config, configuration(&dir.display().to_string(), port)).unwrap();
        let mut child = Command::new("knotd")
            .arg("-c")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("knotd starts");
        let log = child.stderr.take().unwrap();
        let knot = Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            child,
            dir,
        };
        wait_for_zone(log);
        Some(knot)
    }

    pub(super) fn client(&self) -> HickoryLookup {
        let patience = Patience {
            question: Duration::from_millis(500),
            resolver: Duration::from_secs(3),
        };
        HickoryLookup::with_patience(&[self.address], patience).unwrap()
    }

    /// Sends one update and waits for the server's word.
    pub(super) fn update(&self, commands: &str) {
        let mut child = Command::new("nsupdate")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let script = format!(
            "server 127.0.0.1 {}\nzone corp.test\n{commands}\nsend\n",
            self.address.port()
        );
        child
            .stdin
            .take()
            .unwrap()
            .write_all(script.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Reads the server's log until the zone is there, and goes on reading so that it never blocks.
fn wait_for_zone(log: ChildStderr) {
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    let mut told = Vec::new();
    let is_there = lines
        .by_ref()
        .inspect(|line| told.push(line.clone()))
        .any(|line| line.contains("server started"));
    assert!(is_there, "knotd did not start: {told:?}");
    std::thread::spawn(move || lines.for_each(drop));
}

const ZONE: &str = "\
$ORIGIN corp.test.
$TTL 60
@ SOA ns admin 1 3600 600 86400 30
@ NS ns
ns A 127.0.0.1
ready TXT \"yes\"
*.wild TXT \"v=spf1 -all\"
";

fn configuration(dir: &str, port: u16) -> String {
    format!(
        "server:\n    listen: 127.0.0.1@{port}\n    rundir: {dir}/run\n\
         database:\n    storage: {dir}/db\n\
         acl:\n  - id: local\n    address: 127.0.0.1\n    action: update\n\
         template:\n  - id: default\n    storage: {dir}\n\
         log:\n  - target: stderr\n    any: info\n\
         zone:\n  - domain: corp.test\n    file: corp.test.zone\n    acl: local\n"
    )
}
