//! The fields that people edit, and how each side says the same value.

use serde_json::{Value, json};

/// A mapped field.
pub struct Field {
    pub salesforce: &'static str,
    pub jira: &'static str,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Document,
    Number,
    Date,
    Option,
    Address,
}

const SEVERITIES: [&str; 4] = ["Low", "Medium", "High", "Critical"];

const fn field(salesforce: &'static str, jira: &'static str, form: Form) -> Field {
    Field { salesforce, jira, form }
}

/// All of them.
pub const FIELDS: [Field; 7] = [
    field("Subject", "summary", Form::Text),
    field("Description", "description", Form::Document),
    field("Affected_Users__c", "customfield_10052", Form::Number),
    field("Due_Date__c", "customfield_10053", Form::Date),
    field("Severity__c", "customfield_10055", Form::Option),
    field("Environment__c", "customfield_10050", Form::Text),
    field("Reference_URL__c", "customfield_10061", Form::Address),
];

impl Field {
    /// A value that follows from a number; most numbers have their own.
    pub fn value(&self, number: usize) -> String {
        match self.form {
            Form::Text | Form::Document => format!("{} {number}", self.salesforce),
            Form::Number => (1_000 + number).to_string(),
            Form::Date => format!("20{:02}-{:02}-07", 30 + number / 12 % 60, 1 + number % 12),
            Form::Option => SEVERITIES[number % SEVERITIES.len()].to_owned(),
            Form::Address => format!("https://status.example.com/incidents/{number}"),
        }
    }

    /// The value as a person sets it in the record.
    pub fn in_record(&self, value: &str) -> Value {
        match self.form {
            Form::Number => json!(value.parse::<f64>().unwrap_or_default()),
            _ => json!(value),
        }
    }

    /// The value as a person sets it in the issue.
    pub fn in_issue(&self, value: &str) -> Value {
        match self.form {
            Form::Option => json!({ "value": value }),
            _ => self.in_record(value),
        }
    }

    /// What the record shows, as [`Self::value`] writes it.
    pub fn of_record(&self, record: &Value) -> String {
        said(&record[self.salesforce])
    }

    /// What the issue shows, as [`Self::value`] writes it.
    pub fn of_issue(&self, issue: &Value) -> String {
        said(&issue["fields"][self.jira])
    }
}

/// A value without its form: numbers without a fraction, documents without their line ends.
fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.split(['\r', '\n']).collect(),
        Value::Number(number) => number.as_f64().map_or(String::new(), |number| number.to_string()),
        Value::Array(parts) => parts.iter().map(said).collect(),
        Value::Object(parts) => ["value", "text", "content"]
            .iter()
            .filter_map(|name| parts.get(*name))
            .map(said)
            .collect(),
        Value::Bool(_) => value.to_string(),
    }
}
