//! Records: read with their comments, change, comment.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lockstep_model::snapshot::CommentBody;
use lockstep_model::{Code, Comment, Fault, Record, RecordId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{Request, SalesforceClient};
use crate::composite::Part;
use crate::errors::{About, bad_answer};
use crate::org::Page;
use crate::wire::{or_default, record_id, stamp};
use crate::{soql, time};

/// What is read of a case comment.
pub(crate) const COMMENT_FIELDS: &str = "Id,CommentBody,IsPublished,CreatedBy.Name,CreatedDate";

/// What to read of a record. Id and stamps always come along.
#[derive(Debug, Clone, Default)]
pub struct RecordQuery {
    /// API names.
    pub fields: Vec<String>,
    /// The field that names the record: `CaseNumber`, `Name`, `Subject`.
    pub name_field: String,
    /// The field that holds its status, where status is synced.
    pub status_field: Option<String>,
    /// Whether to read its case comments too.
    pub comments: bool,
    /// Whether to list its files too.
    pub files: bool,
}

/// A change of a record.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// New values in Salesforce's JSON, by API name. A null clears a field.
    pub fields: Map<String, Value>,
    /// Write nothing if somebody saved the record after that second (`SfChangedMeanwhile`).
    pub unmodified_since: Option<DateTime<Utc>>,
}

impl RecordQuery {
    /// Whether it asks for fields of related records, which only a query reads.
    fn reaches_related(&self) -> bool {
        self.fields.iter().any(|field| field.contains('.'))
    }

    pub(crate) fn list(&self) -> Result<String, Fault> {
        let always = ["Id", "CreatedDate", "SystemModstamp", &self.name_field];
        let asked = self.fields.iter().chain(&self.status_field).map(String::as_str);
        soql::list(always.into_iter().chain(asked))
    }
}

/// A row of `CaseComment`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CommentRow {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    comment_body: String,
    #[serde(default, deserialize_with = "or_default")]
    is_published: bool,
    #[serde(default)]
    created_by: Option<UserRow>,
    created_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserRow {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

impl TryFrom<CommentRow> for Comment {
    type Error = Fault;

    fn try_from(row: CommentRow) -> Result<Self, Fault> {
        Ok(Self {
            created: stamp(&row.created_date)?,
            id: row.id,
            author: row.created_by.map(|user| user.name).unwrap_or_default(),
            // Typed in the browser, lines end in `\r\n`.
            body: CommentBody::Text(row.comment_body.replace("\r\n", "\n")),
            public: row.is_published,
        })
    }
}

impl SalesforceClient {
    /// A record, with its case comments and files, oldest first, where they are asked for. One call,
    /// whatever is asked; more only for very many comments or files.
    pub async fn record(
        &self,
        object: &str,
        id: &RecordId,
        query: &RecordQuery,
    ) -> Result<Record, Fault> {
        let read = self.read_path(object, id, query)?;
        if !query.comments && !query.files {
            let body = self.json(Request::get("record.get", read).about_record()).await?;
            return as_read(body, query);
        }
        let mut parts = vec![Part::get("record", read)];
        if query.comments {
            parts.push(Part::get("comments", self.comments_path(id)));
        }
        if query.files {
            parts.push(Part::get("files", self.files_path(std::slice::from_ref(id))));
        }
        let mut parts = self.composite("record.get_with_parts", &parts).await?;
        let mut record = as_read(parts.read(About::Record, "record")?, query)?;
        if query.comments {
            let page: Page<CommentRow> = parts.read(About::Org, "comments")?;
            let rows = self.all_pages("comment.page", page).await?;
            record.comments = rows.into_iter().map(Comment::try_from).collect::<Result<_, _>>()?;
        }
        if query.files {
            let files = self.as_files(parts.read(About::Org, "files")?).await?;
            record.files = files.into_values().flatten().collect();
        }
        Ok(record)
    }

    /// Changes a record and reads it as it is afterwards (without comments), in one call.
    pub async fn update(
        &self,
        object: &str,
        id: &RecordId,
        change: Change,
        query: &RecordQuery,
    ) -> Result<Record, Fault> {
        let write = self.write_part("write", (object, id), change)?;
        let parts = [write, Part::get("after", self.read_path(object, id, query)?)];
        let mut parts = self.composite("record.update", &parts).await?;
        parts.body(About::Record, "write")?;
        as_read(parts.read(About::Record, "after")?, query)
    }

    /// Adds a case comment and gives its id. Never repeated by itself. Salesforce takes 4,000 bytes.
    pub async fn comment(
        &self,
        parent: &RecordId,
        body: &str,
        published: bool,
    ) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Saved {
            id: String,
        }
        let comment =
            json!({"ParentId": parent.as_str(), "CommentBody": body, "IsPublished": published});
        let request = Request::post("comment.add", self.path("sobjects/CaseComment"), comment);
        Ok(self.json::<Saved>(request).await?.id)
    }

    /// A change of a record, on its condition, as a part of a call.
    pub(crate) fn write_part(
        &self,
        reference: impl Into<Cow<'static, str>>,
        (object, id): (&str, &RecordId),
        change: Change,
    ) -> Result<Part, Fault> {
        let write = Part::patch(reference, self.record_path(object, id)?, change.fields.into());
        Ok(match change.unmodified_since {
            Some(since) => write.header("If-Unmodified-Since", time::http_date(since)),
            None => write,
        })
    }

    fn record_path(&self, object: &str, id: &RecordId) -> Result<String, Fault> {
        Ok(self.path(&format!("sobjects/{}/{}", soql::name(object)?, soql::segment(id.as_str()))))
    }

    fn read_path(&self, object: &str, id: &RecordId, query: &RecordQuery) -> Result<String, Fault> {
        let fields = query.list()?;
        if query.reaches_related() {
            let (object, id) = (soql::name(object)?, soql::string(id.as_str()));
            return Ok(self.query_path(&format!("SELECT {fields} FROM {object} WHERE Id = {id}")));
        }
        let fields = soql::parameter(&fields);
        Ok(format!("{}?fields={fields}", self.record_path(object, id)?))
    }

    fn comments_path(&self, id: &RecordId) -> String {
        self.query_path(&format!(
            "SELECT {COMMENT_FIELDS} FROM CaseComment WHERE ParentId = {} ORDER BY CreatedDate,Id",
            soql::string(id.as_str())
        ))
    }
}

/// The record of a body: itself, or the only row of a query.
fn as_read(mut body: Map<String, Value>, query: &RecordQuery) -> Result<Record, Fault> {
    if let Some(Value::Array(rows)) = body.remove("records") {
        let row = rows.into_iter().next();
        let Some(Value::Object(row)) = row else {
            return Err(Fault::new(Code::SfRecordGone, "the query finds no such record"));
        };
        body = row;
    }
    as_record(&body, query)
}

/// A field of a body; what a related record that is not there would show is null. Salesforce writes
/// names in their own case, whatever was asked.
pub(crate) fn field<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some((relation, rest)) = name.split_once('.') {
        return match field(body, relation)? {
            Value::Object(related) => field(related, rest),
            _ => Some(&Value::Null),
        };
    }
    body.get(name).or_else(|| {
        body.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

pub(crate) fn as_record(body: &Map<String, Value>, query: &RecordQuery) -> Result<Record, Fault> {
    let text = |name: &str| field(body, name).and_then(Value::as_str);
    let need =
        |name: &str| text(name).ok_or_else(|| bad_answer(format!("a record without {name}")));
    let id = record_id(need("Id")?)?;
    let fields: BTreeMap<String, Value> = query
        .fields
        .iter()
        .filter_map(|name| Some((name.clone(), field(body, name)?.clone())))
        .collect();
    Ok(Record {
        title: text(&query.name_field).unwrap_or(id.as_str()).to_owned(),
        id,
        modified: stamp(need("SystemModstamp")?)?,
        created: stamp(need("CreatedDate")?)?,
        status: query.status_field.as_deref().and_then(text).map(str::to_owned),
        fields,
        comments: Vec::new(),
        files: Vec::new(),
    })
}
