//! How a process lives and ends.
//!
//! The first SIGTERM or SIGINT is *soft*: take nothing new, finish what runs. A second one, or the
//! end of the grace, is *hard*: let go of what still runs. A task that ends before it was asked to is
//! a crash: the others are stopped softly and the process ends with a failure, so that whoever
//! watches it starts it again.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long tasks may take to end once they were told to let go.
const LET_GO: Duration = Duration::from_secs(5);
const HEARTBEAT: Duration = Duration::from_secs(1);

/// The tokens and the tasks of a process. Clones are the same life.
#[derive(Clone)]
pub struct Lifecycle {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
    crashed: Arc<AtomicBool>,
    heartbeat: watch::Sender<Instant>,
    grace: Duration,
}

impl Lifecycle {
    /// A life whose end may take `grace`.
    pub fn new(grace: Duration) -> Self {
        let hard = CancellationToken::new();
        Self {
            soft: hard.child_token(),
            hard,
            tasks: TaskTracker::new(),
            crashed: Arc::default(),
            heartbeat: watch::Sender::new(Instant::now()),
            grace,
        }
    }

    /// Cancelled when nothing new may begin.
    pub fn soft(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Cancelled when what runs must be let go.
    pub fn hard(&self) -> CancellationToken {
        self.hard.clone()
    }

    /// How long what runs may take to finish.
    pub fn grace(&self) -> Duration {
        self.grace
    }

    /// How long ago the run loop last turned.
    pub fn since_heartbeat(&self) -> Duration {
        self.heartbeat.borrow().elapsed()
    }

    /// Runs a task that lives until the soft token is cancelled. Ending before that, an error and a
    /// panic are crashes.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let life = self.clone();
        self.tasks.spawn(async move {
            match tokio::spawn(task).await {
                Ok(Ok(())) if life.soft.is_cancelled() => tracing::debug!(name, "ended"),
                Ok(Ok(())) => life.crash(name, "it ended before it was asked to"),
                Ok(Err(error)) => life.crash(name, &format!("{error:#}")),
                Err(panic) => life.crash(name, &panic.to_string()),
            }
        });
    }

    /// Waits for a signal or a crash, then for the tasks to end.
    ///
    /// # Errors
    /// The signals cannot be listened to.
    pub async fn run(self) -> std::io::Result<ExitCode> {
        let mut signals = Signals::listen()?;
        let mut beat = interval(HEARTBEAT);
        while !self.soft.is_cancelled() {
            tokio::select! {
                _ = beat.tick() => { self.heartbeat.send_replace(Instant::now()); }
                () = self.soft.cancelled() => {}
                name = signals.next() => {
                    tracing::info!(name, grace = ?self.grace, "stopping");
                    self.soft.cancel();
                }
            }
        }
        self.tasks.close();
        tokio::select! {
            () = self.tasks.wait() => {}
            name = signals.next() => tracing::warn!(name, "stopping now"),
            () = sleep(self.grace) => tracing::warn!("the grace is over"),
        }
        self.hard.cancel();
        if timeout(LET_GO, self.tasks.wait()).await.is_err() {
            tracing::error!(left = self.tasks.len(), "tasks did not let go");
            return Ok(ExitCode::FAILURE);
        }
        let crashed = self.crashed.load(Ordering::Acquire);
        Ok(if crashed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn crash(&self, name: &str, reason: &str) {
        tracing::error!(name, reason, "a task of the process has failed");
        self.crashed.store(true, Ordering::Release);
        self.soft.cancel();
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { terminate, interrupt })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_ends_early_is_a_crash_and_the_others_are_stopped() {
        for fails in [false, true] {
            let life = Lifecycle::new(Duration::from_secs(5));
            let soft = life.soft();
            life.spawn("steady", async move {
                soft.cancelled().await;
                Ok(())
            });
            life.spawn("short", async move {
                anyhow::ensure!(!fails, "no disk");
                Ok(())
            });
            let code = timeout(Duration::from_secs(2), life.run()).await.expect("it ends");
            assert_eq!(code.expect("signals"), ExitCode::FAILURE);
        }
    }

    #[tokio::test]
    async fn a_panic_is_a_crash() {
        let life = Lifecycle::new(Duration::from_secs(5));
        life.spawn("panics", async move { panic!("unlucky") });
        assert_eq!(life.run().await.expect("signals"), ExitCode::FAILURE);
    }

    #[tokio::test]
    async fn asked_to_stop_it_waits_for_the_tasks_and_succeeds() {
        let life = Lifecycle::new(Duration::from_secs(5));
        let soft = life.soft();
        life.spawn("drains", async move {
            soft.cancelled().await;
            sleep(Duration::from_millis(50)).await;
            Ok(())
        });
        life.soft.cancel();
        assert_eq!(life.run().await.expect("signals"), ExitCode::SUCCESS);
    }

    #[tokio::test]
    async fn at_the_end_of_the_grace_tasks_are_told_to_let_go() {
        let life = Lifecycle::new(Duration::from_millis(50));
        let hard = life.hard();
        life.spawn("slow", async move {
            hard.cancelled().await;
            Ok(())
        });
        life.soft.cancel();
        let begun = Instant::now();
        assert_eq!(life.run().await.expect("signals"), ExitCode::SUCCESS);
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}
