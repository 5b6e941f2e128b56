//! Creating a record under an external id, so that any number of tries make one.

use lockstep_model::{Fault, RecordId};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::{Request, SalesforceClient};
use crate::soql;
use crate::wire::record_id;

/// A record by its external id.
#[derive(Debug, Clone, Copy)]
pub struct ExternalKey<'a> {
    /// API name of the object.
    pub object: &'a str,
    /// The external id field, a unique one.
    pub field: &'a str,
    /// What it holds.
    pub value: &'a str,
}

impl SalesforceClient {
    /// The record that holds the key, if there is one. One call.
    pub async fn by_key(&self, key: &ExternalKey<'_>) -> Result<Option<RecordId>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Row {
            id: String,
        }
        let (object, field) = (soql::name(key.object)?, soql::name(key.field)?);
        let value = soql::string(key.value);
        let soql = format!("SELECT Id FROM {object} WHERE {field} = {value} LIMIT 1");
        let rows: Vec<Row> = self.query("record.by_key", &soql).await?;
        rows.first().map(|row| record_id(&row.id)).transpose()
    }

    /// Creates the record that holds the key, or sets the fields of the one that does. Sent twice it
    /// does what it does once.
    pub async fn upsert(
        &self,
        key: &ExternalKey<'_>,
        fields: Map<String, Value>,
    ) -> Result<RecordId, Fault> {
        #[derive(Deserialize)]
        struct Saved {
            id: String,
        }
        let (object, field) = (soql::name(key.object)?, soql::name(key.field)?);
        let path = self.path(&format!("sobjects/{object}/{field}/{}", soql::segment(key.value)));
        let saved: Saved = self.json(Request::patch("record.upsert", path, fields.into())).await?;
        record_id(&saved.id)
    }
}
