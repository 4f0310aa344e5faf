//! The load that `app.py` puts on a running service: logins with answers signed beforehand,
//! provisioning, look-ups, and the verification alone that logins are compared with.
//!
//! Each command prints one line of JSON. A rate is that of the best window of half a second, so
//! that a busy neighbour does not decide; the mean over all windows stands beside it.

mod backend;
mod http;
mod logins;
mod rate;
mod scim;
mod waiting;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::process::ExitCode;

/// Whatever goes wrong ends the run with its text.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Verifications per second of one thread: the posted form to a pending login.
    Verify {
        /// Windows of half a second.
        #[arg(long, default_value_t = 10)]
        windows: u32,
        /// With whose RSA.
        #[arg(long, value_enum, default_value_t = backend::Backend::Default)]
        backend: backend::Backend,
    },
    /// Logins: all requests are begun and all answers signed first, then they are posted.
    Logins(logins::Logins),
    /// Users are created by SCIM.
    Provision(scim::Provision),
    /// Resources are read by SCIM.
    Read(scim::Read),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Verify { windows, backend } => logins::verify(windows, backend),
        Command::Logins(logins) => logins.run(),
        Command::Provision(provision) => provision.run(),
        Command::Read(read) => read.run(),
    };
    match done {
        Ok(report) => {
            print(&report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            note(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are the output of this program"
)]
fn print(report: &serde_json::Value) {
    println!("{report}");
}

#[expect(clippy::print_stderr, reason = "for whoever runs it")]
fn note(text: &str) {
    eprintln!("app-load: {text}");
}
