//! The thread that writes: what waits together is committed together.
//!
//! A commit waits for the disk, and while it does, others come to wait. All of them go into the
//! next commit, so that under load the disk is asked once for many. One that fails takes nobody
//! with it: the batch is undone and done again with a savepoint for each. Savepoints at once
//! would cost every batch what few need. Nobody is told before the commit has ended.

use super::Writer;
use super::connect::{control, execute, is_busy};
use super::tx::{undo, undone};
use crate::error::{Cause, StoreError};
use crate::sql::unit::{Expect, Step, UnitError};
use rusqlite::Connection;
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot::Sender;

/// Units in one commit at most, so that the first does not wait long for the last.
const MOST: usize = 256;

/// How long more are waited for, for each that came the last time; alone, nobody waits. Most of
/// what a commit costs is the same for one and for forty: the disk, and the pages that all touch.
const COMPANY: Duration = Duration::from_micros(400);

/// How long at most: a wait that nobody notices beside the
/// way of a browser, in which a few dozen more come where a service is busy.
const COMPANY_AT_MOST: Duration = Duration::from_millis(5);

/// A unit and whoever waits for it.
pub(super) struct Waiting {
    pub(super) steps: Vec<Step>,
    pub(super) reply: Sender<Outcome>,
}

type Outcome = Result<Vec<u64>, UnitError>;

/// Starts the thread. It ends when the last user of the database is gone.
pub(super) fn start(
    writer: Writer,
    queue: UnboundedReceiver<Waiting>,
    patience: Duration,
) -> Result<(), StoreError> {
    let started = thread::Builder::new()
        .name("sso-store-writer".to_owned())
        .spawn(move || work(&writer, queue, patience));
    match started {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::Unavailable(Cause(error.into()))),
    }
}

fn work(writer: &Writer, mut queue: UnboundedReceiver<Waiting>, patience: Duration) {
    let mut last = 1;
    while let Some(first) = queue.blocking_recv() {
        if last > 1 {
            thread::sleep(COMPANY_AT_MOST.min(COMPANY.saturating_mul(last)));
        }
        // Whoever comes while a transaction has the turn still gets into this commit.
        let mut writer = writer.blocking_lock();
        let mut batch = vec![first];
        while batch.len() < MOST
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        // Who gave up was told that nothing is certain; then rather nothing happens.
        batch.retain(|waiting| !waiting.reply.is_closed());
        last = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        match writer.as_mut() {
            Some(connection) => run(connection, batch, patience),
            None => return,
        }
    }
}

/// Whether each unit of a batch has a savepoint of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    Each,
    None,
}

fn run(connection: &Connection, batch: Vec<Waiting>, patience: Duration) {
    let (replies, units): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|waiting| (waiting.reply, waiting.steps))
        .unzip();
    let (mut outcomes, mut committed) = attempt(connection, &units, patience, Savepoints::None);
    if units.len() > 1 && committed.is_ok() && outcomes.iter().any(Result::is_err) {
        (outcomes, committed) = attempt(connection, &units, patience, Savepoints::Each);
    }
    tell(replies.into_iter().zip(outcomes).collect(), committed);
}

/// One transaction over the batch. Without savepoints it ends, with nothing written, at the first
/// unit that fails.
fn attempt(
    connection: &Connection,
    units: &[Vec<Step>],
    patience: Duration,
    savepoints: Savepoints,
) -> (Vec<Outcome>, Result<(), StoreError>) {
    if let Err(error) = begin(connection, patience) {
        let nothing = units.iter().map(|_| Ok(Vec::new())).collect();
        return (nothing, Err(error.into()));
    }
    let mut outcomes = Vec::with_capacity(units.len());
    for steps in units {
        let outcome = match savepoints {
            Savepoints::Each => alone(connection, steps),
            Savepoints::None => self::steps(connection, steps),
        };
        let failed = outcome.is_err();
        outcomes.push(outcome);
        if failed && savepoints == Savepoints::None {
            undo(connection);
            return (outcomes, Ok(()));
        }
    }
    let committed = if connection.is_autocommit() {
        Err(undone())
    } else {
        control(connection, "COMMIT").map_err(StoreError::of_commit)
    };
    undo(connection);
    (outcomes, committed)
}

/// What was done counts when the commit does; the first whose change was lost is told why.
fn tell(done: Vec<(Sender<Outcome>, Outcome)>, committed: Result<(), StoreError>) {
    let (lost, unsettled, mut why) = match committed {
        Ok(()) => (false, false, None),
        Err(error) => (true, error.may_have_changed(), Some(error)),
    };
    let same = || {
        if unsettled {
            undone().unsettled()
        } else {
            undone()
        }
    };
    for (reply, outcome) in done {
        let outcome = match outcome {
            Ok(_) if lost => Err(why.take().unwrap_or_else(same).into()),
            outcome => outcome,
        };
        reply.send(outcome).ok();
    }
}

/// Takes the write lock; another process may have it.
fn begin(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let end = Instant::now() + patience;
    loop {
        match control(connection, "BEGIN IMMEDIATE") {
            Err(error) if is_busy(&error) && Instant::now() < end => {
                thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
}

/// One unit in a savepoint of its own.
fn alone(connection: &Connection, all: &[Step]) -> Outcome {
    if connection.is_autocommit() {
        return Err(undone().into());
    }
    control(connection, "SAVEPOINT unit").map_err(StoreError::from)?;
    let done = steps(connection, all);
    if done.is_err() && !connection.is_autocommit() {
        control(connection, "ROLLBACK TO unit").map_err(StoreError::from)?;
    }
    if !connection.is_autocommit() {
        control(connection, "RELEASE unit").map_err(StoreError::from)?;
    }
    done
}

fn steps(connection: &Connection, steps: &[Step]) -> Outcome {
    let mut touched = Vec::with_capacity(steps.len());
    for (number, step) in steps.iter().enumerate() {
        let rows = execute(connection, &step.sql, &step.values).map_err(StoreError::from)?;
        if step.expect == Expect::One && rows != 1 {
            return Err(UnitError::Unmet(number));
        }
        touched.push(rows);
    }
    Ok(touched)
}
