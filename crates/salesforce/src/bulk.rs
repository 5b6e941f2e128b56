//! Many records in one call: read with their comments and files, changed each on its own condition.
//!
//! The changes travel as parts of a composite call and not as an sObject Collection: a row of a
//! collection knows no `If-Unmodified-Since`, and what a person saved since the record was read would
//! be overwritten unseen. So a change costs a sixteenth of a call instead of a two-hundredth, and no
//! update is lost.

use std::collections::BTreeMap;

use lockstep_model::{Fault, Record, RecordId};
use serde_json::{Map, Value};

use crate::client::SalesforceClient;
use crate::composite::Part;
use crate::errors::{About, bad_answer};
use crate::org::Page;
use crate::records::{Change, RecordQuery, as_record};
use crate::soql;

/// Most records that one call reads: their ids fit into a query's address.
const READS_MAX: usize = 200;

impl SalesforceClient {
    /// Records of an object by id, with their comments and files where the query asks for them. One call
    /// for 200 of them; more only where Salesforce cuts its pages short. A record that is not there
    /// or may not be seen is missing from the answer.
    pub async fn records(
        &self,
        object: &str,
        ids: &[RecordId],
        query: &RecordQuery,
    ) -> Result<Vec<Record>, Fault> {
        let mut records = Vec::with_capacity(ids.len());
        for ids in ids.chunks(READS_MAX) {
            records.extend(self.some_records(object, ids, query).await?);
        }
        Ok(records)
    }

    async fn some_records(
        &self,
        object: &str,
        ids: &[RecordId],
        query: &RecordQuery,
    ) -> Result<Vec<Record>, Fault> {
        // Whatever else is to be read of a record must be read of many as well.
        let RecordQuery {
            comments: _,
            feed: _,
            activities: _,
            files,
            fields: _,
            name_field: _,
            status_field: _,
        } = query;
        let mut parts = vec![Part::get("records", self.many_path(object, ids, query)?)];
        parts.extend(self.talk_parts(object, ids, query)?);
        if *files {
            parts.push(Part::get("files", self.files_path(ids)));
        }
        let mut parts = self.composite("records.get", &parts).await?;
        let page: Page<Map<String, Value>> = parts.read(About::Org, "records")?;
        let rows = self.all_pages("records.page", page).await?;
        let mut records: Vec<Record> =
            rows.iter().map(|row| as_record(row, query)).collect::<Result<_, _>>()?;
        self.read_talk(&mut parts, (object, ids), query).await?.join(&mut records);
        if *files {
            let mut files = self.as_files(parts.read(About::Org, "files")?).await?;
            for record in &mut records {
                record.files = files.remove(&record.id).unwrap_or_default();
            }
        }
        Ok(records)
    }

    /// Changes up to [`lockstep_model::cost::RECORDS_MAX`] records of an object and reads them as they are afterwards (without
    /// comments), in one call. Each stands for itself: what becomes of one is told in its place.
    pub async fn update_many(
        &self,
        object: &str,
        changes: Vec<(RecordId, Change)>,
        query: &RecordQuery,
    ) -> Result<Vec<Result<Record, Fault>>, Fault> {
        let ids: Vec<RecordId> = changes.iter().map(|(id, _)| id.clone()).collect();
        let mut parts = Vec::with_capacity(changes.len() + 1);
        for (place, (id, change)) in changes.into_iter().enumerate() {
            parts.push(self.write_part(format!("write{place}"), (object, &id), change)?);
        }
        parts.push(Part::get("after", self.many_path(object, &ids, query)?));
        let mut parts = self.composite("records.update", &parts).await?;
        let page: Page<Map<String, Value>> = parts.read(About::Org, "after")?;
        let rows = self.all_pages("records.page", page).await?;
        let mut after = BTreeMap::new();
        for row in &rows {
            let record = as_record(row, query)?;
            after.insert(record.id.clone(), record);
        }
        let written = ids.iter().enumerate().map(|(place, id)| {
            parts.body(About::Record, &format!("write{place}"))?;
            after.remove(id).ok_or_else(|| bad_answer(format!("{id} did not come back")))
        });
        Ok(written.collect())
    }

    fn many_path(
        &self,
        object: &str,
        ids: &[RecordId],
        query: &RecordQuery,
    ) -> Result<String, Fault> {
        let (fields, object) = (query.list()?, soql::name(object)?);
        let ids = soql::ids(ids);
        Ok(self.query_path(&format!("SELECT {fields} FROM {object} WHERE Id IN {ids}")))
    }
}
