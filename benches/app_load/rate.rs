//! Many callers at once, counted in windows; and what the service's process spent on it.

use crate::Outcome;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for some thousand requests, short enough that some window is undisturbed.
pub(crate) const WINDOW: Duration = Duration::from_millis(500);

/// Requests per second in each window, and the processor time of the measured process.
pub(crate) struct Rates {
    windows: Vec<f64>,
    requests: u64,
    micros: Option<u64>,
}

impl Rates {
    /// Of this process, which has done so many since it had spent so much.
    pub(crate) fn of_this_process(windows: Vec<f64>, done: u64, before: u64) -> Outcome<Self> {
        Ok(Self {
            windows,
            requests: done,
            micros: Some(processor_time(std::process::id())? - before),
        })
    }

    /// The report, `what` named. Where nothing was done there is no rate, which is not a rate of 0.
    pub(crate) fn report(&self, what: &str) -> Value {
        let best = self.windows.iter().copied().reduce(f64::max);
        let mean = best.map(|_| self.windows.iter().sum::<f64>() / self.windows.len() as f64);
        let (best, mean) = (best.map(tenths), mean.map(tenths));
        let cpu = self
            .micros
            .map(|micros| micros as f64 / self.requests.max(1) as f64);
        json!({ "what": what, "best": best, "mean": mean, "windows": self.windows.len(),
                "requests": self.requests, "cpu_micros_per_request": cpu })
    }
}

fn tenths(rate: f64) -> f64 {
    (rate * 10.0).round() / 10.0
}

/// Runs the callers until each says it is done, and counts in windows. `call` gives `false` when
/// the caller has nothing left to do. `pid` is the process whose processor time is read.
///
/// What is left after the last window is not counted, since fewer callers are busy then; but a run
/// that is shorter than a window is one window, and one in which nothing was done is none.
pub(crate) fn measure<C: Send>(
    callers: Vec<C>,
    pid: Option<u32>,
    call: impl Fn(&mut C) -> Outcome<bool> + Sync,
) -> Outcome<Rates> {
    let counted = AtomicU64::new(0);
    let before = pid.map(processor_time).transpose()?;
    let (done, ended) = channel::<()>();
    let outcome: Outcome<Vec<f64>> = thread::scope(|scope| {
        let tasks: Vec<_> = callers
            .into_iter()
            .map(|mut caller| {
                let (counted, call, done) = (&counted, &call, done.clone());
                scope.spawn(move || -> Outcome<()> {
                    let _until_here = done;
                    while call(&mut caller)? {
                        counted.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        drop(done);
        let mut windows = Vec::new();
        let begun = Instant::now();
        let (mut last, mut at) = (0, begun);
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(WINDOW) {
            let (now, instant) = (counted.load(Ordering::Relaxed), Instant::now());
            windows.push((now - last) as f64 / (instant - at).as_secs_f64());
            (last, at) = (now, instant);
        }
        let (all, lasted) = (counted.load(Ordering::Relaxed), begun.elapsed());
        if all == 0 {
            windows.clear();
        } else if windows.is_empty() {
            windows.push(all as f64 / lasted.as_secs_f64());
        }
        for task in tasks {
            task.join().map_err(|_| "a caller panicked")??;
        }
        Ok(windows)
    });
    let after = pid.map(processor_time).transpose()?;
    Ok(Rates {
        windows: outcome?,
        requests: counted.into_inner(),
        micros: after.zip(before).map(|(after, before)| after - before),
    })
}

/// User and system time of a process in microseconds, from its ticks of ten milliseconds.
pub(crate) fn processor_time(pid: u32) -> Outcome<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = text.rsplit_once(')').ok_or("no stat")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || -> Outcome<u64> { Ok(fields.next().ok_or("no ticks")?.parse()?) };
    Ok((next()? + next()?) * 10_000)
}
