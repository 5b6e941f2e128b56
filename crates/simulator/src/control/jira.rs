//! Acting on the Jira site as a human.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{ControlClient, Result};

/// A webhook to register by hand, as an administrator would.
#[derive(Clone, Debug, Default)]
pub struct AdminWebhook<'a> {
    /// Where messages go.
    pub url: &'a str,
    /// Secret of the signature; unsigned when absent.
    pub secret: Option<&'a str>,
    /// Events; issue and comment events when empty.
    pub events: &'a [&'a str],
    /// JQL filter; empty for all issues.
    pub jql: &'a str,
}

/// What Forge sends along with a call of the panel.
#[derive(Clone, Debug, Deserialize)]
pub struct PanelHeaders {
    /// `Authorization`: the invocation token.
    pub authorization: String,
    /// `x-forge-oauth-user`: by it the remote may act as the person.
    #[serde(rename = "x-forge-oauth-user")]
    pub user: String,
}

impl ControlClient {
    /// Creates an issue (a Bug in SUP unless `fields` says otherwise; `project`, `issuetype` and documents may be
    /// plain strings) and returns its whole state.
    pub async fn jira_create(&self, fields: Value) -> Result<Value> {
        self.post("/control/jira/issues", &json!({ "fields": fields })).await
    }

    /// Sets fields of an issue as the support agent, and returns its whole state.
    pub async fn jira_edit(&self, key: &str, fields: Value) -> Result<Value> {
        self.patch(&path(key, ""), &json!({ "fields": fields })).await
    }

    /// Sets fields of an issue as the user with this account id or display name.
    pub async fn jira_edit_as(&self, key: &str, user: &str, fields: Value) -> Result<Value> {
        self.patch(&path(key, ""), &json!({ "fields": fields, "as": user })).await
    }

    /// Takes the transition that leads from where the issue is to the status of this name.
    pub async fn jira_transition(&self, key: &str, status: &str) -> Result<Value> {
        self.post(&path(key, "/transition"), &json!({ "status": status })).await
    }

    /// Adds a comment of plain text as the support agent and returns its id.
    pub async fn jira_comment(&self, key: &str, text: &str) -> Result<String> {
        let added = self.post(&path(key, "/comments"), &json!({ "body": text })).await?;
        Ok(added["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Adds a comment that answers another one, or that customers do not see, and returns its id:
    /// `{body, parentId?, properties?, visibility?, as?}`.
    pub async fn jira_comment_with(&self, key: &str, comment: Value) -> Result<String> {
        let added = self.post(&path(key, "/comments"), &comment).await?;
        Ok(added["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Changes a comment's text.
    pub async fn jira_edit_comment(&self, key: &str, id: &str, text: &str) -> Result<()> {
        let path = path(key, &format!("/comments/{id}"));
        self.patch(&path, &json!({ "body": text })).await.map(drop)
    }

    /// Deletes a comment.
    pub async fn jira_delete_comment(&self, key: &str, id: &str) -> Result<()> {
        self.delete(&path(key, &format!("/comments/{id}"))).await.map(drop)
    }

    /// Attaches a file with this text as the support agent, and returns what was added: `id`, `filename`, `size`, `md5`.
    pub async fn jira_attach(&self, key: &str, filename: &str, text: &str) -> Result<Value> {
        let body = json!({ "filename": filename, "text": text });
        self.post(&path(key, "/attachments"), &body).await
    }

    /// Attaches a file of so many bytes that are made up.
    pub async fn jira_attach_made_up(&self, key: &str, filename: &str, size: u64) -> Result<Value> {
        let body = json!({ "filename": filename, "size": size });
        self.post(&path(key, "/attachments"), &body).await
    }

    /// Deletes an attachment.
    pub async fn jira_delete_attachment(&self, id: &str) -> Result<()> {
        self.delete(&format!("/control/jira/attachments/{id}")).await.map(drop)
    }

    /// Deletes an issue with its sub-tasks.
    pub async fn jira_delete(&self, key: &str) -> Result<()> {
        self.delete(&path(key, "")).await.map(drop)
    }

    /// Moves an issue to a project and returns its whole state under the new key.
    pub async fn jira_move(&self, key: &str, project: &str) -> Result<Value> {
        self.post(&path(key, "/move"), &json!({ "project": project })).await
    }

    /// The whole state of an issue: `fields`, `comments`, `attachments`, `changelog`, `properties`, `remote_links`, `watchers`.
    pub async fn jira_issue(&self, key: &str) -> Result<Value> {
        self.get(&path(key, "")).await
    }

    /// The whole state of every issue of a project.
    pub async fn jira_issues(&self, project: &str) -> Result<Vec<Value>> {
        let issues = self.get(&format!("/control/jira/issues?project={project}")).await?;
        Ok(serde_json::from_value(issues)?)
    }

    /// Opens the panel of an issue as the support agent, or as whom `extra` names in `as`: the headers
    /// that Forge would send to the remote. `extra` may change `claims`, `signed_by` and `kid`.
    pub async fn jira_panel(&self, issue: &str, extra: &Value) -> Result<PanelHeaders> {
        let mut body = json!({ "issue": issue });
        for (name, value) in extra.as_object().into_iter().flatten() {
            body[name.as_str()] = value.clone();
        }
        let opened = self.post("/control/jira/forge/panel", &body).await?;
        Ok(serde_json::from_value(opened["headers"].clone())?)
    }

    /// Registers an admin webhook and returns its id.
    pub async fn jira_webhook(&self, hook: &AdminWebhook<'_>) -> Result<u64> {
        let mut body = json!({ "url": hook.url, "secret": hook.secret, "jql": hook.jql });
        if !hook.events.is_empty() {
            body["events"] = json!(hook.events);
        }
        let added = self.post("/control/jira/webhooks", &body).await?;
        Ok(added["id"].as_u64().unwrap_or_default())
    }

    /// Removes a webhook.
    pub async fn jira_remove_webhook(&self, id: u64) -> Result<()> {
        self.delete(&format!("/control/jira/webhooks/{id}")).await.map(drop)
    }

    /// What was sent to webhooks, oldest first: `identifier`, `event`, `issue_key`, `state`, `attempts`.
    pub async fn jira_deliveries(&self) -> Result<Vec<Value>> {
        Ok(serde_json::from_value(self.get("/control/jira/webhooks/deliveries").await?)?)
    }

    /// Changes the named settings of the site (see [`crate::jira::Settings`]) and returns all of them.
    pub async fn jira_settings(&self, changes: Value) -> Result<Value> {
        self.call(Method::PATCH, "/control/jira/settings", Some(&changes)).await
    }
}

fn path(key: &str, rest: &str) -> String {
    format!("/control/jira/issues/{key}{rest}")
}
