//! The one HTTP client of the house: time-outs, a cap on bodies, a host allow-list, a span and
//! metrics for each call, and a few quick tries for calls that may be repeated.
//!
//! Nobody else builds a `reqwest` client. The vendor clients describe a [`Call`] and read an
//! [`Answer`]; what an answer *means* is theirs to say.

mod answer;
mod call;
mod client;
mod error;
mod hosts;
mod keys;
mod metrics;
mod retry;
mod transfer;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use call::{Body, Call};
pub use client::{BuildError, HttpClient, HttpConfig};
pub use error::TransportError;
pub use hosts::{HostRefused, Peer, check_host, is_loopback};
pub use keys::{Algorithm, IssuerKeys, TokenRefused};
pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode};
pub use transfer::{Incoming, Opened, Upload};
pub use url::Url;
