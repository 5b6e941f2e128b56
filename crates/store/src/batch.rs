//! Many links at once: their leases and their rows, each by one statement. What a batch may
//! do with a link is what a single worker may: fences and terms are the same.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_model::{ItemId, LinkId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::leases::{Held, Leases};
use crate::links::{Link, Links, columns, read};
use crate::row::{Reader, read_all};
use crate::statement::statements;

/// Those of some leases that are still ours, locked in the order of their ids.
macro_rules! mine {
    () => {
        "WITH mine AS MATERIALIZED (SELECT lease.link FROM lease \
            JOIN unnest($1::bigint[], $2::bigint[]) AS ours (link, fence) \
                ON lease.link = ours.link AND lease.fence = ours.fence \
            WHERE lease.owner IS NOT NULL ORDER BY lease.link FOR UPDATE OF lease) "
    };
}

statements! {
    // In the order of their ids, so that two batches never wait for each other. The join leaves out
    // links that were deleted since.
    TAKE = "INSERT INTO lease AS held (link, owner, job, fence, expires_at) \
        SELECT id, $2, $3, 1, clock_timestamp() + make_interval(secs => $4) FROM link \
        WHERE id = ANY($1) ORDER BY id \
        ON CONFLICT (link) DO UPDATE SET owner = excluded.owner, job = excluded.job, \
            fence = held.fence + 1, expires_at = excluded.expires_at, wanted_version = NULL \
        WHERE held.owner IS NULL OR held.expires_at <= clock_timestamp() \
        RETURNING link, fence, wanted";
    RENEW = concat!(mine!(), "UPDATE lease \
        SET expires_at = clock_timestamp() + make_interval(secs => $3) \
        FROM mine WHERE lease.link = mine.link");
    RELEASE = concat!(mine!(), "UPDATE lease \
        SET owner = NULL, job = NULL, expires_at = clock_timestamp() \
        FROM mine WHERE lease.link = mine.link");
    OF_ITEM = concat!("SELECT ", columns!(), " FROM link WHERE item = $1 AND id = ANY($2) \
        ORDER BY id");
}

impl Leases<'_> {
    /// Takes those leases of these links that are free, for one job. The others are left as they
    /// are: ask for each by [`Leases::claim`], so that its holder learns that it is wanted.
    pub async fn take_free(
        self,
        links: &[LinkId],
        owner: &str,
        job: Uuid,
        term: Duration,
    ) -> Result<BTreeMap<LinkId, Held>, StoreError> {
        let (ids, seconds) = (numbers(links), term.as_secs_f64());
        let rows = self.store.rows(TAKE, &[&ids, &owner, &job, &seconds]).await?;
        let taken = read_all(&rows, |row| {
            let reader = Reader::new("lease", row);
            let held = Held { fence: reader.get("fence")?, wanted: reader.get("wanted")? };
            Ok((LinkId(reader.get("link")?), held))
        })?;
        Ok(taken.into_iter().collect())
    }

    /// Extends leases by a term from now. `false`: one of them is lost, stop writing.
    pub async fn renew_all(
        self,
        held: &[(LinkId, i64)],
        term: Duration,
    ) -> Result<bool, StoreError> {
        let (links, fences) = ours(held);
        let with: crate::store::Params<'_> = &[&links, &fences, &term.as_secs_f64()];
        Ok(self.store.execute(RENEW, with).await? == held.len() as u64)
    }

    /// Lets links go without a commit; those that are lost already are left alone.
    pub async fn release_all(self, held: &[(LinkId, i64)]) -> Result<(), StoreError> {
        let (links, fences) = ours(held);
        self.store.execute(RELEASE, &[&links, &fences]).await.map(|_| ())
    }
}

impl Links<'_> {
    /// Those of these links that belong to an item.
    pub async fn of_item(self, item: ItemId, links: &[LinkId]) -> Result<Vec<Link>, StoreError> {
        read_all(&self.store.rows(OF_ITEM, &[&item.0, &numbers(links)]).await?, read)
    }
}

fn numbers(links: &[LinkId]) -> Vec<i64> {
    links.iter().map(|link| link.0).collect()
}

fn ours(held: &[(LinkId, i64)]) -> (Vec<i64>, Vec<i64>) {
    held.iter().map(|(link, fence)| (link.0, *fence)).unzip()
}
