//! The client against the simulated site.

mod bulk;
mod comments;
mod files;
mod issues;
mod site;
mod work_logs;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_http::{HttpClient, HttpConfig, Url};
use lockstep_model::field::StatusCategory;
use lockstep_model::snapshot::CommentBody;
use lockstep_model::{Class, Code, Issue, JiraKind};
use lockstep_simulator::core::{FaultKind, FaultSpec};
use lockstep_simulator::{ControlClient, Simulator, SimulatorConfig};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::{CreatedIssue, Credentials, IssueQuery, JiraClient, NewComment, NewIssue, Scope};

const MARKER: &str = "lockstep.link";

struct World {
    _simulator: Simulator,
    control: ControlClient,
    site: Url,
    jira: JiraClient,
    now: DateTime<Utc>,
}

fn client(site: &Url, token: &str) -> JiraClient {
    let http = HttpClient::new(HttpConfig { allow_loopback: true, ..HttpConfig::default() });
    let credentials = Credentials::ApiToken {
        email: "lockstep@example.com".to_owned(),
        token: SecretString::from(token),
    };
    JiraClient::new(http.expect("http"), site.clone(), credentials).expect("client")
}

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
        let site = Url::parse(&simulator.jira_url()).expect("url");
        let jira = client(&site, "jira-api-token");
        let clock = control.get("/control/clock").await.expect("clock");
        let now = clock["now"].as_str().and_then(|now| now.parse().ok()).expect("now");
        Self { _simulator: simulator, control, site, jira, now }
    }

    async fn called(&self, operation: &str) -> u64 {
        self.control.counters().await.expect("counters").get(operation).copied().unwrap_or(0)
    }

    async fn fault(&self, operation: &str, kind: FaultKind) {
        let spec = FaultSpec::new(kind).operation(operation).times(1);
        self.control.add_fault(&spec).await.expect("fault");
    }

    async fn bug_id(&self) -> String {
        let types = self.jira.issue_types("SUP").await.expect("types");
        types.into_iter().find(|each| each.name == "Bug").expect("bug").id
    }

    async fn new_issue(&self, summary: &str, mark: &Value) -> NewIssue {
        NewIssue {
            project: "SUP".to_owned(),
            issue_type_id: self.bug_id().await,
            fields: map(&json!({"summary": summary, "description": null})),
            properties: vec![(MARKER.to_owned(), mark.clone())],
        }
    }

    async fn create(&self, summary: &str) -> CreatedIssue {
        let new = self.new_issue(summary, &json!({"id": summary})).await;
        self.jira.create_issue(&new).await.expect("created")
    }

    async fn read(&self, id: &str, query: &IssueQuery) -> Issue {
        self.jira.issue(id, query).await.expect("issue")
    }
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().expect("map").clone()
}

fn document(text: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
}

fn query(fields: &[&str], comments: bool) -> IssueQuery {
    let fields = fields.iter().map(|&id| id.to_owned()).collect();
    IssueQuery { fields, comments, ..IssueQuery::default() }
}

fn bugs() -> Scope {
    Scope { project: "SUP".to_owned(), issue_type: "Bug".to_owned() }
}
