//! One form for documents that nobody could tell apart.

use serde_json::{Map, Value, json};

/// The same document without what Jira adds on its own: local ids, empty or null attributes, empty
/// mark lists, text that is split although its marks are the same. Canonical documents are equal when
/// they show the same.
pub fn canonical(doc: &Value) -> Value {
    let Value::Object(node) = doc else {
        return doc.clone();
    };
    let mut result = self::node(node);
    if is(node, "doc") {
        result.entry("version").or_insert_with(|| json!(1));
        result.entry("content").or_insert_with(|| json!([]));
    }
    Value::Object(result)
}

fn node(node: &Map<String, Value>) -> Map<String, Value> {
    let kept = node.iter().filter_map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("content", Value::Array(children)) => Value::Array(content(children)),
            ("marks", Value::Array(all)) => Value::Array(marks(all)),
            ("attrs", Value::Object(all)) => Value::Object(attributes(all)),
            _ => value.clone(),
        };
        (!is_void(&value)).then(|| (key.clone(), value))
    });
    kept.collect()
}

fn content(children: &[Value]) -> Vec<Value> {
    let mut merged: Vec<Value> = Vec::new();
    for child in children.iter().map(canonical) {
        if child.get("type").is_some_and(|kind| kind == "text") {
            match (child["text"].as_str(), merged.last_mut()) {
                (None | Some(""), _) => continue,
                (Some(text), Some(last)) if continues(last, &child) => {
                    let joined = format!("{}{text}", last["text"].as_str().unwrap_or_default());
                    last["text"] = Value::String(joined);
                    continue;
                }
                _ => {}
            }
        }
        merged.push(child);
    }
    merged
}

fn continues(last: &Value, next: &Value) -> bool {
    last.get("type").is_some_and(|kind| kind == "text") && last.get("marks") == next.get("marks")
}

fn marks(marks: &[Value]) -> Vec<Value> {
    let mut marks: Vec<Value> = marks.iter().map(canonical).collect();
    marks.sort_by_cached_key(ToString::to_string);
    marks.dedup();
    marks
}

fn attributes(attributes: &Map<String, Value>) -> Map<String, Value> {
    let kept = attributes.iter().filter(|(key, value)| *key != "localId" && !value.is_null());
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn is(node: &Map<String, Value>, kind: &str) -> bool {
    node.get("type").is_some_and(|value| value == kind)
}

fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_jira_adds_on_its_own_is_dropped() {
        let shown = json!({"version": 1, "type": "doc", "content": [
            {"type": "paragraph", "attrs": {"localId": "6f1c"}, "content": [
                {"type": "text", "text": "He", "marks": []}, {"type": "text", "text": "llo "},
                {"type": "text", "text": "bold", "marks": [{"type": "strong"}, {"type": "em"}]},
                {"type": "text", "text": "er", "marks": [{"type": "em"}, {"type": "strong", "attrs": {}}]}]},
            {"type": "paragraph", "content": []},
        ]});
        let plain = json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [
                {"type": "text", "text": "Hello "},
                {"type": "text", "text": "bolder", "marks": [{"type": "em"}, {"type": "strong"}]}]},
            {"type": "paragraph"},
        ]});
        assert_eq!(canonical(&shown), plain);
        assert_eq!(canonical(&plain), plain);
    }

    #[test]
    fn an_empty_document_keeps_its_content() {
        let empty = json!({"type": "doc", "version": 1, "content": []});
        assert_eq!(canonical(&empty), empty);
    }

    #[test]
    fn different_marks_stay_apart() {
        let doc = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "a"}, {"type": "text", "text": "b", "marks": [{"type": "em"}]}]}]});
        assert_eq!(canonical(&doc), doc);
    }
}
