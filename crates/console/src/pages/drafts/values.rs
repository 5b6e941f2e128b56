//! The fields that are more than one value of the document: value maps, where auto-create begins, and the
//! keys that a form writes as lines.

use lockstep_model::validate::Problem;
use serde_json::{Value, json};

use super::paths::{part, put, take};
use super::rule;
use super::sheet::{KindOf, Sheet};

/// What stands between two values that belong together.
const WITH: &str = " = ";

/// Shows the value map of a mapping as lines.
pub(super) fn show(sheet: &mut Sheet, path: &str, mapping: &Value) {
    let map = part(mapping, "values.map").and_then(Value::as_array);
    sheet.set(&format!("{path}.values.map"), &lines(map));
    let otherwise = part(mapping, "values.otherwise");
    let word = otherwise.and_then(Value::as_str);
    let fallback = otherwise.and_then(|otherwise| otherwise.get("use"));
    let word = if fallback.is_some() { "use" } else { word.unwrap_or("same-name") };
    sheet.set(&format!("{path}.values.otherwise"), word);
    for side in ["salesforce", "jira"] {
        let text = fallback.and_then(|it| it.get(side)).and_then(Value::as_str);
        sheet.set(&format!("{path}.values.use.{side}"), text.unwrap_or_default());
    }
}

fn lines(pairs: Option<&Vec<Value>>) -> String {
    let text = |pair: &Value, key: &str| pair[key].as_str().unwrap_or_default().to_owned();
    let line = |pair: &Value| format!("{}{WITH}{}", text(pair, "salesforce"), text(pair, "jira"));
    pairs.into_iter().flatten().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads lines of two values each.
fn pairs(text: &str, path: &str, problems: &mut Vec<Problem>) -> Vec<Value> {
    let mut all = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((salesforce, jira)) = line.split_once('=') {
            all.push(json!({ "salesforce": salesforce.trim(), "jira": jira.trim() }));
        } else {
            let message = format!("`{line}` has no `=` between its two values");
            problems.push(Problem::error(path, message, "Write a line such as High = P1."));
        }
    }
    all
}

/// Lays the value map of a mapping over it.
pub(super) fn lay(sheet: &Sheet, path: &str, mapping: &mut Value, problems: &mut Vec<Problem>) {
    let name = format!("{path}.values.map");
    if !sheet.has(&name) {
        return;
    }
    let map = pairs(sheet.one(&name), &name, problems);
    let word = sheet.one(&format!("{path}.values.otherwise"));
    if map.is_empty() && matches!(word, "" | "same-name") {
        take(mapping, "values");
        return;
    }
    let fallback = |side: &str| {
        let text = sheet.one(&format!("{path}.values.use.{side}"));
        (!text.is_empty()).then(|| text.to_owned())
    };
    let otherwise = match word {
        "use" => {
            let mut named = json!({});
            for side in ["salesforce", "jira"] {
                if let Some(text) = fallback(side) {
                    put(&mut named, side, json!(text));
                }
            }
            json!({ "use": named })
        }
        "" => json!("same-name"),
        word => json!(word),
    };
    put(mapping, "values", json!({ "map": map, "otherwise": otherwise }));
}

/// Shows the rule, where auto-create begins, and what is written as lines.
pub(super) fn show_rest(sheet: &mut Sheet, document: &Value) {
    let from = part(document, "auto_create.from");
    let since = from.and_then(|from| from.get("since")).and_then(Value::as_str);
    let word = from.and_then(Value::as_str).unwrap_or("now");
    sheet.set("auto_create.from", if since.is_some() { "since" } else { word });
    sheet.set("auto_create.since", since.unwrap_or_default());
    for (path, keys) in TOGETHER {
        for key in keys {
            let path = format!("{path}.{key}");
            let text = part(document, &path).and_then(Value::as_str).unwrap_or_default();
            sheet.set(&path, text);
        }
    }
    sheet.set("users", &lines(document.get("users").and_then(Value::as_array)));
    rule::show(sheet, document.get("rule"));
}

/// Keys that are only there together.
const TOGETHER: [(&str, [&str; 2]); 3] = [
    ("parent", ["salesforce", "item"]),
    ("auto_create.match", ["salesforce", "jira"]),
    ("auto_create.from_jira", ["jql", "external_id"]),
];

/// Lays them over the document.
pub(super) fn lay_rest(
    sheet: &Sheet,
    document: &mut Value,
    base: &Value,
    kind: KindOf<'_>,
    problems: &mut Vec<Problem>,
) {
    match sheet.one("auto_create.from") {
        "" => {}
        "since" => {
            let since = sheet.one("auto_create.since");
            if chrono::DateTime::parse_from_rfc3339(since).is_ok() {
                put(document, "auto_create.from", json!({ "since": since }));
            } else {
                let hint = "Write a date and time such as 2026-11-01T00:00:00Z.";
                problems.push(Problem::error("auto_create.since", "this is no instant", hint));
            }
        }
        word => put(document, "auto_create.from", json!(word)),
    }
    for (path, keys) in TOGETHER {
        let texts = keys.map(|key| sheet.one(&format!("{path}.{key}")));
        match texts {
            _ if !sheet.has(&format!("{path}.{}", keys[0])) => {}
            ["", ""] => take(document, path),
            texts => {
                for (key, text) in keys.iter().zip(texts) {
                    put(document, &format!("{path}.{key}"), json!(text));
                }
            }
        }
    }
    if sheet.has("users") {
        let users = pairs(sheet.one("users"), "users", problems);
        if users.is_empty() {
            take(document, "users");
        } else {
            put(document, "users", json!(users));
        }
    }
    rule::lay(sheet, document, base, kind);
}
