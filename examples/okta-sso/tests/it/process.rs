//! The program itself: its one line of JSON, its signals, its files.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

struct Running {
    child: Child,
    ready: Value,
}

fn folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("okta-sso-process-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_okta-sso"))
}

fn start(arguments: &[&str]) -> Running {
    let mut child = program()
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
    Running { child, ready }
}

impl Running {
    fn get(&self, host: &str, path: &str, header: &str) -> String {
        let address = self.ready["base_url"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{header}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn end(mut self) -> i32 {
        let killed = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        let mut rest = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        assert_eq!(rest, "", "exactly one line");
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn one_json_line_then_service_then_a_clean_end_and_again_on_the_same_file() {
    let folder = folder("again");
    let data = folder.join("data.db");
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
        "--demo",
        "--ready-json",
    ];
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let running = start(&arguments);
        let ready = running.ready.as_object().unwrap().clone();
        let keys: Vec<&str> = ready.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "accounts",
                "base_url",
                "idp_url",
                "org_id",
                "scim_base_url",
                "scim_token"
            ]
        );
        let roles: Vec<&str> = ready["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|person| person["role"].as_str().unwrap())
            .collect();
        assert_eq!(roles, ["owner", "admin", "member", "none"]);
        assert!(
            running
                .get("127.0.0.1", "/sign-in", "")
                .starts_with("HTTP/1.1 200")
        );
        assert!(
            running
                .get("auth.localhost", "/", "")
                .contains("Test identity provider")
        );
        let token = ready["scim_token"].as_str().unwrap().to_owned();
        let listed = running.get(
            "127.0.0.1",
            "/scim/v2/Users?count=1",
            &format!("Authorization: Bearer {token}\r\n"),
        );
        assert!(listed.starts_with("HTTP/1.1 200"), "{listed}");
        tokens.push((token, ready["org_id"].clone()));
        assert_eq!(running.end(), 0);
    }
    assert_eq!(
        tokens[0], tokens[1],
        "a restart keeps organisation and token"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn secrets_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder("secrets");
    let data = folder.join("data.db");
    let running = start(&[
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
        "--demo",
        "--ready-json",
    ]);
    for name in ["data.db.key", "data.db.demo.json"] {
        let mode = std::fs::metadata(folder.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(running.end(), 0);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_real_organisation_begins_with_a_link_for_its_owner() {
    let folder = folder("first");
    let (data, certificate) = (folder.join("data.db"), folder.join("okta.cert"));
    std::fs::write(
        &certificate,
        saml_testkit::TestIdp::okta().certificate_pem(),
    )
    .unwrap();
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
        "--organization",
        "Acme",
        "--owner",
        "you@acme.example",
        "--okta-certificate",
        certificate.to_str().unwrap(),
        "--okta-sign-in-url",
        "https://acme.okta.com/app/acme_app/exk1/sso/saml",
        "--okta-issuer",
        "http://www.okta.com/exk1",
    ];
    let mut child = program()
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let link = lines.find(|line| line.contains("/invitations/")).unwrap();
    let (base, path) = link
        .trim()
        .split_at(link.trim().find("/invitations/").unwrap());
    let running = Running {
        child,
        ready: serde_json::json!({ "base_url": base }),
    };
    assert!(
        lines.any(|line| line.contains("Listening")),
        "ready before the link is opened"
    );
    let page = running.get("127.0.0.1", path, "");
    assert!(
        page.contains("Join Acme") && page.contains("you@acme.example"),
        "{page}"
    );
    let mut running = running;
    Command::new("kill")
        .args(["-TERM", &running.child.id().to_string()])
        .status()
        .unwrap();
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_work_is_said_and_ends_with_one() {
    let folder = folder("refused");
    let data = folder.join("data.db");
    let data = data.to_str().unwrap();
    for (arguments, said) in [
        (
            vec!["--demo", "--listen", "0.0.0.0:0", "--data", data],
            "loopback",
        ),
        (vec!["--data", data, "--listen", "127.0.0.1:0"], "--owner"),
        (
            vec![
                "--data",
                data,
                "--listen",
                "127.0.0.1:0",
                "--base-url",
                "http://app.example",
            ],
            "https",
        ),
        (
            vec![
                "--data",
                data,
                "--owner",
                "you@acme.example",
                "--okta-issuer",
                "x",
            ],
            "belong together",
        ),
        (
            vec!["check", "--data", "postgres://nobody@127.0.0.1:1/none"],
            "--key-file",
        ),
    ] {
        let output = program().args(&arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(said), "{arguments:?}: {error}");
        assert_ne!(output.status.code(), Some(0));
    }
    let output = program()
        .args(["check", "--data", data, "--base-url", "https://app.example"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_database_that_is_not_there_ends_the_start() {
    let folder = folder("nowhere");
    let key = folder.join("key");
    let nowhere = "postgres://nobody@127.0.0.1:1/none";
    let output = program()
        .args(["--data", nowhere, "--database-patience", "1", "--key-file"])
        .arg(&key)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("the database is unavailable"), "{error}");
    assert_eq!(output.status.code(), Some(1));
    std::fs::remove_dir_all(folder).unwrap();
}
