//! Files: read and sent piece by piece, so that memory does not grow with them.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::stream::{Stream, TryStream, try_unfold};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, StatusCode};
use tracing::{Instrument, Span, field, info_span};

use crate::answer::Answer;
use crate::call::Call;
use crate::client::HttpClient;
use crate::error::TransportError;
use crate::metrics;
use crate::retry::Tries;

/// Bytes a second that any transfer makes on the whole: a slower one is given up.
const RATE_MIN: u64 = 64 * 1024;

/// What came of asking for a file.
#[derive(Debug)]
pub enum Opened {
    /// Its bytes are on their way.
    Stream(Incoming),
    /// Anything but a success, with its whole body.
    Refused(Answer),
}

/// A successful answer whose body is still to be read.
#[derive(Debug)]
pub struct Incoming {
    response: reqwest::Response,
    /// Bytes that may still come.
    left: u64,
    limit: u64,
    /// Longest wait for the next piece.
    stall: Duration,
}

impl Incoming {
    /// A header's text, where it is there and is ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, TransportError> {
        let piece = tokio::time::timeout(self.stall, self.response.chunk()).await;
        let piece = piece.map_err(|_| TransportError::Timeout(self.stall))?;
        let Some(piece) = piece.map_err(|error| TransportError::of(error, self.stall))? else {
            return Ok(None);
        };
        let size = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let Some(left) = self.left.checked_sub(size) else {
            let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
            return Err(TransportError::TooLarge(limit));
        };
        self.left = left;
        Ok(Some(piece))
    }

    /// All pieces; the first fault ends them.
    pub fn pieces(self) -> impl Stream<Item = Result<Bytes, TransportError>> + Send + use<> {
        try_unfold(self, |mut incoming| async move {
            Ok(incoming.next().await?.map(|piece| (piece, incoming)))
        })
    }
}

/// A file to send as `multipart/form-data`.
#[derive(Debug, Clone)]
pub struct Upload {
    /// A JSON part before the file, by its name.
    pub entity: Option<(&'static str, Vec<u8>)>,
    /// Name of the file's part.
    pub part: &'static str,
    /// Name of the file.
    pub filename: String,
    /// Its exact size, in bytes.
    pub size: u64,
}

impl Upload {
    fn form(self, body: Body) -> Result<Form, reqwest::Error> {
        // RFC 7578 wants names as they are; `filename*` is not for forms.
        let mut form = Form::new().percent_encode_noop();
        if let Some((name, json)) = self.entity {
            form = form.part(name, Part::bytes(json).mime_str("application/json")?);
        }
        let file = Part::stream_with_length(body, self.size).file_name(self.filename);
        Ok(form.part(self.part, file.mime_str("application/octet-stream")?))
    }
}

impl HttpClient {
    /// Sends a call and hands back a successful answer before its body is read: at most `limit`
    /// bytes come. Tries again as [`HttpClient::send`] does, until the first byte.
    pub async fn open(&self, call: Call, limit: u64) -> Result<Opened, TransportError> {
        self.check(call.peer, &call.url)?;
        let mut tries = Tries::of(call.idempotent);
        let span = info_span!(
            "http.open",
            peer = call.peer.name(),
            operation = call.operation,
            status = field::Empty
        );
        async {
            loop {
                let refused = match self.open_once(&call, limit).await {
                    Ok(Opened::Refused(answer)) => Ok(answer),
                    Ok(stream) => return Ok(stream),
                    Err(error) => Err(error),
                };
                let Some(delay) = tries.next(&refused) else {
                    return refused.map(Opened::Refused);
                };
                tokio::time::sleep(delay).await;
            }
        }
        .instrument(span)
        .await
    }

    async fn open_once(&self, call: &Call, limit: u64) -> Result<Opened, TransportError> {
        let start = Instant::now();
        let sent = self.request(call).timeout(self.patience(limit)).send().await;
        let response = self.told(call, start, sent)?;
        if response.status().is_success() {
            let stall = self.timeout();
            return Ok(Opened::Stream(Incoming { response, left: limit, limit, stall }));
        }
        self.whole(response).await.map(Opened::Refused)
    }

    /// Sends a file while it is read from `source`, and reads the answer. Never repeated: the source
    /// is gone. A fault of the source breaks the connection before the file's end is sent.
    pub async fn upload<S>(
        &self,
        call: Call,
        upload: Upload,
        source: S,
    ) -> Result<Answer, TransportError>
    where
        S: TryStream<Ok = Bytes> + Send + 'static,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.check(call.peer, &call.url)?;
        let span = info_span!(
            "http.upload",
            peer = call.peer.name(),
            operation = call.operation,
            status = field::Empty
        );
        let patience = self.patience(upload.size);
        let form = upload.form(Body::wrap_stream(source));
        let form = form.map_err(|error| TransportError::of(error, patience))?;
        let request = self.request(&call).multipart(form).timeout(patience);
        async {
            let start = Instant::now();
            let response = self.told(&call, start, request.send().await)?;
            self.whole(response).await
        }
        .instrument(span)
        .await
    }

    /// Longest time for a transfer of so many bytes.
    fn patience(&self, size: u64) -> Duration {
        self.timeout() + Duration::from_secs(size / RATE_MIN)
    }

    /// Notes what came of a try in span and metrics.
    fn told(
        &self,
        call: &Call,
        start: Instant,
        sent: Result<reqwest::Response, reqwest::Error>,
    ) -> Result<reqwest::Response, TransportError> {
        let sent = sent.map_err(|error| TransportError::of(error, self.timeout()));
        let outcome = match &sent {
            Ok(response) => {
                let status: StatusCode = response.status();
                Span::current().record("status", status.as_u16());
                metrics::outcome(status)
            }
            Err(error) => error.outcome(),
        };
        self.record(call, outcome, start.elapsed());
        sent
    }
}

#[cfg(test)]
#[path = "transfer_tests.rs"]
mod tests;
