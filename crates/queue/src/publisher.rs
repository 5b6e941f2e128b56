//! Publishing: `Ok` means that the broker has the message.

use std::sync::Arc;
use std::time::Duration;

use lockstep_model::{Fault, Job};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Ambient, QueueConfig};
use crate::error::PublishError;
use crate::flights::Request;
use crate::line::Line;
use crate::message::{Outgoing, Route};
use crate::metrics;
use crate::sender::Sender;
use crate::topology::Names;

/// The most messages that wait to be sent before more are turned away.
const WAITING: usize = 4_096;

/// Publishes with confirm. Clones share one channel.
#[derive(Clone)]
pub struct Publisher(Arc<Inner>);

struct Inner {
    line: Line,
    names: Names,
    ambient: Ambient,
    limit: Duration,
    waiting: mpsc::Sender<Request>,
}

impl Publisher {
    pub(crate) fn start(
        config: &QueueConfig,
        line: Line,
        ambient: Ambient,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        let (waiting, requests) = mpsc::channel(WAITING);
        let limit = config.confirm_timeout;
        let sender = Sender { line: line.clone(), waiting: requests, limit, stop: stop.clone() };
        tasks.spawn(sender.run());
        let names = Names::new(&config.prefix);
        Self(Arc::new(Inner { line, names, ambient, limit, waiting }))
    }

    /// Publishes a job and waits until the broker has confirmed it.
    ///
    /// # Errors
    /// The message is not *known* to be with the broker; after [`PublishError::Unavailable`] and
    /// [`PublishError::TimedOut`] it may be, so a second try can make a duplicate.
    pub async fn publish(&self, job: &Job, route: Route) -> Result<(), PublishError> {
        let now = (self.0.ambient.now)();
        self.send(Outgoing::job(&self.0.names, job, route, now)).await
    }

    /// Publishes bytes that are given up to the dead letters, with the reason.
    pub(crate) async fn bury(&self, body: Vec<u8>, fault: &Fault) -> Result<(), PublishError> {
        let now = (self.0.ambient.now)();
        self.send(Outgoing::dead(&self.0.names, body, fault, now)).await
    }

    async fn send(&self, message: Outgoing) -> Result<(), PublishError> {
        let outcome = self.try_send(message).await;
        let label = match &outcome {
            Ok(()) => "confirmed",
            Err(PublishError::Blocked) => "blocked",
            Err(PublishError::Busy) => "busy",
            Err(PublishError::Unavailable(_)) => "unavailable",
            Err(PublishError::Refused) => "refused",
            Err(PublishError::Unroutable { .. }) => "unroutable",
            Err(PublishError::TimedOut) => "timed_out",
        };
        metrics::PUBLISHED.with_label_values(&[label]).inc();
        outcome
    }

    async fn try_send(&self, message: Outgoing) -> Result<(), PublishError> {
        if self.0.line.blocked() {
            return Err(PublishError::Blocked);
        }
        let (outcome, answer) = oneshot::channel();
        let waiting = self.0.waiting.try_send(Request { message, outcome });
        waiting.map_err(|_full| PublishError::Busy)?;
        match timeout(self.0.limit, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_closed)) => Err(PublishError::Unavailable("the publisher is closed".into())),
            Err(_elapsed) => Err(PublishError::TimedOut),
        }
    }
}
