//! Running an operation many times, by one caller and by eight, and saying how long it took.

use crate::fill::Town;
use crate::work::{Job, WORK};
use sso_store::Database;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How long each operation is measured.
const SPAN: Duration = Duration::from_secs(4);

#[expect(clippy::print_stdout, reason = "a program that reports figures")]
pub(crate) async fn all(database: &Database, town: Town) -> Result<(), Box<dyn Error>> {
    println!(
        "{:<44} {:>7} {:>10} {:>10} {:>10}",
        "operation", "callers", "per s", "median", "p99"
    );
    let next = Arc::new(AtomicU32::new(beginning()));
    for (name, work) in WORK {
        for callers in [1, 8] {
            let (count, mut times) = run(database, town, *work, callers, &next).await?;
            times.sort_unstable();
            let at = |share: usize| {
                times
                    .get(times.len() * share / 100)
                    .copied()
                    .unwrap_or_default()
            };
            let rate = f64::from(count) / SPAN.as_secs_f64();
            println!(
                "{name:<44} {callers:>7} {rate:>10.0} {:>10.1?} {:>10.1?}",
                at(50),
                at(99)
            );
        }
    }
    println!("memory: {}", memory());
    Ok(())
}

/// Where the numbers of a run begin, far from those of another run on the same database.
fn beginning() -> u32 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs() % 4_000);
    u32::try_from(seconds).unwrap_or_default() * 1_000_000
}

async fn run(
    database: &Database,
    town: Town,
    work: Job,
    callers: u32,
    next: &Arc<AtomicU32>,
) -> Result<(u32, Vec<Duration>), Box<dyn Error>> {
    let end = Instant::now() + SPAN;
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (database, next) = (database.clone(), Arc::clone(next));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let begun = Instant::now();
                    work.run(&database, town, next.fetch_add(1, Ordering::Relaxed))
                        .await
                        .map_err(|e| e.to_string())?;
                    times.push(begun.elapsed());
                }
                Ok::<_, String>(times)
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    Ok((u32::try_from(all.len())?, all))
}

/// Peak resident memory of this process, as Linux tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .map_or_else(|| "unknown".to_owned(), |kib| kib.trim().to_owned())
}
