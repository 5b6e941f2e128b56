//! `@{ref.path}` in composite calls.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::salesforce::error::Refusal;

/// Bodies of the sub-requests that went well, by their reference id.
pub(super) type Results = BTreeMap<String, Value>;

/// The text with every reference replaced.
pub(super) fn fill(text: &str, results: &Results) -> Result<String, Refusal> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        filled.push_str(before);
        let Some((path, tail)) = after.split_once('}') else {
            filled.push_str("@{");
            rest = after;
            continue;
        };
        match look_up(path, results)? {
            Value::String(text) => filled.push_str(&text),
            Value::Null => {}
            other => filled.push_str(&other.to_string()),
        }
        rest = tail;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The value with every reference in its texts replaced; a text that is nothing but one reference
/// becomes the value itself.
pub(super) fn fill_value(value: &Value, results: &Results) -> Result<Value, Refusal> {
    match value {
        Value::String(text) => {
            match text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}')) {
                Some(path) if !path.contains('}') => look_up(path, results),
                _ => fill(text, results).map(Value::String),
            }
        }
        Value::Array(list) => list.iter().map(|value| fill_value(value, results)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Ok((name.clone(), fill_value(value, results)?)))
            .collect::<Result<_, _>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

fn look_up(path: &str, results: &Results) -> Result<Value, Refusal> {
    let (reference, rest) = path.split_once('.').unwrap_or((path, ""));
    let found = results.get(reference).and_then(|body| walk(body, rest));
    found.cloned().ok_or_else(|| {
        let text =
            format!("Invalid reference specified. No value for {path} found in {reference}.");
        Refusal::new(400, "PROCESSING_HALTED", text)
    })
}

/// Follows `records[0].Id`.
fn walk<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(body, |value, step| {
        let (name, index) = match step.split_once('[') {
            Some((name, index)) => (name, Some(index.trim_end_matches(']').parse::<usize>().ok()?)),
            None => (step, None),
        };
        let value = if name.is_empty() { value } else { value.get(name)? };
        index.map_or(Some(value), |index| value.get(index))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_lead_into_bodies() {
        let results = Results::from([
            ("new".to_owned(), json!({"id": "500A"})),
            ("found".to_owned(), json!({"records": [{"Id": "001B", "Name": null}]})),
        ]);
        assert_eq!(fill("/sobjects/Case/@{new.id}?x", &results).unwrap(), "/sobjects/Case/500A?x");
        let body = json!({"A": "@{found.records[0].Id}", "B": ["@{found.records[0].Name}"]});
        assert_eq!(fill_value(&body, &results).unwrap(), json!({"A": "001B", "B": [null]}));
        let refusal = fill("@{new.Id}", &results).unwrap_err();
        let expected = "Invalid reference specified. No value for new.Id found in new.";
        assert_eq!(refusal.complaints[0].message, expected);
    }
}
