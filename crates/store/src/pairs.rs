//! Comments with their copies. A worker's are written with its commit.

use std::collections::BTreeMap;

use deadpool_postgres::{GenericClient, Transaction};
use lockstep_model::LinkId;
use lockstep_model::plan::CommentPair;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::links::Links;
use crate::row::{Reader, Word as _, read_all};
use crate::statement::statements;
use crate::store::{execute_on, rows_on};

statements! {
    OF_LINKS = "SELECT link AS id, salesforce, jira, origin, part, public, salesforce_shows, \
        jira_shows, gone_at IS NOT NULL AS gone, closed FROM pair WHERE link = ANY($1) ORDER BY created_at, salesforce, jira";
    // A part of a comment that has a copy already keeps it.
    ADD = "INSERT INTO pair (link, salesforce, jira, origin, part) \
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) \
        ON CONFLICT DO NOTHING";
    KNOW = "UPDATE pair SET public = now.public, closed = now.closed, \
        salesforce_shows = now.salesforce_shows, jira_shows = now.jira_shows, \
        gone_at = CASE WHEN now.gone THEN coalesce(gone_at, clock_timestamp()) END \
        FROM unnest($2::text[], $3::text[], $4::bool[], $5::bool[], $6::text[], $7::text[], \
                $8::bool[]) \
            AS now (salesforce, jira, public, closed, salesforce_shows, jira_shows, gone) \
        WHERE pair.link = $1 AND pair.salesforce = now.salesforce AND pair.jira = now.jira";
    // Only what no worker has said yet.
    SAW = "UPDATE pair SET salesforce_shows = now.shows \
        FROM unnest($2::text[], $3::text[]) AS now (salesforce, shows) \
        WHERE link = $1 AND pair.salesforce = now.salesforce AND salesforce_shows IS NULL";
}

impl Links<'_> {
    /// The pairs of a link, oldest first.
    pub async fn pairs(self, link: LinkId) -> Result<Vec<CommentPair>, StoreError> {
        read_all(&self.store.rows(OF_LINKS, &[&vec![link.0]]).await?, read)
    }

    /// The pairs of some links.
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

    /// Writes down what comments of the record show (id and digest) that were not seen since they
    /// were written. What a worker knows of them already stays.
    pub async fn saw(self, link: LinkId, shown: &[(String, String)]) -> Result<(), StoreError> {
        let (ids, digests): (Vec<&str>, Vec<&str>) =
            shown.iter().map(|(id, digest)| (id.as_str(), digest.as_str())).unzip();
        self.store.execute(SAW, &[&link.0, &ids, &digests]).await.map(drop)
    }
}

/// The pairs of a link, on a connection that is at hand.
pub(crate) async fn of_link_on(
    on: &impl GenericClient,
    link: LinkId,
) -> Result<Vec<CommentPair>, StoreError> {
    read_all(&rows_on(on, OF_LINKS, &[&vec![link.0]]).await?, read)
}

fn read(row: &Row) -> Result<CommentPair, StoreError> {
    let reader = Reader::new("pair", row);
    let part: i32 = reader.get("part")?;
    Ok(CommentPair {
        salesforce: reader.get("salesforce")?,
        jira: reader.get("jira")?,
        origin: reader.word("origin")?,
        part: u16::try_from(part).map_err(|error| reader.unreadable("part", &error.to_string()))?,
        public: reader.get("public")?,
        salesforce_shows: reader.get("salesforce_shows")?,
        jira_shows: reader.get("jira_shows")?,
        gone: reader.get("gone")?,
        closed: reader.get("closed")?,
    })
}

/// Writes pairs that are new or changed.
pub(crate) async fn write_on(
    transaction: &Transaction<'_>,
    link: LinkId,
    pairs: &[CommentPair],
) -> Result<(), StoreError> {
    if pairs.is_empty() {
        return Ok(());
    }
    let salesforce: Vec<&str> = pairs.iter().map(|pair| pair.salesforce.as_str()).collect();
    let jira: Vec<&str> = pairs.iter().map(|pair| pair.jira.as_str()).collect();
    let origin: Vec<&str> = pairs.iter().map(|pair| pair.origin.word()).collect();
    let part: Vec<i32> = pairs.iter().map(|pair| i32::from(pair.part)).collect();
    execute_on(transaction, ADD, &[&link.0, &salesforce, &jira, &origin, &part]).await?;
    let public: Vec<bool> = pairs.iter().map(|pair| pair.public).collect();
    let closed: Vec<bool> = pairs.iter().map(|pair| pair.closed).collect();
    let salesforce_shows: Vec<Option<&str>> =
        pairs.iter().map(|pair| pair.salesforce_shows.as_deref()).collect();
    let jira_shows: Vec<Option<&str>> =
        pairs.iter().map(|pair| pair.jira_shows.as_deref()).collect();
    let gone: Vec<bool> = pairs.iter().map(|pair| pair.gone).collect();
    let with: crate::store::Params<'_> =
        &[&link.0, &salesforce, &jira, &public, &closed, &salesforce_shows, &jira_shows, &gone];
    execute_on(transaction, KNOW, with).await?;
    Ok(())
}
