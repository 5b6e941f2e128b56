//! Links whose issues a sweep asks for by their ids: those whose issue has left the item's scope, which
//! no search lists, and, once a day, all the others.

use lockstep_model::{ItemId, LinkId};

use crate::error::StoreError;
use crate::items::Items;
use crate::links::{Links, Seen, read_seen, seen_columns};
use crate::row::{Reader, read_all};
use crate::statement::statements;

statements! {
    ASKED = "SELECT id, left_asked, CASE WHEN round_asked IS NULL \
            AND coalesce(round_began_at, created_at) < now() - interval '1 day' THEN 0 \
            ELSE round_asked END AS round_asked FROM item WHERE id = $1";
    SAVE_ASKED = "UPDATE item SET left_asked = $2, round_asked = $3, \
        round_began_at = CASE WHEN $4 AND round_asked IS NULL THEN now() ELSE round_began_at END \
        WHERE id = $1";
    LEFT_SCOPE = concat!("SELECT ", seen_columns!(), " FROM link WHERE item = $1 AND id > $2 \
        AND issue_left AND state = 'active' AND issue_id IS NOT NULL ORDER BY id LIMIT $3");
    WITHIN_SCOPE = concat!("SELECT ", seen_columns!(), " FROM link WHERE item = $1 AND id > $2 \
        AND NOT issue_left AND state = 'active' AND issue_id IS NOT NULL ORDER BY id LIMIT $3");
    NOTE = "UPDATE link SET issue_left = now.has_left \
        FROM unnest($1::bigint[], $2::bool[]) AS now (id, has_left) \
        WHERE link.id = now.id AND link.issue_left <> now.has_left";
}

/// Up to which link an item's sweeps have asked for issues by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Among the links whose issue has left the scope.
    pub left: LinkId,
    /// In the round of all others, where one is under way or due: a day after the last one began.
    pub round: Option<LinkId>,
}

impl Items<'_> {
    /// Up to where issues were asked for by id.
    pub async fn asked(self, id: ItemId) -> Result<Asked, StoreError> {
        let Some(row) = self.store.row(ASKED, &[&id.0]).await? else {
            return Ok(Asked { left: LinkId(0), round: None });
        };
        let reader = Reader::new("item", &row);
        let round: Option<i64> = reader.get("round_asked")?;
        Ok(Asked { left: LinkId(reader.get("left_asked")?), round: round.map(LinkId) })
    }

    /// Remembers up to where; `went_round` says that the round went on, which it does until `round`
    /// is none again.
    pub async fn save_asked(
        self,
        id: ItemId,
        asked: Asked,
        went_round: bool,
    ) -> Result<(), StoreError> {
        let round = asked.round.map(|link| link.0);
        self.store.execute_one(SAVE_ASKED, &[&id.0, &asked.left.0, &round, &went_round]).await
    }
}

impl Links<'_> {
    /// Active links of an item whose issue has left its scope, after a link, by id.
    pub async fn left_scope(
        self,
        item: ItemId,
        after: LinkId,
        limit: i64,
    ) -> Result<Vec<Seen>, StoreError> {
        read_all(&self.store.rows(LEFT_SCOPE, &[&item.0, &after.0, &limit]).await?, read_seen)
    }

    /// Active links of an item whose issue is in its scope as far as is known, after a link, by id.
    pub async fn within_scope(
        self,
        item: ItemId,
        after: LinkId,
        limit: i64,
    ) -> Result<Vec<Seen>, StoreError> {
        read_all(&self.store.rows(WITHIN_SCOPE, &[&item.0, &after.0, &limit]).await?, read_seen)
    }

    /// Notes of each link whether its issue has left the scope.
    pub async fn note_left(self, links: &[(LinkId, bool)]) -> Result<(), StoreError> {
        let (ids, left): (Vec<i64>, Vec<bool>) =
            links.iter().map(|(link, left)| (link.0, *left)).unzip();
        self.store.execute(NOTE, &[&ids, &left]).await.map(drop)
    }
}
