//! The OAuth client-credentials flow: one access token for all, minted by one task at a time.

use std::sync::Arc;

use lockstep_http::{Call, HeaderValue, HttpClient, Method, Peer, Url};
use lockstep_model::{Code, Fault};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tracing::info;

use crate::errors;

/// Characters of an org id that identify it; an 18-character id adds a checksum.
const ORG_STEM: usize = 15;

/// What proves to Salesforce who calls. Its `Debug` form shows no secret.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The org's My Domain, `https://NAME.my.salesforce.com`.
    pub login_url: Url,
    /// The external client app's consumer key.
    pub client_id: String,
    /// Its consumer secret.
    pub client_secret: SecretString,
}

/// Whether `url` may be a login URL (feature 5): `login.`, `test.` or a My Domain of
/// salesforce.com, or a simulator where `http` may call one.
pub fn check_login_url(http: &HttpClient, url: &Url) -> Result<(), Fault> {
    let refuse = |why: String| Fault::new(Code::HostRefused, why);
    http.check(Peer::Salesforce, url).map_err(|refused| refuse(refused.to_string()))?;
    let host = url.host_str().unwrap_or_default();
    let vendor = host.ends_with(".salesforce.com") || host.ends_with(".force.com");
    if vendor && !is_shared(url) && !host.ends_with(".my.salesforce.com") {
        return Err(refuse(format!(
            "{host} is not a login host; use https://NAME.my.salesforce.com"
        )));
    }
    Ok(())
}

/// Whether the host is one of those that serve all orgs, but not the client-credentials flow.
fn is_shared(url: &Url) -> bool {
    matches!(url.host_str(), Some("login.salesforce.com" | "test.salesforce.com"))
}

/// An access token and where it is good for.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) authorization: HeaderValue,
    pub(crate) instance: Url,
    pub(crate) org: String,
}

/// The token endpoint's answer. There is no expiry and no refresh token.
#[derive(Deserialize)]
struct Token {
    #[serde(rename = "access_token")]
    secret: String,
    #[serde(rename = "instance_url")]
    instance: Url,
    #[serde(default)]
    id: Option<String>,
}

impl Token {
    /// The org id: in the identity URL (`…/id/{org}/{user}`), or before the token's `!`.
    fn org(&self) -> Option<&str> {
        let named = self.id.as_deref().and_then(|id| id.rsplit('/').nth(1));
        let prefix = || self.secret.split_once('!').map(|(org, _)| org);
        named.filter(|org| org.len() >= ORG_STEM).or_else(prefix)
    }
}

#[derive(Debug, Default)]
struct State {
    session: Option<Arc<Session>>,
    org: Option<String>,
}

/// The one session of a client.
#[derive(Debug)]
pub(crate) struct Sessions {
    credentials: Credentials,
    state: Mutex<State>,
}

impl Sessions {
    pub(crate) fn new(credentials: Credentials, known_org: Option<String>) -> Self {
        let state = State { session: None, org: known_org };
        Self { credentials, state: Mutex::new(state) }
    }

    /// The session at hand, or a new one.
    pub(crate) async fn current(&self, http: &HttpClient) -> Result<Arc<Session>, Fault> {
        let mut state = self.state.lock().await;
        match &state.session {
            Some(session) => Ok(session.clone()),
            None => self.mint(http, &mut state).await,
        }
    }

    /// Another session than `expired`, minted unless somebody else has done so meanwhile.
    pub(crate) async fn renewed(
        &self,
        http: &HttpClient,
        expired: &Arc<Session>,
    ) -> Result<Arc<Session>, Fault> {
        let mut state = self.state.lock().await;
        match &state.session {
            Some(session) if !Arc::ptr_eq(session, expired) => Ok(session.clone()),
            _ => self.mint(http, &mut state).await,
        }
    }

    /// Asks for a token. Whoever waits meanwhile shares it, for the lock is held across the call.
    async fn mint(&self, http: &HttpClient, state: &mut State) -> Result<Arc<Session>, Fault> {
        state.session = None;
        let token = self.token(http).await?;
        http.check(Peer::Salesforce, &token.instance)
            .map_err(|refused| Fault::new(Code::HostRefused, refused.to_string()))?;
        let org = token.org().unwrap_or_default().to_owned();
        same_org(state.org.as_deref(), &org)?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", token.secret))
            .map_err(|_| errors::bad_answer("the access token is not one"))?;
        authorization.set_sensitive(true);
        info!(org, "a new Salesforce session");
        let session = Arc::new(Session { authorization, instance: token.instance, org });
        state.org.get_or_insert_with(|| session.org.clone());
        state.session = Some(session.clone());
        Ok(session)
    }

    /// The token endpoint. No scope is sent: this flow refuses one.
    async fn token(&self, http: &HttpClient) -> Result<Token, Fault> {
        let Credentials { login_url, client_id, client_secret } = &self.credentials;
        let url = login_url
            .join("/services/oauth2/token")
            .map_err(|error| Fault::new(Code::HostRefused, error.to_string()))?;
        let call =
            Call::new(Peer::Salesforce, "token", Method::POST, url).idempotent(true).form(&[
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", client_secret.expose_secret()),
            ]);
        let answer = http.send(call).await.map_err(|error| errors::of_transport(&error))?;
        if answer.status.is_success() {
            // The body holds the token, so it is not quoted in the fault.
            return answer
                .json()
                .map_err(|_| errors::bad_answer("the token endpoint's answer is unreadable"));
        }
        let mut fault = errors::of_token(&answer);
        if fault.code == Code::SfAuth && is_shared(login_url) {
            fault.code = Code::SfWrongHost;
        }
        Err(fault)
    }
}

/// Refuses a session of an org other than the known one.
fn same_org(known: Option<&str>, org: &str) -> Result<(), Fault> {
    let stem = |id: &str| id.get(..ORG_STEM).unwrap_or(id).to_owned();
    match known {
        Some(known) if stem(known) != stem(org) => Err(Fault::new(
            Code::SfOtherOrg,
            format!("expected org {known}, the login leads to {org}"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_http::HttpConfig;

    // F-5
    #[test]
    fn login_urls() {
        let http = HttpClient::new(HttpConfig { allow_loopback: true, ..HttpConfig::default() })
            .expect("client");
        let table = [
            ("https://login.salesforce.com", true),
            ("https://test.salesforce.com", true),
            ("https://acme.my.salesforce.com", true),
            ("https://acme--uat.sandbox.my.salesforce.com", true),
            ("http://127.0.0.1:9", true),
            ("http://acme.my.salesforce.com", false),
            ("https://acme.lightning.force.com", false),
            ("https://www.salesforce.com", false),
            ("https://acme.atlassian.net", false),
        ];
        for (url, allowed) in table {
            let url = Url::parse(url).expect("url");
            assert_eq!(check_login_url(&http, &url).is_ok(), allowed, "{url}");
        }
    }

    #[test]
    fn another_org_is_refused_whatever_the_length_of_its_id() {
        assert!(same_org(None, "00Dxx0000001gEQ").is_ok());
        assert!(same_org(Some("00Dxx0000001gEQEAY"), "00Dxx0000001gEQ").is_ok());
        let other = same_org(Some("00Dxx0000001gEQEAY"), "00Dxx0000001gEr").expect_err("refused");
        assert_eq!(other.code, Code::SfOtherOrg);
    }

    #[test]
    fn the_org_is_read_from_the_identity_or_the_token() {
        let token = |id: Option<&str>| Token {
            secret: "00Dxx0000001gEQ!AQcAQ".to_owned(),
            instance: Url::parse("https://acme.my.salesforce.com").expect("url"),
            id: id.map(str::to_owned),
        };
        let id = "https://login.salesforce.com/id/00Dxx0000001gEQEAY/005xx000001Sv6AAAS";
        assert_eq!(token(Some(id)).org(), Some("00Dxx0000001gEQEAY"));
        assert_eq!(token(None).org(), Some("00Dxx0000001gEQ"));
    }
}
