//! Links: a record with an issue.

use lockstep_engine::{Asked, Associated, LinkDetail};
use lockstep_model::explain::Explanation;
use lockstep_model::{JobKind, LinkId, RecordId};
use lockstep_store::{Link, LinkLine, Search};
use serde_json::json;

use super::local::{by_hand, correlation};
use super::remote::{Path, at};
use super::{Local, Remote, Thing};
use crate::output::Failure;

/// Which links are wanted.
#[derive(Debug, Clone, Copy)]
pub struct WhichLinks<'a> {
    /// Those of this item only.
    pub item: Option<&'a str>,
    /// A record id, an issue key or beginnings of words.
    pub text: &'a str,
    /// Most links.
    pub limit: u32,
}

/// What can be done with links.
pub trait Links {
    /// Links, newest first.
    async fn links(&self, which: WhichLinks<'_>) -> Result<Vec<Link>, Failure>;
    /// The link of this number, issue key or record id.
    async fn link(&self, wanted: &str) -> Result<Link, Failure>;
    /// A link with its latest steps, at most so many, and its record where that is shown.
    async fn link_detail(&self, wanted: &str, steps: i64) -> Result<LinkDetail, Failure>;
    /// Links a record with an issue by hand, and has them looked at.
    async fn link_by_hand(&self, item: &str, pair: (&RecordId, &str)) -> Result<Link, Failure>;
    /// Takes a link apart; gives its number.
    async fn unlink(&self, wanted: &str) -> Result<LinkId, Failure>;
    /// Looks at a link now.
    async fn refresh_link(&self, wanted: &str) -> Result<Asked, Failure>;
    /// The records that hang on a link's record.
    async fn associated(&self, wanted: &str) -> Result<Associated, Failure>;
    /// Why a value of a link is what it is.
    async fn explain(&self, wanted: &str, field: &str) -> Result<Explanation, Failure>;
}

impl Links for Local {
    async fn links(&self, which: WhichLinks<'_>) -> Result<Vec<Link>, Failure> {
        let item = match which.item {
            Some(name) => Some(self.item_named(name).await?.id),
            None => None,
        };
        let (text, limit) = (which.text.to_owned(), which.limit);
        let search = Search { text, item, limit, ..Search::default() };
        let lines = self.engine().await?.search_links(&search).await?;
        Ok(lines.into_iter().map(|line| line.link).collect())
    }

    async fn link(&self, wanted: &str) -> Result<Link, Failure> {
        self.link_named(wanted).await
    }

    async fn link_detail(&self, wanted: &str, steps: i64) -> Result<LinkDetail, Failure> {
        let link = self.link_named(wanted).await?;
        Ok(self.engine().await?.link_detail(link, steps).await?)
    }

    async fn link_by_hand(
        &self,
        item: &str,
        (record, issue): (&RecordId, &str),
    ) -> Result<Link, Failure> {
        let item = self.item_named(item).await?.id;
        let correlation = correlation();
        let by = by_hand(&correlation);
        let link = self.engine().await?.link_by_hand(item, (record, issue), by).await?;
        self.ask(JobKind::Link { link: link.id }, by).await?;
        Ok(link)
    }

    async fn unlink(&self, wanted: &str) -> Result<LinkId, Failure> {
        let link = self.link_named(wanted).await?;
        self.engine().await?.unlink(&link, by_hand(&correlation())).await?;
        Ok(link.id)
    }

    async fn refresh_link(&self, wanted: &str) -> Result<Asked, Failure> {
        let link = self.link_named(wanted).await?.id;
        self.ask(JobKind::Link { link }, by_hand(&correlation())).await
    }

    async fn associated(&self, wanted: &str) -> Result<Associated, Failure> {
        let link = self.link_named(wanted).await?;
        Ok(self.engine().await?.associated(&link).await?)
    }

    async fn explain(&self, wanted: &str, field: &str) -> Result<Explanation, Failure> {
        let link = self.link_named(wanted).await?;
        let explained = self.engine().await?.explain(link.id, field).await?;
        explained.ok_or_else(|| Thing::Mapping.missing(field))
    }
}

impl Links for Remote {
    async fn links(&self, which: WhichLinks<'_>) -> Result<Vec<Link>, Failure> {
        let mut path = at(&["links"]).with("text", which.text);
        if let Some(item) = which.item {
            path = path.with("item", item).names(Thing::Item, item);
        }
        let lines: Vec<LinkLine> = self.rows(path, which.limit).await?;
        Ok(lines.into_iter().map(|line| line.link).collect())
    }

    async fn link(&self, wanted: &str) -> Result<Link, Failure> {
        Ok(self.link_detail(wanted, 1).await?.link)
    }

    async fn link_detail(&self, wanted: &str, steps: i64) -> Result<LinkDetail, Failure> {
        self.get(known(wanted, &[]).with("steps", &steps)).await
    }

    async fn link_by_hand(
        &self,
        item: &str,
        (record, issue): (&RecordId, &str),
    ) -> Result<Link, Failure> {
        let body = json!({ "item": item, "record": record, "issue": issue });
        self.post(at(&["links"]).names(Thing::Item, item), &body).await
    }

    async fn unlink(&self, wanted: &str) -> Result<LinkId, Failure> {
        let link = self.link(wanted).await?.id;
        self.delete(known(&link.to_string(), &[])).await?;
        Ok(link)
    }

    async fn refresh_link(&self, wanted: &str) -> Result<Asked, Failure> {
        self.post(known(wanted, &["refresh"]), &json!(null)).await
    }

    async fn associated(&self, wanted: &str) -> Result<Associated, Failure> {
        self.get(known(wanted, &["associated"])).await
    }

    async fn explain(&self, wanted: &str, field: &str) -> Result<Explanation, Failure> {
        self.get(known(wanted, &["explain", field]).names(Thing::Mapping, field)).await
    }
}

/// A link, or a part of it.
pub(super) fn known(wanted: &str, rest: &[&str]) -> Path {
    at(&[&["links", wanted], rest].concat()).names(Thing::Link, wanted)
}
