//! The program as a process of its own, and who speaks with it.

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
};

use bytes::Bytes;
use http::{Request, Response};
use okta_sso::{
    config::BaseUrl,
    demo::idp::Provider,
    sso::addresses::{Addresses, POSTBACK, REQUESTABLE},
};
use org_domain::OrgId;
use saml_testkit::{AuthnRequestSeen, Person, SpTarget};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::wire;

const PROGRAM: &str = env!("CARGO_BIN_EXE_okta-sso");

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The program, and what it says when it listens.
pub struct Program {
    child: Child,
    pub client: Client,
}

impl Program {
    pub fn start(data: &str, key: &Path, port: u16) -> Self {
        Self::started(Command::new(PROGRAM), data, key, port)
    }

    /// Another process behind the address of this one, on the same data.
    pub fn beside(&self, data: &str, key: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--base-url", &self.client.base]);
        Self::started(command, data, key, free_port())
    }

    /// With files of at most so many kibibytes, until [`lift`](Self::lift).
    /// `None` where the system has no such limits; then that was printed.
    pub fn start_limited(data: &str, key: &Path, kibibytes: u32) -> Option<Self> {
        if Command::new("prlimit").arg("--version").output().is_err() {
            println!("skipped: limits of a running process (prlimit is not installed)");
            return None;
        }
        let mut shell = Command::new("bash");
        let limited = format!(r#"ulimit -S -f {kibibytes}; trap "" XFSZ; exec "$0" "$@""#);
        shell.args(["-c", &limited, PROGRAM]);
        Some(Self::started(shell, data, key, free_port()))
    }

    fn started(mut command: Command, data: &str, key: &Path, port: u16) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut child = command
            .args(["--demo", "--ready-json", "--listen", &address.to_string()])
            .args(["--data", data, "--key-file"])
            .arg(key)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.as_mut().unwrap());
        said.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| ready[key].as_str().unwrap().to_owned();
        let client = Client {
            address,
            base: text("base_url"),
            org: text("org_id"),
            token: text("scim_token"),
        };
        Self { child, client }
    }

    /// Files may be of any size.
    pub fn lift(&self) {
        let pid = self.child.id().to_string();
        let lifted = Command::new("prlimit")
            .args(["--fsize=unlimited", "--pid", &pid])
            .status();
        assert!(lifted.unwrap().success());
    }

    /// Asks it to end, and gives its exit code.
    pub fn end(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.unwrap().success());
        self.child.wait().unwrap().code()
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    /// Nothing outlives a test that failed.
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A browser, an identity provider and a provisioning client in one.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    base: String,
    org: String,
    token: String,
}

pub type Sent = Result<Response<Bytes>, Box<dyn std::error::Error + Send + Sync>>;

impl Client {
    fn request(method: &str, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1")
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Sent {
        let request = Self::request("GET", path).header("cookie", cookie);
        wire::exchange(self.address, request.body(Bytes::new())?).await
    }

    pub async fn post_answer(&self, form: &str) -> Sent {
        let request = Self::request("POST", REQUESTABLE)
            .header("content-type", "application/x-www-form-urlencoded");
        wire::exchange(self.address, request.body(Bytes::from(form.to_owned()))?).await
    }

    pub async fn scim(&self, method: &str, path: &str, body: &str) -> Sent {
        let request = Self::request(method, &format!("/scim/v2{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/scim+json");
        wire::exchange(self.address, request.body(Bytes::from(body.to_owned()))?).await
    }

    /// Begins a login.
    pub async fn begin(&self) -> Sent {
        let path = format!("{POSTBACK}?org_id={}", self.org);
        self.get(&path, "").await
    }

    /// Begins a login here and gives the form that the provider would let the browser post.
    pub async fn answer_for(
        &self,
        email: &str,
    ) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let begun = self.begin().await?;
        let there = begun
            .headers()
            .get("location")
            .ok_or("not begun")?
            .to_str()?;
        let seen = AuthnRequestSeen::from_redirect(there.split_once('?').unwrap().1)?;
        let base = BaseUrl::parse(&self.base)?;
        let addresses = Addresses::new(&base, &OrgId::new(&self.org)?);
        let target =
            SpTarget::new(&addresses.requestable, &addresses.audience).in_response_to(seen.id());
        let provider = Provider::new(&base, self.address.port(), addresses);
        let person = Person::new(email, "Load", "Test");
        let answer = provider
            .test_idp()
            .response(&target, &person, OffsetDateTime::now_utc());
        let (message, _) = answer.post_fields();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("SAMLResponse", &message);
        if let Some(state) = seen.relay_state() {
            form.append_pair("RelayState", state);
        }
        Ok(form.finish())
    }
}

/// Deactivates.
pub const OFF: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"replace","value":{"active":false}}]}"#;

pub fn user(email: &str) -> String {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email,
        "name": { "givenName": "Load", "familyName": "Test" }, "externalId": email,
        "emails": [{ "value": email, "primary": true }], "active": true
    })
    .to_string()
}

pub fn body(reply: &Response<Bytes>) -> Value {
    serde_json::from_slice(reply.body()).unwrap()
}
