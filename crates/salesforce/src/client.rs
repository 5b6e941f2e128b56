//! The client itself: one place where calls are built, sent and judged.

use std::sync::Arc;

use lockstep_http::{Answer, Call, HeaderName, HeaderValue, HttpClient, Method, Peer, Url, header};
use lockstep_model::{Code, Fault};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::errors::{self, About};
use crate::limits::{Meter, Usage};
use crate::session::{Credentials, Session, Sessions, check_login_url};

/// The REST API's version, offered by every org since Summer '26.
pub const API_VERSION: &str = "v67.0";

/// Headers of every write: no assignment rule moves the owner, and change events name us.
pub(crate) const WRITE_HEADERS: [(&str, &str); 2] =
    [("sforce-auto-assign", "FALSE"), ("sforce-call-options", "client=Lockstep")];

/// A Salesforce org, as its Run As user. Cloning it is cheap and shares the session.
#[derive(Debug, Clone)]
pub struct SalesforceClient {
    inner: Arc<Inner>,
    version: Arc<str>,
}

#[derive(Debug)]
struct Inner {
    http: HttpClient,
    sessions: Sessions,
    meter: Meter,
}

/// A call under construction.
#[derive(Debug)]
pub(crate) struct Request {
    operation: &'static str,
    method: Method,
    /// Path and query, encoded.
    path: String,
    body: Option<Value>,
    writes: bool,
    idempotent: bool,
    about: About,
}

impl Request {
    pub(crate) fn get(operation: &'static str, path: String) -> Self {
        let method = Method::GET;
        Self {
            operation,
            method,
            path,
            body: None,
            writes: false,
            idempotent: true,
            about: About::Org,
        }
    }

    pub(crate) fn post(operation: &'static str, path: String, body: Value) -> Self {
        let (method, body) = (Method::POST, Some(body));
        Self { operation, method, path, body, writes: true, idempotent: false, about: About::Org }
    }

    /// A change of a record, which does the same when it is sent twice.
    pub(crate) fn change(
        operation: &'static str,
        method: Method,
        path: String,
        body: Option<Value>,
    ) -> Self {
        let about = About::Record;
        Self { operation, method, path, body, writes: true, idempotent: true, about }
    }

    /// A change of absolute values: sending it twice does what sending it once does.
    pub(crate) fn patch(operation: &'static str, path: String, body: Value) -> Self {
        Self { method: Method::PATCH, ..Self::post(operation, path, body) }.idempotent()
    }

    /// A write whose body is sent apart.
    pub(crate) fn upload(operation: &'static str, path: String) -> Self {
        Self { method: Method::POST, writes: true, idempotent: false, ..Self::get(operation, path) }
    }

    /// Says that it names a file, so that a 404 means that file.
    pub(crate) fn about_file(mut self) -> Self {
        self.about = About::File;
        self
    }

    /// Says that it changes nothing, so that it may be repeated.
    pub(crate) fn reads(mut self) -> Self {
        self.writes = false;
        self.idempotent = true;
        self
    }

    /// Says that sending it twice does what sending it once does.
    pub(crate) fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Says that it names a record, so that a 404 means that record.
    pub(crate) fn about_record(mut self) -> Self {
        self.about = About::Record;
        self
    }
}

impl SalesforceClient {
    /// A client for the org behind the login URL. Nothing is sent yet; with `known_org` a login that
    /// leads to another org is refused as `SfOtherOrg`.
    pub fn new(
        http: HttpClient,
        credentials: Credentials,
        known_org: Option<String>,
    ) -> Result<Self, Fault> {
        check_login_url(&http, &credentials.login_url)?;
        let sessions = Sessions::new(credentials, known_org);
        let inner = Arc::new(Inner { http, sessions, meter: Meter::default() });
        Ok(Self { inner, version: API_VERSION.into() })
    }

    /// The same client at another API version, such as `v66.0`.
    #[must_use]
    pub fn with_version(mut self, version: &str) -> Self {
        self.version = version.into();
        self
    }

    /// The org's call budget as the last answer showed it; none before the first.
    pub fn limits_seen(&self) -> Option<Usage> {
        self.inner.meter.last()
    }

    /// `/services/data/vNN.0/` and `rest`, which is encoded already.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/services/data/{}/{rest}", self.version)
    }

    /// Signs in, where there is no session yet; gives the address of the org's API.
    pub async fn sign_in(&self) -> Result<Url, Fault> {
        self.instance().await
    }

    /// The address that the session's token is good for.
    pub(crate) async fn instance(&self) -> Result<Url, Fault> {
        Ok(self.inner.sessions.current(&self.inner.http).await?.instance.clone())
    }

    /// Sends a request and hands back a successful answer. An expired session is renewed once.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, Fault> {
        let Inner { http, sessions, .. } = &*self.inner;
        let session = sessions.current(http).await?;
        match self.once(request, &session).await {
            // Nothing was done under an expired session, so any call may be repeated.
            Err(fault) if fault.code == Code::SfSessionExpired => {
                let session = sessions.renewed(http, &session).await?;
                self.once(request, &session).await
            }
            result => result,
        }
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T, Fault> {
        let answer = self.send(&request).await?;
        errors::decode(request.operation, &answer)
    }

    async fn once(&self, request: &Request, session: &Session) -> Result<Answer, Fault> {
        let call = call(request, session)?;
        let answer =
            self.inner.http.send(call).await.map_err(|error| errors::of_transport(&error))?;
        if answer.status.is_success() {
            self.inner.meter.note(&session.org, &answer);
            return Ok(answer);
        }
        Err(self.refused(request, session, &answer))
    }

    /// What an answer that is no success means.
    pub(crate) fn refused(&self, request: &Request, session: &Session, answer: &Answer) -> Fault {
        self.inner.meter.note(&session.org, answer);
        errors::of_answer(request.about, answer)
    }

    /// What sends calls.
    pub(crate) fn http(&self) -> &HttpClient {
        &self.inner.http
    }

    /// The session at hand, or a new one.
    pub(crate) async fn session(&self) -> Result<Arc<Session>, Fault> {
        self.inner.sessions.current(&self.inner.http).await
    }

    /// Sees to it that the next call has another session than `expired`.
    pub(crate) async fn renew(&self, expired: &Arc<Session>) -> Result<(), Fault> {
        self.inner.sessions.renewed(&self.inner.http, expired).await.map(drop)
    }
}

/// The request as a call under a session.
pub(crate) fn call(request: &Request, session: &Session) -> Result<Call, Fault> {
    let broken = |error: &dyn std::error::Error| Fault::new(Code::SfBadRequest, error.to_string());
    let url = session.instance.join(&request.path).map_err(|error| broken(&error))?;
    let mut call = Call::new(Peer::Salesforce, request.operation, request.method.clone(), url)
        .header(header::AUTHORIZATION, session.authorization.clone())
        .idempotent(request.idempotent);
    if request.writes {
        for (name, value) in WRITE_HEADERS {
            call = call.header(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    match &request.body {
        Some(body) => call.json(body).map_err(|error| broken(&error)),
        None => Ok(call),
    }
}
