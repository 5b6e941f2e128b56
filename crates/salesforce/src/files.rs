//! Files: listed with their record, their bytes down and up, piece by piece.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{Stream, TryStreamExt};
use lockstep_http::{HeaderValue, Incoming, Opened, Upload, header};
use lockstep_model::files::read_marker;
use lockstep_model::snapshot::File;
use lockstep_model::{Code, Fault, RecordId};
use serde::Deserialize;
use serde_json::json;

use crate::client::{Request, SalesforceClient, call};
use crate::composite::Part;
use crate::errors::{self, About};
use crate::org::Page;
use crate::session::Session;
use crate::soql;
use crate::time;
use crate::wire::{or_default, record_id, stamp};

/// Records that one query names: their ids travel in its address.
const RECORDS_A_QUERY: usize = 400;

/// Queries that one composite call takes.
const QUERIES_A_CALL: usize = 5;

/// Most records that [`SalesforceClient::changed_files`] takes: what fits into one call.
pub const RECORDS_A_LOOK: usize = RECORDS_A_QUERY * QUERIES_A_CALL;

/// A file to put on a record.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its exact size, in bytes.
    pub size: u64,
    /// What is said of it: the place for a marker, saved with the file in one act.
    pub description: String,
}

/// A file that was put on a record, or got a new version, since an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedFile {
    /// The record.
    pub record: RecordId,
    /// Its latest version.
    pub version: String,
    /// That version's size, in bytes.
    pub size: u64,
}

/// A row of `ContentDocumentLink`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LinkRow {
    #[serde(default, deserialize_with = "or_default")]
    linked_entity_id: String,
    #[serde(default)]
    content_document: Option<DocumentRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DocumentRow {
    #[serde(default, deserialize_with = "or_default")]
    file_type: String,
    #[serde(default)]
    latest_published_version: Option<VersionRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionRow {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    title: String,
    #[serde(default)]
    file_extension: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    content_size: u64,
    #[serde(default)]
    checksum: Option<String>,
    #[serde(default)]
    description: Option<String>,
    created_date: String,
}

impl LinkRow {
    /// The latest version; none of an enhanced note, which is no file.
    fn version(self) -> Option<VersionRow> {
        let document = self.content_document.filter(|document| document.file_type != "SNOTE")?;
        document.latest_published_version
    }
}

impl TryFrom<VersionRow> for File {
    type Error = Fault;

    fn try_from(row: VersionRow) -> Result<Self, Fault> {
        Ok(Self {
            created: stamp(&row.created_date)?,
            name: named(row.title, row.file_extension.as_deref()),
            id: row.id,
            size: row.content_size,
            hash: row.checksum.map(|hash| hash.to_ascii_lowercase()),
            copies: row.description.as_deref().and_then(read_marker),
        })
    }
}

/// A title may or may not end in the extension.
fn named(title: String, extension: Option<&str>) -> String {
    match extension.filter(|extension| !extension.is_empty()) {
        Some(extension)
            if !title.to_lowercase().ends_with(&format!(".{extension}").to_lowercase()) =>
        {
            format!("{title}.{extension}")
        }
        _ => title,
    }
}

impl SalesforceClient {
    /// The query for the files of records, as a part of the call that reads the records.
    pub(crate) fn files_path(&self, records: &[RecordId]) -> String {
        let version = "ContentDocument.LatestPublishedVersion";
        let fields = [
            "Id",
            "Title",
            "FileExtension",
            "ContentSize",
            "Checksum",
            "Description",
            "CreatedDate",
        ];
        let fields: Vec<String> = fields.iter().map(|field| format!("{version}.{field}")).collect();
        self.query_path(&format!(
            "SELECT LinkedEntityId,ContentDocument.FileType,{} FROM ContentDocumentLink \
             WHERE LinkedEntityId IN {}",
            fields.join(","),
            soql::ids(records)
        ))
    }

    /// The files of a page and of all that follow it by their records, each record's oldest first.
    pub(crate) async fn as_files(
        &self,
        page: Page<LinkRow>,
    ) -> Result<BTreeMap<RecordId, Vec<File>>, Fault> {
        let mut files: BTreeMap<RecordId, Vec<File>> = BTreeMap::new();
        for row in self.all_pages("files.page", page).await? {
            let record = record_id(&row.linked_entity_id)?;
            let Some(version) = row.version() else { continue };
            files.entry(record).or_default().push(version.try_into()?);
        }
        for files in files.values_mut() {
            files.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
        }
        Ok(files)
    }

    /// Files that were put on one of these records, or got a new version, since an instant. One call
    /// for up to [`RECORDS_A_LOOK`] records, for a file moves no stamp of its record; more only where
    /// Salesforce cuts its pages short.
    pub async fn changed_files(
        &self,
        records: &[RecordId],
        since: DateTime<Utc>,
    ) -> Result<Vec<LinkedFile>, Fault> {
        const NAMES: [&str; QUERIES_A_CALL] = ["one", "two", "three", "four", "five"];
        let chunks = records.chunks(RECORDS_A_QUERY);
        let parts: Vec<Part> = chunks
            .zip(NAMES)
            .map(|(chunk, name)| Part::get(name, self.changed_files_path(chunk, since)))
            .collect();
        let mut answers = self.composite("files.changes", &parts).await?;
        let mut found = Vec::new();
        for name in NAMES.iter().take(parts.len()) {
            let page: Page<LinkRow> = answers.read(About::Org, name)?;
            for row in self.all_pages("files.page", page).await? {
                let record = record_id(&row.linked_entity_id)?;
                let Some(version) = row.version() else { continue };
                let (version, size) = (version.id, version.content_size);
                found.push(LinkedFile { record, version, size });
            }
        }
        Ok(found)
    }

    fn changed_files_path(&self, records: &[RecordId], since: DateTime<Utc>) -> String {
        let ids = soql::ids(records);
        let since = time::literal(since);
        self.query_path(&format!(
            "SELECT LinkedEntityId,ContentDocument.FileType,\
             ContentDocument.LatestPublishedVersion.Id,\
             ContentDocument.LatestPublishedVersion.ContentSize,\
             ContentDocument.LatestPublishedVersion.CreatedDate \
             FROM ContentDocumentLink WHERE LinkedEntityId IN {ids} \
             AND (SystemModstamp >= {since} OR ContentDocument.ContentModifiedDate >= {since})"
        ))
    }

    /// The bytes of a file's version: at most `size` of them.
    pub async fn download(
        &self,
        version: &str,
        size: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, Fault>> + Send + use<>, Fault> {
        let path = format!("sobjects/ContentVersion/{}/VersionData", soql::segment(version));
        let request = Request::get("file.download", self.path(&path)).about_file();
        let session = self.session().await?;
        let opened = match self.open(&request, &session, size).await {
            // Nothing came under an expired session.
            Err(fault) if fault.code == Code::SfSessionExpired => {
                self.renew(&session).await?;
                let session = self.session().await?;
                self.open(&request, &session, size).await
            }
            other => other,
        };
        Ok(opened?.pieces().map_err(|error| errors::of_transport(&error)))
    }

    async fn open(
        &self,
        request: &Request,
        session: &Session,
        size: u64,
    ) -> Result<Incoming, Fault> {
        let call = call(request, session)?
            .header(header::ACCEPT, HeaderValue::from_static("*/*"))
            .header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        match self.http().open(call, size).await.map_err(|error| errors::of_transport(&error))? {
            Opened::Stream(file) => Ok(file),
            Opened::Refused(answer) => Err(self.refused(request, session, &answer)),
        }
    }

    /// Puts a new file on a record, bytes, document and link in one request, and gives its version's
    /// id. Never repeated by itself: the bytes are spent. An expired session is renewed, and the fault
    /// is still `SfSessionExpired`: begin again.
    pub async fn upload(
        &self,
        record: &RecordId,
        file: &NewFile,
        bytes: impl Stream<Item = Result<Bytes, Fault>> + Send + 'static,
    ) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Saved {
            id: String,
        }
        let entity = json!({
            "Title": file.name,
            "PathOnClient": file.name,
            "FirstPublishLocationId": record.as_str(),
            "Description": file.description,
        });
        let upload = Upload {
            entity: Some(("entity_content", entity.to_string().into_bytes())),
            part: "VersionData",
            filename: file.name.clone(),
            size: file.size,
        };
        let request = Request::upload("file.upload", self.path("sobjects/ContentVersion"));
        let session = self.session().await?;
        let sent = self.http().upload(call(&request, &session)?, upload, bytes).await;
        let answer = sent.map_err(|error| errors::of_transport(&error))?;
        if answer.status.is_success() {
            return Ok(errors::decode::<Saved>("file.upload", &answer)?.id);
        }
        let fault = self.refused(&request, &session, &answer);
        if fault.code == Code::SfSessionExpired {
            self.renew(&session).await?;
        }
        Err(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_extension_once() {
        let table = [
            ("trace", Some("log"), "trace.log"),
            ("trace.log", Some("log"), "trace.log"),
            ("Trace.LOG", Some("log"), "Trace.LOG"),
            ("README", None, "README"),
            ("README", Some(""), "README"),
        ];
        for (title, extension, name) in table {
            assert_eq!(named(title.to_owned(), extension), name);
        }
    }
}
