//! Files with their copies. Workers add them one by one, under their fence: a large copy is not to be
//! made again because something after it failed.

use std::collections::BTreeMap;

use lockstep_model::files::FilePair;
use lockstep_model::{ItemId, LinkId, RecordId, Side};
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::links::read_id;
use crate::row::{Reader, Word as _, read_all};
use crate::statement::statements;
use crate::store::Store;

statements! {
    OF_LINK = "SELECT link AS id, salesforce, jira, origin, name, size, hash, noted FROM file_pair \
        WHERE link = $1 ORDER BY created_at, salesforce, jira";
    OF_LINKS = "SELECT link AS id, salesforce, jira, origin, name, size, hash, noted FROM file_pair \
        WHERE link = ANY($1) ORDER BY created_at, salesforce, jira";
    // The join refuses a worker that is no longer the link's last holder.
    ADD = "INSERT INTO file_pair (link, salesforce, jira, origin, name, size, hash, noted) \
        SELECT lease.link, $3, $4, $5, $6, $7, $8, $9 FROM lease \
        WHERE lease.link = $1 AND lease.fence = $2 AND lease.owner IS NOT NULL \
        ON CONFLICT DO NOTHING";
    NOTED = "UPDATE file_pair SET noted = true FROM lease \
        WHERE file_pair.link = $1 AND lease.link = $1 AND lease.fence = $2 \
            AND lease.owner IS NOT NULL AND file_pair.origin = $3 \
            AND CASE file_pair.origin WHEN 'jira' THEN jira ELSE salesforce END = ANY($4)";
    LINKED = "SELECT id, record FROM link WHERE item = $1 AND id > $2 AND state = 'active' \
        AND issue_id IS NOT NULL ORDER BY id LIMIT $3";
    // Files that are neither paired nor refused are news of their link.
    NEWS = "SELECT DISTINCT link.id FROM unnest($2::text[], $3::text[]) AS seen (record, version) \
        JOIN link ON link.item = $1 AND link.record = seen.record \
        WHERE NOT coalesce(link.base->'refused_files' ? seen.version, false) \
            AND NOT EXISTS (SELECT FROM file_pair \
                WHERE file_pair.link = link.id AND file_pair.salesforce = seen.version)";
}

/// Files with their copies.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    pub(crate) store: &'a Store,
}

impl Files<'_> {
    /// The files of a link that need no copy, oldest first.
    pub async fn of_link(self, link: LinkId) -> Result<Vec<FilePair>, StoreError> {
        read_all(&self.store.rows(OF_LINK, &[&link.0]).await?, read)
    }

    /// The same of several links.
    pub async fn of_links(
        self,
        links: &[LinkId],
    ) -> Result<BTreeMap<LinkId, Vec<FilePair>>, StoreError> {
        let ids: Vec<i64> = links.iter().map(|link| link.0).collect();
        let mut files: BTreeMap<LinkId, Vec<FilePair>> = BTreeMap::new();
        for row in &self.store.rows(OF_LINKS, &[&ids]).await? {
            let link = LinkId(Reader::new("file_pair", row).get("id")?);
            files.entry(link).or_default().push(read(row)?);
        }
        Ok(files)
    }

    /// Remembers a file that needs no copy anymore. A worker that lost its lease adds nothing.
    pub async fn add(self, link: LinkId, fence: i64, pair: &FilePair) -> Result<(), StoreError> {
        let size = i64::try_from(pair.size).unwrap_or(i64::MAX);
        let with: crate::store::Params<'_> = &[
            &link.0,
            &fence,
            &pair.salesforce,
            &pair.jira,
            &pair.origin.word(),
            &pair.name,
            &size,
            &pair.hash,
            &pair.noted,
        ];
        self.store.execute(ADD, with).await.map(drop)
    }

    /// Remembers that the copies of these files of `origin` are noted.
    pub async fn noted(
        self,
        link: LinkId,
        fence: i64,
        (origin, sources): (Side, &[String]),
    ) -> Result<(), StoreError> {
        self.store.execute(NOTED, &[&link.0, &fence, &origin.word(), &sources]).await.map(drop)
    }

    /// The records of an item that are kept in step, a page after a link, in the order of their links.
    pub async fn linked(
        self,
        item: ItemId,
        after: LinkId,
        limit: usize,
    ) -> Result<Vec<(LinkId, RecordId)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(&self.store.rows(LINKED, &[&item.0, &after.0, &limit]).await?, |row| {
            let reader = Reader::new("link", row);
            let record = RecordId::parse(reader.get("record")?)
                .map_err(|error| reader.unreadable("record", &error.to_string()))?;
            Ok((LinkId(reader.get("id")?), record))
        })
    }

    /// The links under an item that know nothing of one of these files, each given by its record and
    /// its version.
    pub async fn news(
        self,
        item: ItemId,
        files: &[(&RecordId, &str)],
    ) -> Result<Vec<LinkId>, StoreError> {
        let records: Vec<&str> = files.iter().map(|(record, _)| record.as_str()).collect();
        let versions: Vec<&str> = files.iter().map(|(_, version)| *version).collect();
        read_all(&self.store.rows(NEWS, &[&item.0, &records, &versions]).await?, read_id)
    }
}

fn read(row: &Row) -> Result<FilePair, StoreError> {
    let reader = Reader::new("file_pair", row);
    Ok(FilePair {
        salesforce: reader.get("salesforce")?,
        jira: reader.get("jira")?,
        origin: reader.word("origin")?,
        name: reader.get("name")?,
        size: u64::try_from(reader.get::<i64>("size")?).unwrap_or_default(),
        hash: reader.get("hash")?,
        noted: reader.get("noted")?,
    })
}
