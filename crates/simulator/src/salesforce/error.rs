//! Refusals, as the platform words them.

use serde_json::{Map, Value, json};

/// One entry of an error body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Complaint {
    /// `errorCode` in most bodies, `statusCode` in save results.
    pub(crate) code: &'static str,
    /// Text for people.
    pub(crate) message: String,
    /// API names; some bodies leave the member out.
    pub(crate) fields: Option<Vec<String>>,
    /// The records that a duplicate rule found, as the platform's own structure.
    pub(crate) duplicates: Option<Value>,
}

impl Complaint {
    /// A complaint without the `fields` member.
    pub(crate) fn plain(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: None, duplicates: None }
    }

    /// A complaint about these fields (none: an empty list).
    pub(crate) fn about(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Self {
        let fields = Some(fields.iter().map(|&field| field.to_owned()).collect());
        Self { code, message: message.into(), fields, duplicates: None }
    }

    /// The entry of an error body.
    pub(crate) fn body(&self) -> Value {
        let mut entry = Map::new();
        if let Some(duplicates) = &self.duplicates {
            // The vendor misspells the key, and clients have to live with it.
            entry.insert("duplicateResut".into(), duplicates.clone());
        }
        entry.insert("message".into(), json!(self.message));
        entry.insert("errorCode".into(), json!(self.code));
        if let Some(fields) = &self.fields {
            entry.insert("fields".into(), json!(fields));
        }
        Value::Object(entry)
    }

    /// The entry of a save result.
    pub(crate) fn save_error(&self) -> Value {
        let fields = self.fields.clone().unwrap_or_default();
        json!({"statusCode": self.code, "message": self.message, "fields": fields})
    }
}

/// A refused call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) status: u16,
    /// At least one complaint, except for a bare 412.
    pub(crate) complaints: Vec<Complaint>,
}

impl Refusal {
    /// A refusal with one complaint without `fields`.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, complaints: vec![Complaint::plain(code, message)] }
    }

    /// 400 with one complaint about fields.
    pub(crate) fn field(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Self {
        Self { status: 400, complaints: vec![Complaint::about(code, message, fields)] }
    }

    /// The resource, or the record, is not there.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    /// The record is in the recycle bin or gone.
    pub(crate) fn deleted() -> Self {
        let complaint = Complaint::about("ENTITY_IS_DELETED", "entity is deleted", &[]);
        Self { status: 404, complaints: vec![complaint] }
    }

    /// The body is not what the call takes.
    pub(crate) fn json(message: impl Into<String>) -> Self {
        Self::new(400, "JSON_PARSER_ERROR", message)
    }

    /// A precondition does not hold: 412 without a body.
    pub(crate) fn stale() -> Self {
        Self { status: 412, complaints: Vec::new() }
    }

    /// The error body, null when there is none.
    pub(crate) fn body(&self) -> Value {
        if self.complaints.is_empty() {
            return Value::Null;
        }
        self.complaints.iter().map(Complaint::body).collect()
    }
}

impl From<Complaint> for Refusal {
    fn from(complaint: Complaint) -> Self {
        Self { status: 400, complaints: vec![complaint] }
    }
}
