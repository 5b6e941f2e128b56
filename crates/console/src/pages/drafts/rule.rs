//! The conditional rule in the form: tests in rows, joined by all or any of them. A condition within a
//! condition stays as it is; it is edited in the item's YAML.

use lockstep_model::field::SalesforceType;
use serde_json::{Value, json};

use super::paths::{part, put, take};
use super::sheet::{KindOf, Sheet};

/// Where the rows of tests are.
pub(super) const TESTS: &str = "rule.tests";

/// How several tests are joined, in the document and in the form.
pub(super) const JOINS: [(&str, &str); 2] =
    [("all", "all of them hold"), ("any", "any of them holds")];

/// Shows the rule. There is a row always: what the first test is.
pub(super) fn show(sheet: &mut Sheet, rule: Option<&Value>) {
    let text = |key: &str| {
        let value = rule.and_then(|rule| part(rule, key));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    sheet.set("rule.enabled", if rule.is_some() { "true" } else { "false" });
    for key in ["status_when_met", "status_when_not_met"] {
        sheet.set(&format!("rule.{key}"), &text(key));
    }
    let create = rule.and_then(|rule| rule["create_when_not_met"].as_bool()).unwrap_or_default();
    sheet.set("rule.create_when_not_met", &create.to_string());
    let when = rule.map_or(&Value::Null, |rule| &rule["when"]);
    let Some((join, tests)) = flat(when) else {
        sheet.set("rule.several", &when.to_string());
        return;
    };
    sheet.set("rule.join", join);
    for test in tests {
        let row = add(sheet);
        for key in ["field", "operator"] {
            sheet.set(&format!("{row}.{key}"), test[key].as_str().unwrap_or_default());
        }
        sheet.set(&format!("{row}.value"), &compared(test));
    }
}

/// The tests of a condition, and how they are joined; none where it has conditions within.
fn flat(when: &Value) -> Option<(&'static str, Vec<&Value>)> {
    let joined = JOINS.iter().find_map(|(join, _)| Some((*join, when.get(join)?.as_array()?)));
    let Some((join, parts)) = joined else {
        return Some(("all", vec![when]));
    };
    let tests = parts.iter().all(|part| part.get("field").is_some());
    tests.then(|| (join, parts.iter().collect()))
}

/// What a test compares with, a value a line.
fn compared(of: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (&of["value"], &of["values"]) {
        (Value::Null, Value::Array(all)) => all.iter().map(text).collect::<Vec<_>>().join("\n"),
        (Value::Null, _) => String::new(),
        (value, _) => text(value),
    }
}

/// Adds a row for a test; gives its path.
pub(super) fn add(sheet: &mut Sheet) -> String {
    let next = sheet.rows(TESTS).last().map_or(0, |last| last + 1);
    let row = format!("{TESTS}[{next}]");
    sheet.set(&format!("{row}.field"), "");
    row
}

/// Takes a row away; the last one is made empty.
pub(super) fn remove(sheet: &mut Sheet, gone: usize) {
    sheet.remove_row(TESTS, gone);
    if sheet.rows(TESTS).is_empty() {
        add(sheet);
    }
}

/// Lays the rule over the document.
pub(super) fn lay(sheet: &Sheet, document: &mut Value, base: &Value, kind: KindOf<'_>) {
    if !sheet.has("rule.enabled") {
        return;
    }
    if !sheet.ticked("rule.enabled") {
        take(document, "rule");
        return;
    }
    for key in ["status_when_met", "status_when_not_met"] {
        let path = format!("rule.{key}");
        match sheet.one(&path) {
            "" => take(document, &path),
            status => put(document, &path, json!(status)),
        }
    }
    let create = sheet.ticked("rule.create_when_not_met");
    put(document, "rule.create_when_not_met", json!(create));
    if sheet.has("rule.several") {
        return;
    }
    let before = part(base, "rule.when").unwrap_or(&Value::Null);
    let mut tests: Vec<Value> = Vec::new();
    for row in sheet.rows(TESTS) {
        tests.push(test(sheet, &format!("{TESTS}[{row}]"), before, kind));
    }
    let join = if sheet.one("rule.join") == "any" { "any" } else { "all" };
    let when = match tests.pop() {
        None => json!({ "field": "", "operator": "equals", "value": "" }),
        // One test needs no list, but stays in one where it was.
        Some(only) if tests.is_empty() && before.get(join).is_none() => only,
        Some(last) => {
            tests.push(last);
            json!({ join: tests })
        }
    };
    put(document, "rule.when", when);
}

fn test(sheet: &Sheet, row: &str, before: &Value, kind: KindOf<'_>) -> Value {
    let one = |key: &str| sheet.one(&format!("{row}.{key}"));
    let (field, operator) = (one("field"), one("operator"));
    let operator = if operator.is_empty() { "equals" } else { operator };
    let mut test = json!({ "field": field, "operator": operator });
    let value = |text: &str| operand(text, (field, kind(field)), before);
    match operator {
        "is-empty" | "is-not-empty" => {}
        "one-of" => {
            let several = one("value").lines().map(str::trim).filter(|line| !line.is_empty());
            put(&mut test, "values", json!(several.map(value).collect::<Vec<_>>()));
        }
        _ => put(&mut test, "value", value(one("value"))),
    }
    test
}

/// A value of a test: of the type that the field has, or that it had before.
fn operand(text: &str, (field, kind): (&str, Option<SalesforceType>), before: &Value) -> Value {
    use SalesforceType::{Checkbox, Currency, Number, Percent};
    let (_, tests) = flat(before).unwrap_or_default();
    let of_field = tests.into_iter().filter(|test| test["field"] == field);
    let known = of_field
        .flat_map(|test| test["values"].as_array().into_iter().flatten().chain([&test["value"]]));
    let same = |value: &&Value| {
        let written = value.to_string();
        value.as_str().is_none() && written == text
    };
    if let Some(value) = known.into_iter().find(same) {
        return value.clone();
    }
    let read = match kind {
        Some(Number | Currency | Percent) => serde_json::from_str::<Value>(text).ok(),
        Some(Checkbox) => text.to_lowercase().parse::<bool>().ok().map(Value::Bool),
        _ => None,
    };
    read.filter(|value| value.is_number() || value.is_boolean()).unwrap_or_else(|| json!(text))
}

/// The field of the form where a problem of this path of the rule is said.
pub(super) fn home(path: &str) -> Option<String> {
    let rest = path.strip_prefix("rule.when")?;
    let numbered =
        JOINS.iter().find_map(|(join, _)| rest.strip_prefix(&format!(".{join}["))?.split_once(']'));
    let (row, rest) = numbered.unwrap_or(("0", rest));
    let key =
        rest.strip_prefix('.').map(|key| if key.starts_with("value") { "value" } else { key });
    Some(match key {
        Some(key @ ("field" | "operator" | "value")) => format!("{TESTS}[{row}].{key}"),
        _ => "rule.enabled".to_owned(),
    })
}
