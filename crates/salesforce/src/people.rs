//! The people of an org.

use lockstep_model::Fault;
use lockstep_model::people::Seen;
use serde::Deserialize;

use crate::client::SalesforceClient;
use crate::wire::or_default;

/// Active people, the first two thousand of them.
const PEOPLE: &str =
    "SELECT Id,Name,Email,Username FROM User WHERE IsActive = true ORDER BY Id LIMIT 2000";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    username: Option<String>,
}

impl From<Row> for Seen {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, email: row.email, username: row.username }
    }
}

impl SalesforceClient {
    /// The active users of the org. One call.
    pub async fn people(&self) -> Result<Vec<Seen>, Fault> {
        let rows: Vec<Row> = self.query("people", PEOPLE).await?;
        Ok(rows.into_iter().map(Seen::from).collect())
    }
}
