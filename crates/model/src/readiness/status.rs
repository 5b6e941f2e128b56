//! What stands in the way of status sync.

use super::List;
use crate::field::{IssueStatus, SalesforceType};
use crate::name::same;
use crate::status::Matching;

const AREA: &str = "Status sync";

impl List<'_> {
    pub(super) fn status(&mut self) {
        if !self.item.syncs_status() {
            return self.pass(AREA, "switched off");
        }
        self.status_field();
        self.record_statuses();
        self.mapped_statuses();
        self.reachable_statuses();
    }

    fn status_field(&mut self) {
        let name = format!("{AREA}: status field");
        let object = &self.item.salesforce.object;
        let Some(field) = self.item.status_field() else {
            let detail = format!("{object} has no status field of its own");
            return self.fail(name, detail, "Name a picklist field in `status.field`.");
        };
        match self.schema.salesforce.get(field) {
            None => {
                let detail = format!("the Run As user does not see `{field}`");
                self.fail(
                    name,
                    detail,
                    "Let the Run As user see and edit it (field-level security).",
                );
            }
            Some(known) if known.kind != SalesforceType::Picklist => {
                let detail = format!("`{field}` is no picklist");
                self.fail(name, detail, "Name a picklist field in `status.field`.");
            }
            Some(known) if !known.updateable => {
                let detail = format!("the Run As user may not change `{field}`");
                self.fail(name, detail, "Let the Run As user edit it (field-level security).");
            }
            Some(_) => self.pass(name, format!("`{field}` may be read and changed")),
        }
    }

    /// Which of the record's statuses close it decides what an issue that is done means.
    fn record_statuses(&mut self) {
        let name = format!("{AREA}: statuses that close");
        let (records, issues) = (&self.schema.record_statuses, &self.schema.issue_statuses);
        let closed: Vec<&str> =
            records.iter().filter(|one| one.closed).map(|one| one.value.as_str()).collect();
        let done: Vec<&str> = issues
            .iter()
            .filter(|one| one.category.is_closed())
            .map(|one| one.name.as_str())
            .collect();
        if records.is_empty() {
            let remedy = "Let the Run As user see the status field and its values.";
            self.fail(name, "Salesforce lists no values of the status field", remedy);
        } else if closed.is_empty() || done.is_empty() {
            let side = if closed.is_empty() { "Salesforce" } else { "Jira" };
            let detail = format!("no status closes in {side}");
            let remedy =
                "Map each status by name in `status.map`: nothing else says what belongs together.";
            self.warn(name, detail, remedy);
        } else {
            let detail = format!("Salesforce: {}; Jira: {}", closed.join(", "), done.join(", "));
            self.pass(name, detail);
        }
    }

    fn mapped_statuses(&mut self) {
        let mut missing = Vec::new();
        for pair in &self.item.status.map {
            let (records, issues) = (&self.schema.record_statuses, &self.schema.issue_statuses);
            if !records.iter().any(|one| same(&one.value, &pair.salesforce)) {
                missing.push(format!("`{}` in Salesforce", pair.salesforce));
            }
            if !issues.iter().any(|one| same(&one.name, &pair.jira)) {
                missing.push(format!("`{}` in Jira", pair.jira));
            }
        }
        let detail = format!("{} pairs, all of them there", self.item.status.map.len());
        let remedy = "Correct the names in `status.map`, or add the statuses.";
        self.none_of(&format!("{AREA}: mapped statuses"), &missing, (&detail, remedy));
    }

    /// Every issue status that a record can ask for must be where some transition leads.
    fn reachable_statuses(&mut self) {
        let name = format!("{AREA}: statuses can be reached");
        let ways = &self.schema.workflow;
        if ways.is_empty() {
            let remedy = "Give the integration user View read-only workflow in the project: then several transitions are taken at once.";
            return self.warn(name, "the workflow may not be read", remedy);
        }
        let matching = Matching::new(&self.item.status.map, self.schema);
        let records = || self.schema.record_statuses.iter();
        let asked =
            |issue: &&IssueStatus| records().any(|record| matching.exact(&record.value, issue));
        let lost = |issue: &&IssueStatus| {
            !ways.iter().any(|way| way.to == issue.id && way.from.as_deref() != Some(&issue.id))
        };
        let wanted: Vec<&IssueStatus> = self.schema.issue_statuses.iter().filter(asked).collect();
        let lost: Vec<String> =
            wanted.iter().copied().filter(lost).map(|issue| format!("`{}`", issue.name)).collect();
        if lost.is_empty() {
            self.pass(name, format!("a transition leads to each of {} statuses", wanted.len()));
        } else {
            let detail = format!("no transition leads to {}", lost.join(", "));
            let remedy =
                "Add a transition to the workflow, or map the record's status to another one.";
            self.warn(name, detail, remedy);
        }
    }
}
