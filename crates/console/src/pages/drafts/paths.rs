//! The fields of an item's form: each is named as the path of what it fills in the item's document, so
//! that a problem finds its field by its path.

use serde_json::{Map, Value, json};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A text that is always there.
    Text,
    /// A text that is left out where it is empty.
    Maybe,
    /// Yes or no.
    Truth,
    /// A whole number.
    Number,
    /// Several texts.
    List,
}

use Holds::{List, Maybe, Number, Text, Truth};

/// What the first step asks: which records, which issues, which fields.
pub(super) const FIRST: &[(&str, Holds)] = &[
    ("name", Text),
    ("mode", Text),
    ("salesforce.connection", Text),
    ("salesforce.object", Text),
    ("jira.connection", Text),
    ("jira.project", Maybe),
    ("jira.projects", List),
    ("jira.issue_type", Maybe),
];

/// What the second step asks: everything else.
pub(super) const SECOND: &[(&str, Holds)] = &[
    ("status.enabled", Truth),
    ("status.field", Maybe),
    ("status.resolution", Maybe),
    ("comments.enabled", Truth),
    ("comments.publish", Truth),
    ("comments.internal", Text),
    ("comments.edits", Text),
    ("comments.edited_copies", Text),
    ("comments.deletes", Text),
    ("comments.brake_percent", Number),
    ("comments.long", Text),
    ("files.enabled", Truth),
    ("files.max_mb", Number),
    ("files.notes", Truth),
    ("auto_create.enabled", Truth),
    ("associated.enabled", Truth),
    ("associated.limit", Number),
    ("drift", Text),
    ("link_note", Truth),
    ("time_zone", Maybe),
    ("sweep_seconds", Number),
];

/// What a row of mappings asks, from its own path on.
pub(super) const MAPPING: &[(&str, Holds)] = &[
    ("salesforce", Maybe),
    ("jira", Maybe),
    ("owner", Maybe),
    ("policy", Text),
    ("drift", Maybe),
    ("default", Maybe),
    ("constant", Maybe),
    ("template", Maybe),
    ("truncate", Truth),
    ("round", Truth),
];

/// What a row of the status map asks.
pub(super) const STATUS: &[(&str, Holds)] =
    &[("salesforce", Text), ("jira", Text), ("resolution", Maybe)];

/// The part of a document at a path such as `status.enabled`.
pub(super) fn part<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, key| value.get(key))
}

/// Puts a value at a path; what is on the way is made.
pub(super) fn put(document: &mut Value, path: &str, value: Value) {
    let mut at = document;
    for key in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[key];
    }
    *at = value;
}

/// Takes away what is at a path.
pub(super) fn take(document: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    let holder = match parent {
        "" => Some(document),
        parent => document.pointer_mut(&format!("/{}", parent.replace('.', "/"))),
    };
    if let Some(Value::Object(holder)) = holder {
        holder.remove(key);
    }
}

/// What a field shows of a value.
pub(super) fn shown(value: Option<&Value>, holds: Holds) -> Vec<String> {
    let one = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(_) | Value::Number(_)) => value.map(Value::to_string).unwrap_or_default(),
        Some(Value::Array(all)) => {
            return all.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        }
        _ if holds == Truth => "false".to_owned(),
        _ => String::new(),
    };
    if holds == List { Vec::new() } else { vec![one] }
}

/// The value of what was typed: nothing where the key is left out, an error in words where it is none.
pub(super) fn typed(values: &[String], holds: Holds) -> Result<Option<Value>, String> {
    let last = values.last().map(|text| text.trim()).unwrap_or_default();
    Ok(match holds {
        Text => Some(json!(last)),
        Maybe => Some(last).filter(|text| !text.is_empty()).map(|text| json!(text)),
        Truth => Some(json!(last == "true")),
        Number => match last.parse::<u32>() {
            Ok(number) => Some(json!(number)),
            Err(_) => return Err(format!("`{last}` is no whole number")),
        },
        List => {
            let all: Vec<&String> = values.iter().filter(|text| !text.is_empty()).collect();
            Some(all).filter(|all| !all.is_empty()).map(|all| json!(all))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_written_and_taken_away() {
        let mut document = json!({ "status": { "enabled": true }, "odd": 1 });
        assert_eq!(part(&document, "status.enabled"), Some(&json!(true)));
        put(&mut document, "jira.project", json!("SUP"));
        put(&mut document, "odd.deep", json!(2));
        take(&mut document, "status.enabled");
        take(&mut document, "nowhere.at.all");
        assert_eq!(
            document,
            json!({ "status": {}, "jira": { "project": "SUP" }, "odd": { "deep": 2 } })
        );
        take(&mut document, "odd");
        assert_eq!(part(&document, "odd"), None);
    }

    #[test]
    fn what_was_typed_becomes_a_value_or_says_why_not() {
        let of = |text: &str, holds| typed(&[text.to_owned()], holds);
        assert_eq!(of(" a ", Text), Ok(Some(json!("a"))));
        assert_eq!(of("  ", Maybe), Ok(None));
        assert_eq!(of("12", Number), Ok(Some(json!(12))));
        assert!(of("ten", Number).is_err() && of("-1", Number).is_err() && of("", Number).is_err());
        let ticked = ["false".to_owned(), "true".to_owned()];
        assert_eq!(typed(&ticked, Truth), Ok(Some(json!(true))));
        assert_eq!(typed(&[String::new(), "B".to_owned()], List), Ok(Some(json!(["B"]))));
        assert_eq!(typed(&[], List), Ok(None));
    }
}
