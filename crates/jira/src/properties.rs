//! Properties of an issue: the place for our marker.

use lockstep_http::Method;
use lockstep_model::{Code, Fault};
use serde_json::Value;

use crate::client::JiraClient;

impl JiraClient {
    /// Sets a property of an issue (`setIssueProperty`).
    pub async fn set_property(&self, issue: &str, key: &str, value: &Value) -> Result<(), Fault> {
        let path = ["issue", issue, "properties", key];
        let request = self.request("issue.property.set", Method::PUT, &path).about_issue();
        self.send(request.idempotent().body(value.clone())).await.map(drop)
    }

    /// Takes a property off an issue (`deleteIssueProperty`). What is not there is off already.
    pub async fn delete_property(&self, issue: &str, key: &str) -> Result<(), Fault> {
        let path = ["issue", issue, "properties", key];
        let request = self.request("issue.property.delete", Method::DELETE, &path).about_issue();
        match self.send(request.idempotent()).await {
            Err(fault) if fault.code == Code::JiraIssueGone => Ok(()),
            other => other.map(drop),
        }
    }
}
