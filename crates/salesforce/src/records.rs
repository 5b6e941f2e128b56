//! Records: read with their comments, change.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lockstep_model::field::{Activities, Feed};
use lockstep_model::snapshot::FeedSight;
use lockstep_model::{Code, Fault, Record, RecordId};
use serde_json::{Map, Value};

use crate::client::{Request, SalesforceClient};
use crate::composite::Part;
use crate::errors::{About, bad_answer};
use crate::wire::{record_id, stamp};
use crate::{soql, time};

/// What to read of a record. Id and stamps always come along.
#[derive(Debug, Clone, Default)]
pub struct RecordQuery {
    /// API names.
    pub fields: Vec<String>,
    /// The field that names the record: `CaseNumber`, `Name`, `Subject`.
    pub name_field: String,
    /// The field that holds its status, where status is synced.
    pub status_field: Option<String>,
    /// Whether to read its comments too: a case's own, and the posts of the feed.
    pub comments: bool,
    /// The object's feed, where it has one.
    pub feed: Option<Feed>,
    /// Where its activities name it, if they are to be read with the comments.
    pub activities: Option<Activities>,
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

impl SalesforceClient {
    /// A record, with its comments and files, oldest first, where they are asked for. One call,
    /// whatever is asked; more only for very many comments or files.
    pub async fn record(
        &self,
        object: &str,
        id: &RecordId,
        query: &RecordQuery,
    ) -> Result<Record, Fault> {
        let read = self.read_path(object, id, query)?;
        let mut parts = vec![Part::get("record", read.clone())];
        parts.extend(self.talk_parts(object, std::slice::from_ref(id), query)?);
        if query.files {
            parts.push(Part::get("files", self.files_path(std::slice::from_ref(id))));
        }
        if parts.len() == 1 {
            let body = self.json(Request::get("record.get", read).about_record()).await?;
            return as_read(body, query);
        }
        let mut parts = self.composite("record.get_with_parts", &parts).await?;
        let mut record = as_read(parts.read(About::Record, "record")?, query)?;
        let talk = self.read_talk(&mut parts, (object, std::slice::from_ref(id)), query).await?;
        talk.join(std::slice::from_mut(&mut record));
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

    pub(crate) fn record_path(&self, object: &str, id: &RecordId) -> Result<String, Fault> {
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
        feed: FeedSight::Unasked,
        activities: FeedSight::Unasked,
    })
}
