//! What the provider says of itself, read when it is needed and kept for an hour.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_http::{Call, HttpClient, IssuerKeys, Method, Peer};
use lockstep_model::{Code, Fault};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

/// How long it is believed.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// How long it is believed while the provider does not answer.
const USABLE: TimeDelta = TimeDelta::hours(24);

/// The shortest time between two questions: anybody may open the sign-in page.
const BETWEEN: TimeDelta = TimeDelta::seconds(10);

/// What is known of a provider.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) authorize: Url,
    pub(super) token: Url,
    pub(super) keys: IssuerKeys,
    /// Whether the client proves itself in the form and not by basic authorization.
    pub(super) secret_in_form: bool,
}

/// The provider's own description.
#[derive(Debug)]
pub(super) struct Discovery {
    http: HttpClient,
    issuer: String,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    known: Option<(Arc<Known>, DateTime<Utc>)>,
    failed: Option<(Fault, DateTime<Utc>)>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Discovery {
    pub(super) fn new(http: HttpClient, issuer: String) -> Self {
        Self { http, issuer, kept: Mutex::default() }
    }

    /// What is known of the provider; it is asked where that is nothing, or old.
    pub(super) async fn known(&self, now: DateTime<Utc>) -> Result<Arc<Known>, Fault> {
        let mut kept = self.kept.lock().await;
        let age = |at: DateTime<Utc>| now.signed_duration_since(at);
        if let Some((known, at)) = &kept.known
            && age(*at) < FRESH
        {
            return Ok(Arc::clone(known));
        }
        let asked = kept.failed.clone().filter(|(_, at)| age(*at) < BETWEEN);
        let failure = match asked {
            Some((failure, _)) => failure,
            None => match self.ask().await {
                Ok(known) => {
                    let known = Arc::new(known);
                    *kept = Kept { known: Some((Arc::clone(&known), now)), failed: None };
                    return Ok(known);
                }
                Err(failure) => {
                    kept.failed = Some((failure.clone(), now));
                    failure
                }
            },
        };
        let usable = kept.known.as_ref().filter(|(_, at)| age(*at) < USABLE);
        usable.map(|(known, _)| Arc::clone(known)).ok_or(failure)
    }

    async fn ask(&self) -> Result<Known, Fault> {
        let base = self.issuer.trim_end_matches('/');
        let url = Url::parse(&format!("{base}/.well-known/openid-configuration"))
            .map_err(|error| away(error.to_string()))?;
        let call = Call::new(Peer::Identity, "discovery", Method::GET, url);
        let answer = self.http.send(call).await.map_err(|error| away(error.to_string()))?;
        if !answer.status.is_success() {
            return Err(away(format!("discovery answers HTTP {}", answer.status.as_u16())));
        }
        let document: Document =
            answer.json().map_err(|error| away(format!("no discovery document ({error})")))?;
        self.read(document)
    }

    fn read(&self, document: Document) -> Result<Known, Fault> {
        if document.issuer != self.issuer {
            let detail = format!("it calls itself {}", super::exchange::plain(&document.issuer));
            return Err(away(detail));
        }
        for url in [&document.token_endpoint, &document.jwks_uri] {
            self.http.check(Peer::Identity, url).map_err(|refused| {
                away(format!("{refused}: if it is right, name its host in LOCKSTEP_OIDC_HOSTS"))
            })?;
        }
        // The browser goes there, so any host will do; what is typed there must not travel in the clear.
        let here = self.http.check(Peer::Identity, &document.authorization_endpoint).is_ok();
        if document.authorization_endpoint.scheme() != "https" && !here {
            return Err(away("its sign-in page is not on https".to_owned()));
        }
        let methods = document.token_endpoint_auth_methods_supported;
        let takes = |method: &str| {
            methods.as_ref().is_none_or(|methods| methods.iter().any(|each| each == method))
        };
        let basic = takes("client_secret_basic");
        if !basic && !takes("client_secret_post") {
            return Err(away("it takes no client secret".to_owned()));
        }
        Ok(Known {
            authorize: document.authorization_endpoint,
            token: document.token_endpoint,
            keys: IssuerKeys::new(self.http.clone(), Peer::Identity, document.jwks_uri),
            secret_in_form: !basic,
        })
    }
}

/// The provider is away, or not what it should be.
pub(super) fn away(detail: String) -> Fault {
    Fault::new(Code::OidcProvider, detail)
}
