//! Comments with their copies. They are written by `commit.rs`.

use lockstep_model::LinkId;
use lockstep_model::plan::CommentPair;

use crate::error::StoreError;
use crate::links::Links;
use crate::row::{Reader, read_all};
use crate::statement::statements;

statements! {
    OF_LINK = "SELECT link AS id, salesforce, jira, origin FROM pair WHERE link = $1 \
        ORDER BY created_at, salesforce";
}

impl Links<'_> {
    /// The pairs of a link, oldest first.
    pub async fn pairs(self, link: LinkId) -> Result<Vec<CommentPair>, StoreError> {
        read_all(&self.store.rows(OF_LINK, &[&link.0]).await?, |row| {
            let reader = Reader::new("pair", row);
            Ok(CommentPair {
                salesforce: reader.get("salesforce")?,
                jira: reader.get("jira")?,
                origin: reader.word("origin")?,
            })
        })
    }
}
