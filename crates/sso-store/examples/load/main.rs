//! `cargo run --release -p sso-store --example load -- sqlite:/tmp/load.db 1000000 1000`
//!
//! Fills an empty database with people and organisations and measures what the engines of the
//! three leaves ask of it. The first organisation gets a tenth of all people. Prints one line
//! per measurement: operations per second, median and 99th percentile, at one and at eight
//! callers.

mod fill;
mod measure;
mod work;

use sso_store::{Database, Durability, OpenOptions, Pepper};
use std::error::Error;

/// What the command line says.
struct Arguments {
    url: String,
    people: u32,
    organisations: u32,
    durability: Durability,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    Ok(Arguments {
        url: words
            .next()
            .ok_or("usage: load URL [PEOPLE] [ORGANISATIONS] [power-loss|process-loss]")?,
        people: words.next().map_or(Ok(100_000), |word| word.parse())?,
        organisations: words.next().map_or(Ok(100), |word| word.parse())?,
        durability: match words.next().as_deref() {
            None | Some("power-loss") => Durability::PowerLoss,
            Some("process-loss") => Durability::ProcessLoss,
            Some(other) => return Err(format!("unknown durability {other}").into()),
        },
    })
}

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let options = OpenOptions {
        durability: arguments.durability,
        ..OpenOptions::default()
    };
    let database = Database::open_with(&arguments.url, Pepper::new([7; 32]), &options).await?;
    database.migrate().await?;
    let town = fill::Town {
        people: arguments.people,
        organisations: arguments.organisations.max(2),
    };
    fill::fill(&arguments.url, town).await?;
    measure::all(&database, town).await
}
