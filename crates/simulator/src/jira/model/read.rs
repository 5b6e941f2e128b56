//! Reads the value of a field as callers write it.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::catalog::{self, Project};
use super::fields::{Choice, Field, Kind};
use super::issue::FieldValue;
use crate::jira::adf;

const LINE_CHARS_MAX: usize = 255;
const DOCUMENT_CHARS_MAX: usize = 32_767;
const NOT_A_DOCUMENT: &str =
    "Operation value must be an Atlassian Document (see the Atlassian Document Format)";

/// What is said of a parent that does not stand one level above.
pub(super) const WRONG_LEVEL: &str = "Given parent issue does not belong to appropriate hierarchy.";

/// Why a value is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A message for the field.
    Field(String),
    /// A malformed document: the site answers `INVALID_INPUT` and no position.
    InvalidInput,
}

impl From<String> for Unreadable {
    fn from(message: String) -> Self {
        Self::Field(message)
    }
}

impl From<&str> for Unreadable {
    fn from(message: &str) -> Self {
        Self::Field(message.to_owned())
    }
}

type Read<T> = Result<T, Unreadable>;

/// What reading needs to know about the issue's surroundings.
pub(super) struct Surroundings<'a> {
    pub(super) project: &'static Project,
    /// On which level of the hierarchy the issue stands.
    pub(super) level: i32,
    /// Finds an issue by id or key, and the level that it stands on.
    pub(super) find_issue: &'a dyn Fn(&str) -> Option<(u64, i32)>,
}

impl Surroundings<'_> {
    /// The value, or none to clear the field.
    pub(super) fn read(&self, field: &'static Field, value: &Value) -> Read<Option<FieldValue>> {
        if value.is_null() {
            return match field.id {
                "summary" => Err("You must specify a summary of the issue.".into()),
                _ => Ok(None),
            };
        }
        match field.kind {
            Kind::Line => line(field, value).map(|text| Some(FieldValue::Text(text))),
            Kind::Url => url(value).map(|text| Some(FieldValue::Text(text))),
            Kind::Document => document(value).map(Some),
            Kind::Number => number(value).map(Some),
            Kind::Date => date(value).map(Some),
            Kind::Moment => moment(value).map(Some),
            Kind::Parent => self.parent(value),
            Kind::Cascade => cascade(field, value).map(Some),
            Kind::Choices | Kind::Users | Kind::Words | Kind::Components | Kind::Versions => {
                let list = value.as_array().ok_or("data was not an array")?;
                let ids: Read<Vec<String>> =
                    list.iter().map(|one| self.element(field, one)).collect();
                Ok(many(ids?))
            }
            Kind::User if automatic(value) => Ok(Some(FieldValue::One(catalog::LEAD.to_owned()))),
            Kind::Project | Kind::IssueType | Kind::Computed(_) => {
                Err(not_on_screen(field.id).into())
            }
            _ => Ok(Some(FieldValue::One(self.element(field, value)?))),
        }
    }

    /// One id or word of a field.
    pub(super) fn element(&self, field: &'static Field, value: &Value) -> Read<String> {
        match field.kind {
            Kind::Choice | Kind::Choices => Ok(choice(field.choices, value)?.id.to_owned()),
            Kind::User | Kind::Users => user(field, value),
            Kind::Words => word(value),
            Kind::Priority => named(catalog::PRIORITIES, value)
                .ok_or_else(|| "The priority selected is invalid.".into()),
            Kind::Resolution => named(catalog::RESOLUTIONS, value)
                .ok_or_else(|| "The resolution selected is invalid.".into()),
            Kind::Components => named(self.project.components, value)
                .ok_or_else(|| format!("Component {} is not valid", given(value)).into()),
            Kind::Version | Kind::Versions => named(self.project.versions, value)
                .ok_or_else(|| format!("Version {} is not valid", given(value)).into()),
            _ => Err(not_on_screen(field.id).into()),
        }
    }

    fn parent(&self, value: &Value) -> Read<Option<FieldValue>> {
        if value.get("none").and_then(Value::as_bool) == Some(true) {
            return Ok(None);
        }
        let id = text_of(value, &["id", "key"]).and_then(|id| (self.find_issue)(id));
        let (id, level) = id.ok_or("Could not find issue by id or key.")?;
        if level != self.level + 1 {
            return Err(WRONG_LEVEL.into());
        }
        Ok(Some(FieldValue::Parent(id)))
    }
}

/// The message for a field that is on no screen here, or unknown.
pub(super) fn not_on_screen(id: &str) -> String {
    format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.")
}

/// A list as a value; the empty list is no value.
pub(super) fn many(ids: Vec<String>) -> Option<FieldValue> {
    let mut unique: Vec<String> = Vec::new();
    for id in ids {
        if !unique.contains(&id) {
            unique.push(id);
        }
    }
    (!unique.is_empty()).then_some(FieldValue::Many(unique))
}

fn text_of<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| value.get(*name).and_then(Value::as_str))
}

fn given(value: &Value) -> String {
    match (text_of(value, &["id"]), text_of(value, &["name"])) {
        (Some(id), _) => format!("id '{id}'"),
        (None, Some(name)) => format!("name '{name}'"),
        _ => value.to_string(),
    }
}

fn line(field: &Field, value: &Value) -> Read<String> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if field.id == "summary" {
        if text.trim().is_empty() {
            return Err("You must specify a summary of the issue.".into());
        }
        if text.contains(['\n', '\r']) {
            return Err("The summary is invalid because it contains newline characters.".into());
        }
        if text.chars().count() > LINE_CHARS_MAX {
            return Err("Summary must be less than 255 characters.".into());
        }
    }
    if text.chars().count() > LINE_CHARS_MAX {
        return Err(
            "The entered text is too long. It exceeds the allowed limit of 255 characters.".into(),
        );
    }
    Ok(text.to_owned())
}

fn url(value: &Value) -> Read<String> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    match url::Url::parse(text) {
        Ok(url) if url.has_host() => Ok(text.to_owned()),
        _ => Err("Not a valid URL".into()),
    }
}

/// A document, within the limit.
pub(super) fn document(value: &Value) -> Read<FieldValue> {
    if !value.is_object() {
        return Err(NOT_A_DOCUMENT.into());
    }
    adf::validate(value).map_err(|reason| {
        tracing::debug!(%reason, "document refused");
        Unreadable::InvalidInput
    })?;
    if adf::plain(value).chars().count() > DOCUMENT_CHARS_MAX {
        return Err(
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
                .into(),
        );
    }
    Ok(FieldValue::Document(value.clone()))
}

fn number(value: &Value) -> Read<FieldValue> {
    let number = value.as_f64().ok_or("Operation value must be a number")?;
    Ok(FieldValue::Number(number))
}

fn date(value: &Value) -> Read<FieldValue> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    date.map(FieldValue::Date).ok_or_else(|| format!("Error parsing date string: {text}").into())
}

fn moment(value: &Value) -> Read<FieldValue> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    let moment = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z");
    let moment = moment.map_err(|_| format!("Error parsing time: {text}"))?;
    Ok(FieldValue::Moment(moment.with_timezone(&Utc)))
}

fn choice(choices: &'static [Choice], value: &Value) -> Read<&'static Choice> {
    if let Some(id) = text_of(value, &["id"]) {
        let found = choices.iter().find(|choice| choice.id == id);
        return found.ok_or_else(|| format!("Option id '{id}' is not valid").into());
    }
    if let Some(text) = text_of(value, &["value"]) {
        let found = choices.iter().find(|choice| choice.value == text);
        return found.ok_or_else(|| format!("Option value '{text}' is not valid").into());
    }
    Err("Specify a valid 'id' or 'name' for the option".into())
}

fn cascade(field: &Field, value: &Value) -> Read<FieldValue> {
    let parent = choice(field.choices, value)?;
    let child = match value.get("child") {
        None | Some(Value::Null) => None,
        Some(child) => Some(choice(parent.children, child)?.id.to_owned()),
    };
    Ok(FieldValue::Cascade(parent.id.to_owned(), child))
}

fn automatic(value: &Value) -> bool {
    text_of(value, &["accountId", "id"]) == Some("-1")
}

fn user(field: &Field, value: &Value) -> Read<String> {
    let id = text_of(value, &["accountId", "id"]).ok_or("expected Object")?;
    let found = catalog::user_by_id(id);
    let usable = found.filter(|user| user.active && user.account_type != "customer");
    match (field.id, usable) {
        (_, Some(user)) => Ok(user.account_id.to_owned()),
        ("assignee", None) => Err(format!("User '{id}' cannot be assigned issues.").into()),
        ("reporter", None) => Err("The reporter specified is not a user.".into()),
        _ => Err(format!("User '{id}' is not valid for this user picker.").into()),
    }
}

fn word(value: &Value) -> Read<String> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if text.chars().any(char::is_whitespace) {
        return Err(format!("The label '{text}' contains spaces which is invalid.").into());
    }
    if text.is_empty() || text.chars().count() > LINE_CHARS_MAX {
        return Err(format!("The label '{text}' is invalid.").into());
    }
    Ok(text.to_owned())
}

fn named(list: &'static [(&'static str, &'static str)], value: &Value) -> Option<String> {
    let found = if let Some(id) = text_of(value, &["id"]) {
        list.iter().find(|(known, _)| *known == id)
    } else {
        let name = text_of(value, &["name"])?;
        list.iter().find(|(_, known)| *known == name)
    };
    found.map(|(id, _)| (*id).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jira::model::fields;

    fn read(id: &str, value: &Value) -> Read<Option<FieldValue>> {
        let project = catalog::project("SUP").unwrap();
        let around = Surroundings { project, level: 0, find_issue: &|_| None };
        around.read(fields::field(id).unwrap(), value)
    }

    #[test]
    fn each_shape_is_read() {
        assert_eq!(
            read("customfield_10060", &json!({ "value": "Gold" })),
            Ok(Some(FieldValue::One("10100".into())))
        );
        let cascade = json!({ "value": "Hardware", "child": { "id": "10152" } });
        assert_eq!(
            read("customfield_10059", &cascade),
            Ok(Some(FieldValue::Cascade("10150".into(), Some("10152".into()))))
        );
        let moment = json!("2026-11-22T10:15:00.000+0100");
        let expected = "2026-11-22T09:15:00Z".parse().unwrap();
        assert_eq!(read("customfield_10054", &moment), Ok(Some(FieldValue::Moment(expected))));
        assert_eq!(read("labels", &json!([])), Ok(None));
    }

    #[test]
    fn wrong_shapes_are_refused() {
        for (id, value) in [
            ("summary", json!("two\nlines")),
            ("summary", json!("x".repeat(256))),
            ("labels", json!(["needs review"])),
            ("description", json!("plain text")),
            ("customfield_10052", json!("12.5")),
            ("customfield_10053", json!("22/11/2026")),
            ("customfield_10060", json!({ "value": "gold" })),
            ("customfield_10061", json!("example.com")),
            ("duedate", json!("2026-1-2")),
            ("assignee", json!({ "accountId": "qm:portal-customer" })),
            ("priority", json!("High")),
            ("status", json!({ "id": "10002" })),
        ] {
            assert!(matches!(read(id, &value), Err(Unreadable::Field(_))), "{id} {value}");
        }
        let broken =
            json!({ "type": "doc", "version": 1, "content": [{ "type": "text", "text": "x" }] });
        assert_eq!(read("description", &broken), Err(Unreadable::InvalidInput));
    }
}
