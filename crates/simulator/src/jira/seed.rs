//! A few dozen plausible issues.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::adf;
use super::model::catalog::{AGENT, DEVELOPER, LEAD};
use super::model::{Actor, Refusal, Site};

/// Summaries of the support project's issues.
const SUPPORT: &[&str] = &[
    "Printer reports paper jam although the tray is empty",
    "Portal login loops after password change",
    "Export to CSV drops the last row",
    "Invoice shows the wrong currency symbol",
    "Scanner driver fails on the new client release",
    "Customer cannot download the signed contract",
    "Search returns archived articles",
    "Notification e-mails arrive twice",
    "Dashboard takes a minute to load on Mondays",
    "Gateway loses its certificate after reboot",
    "Attachment preview is rotated",
    "Time zone of appointments is off by one hour",
    "Mobile client crashes on empty list",
    "Firmware update stops at 87 percent",
    "User with umlaut in the name cannot sign in",
    "Report scheduler skips the last day of the month",
    "Barcode is not recognised in low light",
    "Wrong total when a discount is applied twice",
];

/// Summaries of the operations project's issues.
const OPERATIONS: &[&str] = &[
    "Renew the wildcard certificate",
    "Raise the disk alert threshold on the database hosts",
    "Replace the failed switch in rack 4",
    "Rotate the backup encryption keys",
    "Patch the edge proxies",
    "Review firewall rules of the portal",
    "Move the report jobs to the new cluster",
    "Document the restore procedure",
];

/// Makes the sample issues; the newest is one hour old.
///
/// # Errors
/// Never for the data above; a refusal means that model and seed disagree.
pub fn sow(site: &mut Site, now: DateTime<Utc>) -> Result<(), Refusal> {
    let total = SUPPORT.len() + OPERATIONS.len();
    for (position, summary) in SUPPORT.iter().chain(OPERATIONS).enumerate() {
        let hours = i64::try_from(total - position).unwrap_or(1) * 6 - 5;
        let at = now - TimeDelta::hours(hours);
        let actor = Actor { account: AGENT, now: at };
        let project = if position < SUPPORT.len() { "SUP" } else { "OPS" };
        let id = site.create(actor, &issue(project, position, summary))?.id;
        advance(site, id, (position, project), at)?;
    }
    if let Some(first) = site.find("SUP-1") {
        converse(site, first, now - TimeDelta::hours(2))?;
    }
    Ok(())
}

fn issue(project: &str, position: usize, summary: &str) -> Value {
    let kind = ["Bug", "Task", "Story"][position % 3];
    let priority = ["1", "2", "3", "4"][position % 4];
    let mut fields = json!({
        "project": { "key": project },
        "issuetype": { "name": kind },
        "summary": summary,
        "description": adf::paragraphs(&format!("{summary}.\nReported by a customer.")),
        "priority": { "id": priority },
        "labels": if position.is_multiple_of(2) { json!(["customer"]) } else { json!([]) },
    });
    if project == "SUP" && position.is_multiple_of(3) {
        fields["components"] = json!([{ "name": "Portal" }]);
        fields["customfield_10060"] = json!({ "value": "Gold" });
        fields["customfield_10055"] = json!({ "value": "High" });
    }
    if position.is_multiple_of(4) {
        fields["assignee"] = json!({ "accountId": DEVELOPER });
    }
    json!({ "fields": fields })
}

/// Some issues have moved on.
fn advance(
    site: &mut Site,
    id: u64,
    (position, project): (usize, &str),
    at: DateTime<Utc>,
) -> Result<(), Refusal> {
    let steps: &[&str] = match (project, position % 4) {
        ("SUP", 1) => &["11"],
        ("SUP", 2) => &["51"],
        ("SUP", 3) => &["11", "21", "31"],
        ("OPS", 2) => &["111"],
        ("OPS", 3) => &["121"],
        _ => &[],
    };
    for (minutes, step) in (10_i64..).step_by(10).zip(steps) {
        let actor = Actor { account: DEVELOPER, now: at + TimeDelta::minutes(minutes) };
        let mut body = json!({ "transition": { "id": step } });
        if *step == "31" {
            body["fields"] = json!({ "resolution": { "name": "Done" } });
        }
        site.transition(actor, id, &body)?;
    }
    Ok(())
}

fn converse(site: &mut Site, id: u64, at: DateTime<Utc>) -> Result<(), Refusal> {
    for (minutes, account, text) in [
        (0, AGENT, "The customer sent photos of the tray."),
        (15, DEVELOPER, "The sensor reads dirt as paper. A cleaning cycle should help."),
        (40, LEAD, "Please confirm with the customer before we close."),
    ] {
        let actor = Actor { account, now: at + TimeDelta::minutes(minutes) };
        site.add_comment(actor, id, &json!({ "body": adf::paragraphs(text) }))?;
    }
    Ok(())
}
