//! Rows of the audit trail as pages show them.

use std::collections::BTreeMap;

use lockstep_model::undo::writes_value;
use lockstep_model::{Code, CorrelationId, ItemId, Side};
use lockstep_store::{AuditRow, Outcome};

use super::{Clock, Lozenge, Time, words};

/// A row of the trail.
pub(crate) struct Deed {
    /// Its id.
    pub(crate) row: i64,
    pub(crate) at: Time,
    pub(crate) step: String,
    pub(crate) subject: String,
    pub(crate) side: &'static str,
    pub(crate) outcome: Lozenge,
    /// Its id and, where the catalogue still has it, its title.
    pub(crate) code: Option<(String, &'static str)>,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) reason: String,
    /// The person, or what made the job.
    pub(crate) by: String,
    /// Whether it wrote a value, which can be turned back.
    pub(crate) undoable: bool,
    pub(crate) correlation: CorrelationId,
    pub(crate) link: Option<i64>,
    /// The item's name, or its number where it is gone.
    pub(crate) item: Option<String>,
}

/// The rows of one job, or of one deed of a person, under one correlation id.
pub(crate) struct Event {
    pub(crate) at: Time,
    pub(crate) by: String,
    pub(crate) correlation: CorrelationId,
    pub(crate) deeds: Vec<Deed>,
}

impl Event {
    /// Whether it wrote several values, or one, that can be turned back.
    pub(crate) fn can_be_undone(&self) -> bool {
        self.deeds.iter().any(|deed| deed.undoable)
    }
}

impl Deed {
    /// A row, told by a clock; items by their names.
    pub(crate) fn of(row: AuditRow, clock: Clock, items: &BTreeMap<ItemId, String>) -> Self {
        let named = |id: ItemId| items.get(&id).cloned().unwrap_or_else(|| format!("item {id}"));
        let title = |id: &str| Code::from_id(id).map(Code::title).unwrap_or_default();
        let cause = words::cause(&row.cause).to_owned();
        let done = row.outcome == Outcome::Done && row.side.is_some();
        Self {
            row: row.id,
            undoable: done && writes_value(&row.step),
            at: clock.time(row.at),
            step: words::step(&row.step),
            subject: row.subject,
            side: row.side.map(Side::name).unwrap_or_default(),
            outcome: words::outcome(row.outcome),
            code: row.code.map(|id| (id.clone(), title(&id))),
            before: words::kept(&row.before),
            after: words::kept(&row.after),
            reason: words::reason(&row.reason),
            by: row.actor.unwrap_or(cause),
            correlation: row.correlation,
            link: row.link.map(|link| link.0),
            item: row.item.map(named),
        }
    }

    /// Whether there is a value to show.
    pub(crate) fn has_values(&self) -> bool {
        !self.before.is_empty() || !self.after.is_empty()
    }
}

/// The same rows by what they were done for, in their order. Rows of one job stand together even where
/// another job's came between.
pub(crate) fn events(deeds: Vec<Deed>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for deed in deeds {
        let place = *places.entry(deed.correlation.0.clone()).or_insert(events.len());
        if let Some(event) = events.get_mut(place) {
            event.deeds.push(deed);
        } else {
            let (by, correlation) = (deed.by.clone(), deed.correlation.clone());
            events.push(Event { at: deed.at, by, correlation, deeds: vec![deed] });
        }
    }
    // The trail is read latest first; what one job did is told in the order in which it was done.
    for event in &mut events {
        event.deeds.reverse();
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::Value;

    fn row(id: i64, correlation: &str, step: &str) -> AuditRow {
        AuditRow {
            id,
            at: DateTime::from_timestamp(1_795_600_000 + id, 0).expect("a time"),
            cause: "webhook".to_owned(),
            link: None,
            item: Some(ItemId(7)),
            item_version: None,
            correlation: CorrelationId(correlation.to_owned()),
            step: step.to_owned(),
            subject: "status".to_owned(),
            side: Some(Side::Jira),
            outcome: Outcome::Refused,
            code: Some("LS-GONE".to_owned()),
            before: Value::Null,
            after: Value::Null,
            reason: Value::Null,
            actor: None,
        }
    }

    #[test]
    fn the_steps_of_one_job_stand_together_in_their_order() {
        let now = DateTime::from_timestamp(1_795_600_100, 0).expect("a time");
        let rows = [
            row(4, "b", "edit_issue"),
            row(3, "a", "update_record"),
            row(2, "b", "transition_issue"),
            row(1, "a", "edit_issue"),
        ];
        let items = BTreeMap::new();
        let clock = Clock::plain(now);
        let events = events(rows.map(|row| Deed::of(row, clock, &items)).into());
        let told: Vec<(&str, Vec<&str>)> = events
            .iter()
            .map(|e| (e.correlation.0.as_str(), e.deeds.iter().map(|d| d.step.as_str()).collect()))
            .collect();
        assert_eq!(
            told,
            [
                ("b", vec!["transition issue", "edit issue"]),
                ("a", vec!["edit issue", "update record"])
            ]
        );
        let deed = &events[0].deeds[0];
        assert_eq!((deed.by.as_str(), deed.item.as_deref()), ("a webhook", Some("item 7")));
        assert_eq!(
            deed.code,
            Some(("LS-GONE".to_owned(), "")),
            "a code of another version is shown"
        );
    }
}
