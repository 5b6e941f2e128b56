//! The org itself, and queries.

use lockstep_http::Url;
use lockstep_model::Fault;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::client::{Request, SalesforceClient};
use crate::errors::bad_answer;
use crate::soql;
use crate::wire::or_default;

/// Most pages that are followed of one query: 100,000 rows.
const PAGES_MAX: usize = 50;

/// The org behind a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id, 18 characters.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address that it is served from.
    pub instance_url: Url,
    /// Whether it is a sandbox.
    pub is_sandbox: bool,
    /// `OrganizationType`, such as `Developer Edition`.
    pub edition: String,
}

/// A page of query results.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub(crate) records: Vec<T>,
    #[serde(default = "yes")]
    done: bool,
    #[serde(default)]
    next_records_url: Option<String>,
}

fn yes() -> bool {
    true
}

impl SalesforceClient {
    /// What the org says of itself. One call; needs no permission beyond the API.
    pub async fn organization(&self) -> Result<Organization, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Row {
            id: String,
            #[serde(default, deserialize_with = "or_default")]
            name: String,
            #[serde(default, deserialize_with = "or_default")]
            is_sandbox: bool,
            #[serde(default, deserialize_with = "or_default")]
            organization_type: String,
        }
        let soql = "SELECT Id,Name,IsSandbox,OrganizationType FROM Organization";
        let rows: Vec<Row> = self.query("organization", soql).await?;
        let row = rows.into_iter().next().ok_or_else(|| bad_answer("no row of Organization"))?;
        Ok(Organization {
            id: row.id,
            name: row.name,
            instance_url: self.instance().await?,
            is_sandbox: row.is_sandbox,
            edition: row.organization_type,
        })
    }

    /// Path and query of a SOQL query.
    pub(crate) fn query_path(&self, soql: &str) -> String {
        self.path(&format!("query?q={}", soql::parameter(soql)))
    }

    /// All rows of a query.
    pub(crate) async fn query<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        soql: &str,
    ) -> Result<Vec<T>, Fault> {
        let page = self.json(Request::get(operation, self.query_path(soql))).await?;
        self.all_pages(operation, page).await
    }

    /// The rows of a page and of all that follow it.
    pub(crate) async fn all_pages<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        page: Page<T>,
    ) -> Result<Vec<T>, Fault> {
        let Page { records: mut rows, mut done, mut next_records_url } = page;
        for _ in 0..PAGES_MAX {
            if done {
                return Ok(rows);
            }
            let next = next_records_url.filter(|next| next.starts_with("/services/data/"));
            let next =
                next.ok_or_else(|| bad_answer("a page that is not the last leads nowhere"))?;
            let page: Page<T> = self.json(Request::get(operation, next)).await?;
            rows.extend(page.records);
            (done, next_records_url) = (page.done, page.next_records_url);
        }
        Err(bad_answer(format!("{operation} has more than {PAGES_MAX} pages")))
    }
}
