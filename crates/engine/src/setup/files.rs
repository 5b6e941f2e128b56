//! Whether both sides take the files of an item.

use lockstep_jira::JiraClient;
use lockstep_model::files::megabytes;
use lockstep_model::validate::Problem;
use lockstep_model::{Class, ConnectedItem, Fault};
use lockstep_salesforce::SalesforceClient;

/// The largest attachment that the site takes, in bytes; none where attachments are switched off, or
/// where the item copies no files, which is not asked.
pub(super) async fn limit(spec: &ConnectedItem, site: &JiraClient) -> Result<Option<u64>, Fault> {
    if spec.syncs_files() { site.attachment_limit().await } else { Ok(None) }
}

/// What stands in the way of the item's files, by what both sides say of themselves; `limit` is the
/// site's.
pub(super) async fn check(
    spec: &ConnectedItem,
    org: &SalesforceClient,
    limit: Option<u64>,
) -> Result<Vec<Problem>, Fault> {
    let mut problems = Vec::new();
    if !spec.syncs_files() {
        return Ok(problems);
    }
    match limit {
        None => problems.push(Problem::error(
            "files.enabled",
            "attachments are switched off on the Jira site",
            "Switch them on in Jira's system settings, or switch file sync off.",
        )),
        Some(limit) if limit < spec.files.max_bytes() => problems.push(Problem::error(
            "files.max_mb",
            format!("the Jira site takes attachments of at most {}", megabytes(limit)),
            "Set a lower ceiling, or raise the limit in Jira's system settings.",
        )),
        Some(_) => {}
    }
    match org.describe("ContentVersion").await {
        Ok(_) => {}
        Err(fault) if fault.class() == Class::Rejected => problems.push(Problem::error(
            "files.enabled",
            format!("the Run As user cannot use Salesforce files ({fault})"),
            "Give the Run As user access to ContentVersion and ContentDocumentLink, or switch file sync off.",
        )),
        Err(fault) => return Err(fault),
    }
    Ok(problems)
}
