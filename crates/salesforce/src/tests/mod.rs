//! The client against the simulated org.

mod activities;
mod comments;
mod connection;
mod files;
mod finding;
mod records;

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_http::{HttpClient, HttpConfig, Method, Url};
use lockstep_model::field::SalesforceType;
use lockstep_model::snapshot::CommentBody;
use lockstep_model::{Class, Code, Fault, Record, RecordId};
use lockstep_simulator::core::{Call, CallFilter, FaultKind, FaultSpec};
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::{Change, Credentials, Cursor, NewComment, RecordQuery, SalesforceClient};

struct World {
    _simulator: Simulator,
    control: ControlClient,
    login: Url,
    org: SalesforceClient,
    now: DateTime<Utc>,
}

fn client(login: &Url, key: &str, secret: &str, known_org: Option<&str>) -> SalesforceClient {
    let http = HttpClient::new(HttpConfig { allow_loopback: true, ..HttpConfig::default() });
    let credentials = Credentials {
        login_url: login.clone(),
        client_id: key.to_owned(),
        client_secret: SecretString::from(secret),
    };
    SalesforceClient::new(http.expect("http"), credentials, known_org.map(str::to_owned))
        .expect("client")
}

const KEY: &str = "3MVG9lockstep";
const SECRET: &str = "salesforce-client-secret";

/// Exchanges are recorded where `LOCKSTEP_SIM_RECORD` says so, to be held against the vendor's own description.
fn simulator_config() -> SimulatorConfig {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test binary has no configuration but its environment"
    )]
    let folder = std::env::var("LOCKSTEP_SIM_RECORD").unwrap_or_default();
    SimulatorConfig {
        record_dir: (!folder.is_empty()).then(|| folder.into()),
        ..SimulatorConfig::default()
    }
}

impl World {
    async fn start() -> Self {
        let simulator = Simulator::start(simulator_config()).await.expect("simulator");
        let control = ControlClient::new(simulator.control_url());
        let login = Url::parse(&simulator.salesforce_url()).expect("url");
        let org = client(&login, KEY, SECRET, None);
        let clock = control.get("/control/clock").await.expect("clock");
        let now = clock["now"].as_str().and_then(|now| now.parse().ok()).expect("now");
        Self { _simulator: simulator, control, login, org, now }
    }

    /// As a person or an administrator, through the control API.
    async fn act(&self, path: &str, body: Value) -> Value {
        self.control.post(&format!("/control/salesforce{path}"), &body).await.expect("acted")
    }

    async fn new_case(&self, subject: &str) -> RecordId {
        let case = self.act("/records/Case", json!({"Subject": subject})).await;
        RecordId::parse(case["Id"].as_str().expect("id")).expect("id")
    }

    async fn calls(&self, operation: &str) -> Vec<Call> {
        let filter = CallFilter { operation: Some(operation.to_owned()), ..CallFilter::default() };
        self.control.calls(&filter).await.expect("calls")
    }

    async fn read(&self, id: &RecordId, comments: bool) -> Record {
        self.org.record("Case", id, &query(comments)).await.expect("record")
    }

    async fn comment(&self, id: &RecordId, body: &str, public: bool) -> Result<String, Fault> {
        let new = NewComment { body, public, answers: None };
        self.org.add_comment("Case", id, None, &new).await
    }

    async fn update(&self, id: &RecordId, fields: Value) -> Result<Record, Fault> {
        let change = Change { fields: map(fields), unmodified_since: None };
        self.org.update("Case", id, change, &query(false)).await
    }
}

fn map(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).expect("map")
}

fn query(comments: bool) -> RecordQuery {
    RecordQuery {
        fields: vec!["Subject".to_owned(), "Severity__c".to_owned()],
        name_field: "CaseNumber".to_owned(),
        status_field: Some("Status".to_owned()),
        comments,
        ..RecordQuery::default()
    }
}
