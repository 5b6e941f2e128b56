//! What came back.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

/// An answer, whatever its status, with its whole body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, decompressed.
    pub body: Bytes,
}

impl Answer {
    /// Reads the body as JSON, whatever its content type says.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// A header's text, where it is there and is ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The server's own time, from `Date`.
    pub fn date(&self) -> Option<DateTime<Utc>> {
        http_date(self.header(DATE.as_str())?)
    }

    /// How long the vendor asks to be left alone: `Retry-After` as seconds, or as an HTTP date
    /// measured from the answer's own `Date` (the local clock takes no part).
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.header(RETRY_AFTER.as_str())?.trim();
        if let Ok(seconds) = asked.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let wait = http_date(asked)?.signed_duration_since(self.date()?);
        Some(wait.to_std().unwrap_or_default())
    }
}

/// Reads an HTTP date in its one current form (RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`).
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&'static str, &str)]) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (reqwest::header::HeaderName::from_static(name), value.parse().expect("header"))
            })
            .collect();
        Answer { status: StatusCode::TOO_MANY_REQUESTS, headers, body: Bytes::new() }
    }

    #[test]
    fn retry_after_in_seconds_or_as_a_date() {
        let date = ("date", "Sun, 22 Nov 2026 09:30:00 GMT");
        let table = [
            (vec![("retry-after", "17")], Some(17)),
            (vec![date, ("retry-after", "Sun, 22 Nov 2026 09:30:30 GMT")], Some(30)),
            (vec![date, ("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT")], Some(0)),
            (vec![("retry-after", "Sun, 22 Nov 2026 09:30:30 GMT")], None),
            (vec![("retry-after", "soon")], None),
            (vec![date], None),
        ];
        for (headers, seconds) in table {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(answer(&headers).retry_after(), expected, "{headers:?}");
        }
    }
}
