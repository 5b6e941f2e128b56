//! When each field of a record last changed, where its object keeps the history of its fields.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lockstep_model::field::History;
use lockstep_model::{Class, Fault, Record};
use serde::Deserialize;
use serde_json::Value;

use crate::client::{Request, SalesforceClient};
use crate::org::Page;
use crate::soql;
use crate::wire::{or_default, stamp};

/// The newest changes of a record that are read.
const CHANGES_MAX: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    #[serde(default, deserialize_with = "or_default")]
    field: String,
    /// Null of long texts, whose values no history keeps.
    #[serde(default)]
    new_value: Value,
    created_date: String,
}

impl SalesforceClient {
    /// When fields of a record last changed, by API name; of fields whose history is not kept, and of
    /// all where the user may not read it, nothing. One call.
    pub async fn record_times(
        &self,
        history: &History,
        record: &Record,
    ) -> Result<BTreeMap<String, DateTime<Utc>>, Fault> {
        let soql = format!(
            "SELECT Field,NewValue,CreatedDate FROM {} WHERE {} = {} \
             ORDER BY CreatedDate DESC,Id DESC LIMIT {CHANGES_MAX}",
            soql::name(&history.object)?,
            soql::name(&history.field)?,
            soql::string(record.id.as_str())
        );
        let page: Result<Page<Row>, Fault> =
            self.json(Request::get("history", self.query_path(&soql))).await;
        match page {
            Ok(page) => times(page.records, &record.fields),
            Err(fault) if fault.class() == Class::Rejected => Ok(BTreeMap::new()),
            Err(fault) => Err(fault),
        }
    }
}

/// The newest change of each field. One that does not lead to what the record shows was made before
/// the org stopped keeping the field's history: it tells nothing.
fn times(
    rows: Vec<Row>,
    shown: &BTreeMap<String, Value>,
) -> Result<BTreeMap<String, DateTime<Utc>>, Fault> {
    let (mut times, mut stale) = (BTreeMap::new(), Vec::new());
    for row in rows {
        let name = named(&row.field, shown);
        if times.contains_key(&name) || stale.contains(&name) {
            continue;
        }
        let known = shown.get(&name);
        if row.new_value.is_null() || known.is_none_or(|value| *value == row.new_value) {
            times.insert(name, stamp(&row.created_date)?);
        } else {
            stale.push(name);
        }
    }
    Ok(times)
}

/// The API name of a field; a history names a lookup without its `Id`.
fn named(field: &str, shown: &BTreeMap<String, Value>) -> String {
    let with_id = format!("{field}Id");
    if !shown.contains_key(field) && shown.contains_key(&with_id) {
        with_id
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // F-300
    #[test]
    fn the_newest_change_that_still_stands_dates_a_field() {
        let row = |field: &str, value: Value, hour: u32| Row {
            field: field.to_owned(),
            new_value: value,
            created_date: format!("2026-11-22T{hour:02}:00:00.000+0000"),
        };
        let shown = json!({
            "Subject": "now", "Severity__c": "High", "Description": "long", "OwnerId": "005B",
        });
        let shown: BTreeMap<String, Value> = serde_json::from_value(shown).expect("a map");
        let rows = vec![
            row("Subject", json!("now"), 12),
            row("Subject", json!("before"), 11),
            row("Severity__c", json!("Low"), 10),
            row("Severity__c", json!("High"), 9),
            row("Description", Value::Null, 8),
            row("Owner", json!("005B"), 7),
            row("Unread__c", json!("x"), 6),
        ];
        let times = times(rows, &shown).expect("times");
        let hours: Vec<(&str, String)> =
            times.iter().map(|(name, at)| (name.as_str(), at.format("%H").to_string())).collect();
        let expected =
            [("Description", "08"), ("OwnerId", "07"), ("Subject", "12"), ("Unread__c", "06")];
        assert_eq!(hours, expected.map(|(name, hour)| (name, hour.to_owned())));
    }
}
