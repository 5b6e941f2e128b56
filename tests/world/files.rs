//! Files on both sides.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::Value;

use super::{PATIENCE, Setting, World};

/// The example item, with file sync up to one megabyte.
pub const WITH_FILES: &str = concat!(
    include_str!("../../deploy/examples/support-bugs.yaml"),
    "files:\n  enabled: true\n  max_mb: 1\n"
);

/// A file as a test compares it: name, size and checksum of its bytes.
pub type Shown = (String, u64, String);

impl World {
    /// A world whose item syncs files.
    pub async fn with_files() -> Result<Self> {
        Self::with(Setting { item: WITH_FILES, ..Setting::default() }).await
    }

    /// The issue's files, by name.
    pub async fn issue_files(&self, key: &str) -> Result<Vec<Shown>> {
        let issue = self.people.jira_issue(key).await?;
        let files = issue["attachments"].as_array().context("attachments")?;
        let shown = files.iter().map(|file| {
            let text = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
            (text("filename"), file["size"].as_u64().unwrap_or_default(), text("md5"))
        });
        Ok(sorted(shown.collect()))
    }

    /// The latest versions of the record's files, by name.
    pub async fn record_files(&self, record: &str) -> Result<Vec<Shown>> {
        let path =
            format!("/control/salesforce/records/ContentDocumentLink?LinkedEntityId={record}");
        let links = self.people.get(&path).await?;
        let mut shown = Vec::new();
        for link in links["records"].as_array().context("records")? {
            let document = link["ContentDocumentId"].as_str().context("document")?;
            let document = self.people.salesforce_record("ContentDocument", document).await?;
            let version = document["LatestPublishedVersionId"].as_str().context("version")?;
            let version = self.people.salesforce_record("ContentVersion", version).await?;
            let text = |name: &str| version[name].as_str().unwrap_or_default().to_owned();
            let size = version["ContentSize"].as_u64().unwrap_or_default();
            shown.push((text("PathOnClient"), size, text("Checksum")));
        }
        Ok(sorted(shown))
    }

    /// Waits until both sides have exactly these files, by name, with the same bytes.
    pub async fn both_have(&self, record: &str, key: &str, names: &[&str]) -> Vec<Shown> {
        let alike = || async {
            let (Ok(one), Ok(two)) = (self.record_files(record).await, self.issue_files(key).await)
            else {
                return false;
            };
            one == two && one.iter().map(|(name, ..)| name.as_str()).eq(names.iter().copied())
        };
        eventually(PATIENCE, &format!("both sides have the files {names:?}"), alike).await;
        self.issue_files(key).await.unwrap_or_default()
    }

    /// The findings of a case's link.
    pub async fn findings_of(&self, case: &str) -> Result<Vec<Value>> {
        let link = self.link_of(case).await?;
        Ok(link["findings"].as_array().cloned().unwrap_or_default())
    }
}

fn sorted(mut files: Vec<Shown>) -> Vec<Shown> {
    files.sort();
    files
}
