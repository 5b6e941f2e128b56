//! What is said on both sides, and waiting for it.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::Value;

use super::{PATIENCE, World};

impl World {
    /// Waits until the case has a comment that says all of this; gives it.
    pub async fn case_says(&self, case: &str, words: &[&str]) -> Result<Value> {
        let path = format!("/control/salesforce/records/CaseComment?ParentId={case}");
        let says = || async {
            let found = self.people.get(&path).await.unwrap_or_default();
            find(&found["records"], "CommentBody", words).is_some()
        };
        eventually(PATIENCE, &format!("the case says {words:?}"), says).await;
        let found = self.people.get(&path).await?;
        find(&found["records"], "CommentBody", words).context("it says it no longer")
    }

    /// Waits until the issue has a comment that says all of this; gives it.
    pub async fn issue_says(&self, key: &str, words: &[&str]) -> Result<Value> {
        let says = || async {
            let issue = self.people.jira_issue(key).await.unwrap_or_default();
            find(&issue["comments"], "text", words).is_some()
        };
        eventually(PATIENCE, &format!("the issue says {words:?}"), says).await;
        let issue = self.people.jira_issue(key).await?;
        find(&issue["comments"], "text", words).context("it says it no longer")
    }

    /// Waits until the link of a record has a finding of this code.
    pub async fn link_finds(&self, record: &str, code: &str) -> Result<Value> {
        let finds = || async {
            let link = self.link_of(record).await.unwrap_or_default();
            found(&link, code).is_some()
        };
        eventually(PATIENCE, &format!("the link finds {code}"), finds).await;
        let link = self.link_of(record).await?;
        found(&link, code).context("it finds it no longer")
    }
}

/// The comment whose field says all of this.
pub fn find(comments: &Value, field: &str, words: &[&str]) -> Option<Value> {
    let says = |text: &str| words.iter().all(|word| text.contains(word));
    let all = comments.as_array()?;
    all.iter().find(|comment| comment[field].as_str().is_some_and(says)).cloned()
}

fn found(link: &Value, code: &str) -> Option<Value> {
    let found = link["findings"].as_array()?;
    found.iter().find(|finding| finding["code"] == code).cloned()
}
