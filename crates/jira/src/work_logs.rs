//! Work logs of an issue. Among its comments they bear ids of their own kind
//! ([`lockstep_model::activity::work_log`]).

use lockstep_http::Method;
use lockstep_model::activity::Estimate;
use lockstep_model::snapshot::Work;
use lockstep_model::{Code, Comment, Fault};
use serde_json::{Value, json};

use crate::client::{JiraClient, Request};
use crate::errors;
use crate::issues::{first_work_logs, properties};
use crate::time;
use crate::wire::{WireIssue, WireWorkLog, WireWorkLogs, comments};

/// Page size of `getIssueWorklog`, its most.
const PAGE: usize = 5_000;
/// An issue holds 10,000 work logs at most.
const PAGES_MAX: usize = 4;

/// A work log to add.
#[derive(Debug, Clone)]
pub struct NewWorkLog {
    /// An ADF document.
    pub body: Value,
    /// When the work began and how long it took.
    pub work: Work,
    /// Properties of the work log, set with it in one act: the place for a marker.
    pub properties: Vec<(String, Value)>,
    /// What it does to the issue's remaining estimate.
    pub estimate: Estimate,
}

impl JiraClient {
    /// Adds a work log (`addWorklog`). Watchers are not told. Never repeated by itself.
    pub async fn add_work_log(&self, issue: &str, new: &NewWorkLog) -> Result<Comment, Fault> {
        let mut body = said(&new.body, &new.work);
        if !new.properties.is_empty() {
            body["properties"] = properties(&new.properties).into();
        }
        // A 404 also says that time tracking is off: whoever reads the issue sees whether it is gone.
        let request = self.post("worklog.add", &["issue", issue, "worklog"]);
        self.work_log(quiet(request, new.estimate).body(body)).await
    }

    /// Changes what a work log says and gives it as it is then (`updateWorklog`). Watchers are not told.
    pub async fn edit_work_log(
        &self,
        (issue, id): (&str, &str),
        (body, work): (&Value, &Work),
        estimate: Estimate,
    ) -> Result<Comment, Fault> {
        let path = ["issue", issue, "worklog", id];
        let request = self.request("worklog.edit", Method::PUT, &path).idempotent();
        self.work_log(quiet(request, estimate).body(said(body, work))).await
    }

    /// Deletes a work log (`deleteWorklog`). One that is not there any more is fine.
    pub async fn delete_work_log(
        &self,
        issue: &str,
        id: &str,
        estimate: Estimate,
    ) -> Result<(), Fault> {
        let path = ["issue", issue, "worklog", id];
        let request = self.request("worklog.delete", Method::DELETE, &path).idempotent();
        match self.send(quiet(request, estimate)).await {
            Err(fault) if fault.code == Code::JiraNotFound => Ok(()),
            sent => sent.map(drop),
        }
    }

    /// All work logs of an issue, oldest first (`getIssueWorklog`).
    async fn work_logs(&self, issue: &str) -> Result<Vec<Comment>, Fault> {
        let mut wires = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = self
                .get("worklog.list", &["issue", issue, "worklog"])
                .about_issue()
                .query("startAt", &wires.len().to_string())
                .query("maxResults", &PAGE.to_string());
            let page: WireWorkLogs = self.json(request).await?;
            let came = page.worklogs.len();
            wires.extend(page.worklogs);
            if came == 0 || page.total.is_none_or(|total| wires.len() >= total) {
                return comments(wires);
            }
        }
        Err(errors::bad_answer(format!("the work logs of issue {issue} do not end")))
    }

    /// The work logs that came with an issue, and the rest of them where there are more.
    pub(crate) async fn all_work_logs(&self, wire: &mut WireIssue) -> Result<Vec<Comment>, Fault> {
        let page = first_work_logs(wire)?;
        if page.total.is_some_and(|total| total > page.worklogs.len()) {
            return self.work_logs(&wire.id.0).await;
        }
        comments(page.worklogs)
    }

    async fn work_log(&self, request: Request) -> Result<Comment, Fault> {
        let written: WireWorkLog = self.json(request).await?;
        written.try_into()
    }
}

/// A work log as Jira takes it.
fn said(body: &Value, work: &Work) -> Value {
    json!({ "comment": body, "started": time::write(work.started), "timeSpentSeconds": work.seconds })
}

fn quiet(request: Request, estimate: Estimate) -> Request {
    request.query("notifyUsers", "false").query("adjustEstimate", estimate.name())
}
