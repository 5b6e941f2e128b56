//! What the panel of an issue asks for besides a link: which connection its site is.

use lockstep_jira::HttpClient;
use lockstep_model::Fault;
use lockstep_store::{Connection, ConnectionKind, Link};

use crate::Engine;

impl Engine {
    /// The HTTP client that all clients share.
    pub fn http(&self) -> &HttpClient {
        self.catalog.http()
    }

    /// The Jira connection whose site has this cloud id. A site that does not answer is none.
    pub async fn site(&self, cloud: &str) -> Result<Option<Connection>, Fault> {
        let rows = self.store.connections().list().await?;
        for row in rows.into_iter().filter(|row| row.kind == ConnectionKind::Jira) {
            let Ok(peer) = self.catalog.jira(row.id).await else {
                continue;
            };
            match peer.client.tenant().await {
                Ok(Some(id)) if id == cloud => return Ok(Some(row)),
                Ok(_) => {}
                Err(fault) => {
                    tracing::warn!(site = row.name, "its cloud id cannot be read: {fault}");
                }
            }
        }
        Ok(None)
    }

    /// A link's record in Salesforce, as a browser opens it. Nobody is asked.
    pub async fn record_url(&self, link: &Link) -> Result<String, Fault> {
        let scene = self.catalog.scene(link.item).await?;
        Ok(scene.record_url(link.record.as_str()))
    }
}
