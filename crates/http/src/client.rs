//! The client.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::redirect;
use tracing::{Instrument, Span, debug, field, info_span};
use url::Url;

use crate::answer::Answer;
use crate::call::{Body, Call};
use crate::error::TransportError;
use crate::hosts::{HostRefused, Peer, check_named};
use crate::metrics;
use crate::retry::Tries;

/// How long an idle connection is kept. Shorter than the vendors keep theirs, so that a call is
/// seldom written into a connection that is being closed.
const IDLE_MAX: Duration = Duration::from_secs(15);

/// Settings of the client.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// `User-Agent` of every call.
    pub user_agent: String,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for a whole answer, from the start of the try.
    pub timeout: Duration,
    /// Largest body read, in bytes after decompression.
    pub max_body: usize,
    /// Whether simulators on this machine may be called; the environment's proxies are then unused.
    pub allow_loopback: bool,
    /// Hosts that the configuration names: the identity provider's, or the console's that is asked.
    pub named_hosts: Vec<(Peer, String)>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            user_agent: concat!("Lockstep/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            max_body: 16 * 1024 * 1024,
            allow_loopback: false,
            named_hosts: Vec::new(),
        }
    }
}

/// The client cannot be built: unusable settings or no certificate store.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built: {0}")]
pub struct BuildError(#[from] reqwest::Error);

/// The client. Cloning it is cheap and shares its connections.
#[derive(Debug, Clone)]
pub struct HttpClient {
    inner: reqwest::Client,
    timeout: Duration,
    max_body: usize,
    allow_loopback: bool,
    named_hosts: Arc<[(Peer, String)]>,
    calls: Arc<AtomicU64>,
}

impl HttpClient {
    /// A client over TLS by rustls (ring). It follows no redirect, as the credentials would follow.
    #[expect(clippy::disallowed_methods, reason = "the one home of the HTTP client")]
    pub fn new(config: HttpConfig) -> Result<Self, BuildError> {
        // Another part of the process may have chosen its provider first; either serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(config.user_agent)
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .pool_idle_timeout(IDLE_MAX)
            .redirect(redirect::Policy::none());
        if config.allow_loopback {
            builder = builder.no_proxy();
        }
        Ok(Self {
            inner: builder.build()?,
            timeout: config.timeout,
            max_body: config.max_body,
            allow_loopback: config.allow_loopback,
            named_hosts: config.named_hosts.into(),
            calls: Arc::default(),
        })
    }

    /// The same client, sharing its connections, with a count of calls of its own.
    #[must_use]
    pub fn counting(&self) -> Self {
        Self { calls: Arc::default(), ..self.clone() }
    }

    /// How many calls this client and its clones have sent since this was last asked, each try counted.
    pub fn take_calls(&self) -> u64 {
        self.calls.swap(0, Ordering::Relaxed)
    }

    /// Whether this client would call `url` for `peer`.
    pub fn check(&self, peer: Peer, url: &Url) -> Result<(), HostRefused> {
        check_named(peer, url, self.allow_loopback, &self.named_hosts)
    }

    /// Sends a call and reads its whole answer, whatever the status. A call that may be repeated is
    /// sent up to three times within five seconds while it meets a broken connection, 502, 503, 504
    /// or a 429 that asks for two seconds or less.
    pub async fn send(&self, call: Call) -> Result<Answer, TransportError> {
        self.check(call.peer, &call.url)?;
        let span = info_span!(
            "http.call",
            peer = call.peer.name(),
            operation = call.operation,
            status = field::Empty,
            tries = field::Empty,
        );
        self.tries(&call).instrument(span).await
    }

    async fn tries(&self, call: &Call) -> Result<Answer, TransportError> {
        let mut tries = Tries::of(call.idempotent);
        let mut sent = 0_u32;
        loop {
            let result = self.once(call).await;
            sent += 1;
            Span::current().record("tries", sent);
            let Some(delay) = tries.next(&result) else {
                return result;
            };
            debug!(?delay, sent, "a passing fault, trying again");
            tokio::time::sleep(delay).await;
        }
    }

    async fn once(&self, call: &Call) -> Result<Answer, TransportError> {
        let start = Instant::now();
        let result = self.exchange(call).await;
        let outcome = match &result {
            Ok(answer) => {
                Span::current().record("status", answer.status.as_u16());
                metrics::outcome(answer.status)
            }
            Err(error) => error.outcome(),
        };
        self.record(call, outcome, start.elapsed());
        result
    }

    /// Counts one try.
    pub(crate) fn record(&self, call: &Call, outcome: &str, elapsed: Duration) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        metrics::record(call, outcome, elapsed);
    }

    async fn exchange(&self, call: &Call) -> Result<Answer, TransportError> {
        let sent = self.request(call).send().await;
        self.whole(sent.map_err(|error| TransportError::of(error, self.timeout))?).await
    }

    /// The call as reqwest takes it.
    pub(crate) fn request(&self, call: &Call) -> reqwest::RequestBuilder {
        let request =
            self.inner.request(call.method.clone(), call.url.clone()).headers(call.headers.clone());
        match &call.body {
            Body::Empty => request,
            Body::Bytes(bytes) => request.body(bytes.clone()),
            Body::Form(text) => request.body(text.clone()),
        }
    }

    /// Longest wait for a whole answer of the usual size.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// An answer with its whole body.
    pub(crate) async fn whole(
        &self,
        mut response: reqwest::Response,
    ) -> Result<Answer, TransportError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.read(&mut response).await?;
        Ok(Answer { status, headers, body })
    }

    /// Reads the body, giving up as soon as it passes the cap.
    async fn read(&self, response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        let mut body = BytesMut::new();
        loop {
            let chunk =
                response.chunk().await.map_err(|error| TransportError::of(error, self.timeout))?;
            let Some(chunk) = chunk else {
                return Ok(body.freeze());
            };
            if body.len() + chunk.len() > self.max_body {
                return Err(TransportError::TooLarge(self.max_body));
            }
            body.extend_from_slice(&chunk);
        }
    }
}
