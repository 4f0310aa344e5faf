//! Many callers at once, counted in windows; and what the service's process spent on it.

use crate::Outcome;
use crate::waiting::Waiting;
use futures_util::{TryStreamExt as _, stream::FuturesUnordered};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
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

/// Counts what is done, in windows.
struct Windows {
    done: Cell<u64>,
    rates: RefCell<Vec<f64>>,
    begun: Instant,
    last: Cell<(u64, Instant)>,
}

impl Windows {
    fn begin() -> Self {
        let begun = Instant::now();
        Self {
            done: Cell::new(0),
            rates: RefCell::default(),
            begun,
            last: Cell::new((0, begun)),
        }
    }

    fn one_more(&self) {
        self.done.set(self.done.get() + 1);
    }

    /// Closes the window when it is over.
    fn look(&self) {
        let (now, (before, at)) = (Instant::now(), self.last.get());
        if now - at >= WINDOW {
            let done = self.done.get();
            let rate = (done - before) as f64 / (now - at).as_secs_f64();
            self.rates.borrow_mut().push(rate);
            self.last.set((done, now));
        }
    }

    /// The windows and how much was done. What is left after the last one is not counted, since
    /// fewer callers are busy then; but a run that is shorter than a window is one window, and one
    /// in which nothing was done is none.
    fn end(self) -> (Vec<f64>, u64) {
        let (done, lasted) = (self.done.get(), self.begun.elapsed());
        let mut rates = self.rates.into_inner();
        if done == 0 {
            rates.clear();
        } else if rates.is_empty() {
            rates.push(done as f64 / lasted.as_secs_f64());
        }
        (rates, done)
    }
}

/// Lets the callers do `call` until each says by `false` that it has nothing left to do, and counts.
/// `pid` is the process whose processor time is read.
pub(crate) fn measure<C>(
    callers: Vec<C>,
    waiting: Waiting,
    pid: Option<u32>,
    call: &impl AsyncFn(&mut C) -> Outcome<bool>,
) -> Outcome<Rates> {
    let before = pid.map(processor_time).transpose()?;
    let windows = Windows::begin();
    let counted = &windows;
    let callers = callers.into_iter().map(|mut caller| async move {
        while call(&mut caller).await? {
            counted.one_more();
        }
        Ok(())
    });
    let all = callers.collect::<FuturesUnordered<_>>().try_collect::<()>();
    waiting.run(all, || counted.look())?;
    let after = pid.map(processor_time).transpose()?;
    let (rates, requests) = windows.end();
    Ok(Rates {
        windows: rates,
        requests,
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
