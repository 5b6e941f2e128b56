//! The client itself: one place where calls are built, sent and judged.

use std::sync::Arc;

use lockstep_http::{
    Answer, Call, HeaderValue, HttpClient, Method, Peer, StatusCode, TransportError, Url, header,
};
use lockstep_model::{Code, Fault};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::credentials::Credentials;
use crate::errors::{self, About};

/// A Jira Cloud site, as one user. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct JiraClient {
    http: HttpClient,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    base: Url,
    authorization: HeaderValue,
}

/// The user that the credentials belong to (`getCurrentUser`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Myself {
    /// Opaque id.
    pub account_id: String,
    /// Name as shown.
    #[serde(default)]
    pub display_name: String,
    /// Time zone name, where the user's privacy settings show it.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// A call under construction.
#[derive(Debug)]
pub(crate) struct Request {
    operation: &'static str,
    method: Method,
    url: Url,
    body: Option<Value>,
    idempotent: bool,
    about: About,
}

impl Request {
    /// Adds a query parameter.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Sets the JSON body.
    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Says that sending it twice does what sending it once does.
    pub(crate) fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Says that it names a file, so that a 404 means that file.
    pub(crate) fn about_file(mut self) -> Self {
        self.about = About::File;
        self
    }

    /// Its address.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Says that it names an issue, so that a 404 means that issue.
    pub(crate) fn about_issue(mut self) -> Self {
        self.about = About::Issue;
        self
    }
}

impl JiraClient {
    /// A client for the site (or gateway base) at `site`. Nothing is sent yet.
    ///
    /// Fails with `HostRefused` for an address that is not Jira Cloud's, and with
    /// `JiraUnauthorized` for a token that cannot be one.
    pub fn new(http: HttpClient, site: Url, credentials: Credentials) -> Result<Self, Fault> {
        http.check(Peer::Jira, &site)
            .map_err(|refused| Fault::new(Code::HostRefused, refused.to_string()))?;
        let inner = Inner { base: site, authorization: credentials.into_header()? };
        Ok(Self { http, inner: Arc::new(inner) })
    }

    /// Who the credentials belong to. The one read that never falls back to an anonymous answer,
    /// so the way to test a connection.
    pub async fn myself(&self) -> Result<Myself, Fault> {
        self.json(self.get("myself", &["myself"])).await
    }

    /// The site's cloud id, from `/_edge/tenant_info` without credentials; none where the address
    /// does not tell (the gateway, a proxy, a simulator).
    pub async fn tenant(&self) -> Result<Option<String>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Tenant {
            cloud_id: String,
        }
        let url = self.address(&["_edge", "tenant_info"]);
        let call = Call::new(Peer::Jira, "tenant", Method::GET, url);
        let answer = self.http.send(call).await.map_err(|error| errors::of_transport(&error))?;
        match answer.status {
            status if status.is_success() => {
                Ok(answer.json::<Tenant>().ok().map(|tenant| tenant.cloud_id))
            }
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                Ok(None)
            }
            _ => Err(errors::of_answer(About::Site, &answer)),
        }
    }

    pub(crate) fn get(&self, operation: &'static str, path: &[&str]) -> Request {
        self.request(operation, Method::GET, path)
    }

    pub(crate) fn post(&self, operation: &'static str, path: &[&str]) -> Request {
        self.request(operation, Method::POST, path)
    }

    /// A call of the REST API, `path` counted from `/rest/api/3` and encoded here.
    pub(crate) fn request(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
    ) -> Request {
        let segments: Vec<&str> = ["rest", "api", "3"].iter().chain(path).copied().collect();
        let idempotent = method == Method::GET;
        let url = self.address(&segments);
        Request { operation, method, url, body: None, idempotent, about: About::Site }
    }

    fn address(&self, segments: &[&str]) -> Url {
        let mut url = self.inner.base.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Sends a request and hands back a successful answer.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Fault> {
        let sent: Result<Answer, TransportError> = self.http.send(self.call(&request)?).await;
        errors::judge(request.about, sent)
    }

    /// The request as a call with our credentials.
    pub(crate) fn call(&self, request: &Request) -> Result<Call, Fault> {
        let (method, url) = (request.method.clone(), request.url.clone());
        let call = Call::new(Peer::Jira, request.operation, method, url)
            .header(header::AUTHORIZATION, self.inner.authorization.clone())
            .idempotent(request.idempotent);
        match &request.body {
            Some(body) => {
                call.json(body).map_err(|error| Fault::new(Code::JiraBadRequest, error.to_string()))
            }
            None => Ok(call),
        }
    }

    /// What sends it.
    pub(crate) fn http(&self) -> &HttpClient {
        &self.http
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T, Fault> {
        let operation = request.operation;
        let answer = self.send(request).await?;
        errors::decode(operation, &answer)
    }
}
