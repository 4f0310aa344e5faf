//! When to end: Ctrl-C, and SIGTERM where there is such a thing.

use std::io;

/// The signals that end the service. They are caught from the moment this exists.
#[derive(Debug)]
pub struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    /// Begins to catch the signals.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for one of them.
    pub async fn requested(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => tracing::info!("interrupted, ending"),
            _ = self.terminate.recv() => tracing::info!("asked to end, ending"),
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    /// Begins to catch the signal.
    ///
    /// # Errors
    /// None here; elsewhere what the system says.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for it.
    pub async fn requested(self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be caught");
            std::future::pending::<()>().await;
        }
    }
}
