//! Command line: paste a SAML response, get the report. Reads files, sends nothing anywhere.
//!
//! ```text
//! cargo run -p saml-doctor -- check response.txt --idp-cert okta.pem --issuer http://www.okta.com/exk1 \
//!     --audience https://sp.example/entity --acs https://sp.example/acs --now 2026-01-31T12:00:00Z --request-id _1
//! ```
//!
//! Exit code: 0 accepted, 1 refused, 2 wrong use of the command.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

mod args;
mod c14n;
mod capture;
mod check;
mod input;
mod lint;
mod metadata;
mod outgoing;
mod report;
mod setup;
mod sides;
mod xml;

/// What a command leaves behind: octets for standard output, and whether the answer is yes.
#[derive(Debug)]
struct Outcome {
    output: Vec<u8>,
    accepted: bool,
}

/// The command was used wrongly: a file is missing, an argument does not parse.
#[derive(Debug)]
struct Misuse(String);

impl<E: std::error::Error> From<E> for Misuse {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

fn main() -> ExitCode {
    // clap ends with 2 on a wrong command line and with 0 on --help.
    let outcome = match args::Args::parse().command {
        args::Command::Check(args) => check::run(&args),
        args::Command::Lint(args) => lint::run(&args),
        args::Command::Setup(args) => setup::run(&args),
        args::Command::Metadata(args) => metadata::run(&args),
        args::Command::Request(args) => outgoing::request(&args),
        args::Command::Logout(args) => outgoing::logout(&args),
        args::Command::Xml(args) => xml::run(&args),
        args::Command::C14n(args) => c14n::run(&args),
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(Misuse(reason)) => {
            let _ = writeln!(std::io::stderr(), "saml-doctor: {reason}");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = std::io::stdout().write_all(&outcome.output) {
        let _ = writeln!(std::io::stderr(), "saml-doctor: cannot write: {error}");
        return ExitCode::from(2);
    }
    ExitCode::from(u8::from(!outcome.accepted))
}
