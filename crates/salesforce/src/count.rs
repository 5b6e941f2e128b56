//! How many records an item would create issues for.

use chrono::{DateTime, Utc};
use lockstep_model::Fault;
use serde::Deserialize;

use crate::client::{Request, SalesforceClient};
use crate::{soql, time};

impl SalesforceClient {
    /// How many records of an object were created since then; all of them without an instant. One call.
    pub async fn count(&self, object: &str, since: Option<DateTime<Utc>>) -> Result<u64, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Counted {
            total_size: u64,
        }
        let condition = since.map(|at| format!(" WHERE CreatedDate >= {}", time::literal(at)));
        let object = soql::name(object)?;
        let soql = format!("SELECT COUNT() FROM {object}{}", condition.unwrap_or_default());
        let counted: Counted = self.json(Request::get("count", self.query_path(&soql))).await?;
        Ok(counted.total_size)
    }
}
