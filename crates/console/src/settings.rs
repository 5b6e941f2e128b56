//! What a console is configured with.

use std::num::NonZeroU32;
use std::time::Duration;

use lockstep_http::is_loopback;
use url::Url;

/// How long a session lives without a request, unless set otherwise.
const IDLE: Duration = Duration::from_secs(2 * 60 * 60);
/// How long a session lives at most.
const ABSOLUTE: Duration = Duration::from_secs(12 * 60 * 60);
/// Jira's own pages, and the frame in which Forge shows an app.
const FRAMES: &str =
    "https://*.atlassian.net https://*.atl-paas.net https://*.cdn.prod.atlassian-dev.net";

/// Ten calls a second, unless set otherwise.
const API_A_MINUTE: NonZeroU32 = match NonZeroU32::new(600) {
    Some(calls) => calls,
    None => NonZeroU32::MIN,
};

/// A console's configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    public_url: Url,
    /// How long a session lives without a request.
    pub idle: Duration,
    /// How long a session lives at most.
    pub absolute: Duration,
    /// The Forge app that shows the panel, if there is one.
    pub forge: Option<Forge>,
    /// Which pages may frame the panel, as a browser's policy names them, with blanks between.
    pub frames: String,
    /// How many calls of the HTTP API a token may make in a minute.
    pub api_a_minute: NonZeroU32,
}

/// The Forge app that shows the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    /// Its id.
    pub app: String,
    /// Where the keys of its invocation tokens are published.
    pub keys: Url,
}

/// Why an address cannot be where people reach the console.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlRefused {
    /// Sessions would travel in the clear.
    #[error("it must begin with https:// (http:// is for this machine alone)")]
    NotSecure,
    /// Pages know their own place, and it is the root.
    #[error("it must be an origin, without a path")]
    HasPath,
}

impl Settings {
    /// From the address at which people reach the console.
    pub fn new(public_url: Url) -> Result<Self, PublicUrlRefused> {
        if !is_secure_or_here(&public_url) {
            return Err(PublicUrlRefused::NotSecure);
        }
        if public_url.path() != "/" || public_url.query().is_some() {
            return Err(PublicUrlRefused::HasPath);
        }
        let (forge, frames) = (None, FRAMES.to_owned());
        Ok(Self {
            public_url,
            idle: IDLE,
            absolute: ABSOLUTE,
            forge,
            frames,
            api_a_minute: API_A_MINUTE,
        })
    }

    /// Whether people reach it over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// `https://lockstep.example`, as a browser names it in `Origin`.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// The public address of a path of ours.
    pub fn address(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.origin())
    }
}

/// Whether an address is https, or http on this machine.
pub(crate) fn is_secure_or_here(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(address: &str) -> Result<Settings, PublicUrlRefused> {
        Settings::new(Url::parse(address).expect("an address"))
    }

    #[test]
    fn only_this_machine_is_reached_in_the_clear() {
        let public = settings("https://lockstep.example").expect("secure");
        assert_eq!(public.address("/links?x=1"), "https://lockstep.example/links?x=1");
        assert!(public.is_secure());
        let here = settings("http://127.0.0.1:8090").expect("this machine");
        assert_eq!((here.is_secure(), here.origin().as_str()), (false, "http://127.0.0.1:8090"));
        let refused = |address| settings(address).expect_err("refused");
        assert_eq!(refused("http://lockstep.example"), PublicUrlRefused::NotSecure);
        assert_eq!(refused("ftp://127.0.0.1"), PublicUrlRefused::NotSecure);
        assert_eq!(refused("https://example.com/lockstep"), PublicUrlRefused::HasPath);
    }
}
