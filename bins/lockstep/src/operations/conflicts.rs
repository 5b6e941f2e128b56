//! Conflicts that wait for a person.

use lockstep_engine::{Asked, ByHand};
use lockstep_model::{JobKind, LinkId, Side};
use lockstep_store::{Item, Link};
use serde_json::json;

use super::links::known;
use super::local::correlation;
use super::remote::at;
use super::{Items, Local, Remote, Thing};
use crate::output::Failure;

/// Most links with conflicts that a console tells at once.
const LINKS_MAX: i64 = 500;

/// What can be done with conflicts.
pub trait Conflicts {
    /// The links with a conflict that waits for a person.
    async fn conflicts(&self, item: Option<&str>, limit: i64) -> Result<Vec<Link>, Failure>;
    /// The item of a link.
    async fn item_of(&self, link: &Link) -> Result<Option<Item>, Failure>;
    /// Decides a conflict: the value of one side is written to the other. A console names its own
    /// caller in the audit; here it is `actor`.
    async fn decide(
        &self,
        link: LinkId,
        decision: (&str, Side),
        actor: &str,
    ) -> Result<Asked, Failure>;
}

impl Conflicts for Local {
    async fn conflicts(&self, item: Option<&str>, limit: i64) -> Result<Vec<Link>, Failure> {
        let item = match item {
            Some(name) => Some(self.item_named(name).await?.id),
            None => None,
        };
        Ok(self.store().await?.links().held(item, limit).await?)
    }

    async fn item_of(&self, link: &Link) -> Result<Option<Item>, Failure> {
        Ok(self.store().await?.items().get(link.item).await?)
    }

    async fn decide(
        &self,
        link: LinkId,
        (mapping, take): (&str, Side),
        actor: &str,
    ) -> Result<Asked, Failure> {
        let (mapping, correlation) = (mapping.to_owned(), correlation());
        let kind = JobKind::Decide { link, mapping, take, actor: actor.to_owned() };
        self.ask(kind, ByHand { correlation: &correlation, actor }).await
    }
}

impl Conflicts for Remote {
    async fn conflicts(&self, item: Option<&str>, limit: i64) -> Result<Vec<Link>, Failure> {
        let mut path = at(&["conflicts"]).with("limit", &limit.min(LINKS_MAX));
        if let Some(item) = item {
            path = path.with("item", item).names(Thing::Item, item);
        }
        self.get(path).await
    }

    async fn item_of(&self, link: &Link) -> Result<Option<Item>, Failure> {
        let all = self.items().await?;
        Ok(all.into_iter().map(|row| row.item).find(|item| item.id == link.item))
    }

    async fn decide(
        &self,
        link: LinkId,
        (mapping, take): (&str, Side),
        _: &str,
    ) -> Result<Asked, Failure> {
        let path = known(&link.to_string(), &["conflicts", mapping]);
        self.post(path, &json!({ "take": take })).await
    }
}
