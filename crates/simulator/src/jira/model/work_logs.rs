//! Work logs.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::create::properties;
use super::issue::WorkLog;
use super::refusal::Refusal;
use super::site::{Actor, EventKind, Site};
use crate::jira::adf;

/// More work logs than this on one issue are refused.
const WORK_LOGS_MAX: usize = 10_000;

/// Time is kept in whole minutes.
const MINUTE: u64 = 60;

/// The units of a duration, in minutes: a day has eight hours, a week five days.
const UNITS: [(char, u64); 4] = [('w', 2_400), ('d', 480), ('h', 60), ('m', 1)];

impl Site {
    /// Adds a work log as `POST /issue/{k}/worklog` describes it, and returns its id.
    ///
    /// # Errors
    /// 400 for a log without time or start, or with a comment that is no document; 404; 413 when the
    /// issue is full.
    pub fn add_work_log(
        &mut self,
        actor: Actor<'_>,
        id: u64,
        given: &Value,
    ) -> Result<u64, Refusal> {
        let (body, properties) = (body(given)?, properties(given)?);
        let seconds = seconds(given)?.ok_or_else(no_time)?;
        let started = started(given)?;
        let started =
            started.ok_or_else(|| Refusal::field("started", "Worklog must not be null."))?;
        let count = self.issue(id).ok_or_else(Refusal::no_issue)?.work_logs.len();
        if count >= WORK_LOGS_MAX {
            let status = axum::http::StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Refusal::new(status, "The worklog limit for this issue is reached."));
        }
        let log = WorkLog {
            id: self.next_id("worklog"),
            author: actor.account.to_owned(),
            update_author: actor.account.to_owned(),
            created: actor.now,
            updated: actor.now,
            started,
            seconds,
            body: body.unwrap_or(Value::Null),
            properties,
        };
        let log_id = log.id;
        if let Some(issue) = self.issue_mut(id) {
            issue.work_logs.push(log);
            issue.updated = actor.now;
        }
        self.announce(actor, id, EventKind::Updated("issue_work_logged", None));
        Ok(log_id)
    }

    /// Changes what a work log says; what is left out stays.
    ///
    /// # Errors
    /// 400 for a comment that is no document and for no time; 404.
    pub fn update_work_log(
        &mut self,
        actor: Actor<'_>,
        (id, log_id): (u64, u64),
        given: &Value,
    ) -> Result<(), Refusal> {
        let (body, properties) = (body(given)?, properties(given)?);
        let (seconds, started) = (seconds(given)?, started(given)?);
        let issue = self.issue_mut(id).ok_or_else(Refusal::no_issue)?;
        issue.updated = actor.now;
        let log = issue.work_logs.iter_mut().find(|log| log.id == log_id);
        let log = log.ok_or_else(|| no_log(&log_id.to_string()))?;
        log.body = body.unwrap_or_else(|| log.body.clone());
        log.seconds = seconds.unwrap_or(log.seconds);
        log.started = started.unwrap_or(log.started);
        log.updated = actor.now;
        actor.account.clone_into(&mut log.update_author);
        log.properties.extend(properties);
        self.announce(actor, id, EventKind::Updated("issue_worklog_updated", None));
        Ok(())
    }

    /// Deletes a work log.
    ///
    /// # Errors
    /// 404.
    pub fn delete_work_log(
        &mut self,
        actor: Actor<'_>,
        (id, log_id): (u64, u64),
    ) -> Result<(), Refusal> {
        let issue = self.issue_mut(id).ok_or_else(Refusal::no_issue)?;
        let before = issue.work_logs.len();
        issue.work_logs.retain(|log| log.id != log_id);
        if issue.work_logs.len() == before {
            return Err(no_log(&log_id.to_string()));
        }
        issue.updated = actor.now;
        self.announce(actor, id, EventKind::Updated("issue_worklog_deleted", None));
        Ok(())
    }
}

/// 404 for a work log that the issue does not have.
pub fn no_log(id: &str) -> Refusal {
    Refusal::absent(format!("Cannot find worklog with id: '{id}'."))
}

/// A number of seconds as Jira writes it in `timeSpent`.
pub fn time_spent(seconds: u64) -> String {
    let mut left = seconds / MINUTE;
    let mut parts = Vec::new();
    for (unit, minutes) in UNITS {
        if left >= minutes {
            parts.push(format!("{}{unit}", left / minutes));
            left %= minutes;
        }
    }
    if parts.is_empty() { "0m".to_owned() } else { parts.join(" ") }
}

fn no_time() -> Refusal {
    Refusal::field("timeLogged", "You must indicate the time spent working.")
}

fn body(given: &Value) -> Result<Option<Value>, Refusal> {
    let Some(body) = given.get("comment").filter(|body| !body.is_null()) else {
        return Ok(None);
    };
    match adf::validate(body) {
        Ok(()) => Ok(Some(body.clone())),
        Err(reason) => {
            tracing::debug!(%reason, "work log refused");
            Err(Refusal::field("comment", "Worklog must be in Atlassian Document Format."))
        }
    }
}

fn seconds(given: &Value) -> Result<Option<u64>, Refusal> {
    let (text, number) = (&given["timeSpent"], &given["timeSpentSeconds"]);
    let minutes = match (text, number) {
        (Value::Null, Value::Null) => return Ok(None),
        (Value::Null, number) => number.as_u64().map(|seconds| seconds / MINUTE),
        (Value::String(text), Value::Null) => minutes(text),
        _ => None,
    };
    minutes.filter(|minutes| *minutes > 0).map(|minutes| Some(minutes * MINUTE)).ok_or_else(no_time)
}

/// `1h 30m`; a bare number counts minutes.
fn minutes(text: &str) -> Option<u64> {
    let one = |word: &str| {
        if let Ok(minutes) = word.parse::<u64>() {
            return Some(minutes);
        }
        let (unit, minutes) = UNITS.iter().find(|(unit, _)| word.ends_with(*unit))?;
        Some(word.trim_end_matches(*unit).parse::<u64>().ok()? * minutes)
    };
    text.split_whitespace().map(one).sum()
}

fn started(given: &Value) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = given.get("started").filter(|started| !started.is_null()) else {
        return Ok(None);
    };
    let read = text.as_str().and_then(|text| {
        DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z").map(|time| time.to_utc()).ok()
    });
    // Jira takes the one form only, with milliseconds and an offset without a colon.
    let exact =
        text.as_str().is_some_and(|text| text.len() == "2026-11-22T10:15:30.123+0000".len());
    read.filter(|_| exact).map(Some).ok_or_else(|| {
        Refusal::field("started", format!("{text} is not of the form yyyy-MM-dd'T'HH:mm:ss.SSSZ"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds) in [("1h 30m", 5_400), ("2d", 57_600), ("45", 2_700), ("1w", 144_000)] {
            assert_eq!(minutes(text), Some(seconds / 60), "{text}");
        }
        assert_eq!(minutes("soon"), None);
        assert_eq!(time_spent(5_400), "1h 30m");
        assert_eq!(time_spent(144_000 + 28_800 + 60), "1w 1d 1m");
    }
}
