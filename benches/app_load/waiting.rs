//! One thread that does what all callers do, and how it waits for their answers.

use crate::Outcome;
use clap::ValueEnum;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How the load waits while no answer is there.
///
/// To wake whoever sleeps is work of the one who sends. Where both share a machine that is the
/// service, which does nothing of the kind for callers elsewhere; a virtual machine took a sixth of
/// the time of a SCIM GET for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Waiting {
    /// It looks again and again, and needs a processor that nobody else wants.
    Awake,
    /// It sleeps.
    Asleep,
}

impl Waiting {
    /// Between two looks at the clock.
    const NAP: Duration = Duration::from_millis(5);

    /// Runs the load, and `look` again and again until the load has ended.
    pub(crate) fn run<T>(
        self,
        load: impl Future<Output = Outcome<T>>,
        mut look: impl FnMut(),
    ) -> Outcome<T> {
        let looking = async {
            loop {
                look();
                match self {
                    Self::Awake => tokio::task::yield_now().await,
                    Self::Asleep => tokio::time::sleep(Self::NAP).await,
                }
            }
        };
        self.runtime()?.block_on(async {
            match select(pin!(load), pin!(looking)).await {
                Either::Left((done, _)) => done,
                Either::Right((never, _)) => never,
            }
        })
    }

    fn runtime(self) -> Outcome<Runtime> {
        let mut builder = Builder::new_current_thread();
        if self == Self::Awake {
            builder.event_interval(1);
        }
        Ok(builder.enable_all().build()?)
    }
}
