//! A console, asked by its HTTP API.

use std::time::Duration;

use lockstep_http::header::AUTHORIZATION;
use lockstep_http::{Answer, Call, HeaderValue, HttpClient, HttpConfig, Method, Peer, is_loopback};
use lockstep_service::{Reader, variables};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::{Thing, said};
use crate::output::Failure;

/// How long an answer is waited for: the plan of a large item takes minutes.
const PATIENCE: Duration = Duration::from_secs(600);

/// Most rows that the API gives at once.
const ROWS_MAX: u32 = 500;

/// At a console.
pub struct Remote {
    http: HttpClient,
    base: Url,
    token: SecretString,
}

/// What is asked for: a path under `/api/v1`, its query, and what the path names.
#[derive(Debug, Clone)]
pub struct Path {
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    names: Vec<(Thing, String)>,
}

/// The path of these segments, which may hold any character.
pub fn at(segments: &[&str]) -> Path {
    let segments = segments.iter().map(|segment| (*segment).to_owned()).collect();
    Path { segments, query: Vec::new(), names: Vec::new() }
}

impl Path {
    /// The same path with a part of the query.
    pub fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// The same path, which names something that may not be there.
    pub fn names(mut self, thing: Thing, name: &str) -> Self {
        self.names.push((thing, name.to_owned()));
        self
    }
}

/// A page of a list.
#[derive(Deserialize)]
struct Page<T> {
    rows: Vec<T>,
    next: Option<String>,
}

impl Remote {
    /// The address of the console that was typed or stands in the environment, where one does.
    pub fn named(typed: Option<&str>) -> Option<String> {
        let stands = || Reader::from_environment().text(&variables::CONSOLE_URL);
        typed.map(str::to_owned).or_else(|| Some(stands()).filter(|url| !url.is_empty()))
    }

    /// The console at this address, with the token of the environment.
    pub fn from_environment(url: &str) -> Result<Self, Failure> {
        Self::new(url, Reader::from_environment().text(&variables::TOKEN))
    }

    /// The console at an address, asked with a token.
    fn new(url: &str, token: String) -> Result<Self, Failure> {
        let base = Url::parse(url.trim_end_matches('/')).map_err(|_none| no_address())?;
        let host = base.host_str().ok_or_else(no_address)?.to_owned();
        let config = HttpConfig {
            timeout: PATIENCE,
            allow_loopback: is_loopback(&base),
            named_hosts: vec![(Peer::Console, host)],
            ..HttpConfig::default()
        };
        let http = HttpClient::new(config).map_err(|why| Failure::Plain(why.to_string()))?;
        http.check(Peer::Console, &base).map_err(|_refused| no_address())?;
        if token.is_empty() {
            return Err(Failure::Refused {
                why: "a console is named, but LOCKSTEP_TOKEN is not set".to_owned(),
                remedy: said::NEW_TOKEN.to_owned(),
            });
        }
        Ok(Self { http, base, token: SecretString::from(token) })
    }

    /// Reads something.
    pub async fn get<T: DeserializeOwned>(&self, path: Path) -> Result<T, Failure> {
        let call = self.call(Method::GET, &path)?;
        self.answer(call, &path).await
    }

    /// Reads the rows of a list, page by page, until there are `wanted` or no more.
    pub async fn rows<T: DeserializeOwned>(
        &self,
        path: Path,
        wanted: u32,
    ) -> Result<Vec<T>, Failure> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let left = wanted.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            let mut asked = path.clone().with("limit", &left.clamp(1, ROWS_MAX));
            if let Some(after) = after {
                asked = asked.with("after", &after);
            }
            let page: Page<T> = self.get(asked).await?;
            rows.extend(page.rows);
            match page.next {
                Some(next) if rows.len() < wanted as usize => after = Some(next),
                _ => return Ok(rows),
            }
        }
    }

    /// Asks for something to be done.
    pub async fn post<T: DeserializeOwned>(&self, path: Path, body: &Value) -> Result<T, Failure> {
        self.send(Method::POST, path, body).await
    }

    /// Asks for something to be done of which nothing more is told.
    pub async fn act(&self, path: Path) -> Result<(), Failure> {
        self.post::<Value>(path, &Value::Null).await.map(drop)
    }

    /// Puts something in place.
    pub async fn put<T: DeserializeOwned>(&self, path: Path, body: &Value) -> Result<T, Failure> {
        self.send(Method::PUT, path, body).await
    }

    /// Puts an item in place.
    pub async fn put_yaml<T: DeserializeOwned>(
        &self,
        path: Path,
        yaml: String,
    ) -> Result<T, Failure> {
        self.yaml(Method::PUT, path, yaml).await
    }

    /// Asks for something to be done with an item.
    pub async fn post_yaml<T: DeserializeOwned>(
        &self,
        path: Path,
        yaml: String,
    ) -> Result<T, Failure> {
        self.yaml(Method::POST, path, yaml).await
    }

    /// Takes something away.
    pub async fn delete(&self, path: Path) -> Result<(), Failure> {
        let call = self.call(Method::DELETE, &path)?;
        self.answer::<Value>(call, &path).await.map(drop)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: Path,
        body: &Value,
    ) -> Result<T, Failure> {
        let mut call = self.call(method, &path)?;
        if !body.is_null() {
            call = call.json(body).map_err(|why| Failure::Plain(why.to_string()))?;
        }
        self.answer(call, &path).await
    }

    async fn yaml<T: DeserializeOwned>(
        &self,
        method: Method,
        path: Path,
        yaml: String,
    ) -> Result<T, Failure> {
        let kind = HeaderValue::from_static("application/yaml");
        let call = self.call(method, &path)?.bytes(kind, yaml);
        self.answer(call, &path).await
    }

    fn call(&self, method: Method, path: &Path) -> Result<Call, Failure> {
        let mut url = self.base.clone();
        let mut segments = url.path_segments_mut().map_err(|()| no_address())?;
        segments.pop_if_empty().extend(["api", "v1"]).extend(&path.segments);
        drop(segments);
        if !path.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&path.query);
        }
        let token = HeaderValue::try_from(format!("Bearer {}", self.token.expose_secret()));
        let mut token = token.map_err(|_no_text| said::no_token())?;
        token.set_sensitive(true);
        let call = Call::new(Peer::Console, "console", method, url);
        Ok(call.header(AUTHORIZATION, token))
    }

    async fn answer<T: DeserializeOwned>(&self, call: Call, path: &Path) -> Result<T, Failure> {
        let sent = self.http.send(call).await;
        let answer: Answer = sent.map_err(|why| said::no_answer(&self.base, &why))?;
        if !answer.status.is_success() {
            return Err(said::refused(&self.base, &answer, &path.names));
        }
        answer.json().map_err(|why| said::unreadable(&self.base, &why.to_string()))
    }
}

/// Does not repeat the address: it may hold a password.
fn no_address() -> Failure {
    Failure::Refused {
        why: "what LOCKSTEP_CONSOLE_URL or --console says is no address of a console".to_owned(),
        remedy: "write it whole, such as https://lockstep.example.com; http is for a console on this machine, and \
            no name or password goes before the host"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str) -> Result<Remote, String> {
        Remote::new(url, "lsk_1".to_owned()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_console_is_named_by_its_whole_address() {
        for good in ["https://lockstep.example.com", "http://127.0.0.1:8080/", "http://[::1]:1"] {
            assert!(remote(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "lockstep.example.com",
            "localhost:8080",
            "ftp://127.0.0.1",
            "http://lockstep.example.com",
            "https://ann:hunter2@lockstep.example.com",
        ] {
            let why = remote(bad).err().unwrap_or_default();
            assert!(why.contains("LOCKSTEP_CONSOLE_URL") && why.contains("remedy"), "{bad}: {why}");
            assert!(!why.contains("hunter2"), "{why}");
        }
        let none = Remote::new("https://lockstep.example.com", String::new());
        let why = none.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(why.contains("LOCKSTEP_TOKEN") && why.contains("remedy"), "{why}");
    }

    #[test]
    fn whatever_is_named_goes_into_one_segment() {
        let remote = remote("https://lockstep.example.com/under/").expect("a console");
        let path = at(&["links", "A/B?c=d#e", "explain", "Subject:summary"]).with("limit", &5);
        let call = remote.call(Method::GET, &path).expect("a call");
        let whole = format!("{call:?}");
        assert!(
            whole.contains("/under/api/v1/links/A%2FB%3Fc=d%23e/explain/Subject:summary"),
            "{whole}"
        );
        assert!(whole.contains("limit=5") && !whole.contains("lsk_1"), "{whole}");
    }
}
