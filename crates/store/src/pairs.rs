//! Comments with their copies. They are written by `commit.rs`.

use std::collections::BTreeMap;

use deadpool_postgres::GenericClient;
use lockstep_model::LinkId;
use lockstep_model::plan::CommentPair;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::links::Links;
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::rows_on;

statements! {
    OF_LINK = "SELECT link AS id, salesforce, jira, origin FROM pair WHERE link = $1 \
        ORDER BY created_at, salesforce";
    OF_LINKS = "SELECT link AS id, salesforce, jira, origin FROM pair WHERE link = ANY($1) \
        ORDER BY created_at, salesforce";
}

impl Links<'_> {
    /// The pairs of a link, oldest first.
    pub async fn pairs(self, link: LinkId) -> Result<Vec<CommentPair>, StoreError> {
        read_all(&self.store.rows(OF_LINK, &[&link.0]).await?, read)
    }

    /// The pairs of several links, oldest first.
    pub async fn pairs_of(
        self,
        links: &[LinkId],
    ) -> Result<BTreeMap<LinkId, Vec<CommentPair>>, StoreError> {
        let ids: Vec<i64> = links.iter().map(|link| link.0).collect();
        let mut pairs: BTreeMap<LinkId, Vec<CommentPair>> = BTreeMap::new();
        for row in &self.store.rows(OF_LINKS, &[&ids]).await? {
            let link = LinkId(Reader::new("pair", row).get("id")?);
            pairs.entry(link).or_default().push(read(row)?);
        }
        Ok(pairs)
    }
}

/// The pairs of a link, on a connection that is at hand.
pub(crate) async fn of_link_on(
    on: &impl GenericClient,
    link: LinkId,
) -> Result<Vec<CommentPair>, StoreError> {
    read_all(&rows_on(on, OF_LINK, &[&link.0]).await?, read)
}

fn read(row: &Row) -> Result<CommentPair, StoreError> {
    let reader = Reader::new("pair", row);
    Ok(CommentPair {
        salesforce: reader.get("salesforce")?,
        jira: reader.get("jira")?,
        origin: reader.word("origin")?,
    })
}
