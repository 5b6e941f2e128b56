//! What became of a record that is no longer there.

use lockstep_model::{Fault, RecordId};
use serde::Deserialize;

use crate::client::{Request, SalesforceClient};
use crate::org::Page;
use crate::soql;
use crate::wire::record_id;

/// How many merges in a row are followed.
const MERGES_MAX: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    #[serde(default)]
    master_record_id: Option<String>,
}

impl SalesforceClient {
    /// The record that a merge put in the place of this one, if one did. Only for objects that merge
    /// (`MasterRecordId`). One call a merge.
    pub async fn master(&self, object: &str, id: &RecordId) -> Result<Option<RecordId>, Fault> {
        let mut found = None;
        for _ in 0..MERGES_MAX {
            let last = found.as_ref().unwrap_or(id);
            match self.next_master(object, last).await? {
                Some(master) => found = Some(master),
                None => break,
            }
        }
        Ok(found)
    }

    async fn next_master(&self, object: &str, id: &RecordId) -> Result<Option<RecordId>, Fault> {
        let soql = format!(
            "SELECT MasterRecordId FROM {} WHERE Id = {}",
            soql::name(object)?,
            soql::string(id.as_str())
        );
        let page: Page<Row> =
            self.json(Request::get("record.master", self.all_path(&soql))).await?;
        let master = page.records.into_iter().find_map(|row| row.master_record_id);
        master.map(|id| record_id(&id)).transpose()
    }

    /// Path and query of a query that sees the recycle bin too.
    pub(crate) fn all_path(&self, soql: &str) -> String {
        self.path(&format!("queryAll?q={}", soql::parameter(soql)))
    }
}
