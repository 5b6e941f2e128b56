//! The activities of a record: calls, meetings and tasks, and what becomes of them in Jira.
//!
//! An activity is read beside the record's comments and copied by the same rules: once, led by its
//! original, known again by its first line. One that took time becomes a work log, any other a
//! comment. What people log or write in Jira never becomes an activity.

use serde::{Deserialize, Serialize};

use crate::item::{ConnectedItem, Mode};
use crate::snapshot::Work;

/// What the id of a work log begins with, among the comments of an issue: Jira counts both apart.
const WORK_LOG: &str = "worklog-";

/// The objects of activities, and how their ids begin.
const KINDS: [(&str, &str); 2] = [("00T", "Task"), ("00U", "Event")];

/// Seconds of a minute: Jira logs whole ones.
const MINUTE: u32 = 60;

/// Which activities reach Jira, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityOptions {
    /// What they become.
    #[serde(rename = "as")]
    pub form: ActivityForm,
    /// What a work log does to the remaining estimate.
    #[serde(default)]
    pub estimate: Estimate,
}

/// What an activity becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityForm {
    /// Once it is done: a work log if it took time, else a comment.
    Worklog,
    /// A comment, as soon as it is there.
    Comment,
}

/// What a work log does to the remaining estimate (`adjustEstimate`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimate {
    /// Nothing.
    #[default]
    Leave,
    /// It is lowered by the time that was spent.
    Auto,
}

impl Estimate {
    /// As Jira calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Auto => "auto",
        }
    }
}

impl ActivityOptions {
    /// Whether an activity is copied now: as a work log only what is done.
    pub(crate) fn takes(self, work: &Work) -> bool {
        self.form == ActivityForm::Comment || work.done
    }

    /// Whether an activity that has no copy yet becomes a work log.
    pub(crate) fn logs(self, work: &Work) -> bool {
        self.form == ActivityForm::Worklog && work.done && work.seconds > 0
    }
}

impl Work {
    /// The time as Jira takes it: whole minutes, begun ones counted.
    #[must_use]
    pub(crate) fn in_minutes(&self) -> Self {
        let seconds = self.seconds.div_ceil(MINUTE).saturating_mul(MINUTE);
        Self { seconds, ..self.clone() }
    }

    /// Whole minutes, begun ones counted.
    pub fn minutes(&self) -> u32 {
        self.seconds.div_ceil(MINUTE)
    }
}

/// Whether the record of this id is an activity.
pub fn is_activity(id: &str) -> bool {
    KINDS.iter().any(|(prefix, _)| id.starts_with(prefix))
}

/// Whether an object is one of the two kinds of activities.
pub fn is_kind(object: &str) -> bool {
    KINDS.iter().any(|(_, kind)| *kind == object)
}

/// The id of a work log among the comments of an issue.
pub fn work_log(id: &str) -> String {
    format!("{WORK_LOG}{id}")
}

/// Jira's id of a work log, if that is what the id means.
pub fn read_work_log(id: &str) -> Option<&str> {
    id.strip_prefix(WORK_LOG)
}

impl ConnectedItem {
    /// Which activities reach Jira; none in display-only mode.
    pub fn active_activities(&self) -> Option<ActivityOptions> {
        self.activities.filter(|_| self.mode != Mode::DisplayOnly)
    }

    /// Whether activities of records become work logs.
    pub fn logs_work(&self) -> bool {
        self.active_activities().is_some_and(|options| options.form == ActivityForm::Worklog)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::world::at;

    // F-187, F-318
    #[test]
    fn ids_tell_activities_and_work_logs() {
        assert!(is_activity("00Txx0000000001AAA") && is_activity("00Uxx0000000001AAA"));
        assert!(!is_activity("00axx0000000001AAA"));
        assert_eq!(read_work_log(&work_log("10001")), Some("10001"));
        assert_eq!(read_work_log("10001"), None);
        assert!(is_kind("Task") && is_kind("Event") && !is_kind("Case"));
    }

    // F-318
    #[test]
    fn begun_minutes_count() {
        let work = |seconds| Work { started: at(0), seconds, done: true };
        for (seconds, minutes) in [(0, 0), (1, 1), (60, 1), (61, 2), (1800, 30)] {
            assert_eq!(work(seconds).minutes(), minutes, "{seconds}");
            assert_eq!(work(seconds).in_minutes().seconds, minutes * 60, "{seconds}");
        }
    }
}
