//! Rows of tasks and events as they come.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_model::snapshot::{CommentBody, Work};
use lockstep_model::{Comment, Fault};
use serde::Deserialize;

use super::rows::{UserRow, author, unified};
use crate::org::Page;
use crate::wire::{or_default, stamp};

/// A record with its activities.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ParentRow {
    pub(super) id: String,
    #[serde(default)]
    pub(super) tasks: Option<Page<TaskRow>>,
    #[serde(default)]
    pub(super) events: Option<Page<EventRow>>,
}

/// A row of `Task`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TaskRow {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    subject: String,
    #[serde(default, deserialize_with = "or_default")]
    description: String,
    #[serde(default, deserialize_with = "or_default")]
    status: String,
    #[serde(default, deserialize_with = "or_default")]
    activity_date: String,
    #[serde(default, deserialize_with = "or_default")]
    is_closed: bool,
    #[serde(default)]
    completed_date_time: Option<String>,
    /// Negative where a telephone system made it up.
    #[serde(default)]
    call_duration_in_seconds: Option<i64>,
    #[serde(default)]
    owner: Option<UserRow>,
    created_date: String,
}

/// A row of `Event`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EventRow {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    subject: String,
    #[serde(default, deserialize_with = "or_default")]
    description: String,
    #[serde(default, deserialize_with = "or_default")]
    location: String,
    #[serde(default, deserialize_with = "or_default")]
    is_all_day_event: bool,
    #[serde(default)]
    start_date_time: Option<String>,
    #[serde(default)]
    end_date_time: Option<String>,
    #[serde(default)]
    duration_in_minutes: Option<i64>,
    #[serde(default)]
    owner: Option<UserRow>,
    created_date: String,
}

/// A row of either, of which a sweep wants to know more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Changed<T> {
    #[serde(default)]
    pub(super) what_id: Option<String>,
    #[serde(default)]
    pub(super) who_id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_deleted: bool,
    #[serde(flatten)]
    pub(super) row: T,
}

/// What both kinds of rows become.
pub(super) trait Activity {
    /// Its fields, besides those that both kinds have.
    const FIELDS: &'static str;
    /// Which rows are no activity of their own: the pattern of a series, a guest's copy, and what its
    /// owner keeps to himself.
    const OWN: &'static str;

    /// The activity as a comment of its record; `now` is the org's time.
    fn comment(self, now: Option<DateTime<Utc>>) -> Result<Comment, Fault>;
}

impl Activity for TaskRow {
    const FIELDS: &'static str =
        "Status,ActivityDate,IsClosed,CompletedDateTime,CallDurationInSeconds";
    const OWN: &'static str = "IsRecurrence = false";

    fn comment(self, _: Option<DateTime<Utc>>) -> Result<Comment, Fault> {
        let created = stamp(&self.created_date)?;
        let completed = self.completed_date_time.as_deref().map(stamp).transpose()?;
        let seconds = seconds(self.call_duration_in_seconds);
        let started = completed.unwrap_or(created) - TimeDelta::seconds(seconds.into());
        let due = match self.activity_date.as_str() {
            "" => String::new(),
            date => format!(", due {date}"),
        };
        let head = format!("Task: {}\n{}{due}", self.subject, self.status);
        let (body, work) =
            (body(&head, &self.description), Work { started, seconds, done: self.is_closed });
        Ok(told((self.id, self.owner), created, body, work))
    }
}

impl Activity for EventRow {
    const FIELDS: &'static str =
        "Location,IsAllDayEvent,StartDateTime,EndDateTime,DurationInMinutes";
    const OWN: &'static str = "IsRecurrence = false AND IsChild = false AND IsPrivate = false";

    fn comment(self, now: Option<DateTime<Utc>>) -> Result<Comment, Fault> {
        let created = stamp(&self.created_date)?;
        let start = self.start_date_time.as_deref().map(stamp).transpose()?;
        let end = self.end_date_time.as_deref().map(stamp).transpose()?;
        let between = || Some((end? - start?).num_minutes());
        let minutes = self.duration_in_minutes.or_else(between);
        let minutes = minutes.filter(|_| !self.is_all_day_event);
        let started = start.unwrap_or(created);
        let when = match minutes {
            Some(minutes) => format!("{} UTC, {minutes} minutes", started.format("%Y-%m-%d %H:%M")),
            None => format!("{}, all day", started.format("%Y-%m-%d")),
        };
        let place = match self.location.as_str() {
            "" => String::new(),
            place => format!(", {place}"),
        };
        let head = format!("Event: {}\n{when}{place}", self.subject);
        let done = end.zip(now).is_some_and(|(end, now)| end <= now);
        let seconds = seconds(minutes.and_then(|minutes| minutes.checked_mul(60)));
        let (body, work) = (body(&head, &self.description), Work { started, seconds, done });
        Ok(told((self.id, self.owner), created, body, work))
    }
}

/// The comment that a row becomes: never a customer's to see, and an answer to nothing.
fn told(
    (id, owner): (String, Option<UserRow>),
    created: DateTime<Utc>,
    body: CommentBody,
    work: Work,
) -> Comment {
    let (author, work) = (author(owner), Some(work));
    Comment { id, author, created, body, public: false, parent: None, work }
}

fn seconds(given: Option<i64>) -> u32 {
    given.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or_default()
}

fn body(head: &str, description: &str) -> CommentBody {
    let gap = if description.is_empty() { "" } else { "\n\n" };
    CommentBody::Text(unified(&format!("{head}{gap}{description}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn event(extra: &Value) -> Comment {
        let mut row = json!({ "Id": "00Uxx0000000001AAA", "Subject": "Review", "IsAllDayEvent": false,
            "StartDateTime": "2026-11-22T10:00:00.000+0000", "EndDateTime": "2026-11-22T11:00:00.000+0000",
            "DurationInMinutes": 60, "Owner": { "Name": "Ada" }, "CreatedDate": "2026-11-20T08:00:00.000+0000" });
        row.as_object_mut().expect("map").extend(extra.as_object().expect("map").clone());
        let row: EventRow = serde_json::from_value(row).expect("shape");
        row.comment(Some(stamp("2026-11-22T11:00:00.000+0000").expect("time"))).expect("comment")
    }

    // F-187, F-318
    #[test]
    fn an_event_took_its_time_once_it_is_over() {
        let over = event(&json!({}));
        let work = over.work.expect("work");
        assert_eq!((work.seconds, work.done), (3600, true));
        assert_eq!((over.author.as_str(), over.public), ("Ada", false));
        let text = "Event: Review\n2026-11-22 10:00 UTC, 60 minutes";
        assert_eq!(over.body, CommentBody::Text(text.to_owned()));
        let ahead = event(&json!({ "EndDateTime": "2026-11-22T11:00:01.000+0000" }));
        assert!(!ahead.work.expect("work").done);
        let day = event(&json!({ "IsAllDayEvent": true, "DurationInMinutes": 1440 }));
        assert_eq!(day.work.expect("work").seconds, 0, "nobody works all day on one issue");
    }

    // F-187, F-318
    #[test]
    fn a_task_took_the_time_of_its_call_before_it_was_completed() {
        let row = json!({ "Id": "00Txx0000000001AAA", "Subject": "Call", "Status": "Completed",
            "ActivityDate": "2026-11-22", "IsClosed": true, "Description": "They\r\nagreed.",
            "CompletedDateTime": "2026-11-22T11:00:00.000+0000", "CallDurationInSeconds": 600,
            "CreatedDate": "2026-11-20T08:00:00.000+0000" });
        let row: TaskRow = serde_json::from_value(row).expect("shape");
        let call = row.comment(None).expect("comment");
        let work = call.work.expect("work");
        assert_eq!(work.started, stamp("2026-11-22T10:50:00.000+0000").expect("time"));
        assert_eq!((work.seconds, work.done), (600, true));
        let text = "Task: Call\nCompleted, due 2026-11-22\n\nThey\nagreed.";
        assert_eq!(call.body, CommentBody::Text(text.to_owned()));
        assert_eq!((seconds(None), seconds(Some(-1))), (0, 0));
    }
}
