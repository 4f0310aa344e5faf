//! The command line as scripts use it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod check;
mod outgoing;
mod setup;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use saml_testkit::{Person, ResponseBuilder, SpTarget, TestIdp};
use time::macros::datetime;

pub(crate) const ACS: &str = "https://sp.test/acs";
pub(crate) const AUDIENCE: &str = "https://sp.test/entity";
pub(crate) const NOW: &str = "2026-01-31T12:00:00Z";

pub(crate) fn response() -> ResponseBuilder {
    let target = SpTarget::new(ACS, AUDIENCE).in_response_to("_request1");
    let person = Person::new("ann@corp.test", "Ann", "Archer");
    TestIdp::okta().response(&target, &person, datetime!(2026-01-31 12:00 UTC))
}

pub(crate) fn run(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_saml-doctor"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may end before it reads, as on misuse.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Written once: tests run side by side.
pub(crate) static CERTIFICATE: LazyLock<String> =
    LazyLock::new(|| file("idp.pem", TestIdp::okta().certificate_pem()));
pub(crate) static METADATA: LazyLock<String> =
    LazyLock::new(|| file("idp.xml", &TestIdp::okta().metadata_xml()));

pub(crate) fn file(name: &str, content: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Whole at once: tests that run side by side write the same files.
    let thread = format!("{:?}", std::thread::current().id());
    let begun = path.with_extension(thread.replace(['(', ')'], "-"));
    std::fs::write(&begun, content).unwrap();
    std::fs::rename(&begun, &path).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) fn check(stdin: &[u8], more: &[&str]) -> Output {
    let issuer = TestIdp::okta().issuer().to_owned();
    let mut arguments = vec![
        "check",
        "-",
        "--idp-cert",
        CERTIFICATE.as_str(),
        "--issuer",
        &issuer,
        "--audience",
        AUDIENCE,
        "--acs",
        ACS,
    ];
    if !more.contains(&"--now") {
        arguments.extend(["--now", NOW]);
    }
    arguments.extend(more);
    run(&arguments, stdin)
}

pub(crate) const SIDES: [&str; 4] = ["--audience", AUDIENCE, "--acs", ACS];
