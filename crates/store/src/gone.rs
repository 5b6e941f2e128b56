//! Comments that are gone: how many of an item, and whether somebody lets their copies go.

use chrono::{DateTime, Utc};
use lockstep_model::comments::Tally;
use lockstep_model::plan::CommentPair;
use lockstep_model::{ItemId, LinkId, RecordId};
use serde::Serialize;

use crate::error::StoreError;
use crate::items::Items;
use crate::links::{Links, read_id};
use crate::row::{Reader, read_all};
use crate::search::COUNT_MAX;
use crate::statement::statements;

/// The whole comments of an item's active links but those of one record, as far as a brake counts them:
/// what was dealt with longer ago than an hour is forgotten.
macro_rules! counted {
    () => {
        "FROM pair JOIN link ON link.id = pair.link WHERE link.item = $1 AND link.record <> $2 \
         AND link.state = 'active' AND pair.part = 0 \
         AND (NOT pair.closed OR pair.gone_at > clock_timestamp() - interval '1 hour')"
    };
}

/// A link on which one of the two brakes holds deletes, as the index of them says it.
macro_rules! braked {
    () => {
        "(link.findings @> '[{\"code\": \"LS-MD-031\"}]' OR link.findings @> '[{\"code\": \"LS-MD-033\"}]')"
    };
}

statements! {
    NOTE = "UPDATE pair SET gone_at = coalesce(gone_at, clock_timestamp()) \
        FROM unnest($2::text[], $3::text[]) AS gone (salesforce, jira) \
        WHERE link = $1 AND pair.salesforce = gone.salesforce AND pair.jira = gone.jira";
    GONE = concat!("SELECT item.id, coalesce(item.deletes_until > now(), false) AS let_through, \
        (SELECT count(*) ", counted!(), " AND pair.gone_at IS NOT NULL) AS gone \
        FROM item WHERE item.id = $1");
    ALL = concat!("SELECT count(*) FROM (SELECT ", counted!(), " LIMIT $3) AS counted");
    LET_THROUGH = "UPDATE item SET deletes_until = now() + interval '1 hour', next_sweep_at = now() \
        WHERE id = $1";
    HELD = concat!("SELECT link.id FROM link JOIN item ON item.id = link.item \
        WHERE item.id = $1 AND item.deletes_until > now() AND link.state = 'active' \
            AND ", braked!(), " ORDER BY link.id LIMIT $2");
    BRAKED = concat!("SELECT item.id, \
        CASE WHEN item.deletes_until > now() THEN item.deletes_until END AS deletes_until, \
        (SELECT count(*) FROM (SELECT FROM link WHERE link.item = item.id AND link.state = 'active' \
            AND ", braked!(), " LIMIT $2) AS one) AS links, \
        (SELECT count(*) FROM (SELECT FROM pair JOIN link ON link.id = pair.link \
            WHERE link.item = item.id AND link.state = 'active' AND pair.part = 0 AND NOT pair.closed \
                AND pair.gone_at IS NOT NULL LIMIT $2) AS one) AS comments \
        FROM item WHERE item.id = $1");
}

/// Of so many comments for each one that is gone, no more need be counted: the share is below one percent.
const OF_EACH: i64 = 100;

/// What the brakes of an item hold back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub struct HeldDeletes {
    /// On how many links; no more than [`COUNT_MAX`].
    pub links: i64,
    /// How many comments of the item are gone while their copies stand; no more than [`COUNT_MAX`].
    pub comments: i64,
    /// Until when somebody lets all deletes through; none where nobody does.
    pub let_through_until: Option<DateTime<Utc>>,
}

impl Links<'_> {
    /// Writes down of these pairs that their comments are gone, before anything is decided about them.
    pub async fn note_gone(self, link: LinkId, pairs: &[CommentPair]) -> Result<(), StoreError> {
        let (salesforce, jira): (Vec<&str>, Vec<&str>) =
            pairs.iter().map(|pair| (pair.salesforce.as_str(), pair.jira.as_str())).unzip();
        self.store.execute(NOTE, &[&link.0, &salesforce, &jira]).await.map(drop)
    }

    /// How many comments of an item are gone, but those of one record: within an hour, or waiting.
    /// `here` is how many of that record's are.
    pub async fn gone_of_item(
        self,
        item: ItemId,
        record: &RecordId,
        here: usize,
    ) -> Result<Tally, StoreError> {
        let Some(row) = self.store.row(GONE, &[&item.0, &record.as_str()]).await? else {
            return Ok(Tally::default());
        };
        let reader = Reader::new("item", &row);
        let gone: i64 = reader.get("gone")?;
        let here = i64::try_from(here).unwrap_or(i64::MAX);
        let enough = gone.saturating_add(here).saturating_mul(OF_EACH);
        let row = self.store.row(ALL, &[&item.0, &record.as_str(), &enough]).await?;
        let of: i64 = row.map_or(Ok(0), |row| Reader::new("pair", &row).get("count"))?;
        let whole = |number: i64| usize::try_from(number).unwrap_or_default();
        Ok(Tally { gone: whole(gone), of: whole(of), let_through: reader.get("let_through")? })
    }

    /// Links whose deletes a brake holds and somebody lets through meanwhile.
    pub async fn no_longer_braked(
        self,
        item: ItemId,
        limit: i64,
    ) -> Result<Vec<LinkId>, StoreError> {
        let rows = self.store.rows(HELD, &[&item.0, &limit]).await?;
        read_all(&rows, read_id)
    }
}

impl Items<'_> {
    /// What the brakes of an item hold back now.
    pub async fn held_deletes(self, id: ItemId) -> Result<HeldDeletes, StoreError> {
        let Some(row) = self.store.row(BRAKED, &[&id.0, &COUNT_MAX]).await? else {
            return Ok(HeldDeletes::default());
        };
        let reader = Reader::new("item", &row);
        let (links, comments) = (reader.get("links")?, reader.get("comments")?);
        Ok(HeldDeletes { links, comments, let_through_until: reader.get("deletes_until")? })
    }

    /// Lets all deletes of the item's comments through for an hour, with a sweep at once.
    pub async fn let_deletes(self, id: ItemId) -> Result<(), StoreError> {
        self.store.execute_one(LET_THROUGH, &[&id.0]).await
    }
}
