//! One supervised connection to the broker.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{Notify, watch};
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Ambient, QueueConfig};
use crate::error::QueueError;
use crate::gate::Gate;
use crate::metrics;
use crate::topology::{self, Names};

/// Half of what it takes to notice a peer that went away without a word.
const HEARTBEAT_SECONDS: u16 = 10;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(5);
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
const FIRST_DELAY: Duration = Duration::from_millis(200);
const LAST_DELAY: Duration = Duration::from_secs(3);
/// How often the state is looked at, should an event be missed.
const LOOK: Duration = Duration::from_millis(500);

/// A connection that is made anew whenever it is lost, until it is closed.
#[derive(Clone)]
pub(crate) struct Line(Arc<Inner>);

struct Inner {
    config: QueueConfig,
    role: &'static str,
    ambient: Ambient,
    current: watch::Sender<Option<Arc<Connection>>>,
    failure: Mutex<Option<QueueError>>,
    blocked: AtomicBool,
    renew: Notify,
    gate: Gate,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Line {
    /// Starts the supervisor. The connection follows: see [`Self::ready`].
    pub(crate) fn open(config: QueueConfig, role: &'static str, ambient: Ambient) -> Self {
        let line = Self(Arc::new(Inner {
            config,
            role,
            ambient,
            current: watch::Sender::new(None),
            failure: Mutex::new(None),
            blocked: AtomicBool::new(false),
            renew: Notify::new(),
            gate: Gate::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        line.0.tasks.spawn(line.clone().supervise());
        line.0.tasks.close();
        line
    }

    /// Waits for the connection; after `limit`, gives the reason why there is none.
    pub(crate) async fn ready(&self, limit: Duration) -> Result<Arc<Connection>, QueueError> {
        let mut current = self.0.current.subscribe();
        if let Ok(Ok(connection)) = timeout(limit, current.wait_for(Option::is_some)).await
            && let Some(connection) = connection.as_ref()
        {
            return Ok(Arc::clone(connection));
        }
        let failure = self.0.failure.lock().ok().and_then(|failure| failure.clone());
        Err(failure.unwrap_or_else(|| QueueError::TimedOut("connecting".into())))
    }

    /// A new channel, as soon as there is a connection. Cancel-safe.
    pub(crate) async fn channel(&self) -> Result<Channel, QueueError> {
        let connection = self.ready(Duration::MAX).await?;
        self.call("opening a channel", connection.create_channel()).await
    }

    /// Runs one call to the broker. One that is not answered in time condemns the connection.
    pub(crate) async fn call<T>(
        &self,
        what: &str,
        call: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, QueueError> {
        if let Ok(answer) = timeout(CALL_TIMEOUT, call).await {
            return Ok(answer?);
        }
        self.0.renew.notify_waiters();
        Err(QueueError::TimedOut(what.to_owned()))
    }

    /// Something that was declared is gone: connects anew, for that declares it again.
    pub(crate) fn mend(&self) {
        if self.0.config.declare {
            self.0.renew.notify_waiters();
        }
    }

    /// Held while messages are handed over, so that they are written together.
    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    pub(crate) fn connected(&self) -> bool {
        self.0.current.borrow().is_some()
    }

    pub(crate) fn blocked(&self) -> bool {
        self.0.blocked.load(Ordering::Relaxed)
    }

    /// Closes the connection for good. Close the channels first.
    pub(crate) async fn close(&self) {
        self.0.stop.cancel();
        self.0.tasks.wait().await;
    }

    async fn supervise(self) {
        let mut delay = FIRST_DELAY;
        while !self.0.stop.is_cancelled() {
            match self.connect().await {
                Ok(connection) => {
                    tracing::info!(role = self.0.role, "connected to the broker");
                    delay = FIRST_DELAY;
                    self.tend(Arc::new(connection)).await;
                }
                Err(error) => {
                    tracing::warn!(role = self.0.role, %error, "cannot connect to the broker");
                    self.note(error);
                }
            }
            let jittered = delay.mul_f64(0.5 + (self.0.ambient.jitter)() / 2.0);
            tokio::select! { () = sleep(jittered) => {}, () = self.0.stop.cancelled() => {} }
            delay = (delay * 2).min(LAST_DELAY);
        }
    }

    async fn connect(&self) -> Result<Connection, QueueError> {
        let config = &self.0.config;
        let mut uri: AMQPUri = config.url.parse().map_err(QueueError::Address)?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
        let name = format!("{} {}", config.name, self.0.role);
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let open = async {
            let connection =
                Connection::connect_uri_with_runtime(uri, properties, self.0.gate.runtime())
                    .await?;
            if config.declare {
                topology::declare(&connection, &Names::new(&config.prefix)).await?;
            }
            Ok(connection)
        };
        let opened = timeout(CONNECT_TIMEOUT, open).await;
        opened.unwrap_or_else(|_| Err(QueueError::TimedOut("connecting".into())))
    }

    /// Offers the connection until it fails, is condemned, or is no longer wanted.
    async fn tend(&self, connection: Arc<Connection>) {
        let mut events = std::pin::pin!(connection.events_listener());
        let mut look = interval(LOOK);
        self.offer(Some(Arc::clone(&connection)));
        while connection.status().connected() {
            self.mark_blocked(connection.status().blocked());
            tokio::select! {
                () = self.0.stop.cancelled() => break,
                () = self.0.renew.notified() => break,
                _ = look.tick() => {}
                event = events.next() => match event {
                    Some(Event::Error(error)) => {
                        tracing::warn!(role = self.0.role, %error, "the connection to the broker");
                    }
                    Some(event) => tracing::debug!(role = self.0.role, ?event, "the broker says"),
                    None => break,
                },
            }
        }
        self.offer(None);
        self.mark_blocked(false);
        if connection.status().connected() {
            let closed = timeout(CLOSE_TIMEOUT, connection.close(200, "done".into())).await;
            tracing::debug!(role = self.0.role, ?closed, "closed the connection to the broker");
        }
    }

    fn offer(&self, connection: Option<Arc<Connection>>) {
        let up = f64::from(u8::from(connection.is_some()));
        metrics::CONNECTED.with_label_values(&[self.0.role]).set(up);
        self.0.current.send_replace(connection);
    }

    fn mark_blocked(&self, blocked: bool) {
        if self.0.blocked.swap(blocked, Ordering::Relaxed) != blocked {
            metrics::BLOCKED.set(f64::from(u8::from(blocked)));
            tracing::warn!(role = self.0.role, blocked, "the broker's alarm");
        }
    }

    fn note(&self, error: QueueError) {
        if let Ok(mut failure) = self.0.failure.lock() {
            *failure = Some(error);
        }
    }
}
