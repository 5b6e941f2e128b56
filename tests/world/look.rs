//! Looking at both sides, and waiting for what they shall show.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use super::{PATIENCE, World};

/// The fleet is at rest when no vendor was called for this long.
const REST: Duration = Duration::from_millis(2500);

impl World {
    /// Opens a case and waits for its issue; gives the case's id and the issue's key.
    pub async fn linked_case(&self, fields: &Value) -> Result<(String, String)> {
        let case = self.people.salesforce_create("Case", fields.clone()).await?;
        let id = case["Id"].as_str().context("Id")?.to_owned();
        let key = self.issue_of(&id).await?;
        Ok((id, key))
    }

    /// Waits until the case has an issue and the fleet knows it; gives its key.
    pub async fn issue_of(&self, case: &str) -> Result<String> {
        let linked = || async {
            let links = self.cli(&["link", "list", "--search", case]).await.unwrap_or_default();
            links[0]["issue"].is_string()
                && links[0]["base"]["fields"]["Subject:summary"].is_object()
        };
        eventually(PATIENCE, "the case has an issue", linked).await;
        let keys = self.issues_of(case).await?;
        ensure!(keys.len() == 1, "case {case} has the issues {keys:?}");
        Ok(keys[0].clone())
    }

    /// Waits until Jira has an issue of the case, whether or not the fleet knows it.
    pub async fn created(&self, case: &str) {
        let created = || async { self.issues_of(case).await.is_ok_and(|keys| keys.len() == 1) };
        eventually(PATIENCE, "Jira has the issue", created).await;
    }

    /// Every issue that says it belongs to the case.
    pub async fn issues_of(&self, case: &str) -> Result<Vec<String>> {
        let issues = self.people.jira_issues("SUP").await?;
        let ours = |issue: &&Value| issue["properties"]["lockstep.link"]["record"] == case;
        Ok(issues
            .iter()
            .filter(ours)
            .filter_map(|issue| Some(issue["key"].as_str()?.to_owned()))
            .collect())
    }

    /// Waits until the case's field holds this.
    pub async fn case_shows(&self, id: &str, field: &str, value: impl Into<Value>) -> Duration {
        let value = value.into();
        let began = std::time::Instant::now();
        let holds = || async {
            self.people.salesforce_record("Case", id).await.is_ok_and(|case| case[field] == value)
        };
        eventually(PATIENCE, &format!("the case shows {field} = {value}"), holds).await;
        began.elapsed()
    }

    /// Waits until the issue's field holds this.
    pub async fn issue_shows(&self, key: &str, field: &str, value: impl Into<Value>) -> Duration {
        let value = value.into();
        let began = std::time::Instant::now();
        let holds = || async {
            self.people.jira_issue(key).await.is_ok_and(|issue| issue["fields"][field] == value)
        };
        eventually(PATIENCE, &format!("the issue shows {field} = {value}"), holds).await;
        began.elapsed()
    }

    /// Waits until the issue is in this status.
    pub async fn issue_is(&self, key: &str, status: &str) {
        let holds = || async {
            self.people
                .jira_issue(key)
                .await
                .is_ok_and(|issue| issue["fields"]["status"]["name"] == status)
        };
        eventually(PATIENCE, &format!("the issue is {status}"), holds).await;
    }

    /// The texts of the case's comments.
    pub async fn case_comments(&self, id: &str) -> Result<Vec<String>> {
        let path = format!("/control/salesforce/records/CaseComment?ParentId={id}");
        let found = self.people.get(&path).await?;
        let comments = found["records"].as_array().cloned().unwrap_or_default();
        Ok(comments.iter().filter_map(|c| Some(c["CommentBody"].as_str()?.to_owned())).collect())
    }

    /// The texts of the issue's comments.
    pub async fn issue_comments(&self, key: &str) -> Result<Vec<String>> {
        let issue = self.people.jira_issue(key).await?;
        let comments = issue["comments"].as_array().cloned().unwrap_or_default();
        Ok(comments.iter().filter_map(|c| Some(c["text"].as_str()?.to_owned())).collect())
    }

    /// The link of a case, as `lockstep link show` gives it.
    pub async fn link_of(&self, case: &str) -> Result<Value> {
        let links = self.cli(&["link", "list", "--search", case]).await?;
        let number = links[0]["link"].as_i64().context("no link")?;
        self.cli(&["link", "show", &number.to_string(), "--limit", "200"]).await
    }

    /// Waits as long as a worker may believe an item's earlier version.
    pub async fn configuration_has_spread(&self) {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
    }

    /// Lets the fleet sweep a few times more, so that an echo would show.
    pub async fn let_it_settle(&self) -> Result<()> {
        for _ in 0..3 {
            self.cli(&["sync", "item", "support-bugs"]).await?;
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
        Ok(())
    }

    /// Waits until no vendor was called for a while.
    pub async fn let_it_rest(&self) -> Result<()> {
        let (mut last, mut since) = (0, Instant::now());
        let end = since + PATIENCE;
        while since.elapsed() < REST {
            ensure!(Instant::now() < end, "the fleet does not come to rest");
            tokio::time::sleep(Duration::from_millis(100)).await;
            let calls: u64 = self.people.counters().await?.values().sum();
            if calls != last {
                (last, since) = (calls, Instant::now());
            }
        }
        Ok(())
    }

    /// How often an operation was called since the last reset.
    pub async fn calls(&self, operation: &str) -> Result<u64> {
        Ok(self.people.counters().await?.get(operation).copied().unwrap_or_default())
    }
}

/// A case with a value in every mapped field.
pub fn full_case(subject: &str) -> Value {
    json!({
        "Subject": subject,
        "Description": "It stopped at noon.\n\nSecond paragraph.",
        "Priority": "High",
        "Severity__c": "Critical",
        "Affected_Users__c": 250,
        "Due_Date__c": "2026-12-01",
        "Occurred_At__c": "2026-11-21T09:30:00Z",
        "Product_Areas__c": "Mobile;Reports",
        "Reference_URL__c": "https://status.example.com/incidents/7",
        "Environment__c": "production",
    })
}

impl World {
    /// Waits until the issue's field shows an object of this name.
    pub async fn issue_shows_name(&self, key: &str, field: &str, name: &str) {
        let holds = || async {
            self.people
                .jira_issue(key)
                .await
                .is_ok_and(|issue| issue["fields"][field]["name"] == name)
        };
        eventually(PATIENCE, &format!("the issue shows {field} = {name}"), holds).await;
    }
}

impl World {
    /// From now on the item is swept once an hour: what happens, happens by hints.
    pub async fn sweep_seldom(&self) -> Result<()> {
        let database = self.database().await?;
        let sql = "UPDATE item SET next_sweep_at = now() + interval '1 hour'";
        database.execute(sql, &[]).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        Ok(())
    }
}
